"""How channels are doing: one that fails is left alone for a while, and the system administrators are told."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from steelyard.reports.sheet import Words
from steelyard.web.channels.naming import Channel
from steelyard.web.messages.kinds import kind
from steelyard.web.messages.models import Line
from steelyard.web.messages.sending import tell
from steelyard.web.messages.whom import everybody
from steelyard.web.people.roles import Role
from steelyard.web.trail.recording import record

FAILING = kind("channel-failing", "消息通道故障", "Channel out of order")
PAUSE, LONGEST = timedelta(seconds=30), timedelta(minutes=30)
TOLD_AT = 3
"""Failures in a row of which administrators are told."""


def rests(name: str, now: datetime) -> bool:
    return Line.objects.filter(name=name, until__gt=now).exists()


def went_well(name: str, now: datetime) -> None:
    Line.objects.update_or_create(
        name=name, defaults={"failures": 0, "since": None, "until": None, "problem": "", "good_at": now}
    )


@transaction.atomic
def failed(channel: Channel, reason: str, now: datetime) -> None:
    """Each time it rests for twice as long."""
    Line.objects.get_or_create(name=channel.name)
    line = Line.objects.select_for_update(no_key=True).get(name=channel.name)
    line.failures, line.problem = line.failures + 1, reason[:300]
    line.since = line.since or now
    line.until = now + min(PAUSE * 2 ** min(line.failures - 1, 10), LONGEST)
    line.save()
    if line.failures == TOLD_AT:
        _told(channel, line, now)


def _told(channel: Channel, line: Line, now: datetime) -> None:
    """Why stands on the page: it may name hosts."""
    words = Words(
        f"消息通道“{channel.words.zh}”连续 {line.failures} 次发送失败，请检查",
        f"the channel '{channel.words.en}' failed {line.failures} times in a row, please look at it",
    )
    key = f"channel:{line.name}:{line.since}"
    who = everybody(Role.SYSTEM, today=timezone.localdate(now))
    tell(who, FAILING, words, reverse("channels"), key=key, now=now, urgent=True)
    record("channel.failing", at=now, target=f"channel:{line.name}", outcome="failed", detail={"reason": line.problem})
