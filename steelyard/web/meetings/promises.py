"""议定事项台账 (N23): what meetings decided, what became of it by a day, and how much of it was kept in time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from steelyard.bureau.showing import decimal
from steelyard.reports.sheet import Words
from steelyard.web.meetings.models import Meeting, State
from steelyard.web.tasks.models import Source, Task
from steelyard.web.tasks.models import State as TaskState

FATES = {
    "kept": Words("按期办结", "done in time"),
    "late": Words("逾期办结", "done late"),
    "overdue": Words("逾期未办", "overdue"),
    "open": Words("办理中", "open"),
}


@dataclass(frozen=True)
class Promise:
    """A decision and its fate: ``kept``, ``late``, ``overdue`` or ``open``; ``ended``: when it was done."""

    meeting: str
    task: int
    title: str
    unit: str
    due: datetime
    fate: str
    ended: datetime | None

    @property
    def words(self) -> Words:
        return FATES[self.fate]


def promises(now: datetime, before: Meeting | None = None) -> list[Promise]:
    """Of every meeting that was held, or of those before one; overdue ones stand first. What was dropped, with a
    reason, is no promise any more. The same whenever it is asked as of the same moment, as long as tasks stand."""
    held = Meeting.objects.filter(state=State.HELD)
    if before is not None:
        held = held.exclude(pk=before.pk).filter(on__lte=before.on)
    names = dict(held.values_list("document", "name"))
    tasks = Task.objects.filter(source=Source.MEETING, document__in=names, assigned_at__lte=now)
    rows = tasks.exclude(state=TaskState.DROPPED).select_related("unit").order_by("due_at", "pk")
    found = [_promise(one, names[one.document], fate(one, now)) for one in rows]
    return sorted(found, key=lambda one: one.fate != "overdue")


def _promise(task: Task, meeting: str, fate: str) -> Promise:
    ended = task.closed_at if fate in ("kept", "late") else None
    return Promise(meeting, task.pk, task.title, task.unit.name, task.due_at, fate, ended)


def since(found: Iterable[Promise], moment: datetime) -> list[Promise]:
    """What is not done yet, and what was done since a moment."""
    return [one for one in found if one.ended is None or one.ended > moment]


def fate(task: Task, now: datetime) -> str:
    """As of a moment: done is what was handed in and accepted by then; the moment of handing in counts."""
    if task.state == TaskState.CLOSED and task.closed_at is not None and task.closed_at <= now:
        return "kept" if task.late_at is None else "late"
    return "overdue" if now > task.due_at else "open"


def kept(found: Iterable[Promise]) -> tuple[int, int]:
    """How many were done in time, of those whose day has come: what is open and not due yet says nothing."""
    ended = [one for one in found if one.fate != "open"]
    return sum(one.fate == "kept" for one in ended), len(ended)


def rate(found: Sequence[Promise]) -> Decimal | None:
    """兑现率: None where nothing was due yet."""
    done, ended = kept(found)
    return decimal(Fraction(done, ended), 4) if ended else None
