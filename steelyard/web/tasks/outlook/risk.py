"""逾期预测: what is seen of each task now, held against how the bureau's own tasks went before."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db.models import prefetch_related_objects

from steelyard.analysis.course.overdue import BEGINNING, ENOUGH, NAMES, Model, Seen, chances, columns, fit, pulls
from steelyard.engine.calendar import Calendar
from steelyard.engine.problems import Refused
from steelyard.web.tasks.clock import a_day, minutes
from steelyard.web.tasks.models import RUNNING, State, Task

BACK = timedelta(days=730)
"""So far back tasks are learnt from."""
LOOKS = (0.4, 0.7)
"""Shares of its time at which a task of the past is looked at as one under way is now."""
MOST, LEARNT = 20, 4000
"""Tasks that are listed; and of those that are over, the newest that are learnt from."""
USUAL, WORTH = 0.2, 5
"""What an owner without a history is taken for, and of how many tasks that is worth."""


@dataclass(frozen=True)
class Risk:
    """``reasons``: names of what moves its chance up, the strongest first."""

    task: Task
    chance: float
    reasons: Sequence[str]


@dataclass(frozen=True)
class _Known:
    """A task with when things happened to it; ``told``: whether they were asked for."""

    task: Task
    told: bool
    accepted: datetime | None
    reports: Sequence[datetime]
    urged: Sequence[datetime]
    rounds: Sequence[datetime]
    shown: Sequence[datetime]
    reached: Sequence[datetime | None]

    @property
    def ended(self) -> datetime | None:
        return self.task.handed_at if self.task.state in (State.HANDED, State.CLOSED) else None

    @property
    def late(self) -> bool:
        return self.task.late_at is not None


def at_risk(calendar: Calendar, now: datetime, most: int = MOST) -> tuple[list[Risk], Model]:
    """The tasks in time that are most likely to be late, first the likeliest; and by what that was told."""
    known = _known(now)
    model = learnt(known, calendar)
    history = _History(known)
    running = [one for one in known if one.task.state in RUNNING and one.task.due_at > now]
    found = [(one, _seen(one, calendar, now, history)) for one in running]
    there = [(one, seen) for one, seen in found if seen is not None]
    if not there:
        return [], model
    x = columns([seen for _, seen in there])
    told, why = chances(model, x), pulls(model, x)
    order = sorted(range(len(there)), key=lambda at: (-told[at], there[at][0].task.pk))[:most]
    return [Risk(there[at][0].task, float(told[at]), _reasons(why[at])) for at in order], model


def learnt(known: Sequence[_Known], calendar: Calendar) -> Model:
    """From tasks that are over; the first weights where there are too few of either kind."""
    over = [one for one in known if one.ended is not None or (one.late and one.task.state != State.DROPPED)]
    late = sum(one.late for one in over)
    if min(late, len(over) - late) < ENOUGH:
        return BEGINNING
    over = [one for one in over if one.told][-LEARNT:]
    rows, labels, history = list[Seen](), list[bool](), _History(known)
    for one in over:
        span = one.task.due_at - one.task.since
        for share in LOOKS:
            then = one.task.since + span * share
            if one.ended is None or one.ended > then:
                seen = _seen(one, calendar, then, history)
                if seen is not None:
                    rows.append(seen)
                    labels.append(one.late)
    return fit(columns(rows), np.array(labels, dtype=bool), len(over))


def _known(now: datetime) -> list[_Known]:
    """All of two years; with their steps what is under way, and as many of the newest others as are learnt from."""
    rows = Task.objects.filter(assigned_at__gte=now - BACK).exclude(state=State.DROPPED).select_related("unit")
    tasks = sorted(rows, key=lambda one: one.due_at)
    told = [one for one in tasks if one.state in RUNNING]
    told += [one for one in tasks if one.state not in RUNNING][-LEARNT:]
    prefetch_related_objects(told, "steps", "evidence", "milestones")
    steps: dict[int, dict[str, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    for task in told:
        for step in task.steps.all():
            steps[task.pk][step.move].append(step.at)
        steps[task.pk]["shown"] = [one.at for one in task.evidence.all()]
        steps[task.pk]["reached"] = [one.done_at for one in task.milestones.all()]  # type: ignore[misc]
    return [_one(task, steps[task.pk]) for task in tasks]


def _one(task: Task, at: Mapping[str, list[datetime]]) -> _Known:
    return _Known(
        task, bool(at), min(at.get("accept", ()), default=None), at.get("report", ()), at.get("urge", ()),
        [*at.get("extend", ()), *at.get("assign", ()), *at.get("send-back", ())], at.get("shown", ()),
        at.get("reached", ()),
    )  # fmt: skip


def _seen(one: _Known, calendar: Calendar, then: datetime, history: _History) -> Seen | None:
    """Nothing of what the calendar does not know."""
    try:
        whole = minutes(calendar, one.task.since, one.task.due_at)
        used = minutes(calendar, one.task.since, then)
    except Refused:
        return None
    reached = [at for at in one.reached if at is not None and at <= then]
    return Seen(
        used=used / max(whole, 1), reached=len(reached) / len(one.reached) if one.reached else None,
        days=round(whole / a_day(calendar, one.task.due_at)), rate=history.rate(one.task.unit_id, then),
        load=history.load(one.task.unit_id, then),
        accepted=one.accepted is not None and one.accepted <= then, shown=_until(one.shown, then) > 0,
        reports=_until(one.reports, then), urged=_until(one.urged, then), rounds=1 + _until(one.rounds, then),
    )  # fmt: skip


def _until(moments: Iterable[datetime], then: datetime) -> int:
    return sum(one <= then for one in moments)


class _History:
    """What each owner had been late in, and had open, at any moment: asked for every task of two years."""

    def __init__(self, known: Iterable[_Known]) -> None:
        self._begun, self._over = defaultdict[str, list[datetime]](list), defaultdict[str, list[datetime]](list)
        self._late = defaultdict[str, list[datetime]](list)
        for one in known:
            unit, over = one.task.unit_id, one.ended or (one.task.due_at if one.late else None)
            insort(self._begun[unit], one.task.assigned_at)
            if over is not None:
                insort(self._over[unit], over)
            if one.late:
                insort(self._late[unit], over or one.task.due_at)

    def rate(self, unit: str, then: datetime) -> float:
        """Drawn to the usual where little is known."""
        late, count = (bisect_right(of[unit], then) for of in (self._late, self._over))
        return (late + USUAL * WORTH) / (count + WORTH)

    def load(self, unit: str, then: datetime) -> int:
        return bisect_right(self._begun[unit], then) - bisect_right(self._over[unit], then)


def _reasons(pull: np.ndarray) -> list[str]:
    order = np.argsort(-pull)
    return [NAMES[at] for at in order[:3] if pull[at] > 0.05]
