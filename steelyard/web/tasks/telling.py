"""Who hears of a task: whose it is, the head of the unit, the office, the leader above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from steelyard.reports.sheet import Words
from steelyard.web.messages.kinds import kind
from steelyard.web.messages.sending import tell
from steelyard.web.messages.whom import carriers, holders, nearest, own
from steelyard.web.people.models import Account
from steelyard.web.people.roles import Role
from steelyard.web.tasks.models import Task

ASSIGNED = kind("task-assigned", "督办任务交办", "a supervised task was assigned")
MOVED = kind("task-moved", "督办任务办理", "a supervised task went on")
URGED = kind("task-urged", "督办任务催办", "a supervised task was urged", urgent=True)
CLIMBED = kind("task-climbed", "督办任务到期提醒", "a supervised task is due or late", urgent=True)
MORNING = kind("task-risk", "最可能逾期的督办任务", "supervised tasks most at risk")


def owners(task: Task, now: datetime) -> Sequence[Account]:
    """Whose it is: the person, else who holds the post, else the unit."""
    named = own([task.person]) if task.person else carriers(task.unit_id, task.post) if task.post else []
    return named or heads(task, now)


def heads(task: Task, now: datetime) -> Sequence[Account]:
    return holders(Role.UNIT, task.unit.path, today=timezone.localdate(now))


def office(task: Task, now: datetime) -> Sequence[Account]:  # noqa: ARG001  one for all tasks
    return holders(Role.OFFICE, today=timezone.localdate(now))


def leaders(task: Task, now: datetime) -> Sequence[Account]:
    """The nearest above; where nobody leads, the leading group."""
    today = timezone.localdate(now)
    return nearest(Role.LEADER, task.unit.path, today=today) or holders(Role.GROUP, today=today)


def address(task: Task) -> str:
    return f"/tasks/{task.pk}/"


def say(task: Task, kind: str, to: Sequence[Account], words: Words, *, mark: str, now: datetime) -> None:
    """``mark``: what of the task it is about, so that nobody hears it twice."""
    said = Words(f"{task.title}：{words.zh}", f"{task.title}: {words.en}")
    tell(to, kind, said, address(task), key=f"task:{task.pk}:{mark}", now=now)


def day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%m-%d %H:%M}"
