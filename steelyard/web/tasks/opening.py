"""交办: a task comes from a meeting, a document or an instruction, and has an owner, a deadline and a criterion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from steelyard.engine.calendar import Calendar
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused
from steelyard.reports.sheet import Words
from steelyard.web.library import rules
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.models import Account, Person, Unit
from steelyard.web.tasks import telling
from steelyard.web.tasks.clock import after, ends
from steelyard.web.tasks.models import Assist, Milestone, Source, State, Step, Task
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "task-text": ("“{name}”请写 {least} 至 {most} 字", "'{name}' has {least} to {most} signs"),
        "task-source": ("任务来源应为：{allowed}", "the source of a task is one of: {allowed}"),
        "task-unit": ("没有代码为“{unit}”的在用单位", "there is no unit '{unit}' that is in use"),
        "task-person": ("“{person}”不是{unit}的人员", "'{person}' is nobody of {unit}"),
        "task-term": (
            "期限请写 1 至 {most} 个工作日，或写一个今天以后的日期，二者取一",
            "the term is 1 to {most} working days, or a day after today: one of the two",
        ),
        "task-milestone": (
            "节点“{name}”的日期 {day} 应在交办之后、办结期限 {due} 之前",
            "the day of milestone '{name}', {day}, must lie after the task begins and before it is due on {due}",
        ),
        "task-points": (
            "逾期扣分请写 0 至 {most} 的数，最多两位小数",
            "points for lateness are numbers from 0 to {most} with two decimals at most",
        ),
    }
)
MOST_DAYS, MOST_POINTS = 250, 100
LENGTHS = {
    "title": (2, 200, Words("事项", "matter")), "text": (2, 2000, Words("任务内容", "what is to be done")),
    "document": (2, 100, Words("来源文号或会议名称", "document or meeting")),
    "criterion": (2, 500, Words("办结标准", "criterion")),
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """``days`` or ``day``: the term. ``points``: at once, for every whole working day, at most; None where the text is
    no number. ``milestones``: names with their days."""

    title: str
    text: str
    source: str
    document: str
    criterion: str
    unit: str
    days: int | None = None
    day: date | None = None
    person: str = ""
    post: str = ""
    assisting: Sequence[str] = ()
    milestones: Sequence[tuple[str, date]] = ()
    points: tuple[Decimal | None, Decimal | None, Decimal | None] = (Decimal("0.5"), Decimal("0.1"), Decimal(2))


def assign(wanted: Wanted, *, by: Account, now: datetime) -> Task:
    """Raises `Refused` with all that is wrong, also where the calendar does not know the days of its term."""
    calendar = rules.calendar()
    if problems := list(_wrong(wanted, now)):
        raise Refused(problems)
    due = term(calendar, now, wanted.days, wanted.day)
    if problems := list(_late_milestones(wanted, now, due)):
        raise Refused(problems)
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("task-new", by, now)
        task = _made(wanted, calendar, due, by, now)
        Step.objects.create(task=task, move="new", to=State.ASSIGNED, due_at=due, by=by, at=now)
        words = Words(f"交办给您，{telling.day(due)} 前办结", f"assigned to you, to be done by {telling.day(due)}")
        telling.say(task, telling.ASSIGNED, telling.owners(task, now), words, mark="new", now=now)
        detail = {"unit": wanted.unit, "document": wanted.document.strip(), "due": due.isoformat()}
        record("task-new", at=now, target=f"task:{task.pk}", detail=detail, **said)
    return task


def term(calendar: Calendar, since: datetime, days: int | None, day: date | None) -> datetime:
    return after(calendar, since, days) if days else ends(calendar, day or timezone.localdate(since))


def _made(wanted: Wanted, calendar: Calendar, due: datetime, by: Account, now: datetime) -> Task:
    late, daily, most = wanted.points
    task = Task.objects.create(
        title=wanted.title.strip(), text=wanted.text.strip(), source=wanted.source, document=wanted.document.strip(),
        criterion=wanted.criterion.strip(), unit_id=wanted.unit, person=wanted.person, post=wanted.post, by=by,
        assigned_at=now, since=now, days=wanted.days, due_at=due, calendar=calendar.digest,
        points_late=late or 0, points_day=daily or 0, points_most=most or 0,
    )  # fmt: skip
    Assist.objects.bulk_create(Assist(task=task, unit_id=one) for one in dict.fromkeys(wanted.assisting))
    Milestone.objects.bulk_create(
        Milestone(task=task, name=name.strip(), due_at=ends(calendar, day)) for name, day in wanted.milestones
    )
    return task


def _wrong(wanted: Wanted, now: datetime) -> Iterator[Problem]:
    for name, (least, most, words) in LENGTHS.items():
        if not least <= len(getattr(wanted, name).strip()) <= most:
            yield Problem("task-text", Place(name), {"name": words, "least": least, "most": most})
    if wanted.source not in Source.values:
        allowed = "、".join(str(label) for label in Source.labels)
        yield Problem("task-source", Place("source"), {"allowed": allowed})
    yield from _nobody(wanted)
    today = timezone.localdate(now)
    named = wanted.day is not None and wanted.day > today
    counted = wanted.days is not None and 1 <= wanted.days <= MOST_DAYS
    if (wanted.days is None) == (wanted.day is None) or not (named or counted):
        yield Problem("task-term", Place("days"), {"most": MOST_DAYS})
    if any(one is None or not 0 <= one <= MOST_POINTS or one != round(one, 2) for one in wanted.points):
        yield Problem("task-points", Place("points"), {"most": MOST_POINTS})


def _nobody(wanted: Wanted) -> Iterator[Problem]:
    units = set(Unit.objects.filter(pk__in=[wanted.unit, *wanted.assisting], ended=None).values_list("pk", flat=True))
    for code in dict.fromkeys([wanted.unit, *wanted.assisting]):
        if code not in units:
            yield Problem("task-unit", Place("unit"), {"unit": code[:40]})
    there = Person.objects.filter(code=wanted.person, unit=wanted.unit).exists() if wanted.person else True
    if wanted.unit in units and not there:
        yield Problem("task-person", Place("person"), {"person": wanted.person[:40], "unit": wanted.unit})


def _late_milestones(wanted: Wanted, now: datetime, due: datetime) -> Iterator[Problem]:
    for name, day in wanted.milestones:
        if not timezone.localdate(now) <= day <= timezone.localdate(due) or not 2 <= len(name.strip()) <= 200:
            params = {"name": name[:40], "day": day, "due": timezone.localdate(due)}
            yield Problem("task-milestone", Place("milestones"), params)
