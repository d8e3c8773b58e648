"""Each working morning the tasks that are most likely to be late are written down, and the office is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from steelyard.engine.calendar import Calendar
from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.jobs.kinds import routine
from steelyard.web.library import rules
from steelyard.web.messages.sending import tell
from steelyard.web.messages.whom import holders
from steelyard.web.people.roles import Role
from steelyard.web.tasks import telling
from steelyard.web.tasks.models import Morning
from steelyard.web.tasks.outlook.risk import at_risk


@routine
def each_morning(now: datetime) -> None:
    """Once a working day, from the beginning of its office hours on: one row, which no second worker can write."""
    today = timezone.localdate(now)
    try:
        calendar = rules.calendar()
        if now < _begins(calendar, now) or not calendar.is_workday(today):
            return
    except Refused:
        return
    if not Morning.objects.filter(day=today).exists():
        listed(calendar, now)


def listed(calendar: Calendar, now: datetime) -> Morning:
    found, model = at_risk(calendar, now)
    rows = [[one.task.pk, round(one.chance, 4), list(one.reasons)] for one in found]
    with transaction.atomic():
        made, new = Morning.objects.get_or_create(
            day=timezone.localdate(now), defaults={"at": now, "learnt": model.tasks, "rows": rows}
        )
        if new and rows:
            words = Words(f"今天最可能逾期的 {len(rows)} 项督办任务，第一项：{found[0].task.title}",
                          f"{len(rows)} tasks are most likely to be late; first: {found[0].task.title}")  # fmt: skip
            office = holders(Role.OFFICE, today=made.day)
            tell(office, telling.MORNING, words, "/tasks/risk", key=f"task-risk:{made.day}", now=now)
    return made


def _begins(calendar: Calendar, now: datetime) -> datetime:
    local = timezone.localtime(now)
    spans = calendar.hours.seasons[calendar.hours.season(local.date())][1]
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(minutes=spans[0][0])
