"""Meetings, and decisions of theirs that are kept, late, overdue and open."""

from __future__ import annotations

from datetime import datetime, timedelta

from steelyard.web.meetings.models import Meeting
from steelyard.web.meetings.preparing import move, prepare
from steelyard.web.people.models import Account
from steelyard.web.tasks.models import Source, State, Task
from steelyard.web.tasks.opening import Wanted, assign
from tests.web.people.world import NOW, unit, with_role

DAY = timedelta(days=1)


def office() -> Account:
    return with_role("office")


def held(name: str = "三月推进会", document: str = "衡税纪〔2026〕3号", now: datetime = NOW) -> Meeting:
    made = prepare(name, document, now.date(), by=office(), now=now)
    return move(made, "hold", "", by=office(), now=now)


def decided(document: str, title: str, now: datetime = NOW, days: int = 2) -> Task:
    wanted = Wanted(
        title=title, text="按会议议定办理", source=Source.MEETING, document=document, criterion="书面报告",
        unit=unit("A1").pk, days=days,
    )  # fmt: skip
    return assign(wanted, by=office(), now=now)


def closed(task: Task, at: datetime, late: bool = False) -> None:
    """As its moves leave it."""
    late_at = task.due_at if late else None
    Task.objects.filter(pk=task.pk).update(state=State.CLOSED, handed_at=at, closed_at=at, late_at=late_at)
