"""What the demonstration shows of supervised tasks: some near their deadline, one late, one urged, one handed in, one
returned; and a year of tasks that are over, from which the forecast learns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from steelyard.engine.calendar import Calendar
from steelyard.engine.problems import Refused
from steelyard.web.configuration import Configuration
from steelyard.web.library import rules
from steelyard.web.people.models import Account, Person, Unit
from steelyard.web.tasks import ladder, lateness, moving, opening, showing
from steelyard.web.tasks.clock import after, late
from steelyard.web.tasks.models import Source, State, Step, Task
from steelyard.web.tasks.moving import Said
from steelyard.web.tasks.outlook.morning import listed

MATTERS = (
    ("留抵退税专项核查", "局务会〔2026〕41号", Source.MEETING, "核查报告经分管领导签字"),
    ("数电票推广应用督导", "税总函〔2026〕88号", Source.DOCUMENT, "推广率台账和督导记录"),
    ("信访件〔2026〕17号办理", "局领导批示〔2026〕63号", Source.INSTRUCTION, "答复意见书送达回证"),
    ("年终欠税清理", "征管工作推进会〔2026〕9号", Source.MEETING, "清欠台账，逐户有结果"),
    ("大企业风险应对结果复核", "税总大企函〔2026〕35号", Source.DOCUMENT, "复核底稿"),
    ("办税厅晚高峰分流整改", "局领导批示〔2026〕70号", Source.INSTRUCTION, "整改前后等候时间对比"),
    ("纳税信用年度评价准备", "纳服处会议〔2026〕22号", Source.MEETING, "指标核对表"),
    ("社保费征缴争议处理", "省政府督查〔2026〕5号", Source.DOCUMENT, "处理意见和回执"),
)
People = Mapping[str, Account]
PAST = 420
"""Tasks of the year before."""


def shown(configuration: Configuration, now: datetime) -> None:
    """Nothing without a calendar, or where it ends before the deadlines that are shown."""
    try:
        calendar = rules.calendar()
        calendar.add_workdays(timezone.localdate(now), 10)
    except Refused:
        return
    people = {one.username: one for one in Account.objects.all()}
    own = people["unit"].grants.get().unit
    if own is None:
        return
    others = [one for one in Unit.objects.filter(parent=own.parent, ended=None).order_by("pk") if one != own]
    _under_way(own, others, calendar, people, configuration, now)
    _past([own, *others[:24]], calendar, people["office"], now)
    lateness.watch(now)
    ladder.climb(now)
    listed(calendar, now)


def _under_way(
    own: Unit,
    others: Sequence[Unit],
    calendar: Calendar,
    people: dict[str, Account],
    here: Configuration,
    now: datetime,
) -> None:
    """Begun so many days ago with a term of so many working days; the unit of the demonstration has most of them."""
    office, unit = people["office"], people["unit"]
    person = Person.objects.filter(code=people["officer"].person).first() if "officer" in people else None
    made = [
        _begun(at, own if at < 6 else others[at % len(others)] if others else own, days, since, calendar, office, now)
        for at, (days, since) in enumerate(((10, 15), (8, 9), (6, 8), (12, 3), (15, 10), (5, 0), (20, 12), (9, 4)))
    ]
    for at in (0, 1, 2, 4):
        moving.move(made[at].pk, "accept", 1, Said(), by=unit, now=now)
    moving.move(made[1].pk, "urge", 2, Said("请于到期前报请验收"), by=office, now=now)
    moving.move(made[2].pk, "report", 2, Said("已约谈当事人，待书面答复"), by=unit, now=now)
    moving.move(made[3].pk, "return", 1, Said("清欠台账由县局统一建立，请明确牵头单位"), by=unit, now=now)
    file = SimpleUploadedFile("复核底稿.txt", "复核底稿：三户已全部复核。\n".encode())
    showing.show(made[4].pk, file, "复核底稿", by=unit, now=now, media=here.media)
    moving.move(made[4].pk, "hand-in", 2, Said("三户已全部复核"), by=unit, now=now)
    if person is not None and person.unit_id == own.pk:
        Task.objects.filter(pk=made[5].pk).update(person=person.code)


def _begun(at: int, unit: Unit, days: int, ago: int, calendar: Calendar, office: Account, now: datetime) -> Task:
    """As if it had been assigned some days ago, when the accounts of the demonstration were not there yet."""
    title, document, source, criterion = MATTERS[at]
    wanted = opening.Wanted(title, f"按{document}要求办理：{title}。", source, document, criterion, unit.pk, days=days)
    task = opening.assign(wanted, by=office, now=now)
    task.assigned_at = task.since = now - timedelta(days=ago)
    task.due_at = after(calendar, task.since, days)
    task.save()
    task.steps.update(at=task.since, due_at=task.due_at)
    return task


def _past(units: Sequence[Unit], calendar: Calendar, office: Account, now: datetime) -> None:
    """Some units are slow, and slow where little was reported; the rest is chance."""
    chance, rows, steps = Random(2026), list[Task](), list[Step]()
    for at in range(PAST):
        place = chance.randrange(len(units))
        since, days = now - timedelta(days=chance.randrange(70, 330)), chance.randrange(5, 25)
        due = after(calendar, since, days)
        needs = chance.lognormvariate(-0.24 + (place % 5 - 2) * 0.16, 0.35)
        title, _, source, criterion = MATTERS[at % len(MATTERS)]
        document = f"衡税督〔{since.year}〕{at + 1}号"
        task = Task(
            title=f"{title}（往年 {at + 1}）", text=title, source=source, document=document, criterion=criterion,
            unit=units[place], state=State.CLOSED, by=office, assigned_at=since, since=since, days=days, due_at=due,
            calendar=calendar.digest, handed_at=since + (due - since) * needs, handed_by=office,
        )  # fmt: skip
        task.closed_at = task.handed_at
        late(task, calendar, task.handed_at or due)
        rows.append(task)
    for task in Task.objects.bulk_create(rows):
        span = (task.handed_at or task.due_at) - task.since
        told = [("accept", 0.05), *[("report", share) for share in (0.3, 0.6) if chance.random() < 0.7], ("hand-in", 1)]
        steps += [
            Step(task=task, move=move, to=State.WORKING, due_at=task.due_at, by=office, at=task.since + span * share)
            for move, share in told
        ]
    Step.objects.bulk_create(steps, 500)
