"""What the demonstration shows of review meetings: one that was held and decided things, and one in preparation."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from steelyard.engine.problems import Refused
from steelyard.web.library import rules
from steelyard.web.meetings.preparing import move, prepare
from steelyard.web.people.models import Account

HELD = ("征管工作推进会", "征管工作推进会〔2026〕9号")
"""Its number is that of tasks which `supervising` shows."""
NEXT = ("年末绩效推进会", "衡税纪〔2026〕12号")


def shown(now: datetime) -> None:
    """Nothing without an office, or without a calendar."""
    office = Account.objects.filter(username="office").first()
    if office is None:
        return
    try:
        rules.calendar()
    except Refused:
        return
    day = timezone.localdate(now)
    held = prepare(*HELD, day - timedelta(days=3), by=office, now=now)
    move(held, "hold", "", by=office, now=now)
    prepare(*NEXT, day + timedelta(days=10), by=office, now=now)
