"""逐级提醒: owner, head, office, leader, one after the other. Each has its own working time before the next is told,
and nobody is passed over, however long the worker stood still."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steelyard.engine.calendar import Calendar
from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.jobs.kinds import routine
from steelyard.web.library import rules
from steelyard.web.people.models import Account
from steelyard.web.tasks import telling
from steelyard.web.tasks.clock import a_day, minutes
from steelyard.web.tasks.models import RUNNING, Step, Task, Told
from steelyard.web.tasks.moves import RUNG
from steelyard.web.tasks.moving import locked


@dataclass(frozen=True)
class Rung:
    words: Words
    whom: Callable[[Task, datetime], Sequence[Account]]


LADDER = (
    Rung(Words("承办人", "owner"), telling.owners),
    Rung(Words("单位负责人", "head of the unit"), telling.heads),
    Rung(Words("绩效办", "performance office"), telling.office),
    Rung(Words("分管领导", "leader"), telling.leaders),
)
LEAVE = timedelta(days=14)
"""The longest stretch without a working day is shorter."""


def limits() -> tuple[int, ...]:
    """Of each rung: told so many working days after the deadline at the earliest. The owner is told before it."""
    here = settings.STEELYARD
    return (-here.urge_days, 0, here.office_days, max(here.leader_days, here.office_days))


def waits() -> tuple[int, ...]:
    """Of each rung: told so many working days after the one before it at the earliest, however late it all is."""
    return (0, *(max(after - max(before, 0), 0) for before, after in pairwise(limits())))


@routine
def climb(now: datetime) -> None:
    try:
        calendar = rules.calendar()
    except Refused:
        return
    if timezone.localdate(now) > calendar.last:
        return
    ahead = now + LEAVE + timedelta(days=2 * settings.STEELYARD.urge_days)
    waiting = Task.objects.filter(state__in=RUNNING, rung__lt=len(LADDER), due_at__lt=ahead)
    told = dict(Told.objects.filter(task__in=waiting).order_by("pk").values_list("task", "at"))
    for task in waiting:
        if due(task, calendar, told.get(task.pk) if task.rung else None, now):
            _tell(task.pk, task.round, task.rung, now)


def due(task: Task, calendar: Calendar, before: datetime | None, now: datetime) -> bool:
    """Whether the next rung is to be told. ``before``: when the one before it was."""
    limit, wait, day = limits()[task.rung], waits()[task.rung], a_day(calendar, task.due_at)
    late = minutes(calendar, task.due_at, now) >= limit * day and (limit < 0 or now >= task.due_at)
    return late and (before is None or minutes(calendar, before, now) >= wait * day)


def _tell(number: int, round: int, rung: int, now: datetime) -> None:
    """Once: a row of its own that nobody else can write, in the transaction of its message."""
    with transaction.atomic():
        task = locked(number)
        if (task.round, task.rung) != (round, rung) or task.state not in RUNNING:
            return
        whom = LADDER[rung].whom(task, now)
        Told.objects.create(task=task, round=round, rung=rung, many=len(whom), at=now)
        Task.objects.filter(pk=number).update(rung=rung + 1)
        names, move = "、".join(one.name for one in whom[:5]), f"{RUNG}{rung}"
        Step.objects.create(task=task, move=move, to=task.state, reason=names, due_at=task.due_at, at=now)
        telling.say(task, telling.CLIMBED, whom, _words(task, now), mark=f"rung:{round}:{rung}", now=now)


def of_step(move: str) -> Words | None:
    """What a step of the ladder says; None of any other."""
    if not move.startswith(RUNG):
        return None
    whom = LADDER[int(move.removeprefix(RUNG))].words
    return Words(f"提醒{whom.zh}", f"Told the {whom.en}")


def _words(task: Task, now: datetime) -> Words:
    when = telling.day(task.due_at)
    if now < task.due_at:
        return Words(f"{when} 到期", f"due {when}")
    return Words(f"{when} 已到期，尚未办结", f"was due {when} and is not done")
