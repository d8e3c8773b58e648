"""逾期: it comes by itself. A routine of the worker tells what is late, and how late, from exact working minutes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from steelyard.engine.calendar import Calendar
from steelyard.engine.problems import Refused
from steelyard.web.jobs.kinds import routine
from steelyard.web.library import rules
from steelyard.web.tasks.clock import late, whole_days
from steelyard.web.tasks.models import OPEN, RUNNING, Step, Task
from steelyard.web.tasks.moves import OVERDUE, RECOUNTED
from steelyard.web.tasks.moving import locked
from steelyard.web.tasks.opening import term
from steelyard.web.trail.recording import record


@routine
def watch(now: datetime) -> None:
    """Each task in a transaction of its own: what was done stands, whenever the process ends. Without a calendar, and
    beyond its last year, nothing is counted; the office is warned of that on its home page."""
    try:
        calendar = rules.calendar()
    except Refused:
        return
    for pk in _of_other_calendars(calendar):
        _recount(pk, calendar, now)
    if timezone.localdate(now) > calendar.last:
        return
    for pk in list(Task.objects.filter(state__in=RUNNING, due_at__lt=now, late_at=None).values_list("pk", flat=True)):
        _overdue(pk, calendar, now)
    for task in Task.objects.filter(state__in=RUNNING, late_at__isnull=False):
        if whole_days(calendar, task.due_at, now) > task.late_days:
            _later(task.pk, calendar, now)


def _of_other_calendars(calendar: Calendar) -> list[int]:
    rows = Task.objects.filter(state__in=OPEN).exclude(calendar=calendar.digest)
    return list(rows.values_list("pk", flat=True))


def _recount(number: int, calendar: Calendar, now: datetime) -> None:
    """The deadline by another calendar. One that lies beyond its years stays as it is."""
    with transaction.atomic():
        task = locked(number)
        if task.calendar == calendar.digest or task.state not in OPEN:
            return
        try:
            due = term(calendar, task.since, task.days, None if task.days else timezone.localdate(task.due_at))
        except Refused:
            due = task.due_at
        moved = due != task.due_at
        task.due_at, task.calendar = due, calendar.digest
        if moved and task.late_at is not None:
            late(task, calendar, max(now, due) if task.state in RUNNING else task.handed_at or now)
            task.to_carry = True
        task.save()
        if moved:
            _by_itself(task, RECOUNTED, now)


def _overdue(number: int, calendar: Calendar, now: datetime) -> None:
    with transaction.atomic():
        task = locked(number)
        if task.state not in RUNNING or task.late_at is not None or task.due_at >= now:
            return
        late(task, calendar, now)
        task.to_carry = True
        task.version += 1
        task.save()
        _by_itself(task, OVERDUE, now)


def _later(number: int, calendar: Calendar, now: datetime) -> None:
    """One more working day has gone by."""
    with transaction.atomic():
        task = locked(number)
        if task.state in RUNNING and task.late_at is not None:
            late(task, calendar, now)
            task.to_carry = True
            task.save()


def _by_itself(task: Task, move: str, now: datetime) -> None:
    Step.objects.create(task=task, move=move, to=task.state, due_at=task.due_at, at=now)
    detail = {
        "due": timezone.localtime(task.due_at).isoformat(),
        "minutes": task.late_minutes,
        "points": str(task.points),
    }
    record(f"task-{move}", at=now, target=f"task:{task.pk}", detail=detail)
