"""办理: a task goes on by the table of moves, one transaction each with its entry in the trail and its messages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from steelyard.engine.calendar import Calendar
from steelyard.engine.problems import CATALOGUE, Place, refuse
from steelyard.reports.sheet import Words
from steelyard.web.library import rules
from steelyard.web.people.acting import allowed, another, hold
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Account
from steelyard.web.tasks import telling
from steelyard.web.tasks.clock import after, late
from steelyard.web.tasks.models import Milestone, State, Step, Task
from steelyard.web.tasks.moves import BY_NAME, Move
from steelyard.web.tasks.opening import MOST_DAYS
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "task-over": (
            "“{title}”现在是“{state}”，不能{move}；请刷新页面",
            "'{title}' is at '{state}' now, so that it cannot be moved so ({move}); load the page again",
        ),
        "task-meanwhile": (
            "打开页面之后，“{title}”又有变动；没有办理，请刷新页面核对",
            "'{title}' has changed since the page was opened; nothing was done, load it again",
        ),
        "task-reason": ("请写明情况或理由（2 至 {most} 字）", "say what there is to say (2 to {most} signs)"),
        "task-days": ("请写给多少个工作日（1 至 {most}）", "say how many working days it gets (1 to {most})"),
        "task-no-evidence": (
            "报请验收须先上传佐证材料：{criterion}",
            "upload what shows it before you hand it in: {criterion}",
        ),
        "task-milestone-none": (
            "没有这个未完成的节点；请刷新页面",
            "there is no such open milestone; load the page again",
        ),
    }
)
LONGEST = 1000


@dataclass(frozen=True)
class Said:
    """What goes with a move: words, working days, and the milestone that was reached (its number)."""

    reason: str = ""
    days: int | None = None
    milestone: int | None = None


def move(number: int, name: str, version: int, said: Said, *, by: Account, now: datetime) -> Task:
    """One step. ``version``: the one that the page showed. Raises `Refused`."""
    way, reason = BY_NAME[name], said.reason.strip()
    calendar = rules.calendar()
    with transaction.atomic():
        (by,) = hold(by)
        task = locked(number)
        who = allowed(way.address, by, now, _seen(task, way))
        _fits(task, way, version, said, reason)
        if name == "close" and task.handed_by is not None:
            another(by, task.handed_by, who["behalf"])
        before, task.state = task.state, way.goes(task.state)
        _done(task, way, said, calendar, by, now)
        task.version += 1
        task.save()
        Step.objects.create(task=task, move=name, to=task.state, reason=reason, due_at=task.due_at, by=by, at=now)
        _tell(task, way, reason, now)
        detail = {"from": before, "to": str(task.state), "reason": reason, "due": task.due_at.isoformat()}
        record(way.address, at=now, target=f"task:{task.pk}", detail=detail, **who)
    return task


def locked(number: int) -> Task:
    rows = Task.objects.select_for_update(of=("self",), no_key=True).select_related("unit", "handed_by")
    return rows.get(pk=number)


def _seen(task: Task, way: Move) -> Target:
    """As the policy sees it where the move begins: whoever has the right is told in words that it has gone on."""
    return replace(task.target, state=str(way.begins[0]))


def _fits(task: Task, way: Move, version: int, said: Said, reason: str) -> None:
    if task.state not in way.begins:
        raise refuse("task-over", title=task.title, state=State(task.state), move=way.words)
    if task.version != version:
        raise refuse("task-meanwhile", title=task.title)
    if len(reason) > LONGEST or (way.reason and len(reason) < 2):
        raise refuse("task-reason", Place("reason"), most=LONGEST)
    if way.days and not 1 <= (said.days or 0) <= MOST_DAYS:
        raise refuse("task-days", Place("days"), most=MOST_DAYS)
    if way.evidence and not task.evidence.filter(at__gte=_last_turn(task)).exists():
        raise refuse("task-no-evidence", criterion=task.criterion)


def _last_turn(task: Task) -> datetime:
    """Evidence counts that came since it was sent back."""
    back = task.steps.filter(move="send-back").order_by("-pk").first()
    return back.at if back else task.assigned_at


def _done(task: Task, way: Move, said: Said, calendar: Calendar, by: Account, now: datetime) -> None:
    """What a move does beside going on."""
    if said.milestone is not None:
        _reached(task, said.milestone, now)
    if way.name == "urge":
        task.urged += 1
        task.to_carry = True
    if way.name == "hand-in":
        task.handed_at, task.handed_by = now, by
        late(task, calendar, now)
        task.to_carry = task.to_carry or task.late_at is not None
    if way.name in ("close", "drop"):
        task.closed_at, task.to_carry = now, True
    if way.days:
        _term(task, way, calendar, said.days or 0, now)


def _term(task: Task, way: Move, calendar: Calendar, days: int, now: datetime) -> None:
    """A new deadline begins a new round of the ladder. What was late when it was handed in stays late."""
    if way.name == "send-back" and task.late_at is not None:
        return
    since = task.due_at if way.name == "extend" and task.due_at > now else now
    due = after(calendar, since, days)
    task.since, task.days = since, days
    task.due_at, task.calendar, task.round, task.rung = max(due, task.due_at), calendar.digest, task.round + 1, 0
    task.to_carry = task.to_carry or task.late_at is not None
    late(task, calendar, now)


def _reached(task: Task, number: int, now: datetime) -> None:
    if not Milestone.objects.filter(pk=number, task=task, done_at=None).update(done_at=now):
        raise refuse("task-milestone-none")


def _tell(task: Task, way: Move, reason: str, now: datetime) -> None:
    """Whoever has to go on: the owner after a move of the office, the office after a move of the owner."""
    mark, said = f"{way.name}:{task.version}", Words(f"{way.words.zh} {reason}".strip(), way.words.en)
    if way.name == "urge":
        both = {one.pk: one for one in (*telling.owners(task, now), *telling.heads(task, now))}
        words = Words(f"第 {task.urged} 次催办，{telling.day(task.due_at)} 到期 {reason}".strip(),
                      f"urged for the {task.urged}. time, due {telling.day(task.due_at)}")  # fmt: skip
        telling.say(task, telling.URGED, list(both.values()), words, mark=mark, now=now)
    elif way.right == "office":
        telling.say(task, telling.MOVED, telling.owners(task, now), said, mark=mark, now=now)
    elif way.name in ("return", "hand-in"):
        telling.say(task, telling.MOVED, telling.office(task, now), said, mark=mark, now=now)
