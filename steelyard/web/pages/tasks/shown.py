"""How a task is shown: its state in words, and a colour by the working time that is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Q
from django.utils import timezone

from steelyard.engine.calendar import Calendar
from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.library import rules
from steelyard.web.tasks.clock import ends
from steelyard.web.tasks.models import OPEN, RUNNING, Source, State, Task

STATES = {
    State.ASSIGNED: ("warn", Words("待签收", "To accept")), State.RETURNED: ("warn", Words("退回待答复", "Returned")),
    State.WORKING: ("busy", Words("办理中", "In hand")), State.HANDED: ("warn", Words("待验收", "Handed in")),
    State.CLOSED: ("good", Words("已办结", "Done")), State.DROPPED: ("", Words("已撤销", "Dropped")),
}  # fmt: skip
SOURCES = {
    Source.MEETING: Words("重要会议", "Meeting"), Source.DOCUMENT: Words("上级文件", "Document"),
    Source.INSTRUCTION: Words("领导批示", "Instruction"), Source.OTHER: Words("其他", "Other"),
}  # fmt: skip
SOON = 2
"""Working days before the deadline in which a task is yellow."""
RED, YELLOW, GREEN = "red", "yellow", "green"
COLOURS = {
    RED: Words("红：逾期", "Red: late"), YELLOW: Words("黄：两个工作日内到期", "Yellow: due within two working days"),
    GREEN: Words("绿：时间充裕", "Green: time enough"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A task in a list. ``left``: the time that is left, with its mood."""

    task: Task
    state: tuple[str, Words]
    source: Words
    left: tuple[str, Words]


def calendar() -> Calendar | None:
    """None where there is none: lists are shown all the same."""
    try:
        return rules.calendar()
    except Refused:
        return None


def line(task: Task, days: Calendar | None, now: datetime) -> Line:
    return Line(task, STATES[State(task.state)], SOURCES[Source(task.source)], left(task, days, now))


def left(task: Task, days: Calendar | None, now: datetime) -> tuple[str, Words]:
    if task.late_at is not None and task.state != State.DROPPED:
        return "bad", _late(task)
    if task.state not in RUNNING:
        return "", Words("—", "—")
    if now > task.due_at:
        return "bad", Words("逾期", "late")
    count = _count(task, days, now)
    if count is None:
        return "", Words("—", "—")
    mood = "warn" if count <= SOON else "good"
    return mood, Words(f"还有 {count} 个工作日", f"{count} working day{'s' * (count > 1)} left") if count else Words(
        "今天到期", "due today"
    )


def _late(task: Task) -> Words:
    if task.late_days:
        return Words(f"逾期 {task.late_days} 个工作日", f"{task.late_days} working days late")
    return Words(f"逾期 {task.late_minutes} 分钟", f"{task.late_minutes} minutes late")


def _count(task: Task, days: Calendar | None, now: datetime) -> int | None:
    try:
        return days.workdays(timezone.localdate(now), timezone.localdate(task.due_at)) if days else None
    except Refused:
        return None


def coloured(colour: str, days: Calendar | None, now: datetime) -> Q:
    """The tasks that run, by colour."""
    late = Q(late_at__isnull=False) | Q(due_at__lt=now)
    soon = now if days is None else _soon(days, now)
    running = Q(state__in=RUNNING)
    found = {RED: running & late, YELLOW: running & ~late & Q(due_at__lte=soon), GREEN: running & Q(due_at__gt=soon)}
    return found.get(colour, Q(state__in=OPEN))


def _soon(days: Calendar, now: datetime) -> datetime:
    try:
        return ends(days, days.add_workdays(timezone.localdate(now), SOON))
    except Refused:
        return now


def lines(rows: Any, now: datetime) -> list[Line]:
    return list(map(partial(line, days=calendar(), now=now), rows))
