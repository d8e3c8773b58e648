"""What another calendar would change: days of known years, years that become known, and deadlines that are open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from steelyard.engine.calendar import Calendar
from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import Stage, Version
from steelyard.web.dialogue.appealing import last_day
from steelyard.web.library import rules
from steelyard.web.tasks.models import OPEN, Task
from steelyard.web.tasks.opening import term

SHOWN = 30


@dataclass(frozen=True)
class Moved:
    """A deadline that is counted anew; ``days``: before and after."""

    words: Words
    about: str
    url: str
    days: tuple[date | datetime | None, date | datetime]


@dataclass(frozen=True)
class Effect:
    """``days``: with what they are from now on; ``years``: newly known, each with its working days."""

    days: Sequence[tuple[date, bool]]
    years: Sequence[tuple[int, int]]
    moved: Sequence[Moved]
    hours: bool

    @property
    def first(self) -> Sequence[Moved]:
        """As many as a page shows."""
        return self.moved[:SHOWN]

    @property
    def rest(self) -> int:
        return max(0, len(self.moved) - SHOWN)

    @property
    def nothing(self) -> bool:
        return not (self.days or self.years or self.moved or self.hours)


def now_in_force() -> Calendar | None:
    try:
        return rules.bureau().calendar()
    except Refused:
        return None


def effect(before: Calendar | None, after: Calendar, now: datetime) -> Effect:
    return Effect(
        list(_days(before, after)), list(_years(before, after)),
        [*_moved(before, after, now), *_tasks(after)],
        before is not None and before.hours != after.hours,
    )  # fmt: skip


def _tasks(after: Calendar) -> Iterator[Moved]:
    """Tasks under way; one that lies beyond the other calendar stays as it is."""
    for task in Task.objects.filter(state__in=OPEN).only("title", "since", "days", "due_at"):
        try:
            due = term(after, task.since, task.days, None if task.days else timezone.localdate(task.due_at))
        except Refused:
            continue
        if due != task.due_at:
            words, url = Words("督办任务期限", "Supervised task due"), reverse("task", args=[task.pk])
            yield Moved(words, task.title, url, (task.due_at, due))


def _days(before: Calendar | None, after: Calendar) -> Iterator[tuple[date, bool]]:
    if before is None:
        return
    day, last = max(before.start, after.start), min(before.last, after.last)
    while day <= last:
        if before.is_workday(day) != after.is_workday(day):
            yield day, after.is_workday(day)
        day += timedelta(days=1)


def _years(before: Calendar | None, after: Calendar) -> Iterator[tuple[int, int]]:
    known = range(before.start.year, before.last.year + 1) if before else range(0)
    for year in range(after.start.year, after.last.year + 1):
        if year not in known:
            yield year, after.days_within(date(year, 1, 1), date(year + 1, 1, 1))


def _moved(before: Calendar | None, after: Calendar, now: datetime) -> Iterator[Moved]:
    """Last days to appeal against what is published, of those that are not over."""
    if before is None:
        return
    today, days = timezone.localdate(now), settings.STEELYARD.appeal_days
    published = Version.objects.filter(stage=Stage.PUBLISHED, published_at__gte=now - timedelta(days=4 * days))
    for version in published.select_related("run").order_by("-published_at"):
        if version.published_at is not None:
            since = timezone.localdate(version.published_at)
            old, new = (last_day(since, days, calendar) for calendar in (before, after))
            if old != new and max(old, new) >= today:
                words = Words("申诉截止日", "Last day to appeal")
                about = f"{version.run.plan_name} {version.period}"
                yield Moved(words, about, reverse("ranking", args=[version.pk]), (old, new))
