"""What waits for whoever asks, for the home page: runs to sign, batches with rejected rows, jobs that failed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from steelyard.engine.problems import Refused
from steelyard.reports import formats
from steelyard.reports.sheet import Words
from steelyard.web.cascade.figures import open_of, returned
from steelyard.web.cycles.models import Arrival, Delivery, Loaded, Stage, Version
from steelyard.web.cycles.moves import BY_NAME, SIGNING
from steelyard.web.cycles.signing import goes_on
from steelyard.web.dialogue.carrying import Standing, newest, standing
from steelyard.web.dialogue.models import PERSONAL, Appeal, Move
from steelyard.web.dialogue.models import Stage as AppealStage
from steelyard.web.entries.models import Panel
from steelyard.web.entries.models import Stage as PanelStage
from steelyard.web.jobs.models import Job, State
from steelyard.web.look.reading import language
from steelyard.web.pages.answering import Waiting
from steelyard.web.pages.calendar.waiting import of_calendar
from steelyard.web.pages.library.waiting import of_rules
from steelyard.web.pages.office.procedure import cases
from steelyard.web.pages.plans.due import due
from steelyard.web.pages.tasks.waiting import of_tasks
from steelyard.web.pages.uses.waiting import of_uses
from steelyard.web.pages.watch.waiting import of_alerts
from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import RegisterImport
from steelyard.web.people.roles import Role
from steelyard.web.people.seeing import filter_of

RECENT = timedelta(days=14)
MOST = 5
NEXT = {
    AppealStage.FILED: ("answer", Words("申诉待答复", "Appeal to answer")),
    AppealStage.ANSWERED: ("check", Words("申诉待核查", "Appeal to check")),
    AppealStage.CHECKED: ("uphold", Words("申诉待裁定", "Appeal to rule on")),
}
"""What an appeal waits for at each stage: the move that a policy names, and words for it."""
RULED = (AppealStage.UPHELD, AppealStage.REJECTED, AppealStage.DONE)
"""What whoever filed it is told."""


OF_PANELS = {
    PanelStage.HELD: (("panel-reopen", "panel-rule"), Words("评定一致度不足，暂缓", "Judged item held back"), "bad"),
    PanelStage.AGREED: (("panel-count",), Words("评定待计入", "Judged item to count"), "warn"),
}
"""What a judged item waits for: the moves that a policy names, words, and how grave it is."""
SECOND = BY_NAME["second"]


def waiting(who: Asker, now: datetime) -> list[Waiting]:
    """What is late first, then the latest, at most a handful of each kind, so that queries are bounded, too."""
    found = [
        *_signing(who),
        *_appeals(who),
        *_uncorrected(who),
        *_ruled(who, now),
        *_judging(who),
        *_planning(who),
        *_late(who, now),
        *_rejected(who, now),
        *_failed(who, now),
        *_refused(who, now),
        *_imports(who),
        *of_rules(who),
        *_cascades(who),
        *of_calendar(who, now),
        *of_tasks(who, now),
        *of_alerts(who, now),
        *of_uses(who),
    ]
    return sorted(found, key=lambda one: (one.late, one.at), reverse=True)


def _mood(late: bool) -> str:
    return "bad" if late else "warn"


def _signing(who: Asker) -> Iterator[Waiting]:
    mine = {stage: move for move in SIGNING for stage in move.begins if who.may(move.address, Target(state=stage))}
    if not mine:
        return
    for one in Version.objects.filter(stage__in=mine).select_related("run").order_by("-pk")[:MOST]:
        move = mine[Stage(one.stage)] if goes_on(one) else SECOND if _may_second(who, one) else None
        if move is not None:
            words = Words(f"待{move.words.zh}", f"To do: {move.words.en}")
            about = f"{one.run.plan_name} {formats.period(one.period, language())}"
            yield Waiting(words, about, reverse("run", args=[one.run_id]), one.run.made_at)


def _may_second(who: Asker, one: Version) -> bool:
    """Another has proposed it as a correction; before that, there is nothing to do but for the office."""
    open_to = (
        one.replaces_id is not None and one.seconded_by_id is None and who.may(SECOND.address, Target(state=one.stage))
    )
    return open_to and who.account is not None and one.proposed_by_id != who.account.pk


def _appeals(who: Asker) -> Iterator[Waiting]:
    """Those on which whoever asks may take the next step."""
    mine = [stage for stage, (name, _) in NEXT.items() if who.may(f"appeal-{name}", Target(state=stage))]
    if not mine:
        return
    for one in Appeal.objects.filter(stage__in=mine).select_related("unit").order_by("due")[:MOST]:
        _, words = NEXT[AppealStage(one.stage)]
        late = one.due < who.today
        yield Waiting(words, one.unit.name, reverse("appeal", args=[one.pk]), one.filed_at, _mood(late), late)


def _ruled(who: Asker, now: datetime) -> Iterator[Waiting]:
    """What came of appeals against one's own account, for whoever filed them."""
    own = who.account.person if who.account else ""
    if not own or not who.may("person-appeal", Target(person=own, state=Stage.PUBLISHED, label=PERSONAL, private=True)):
        return
    moved = Move.objects.filter(appeal__person=own, to__in=RULED, at__gte=now - RECENT)
    latest = {one.appeal_id: one for one in moved.select_related("appeal").order_by("pk")}
    for one in sorted(latest.values(), key=lambda one: -one.pk)[:MOST]:
        words = Words(f"您的申诉：{one.get_to_display()}", f"Your appeal: {AppealStage(one.to)}")
        mood = "good" if one.to != AppealStage.REJECTED else "warn"
        yield Waiting(words, one.text[:40], reverse("appeal", args=[one.appeal_id]), one.at, mood)


def _uncorrected(who: Asker) -> Iterator[Waiting]:
    """Appeals that were upheld, of which no correction has been published yet: what is to be done with each."""
    if who.may("version-correct", Target(state=Stage.PREVIEW)):
        last = newest()
        upheld = Appeal.objects.filter(stage=AppealStage.UPHELD).select_related("unit", "version__run")
        for one in upheld.order_by("due")[:MOST]:
            yield Waiting(_correction(one, last), one.unit.name, reverse("appeal", args=[one.pk]), one.filed_at)


def _correction(appeal: Appeal, last: int) -> Words:
    try:
        found = standing(appeal, last)
    except Refused:  # the record cannot be read: the appeal's own page says why
        found = Standing()
    if found.replaced:
        return Words(
            "申诉成立，但更正的记录已被后来的文件改掉：请重新装载更正，或重新提请裁定",
            "Upheld, but later files replaced the corrected records: load them again, or put it to the committee again",
        )
    if found.missing:
        return Words("申诉成立，待装载更正材料", "Upheld: load the corrected records")
    return Words("申诉成立，待公布更正", "Upheld: publish the correction")


def _judging(who: Asker) -> Iterator[Waiting]:
    """Items that whoever asks has still to rate, and those on which he may take the next step."""
    if who.may("panel-rate", Target(state=PanelStage.OPEN)):
        mine = Panel.objects.filter(stage=PanelStage.OPEN, raters__account=who.account,
                                    raters__handed_in=None, raters__released=None)  # fmt: skip
        for one in mine.order_by("due")[:MOST]:
            words = Words(f"待评分，{one.due:%m-%d} 截止", f"To rate by {one.due:%m-%d}")
            late = one.due < who.today
            yield Waiting(words, one.name, reverse("panel", args=[one.pk]), one.opened_at, _mood(late), late)
    due = [
        stage for stage, (names, _, _) in OF_PANELS.items() if any(who.may(name, Target(state=stage)) for name in names)
    ]
    if due:
        for one in Panel.objects.filter(stage__in=due).order_by("-pk")[:MOST]:
            _, words, mood = OF_PANELS[PanelStage(one.stage)]
            yield Waiting(words, one.name, reverse("panel", args=[one.pk]), one.opened_at, mood)


def _planning(who: Asker) -> Iterator[Waiting]:
    for words, one, late in due(who):
        yield Waiting(words, one.name, reverse("making", args=[one.pk]), one.made_at, _mood(late), late)


def _late(who: Asker, now: datetime) -> Iterator[Waiting]:
    """Steps of the office's own procedure that are past their day."""
    if who.may("procedure"):
        for case, step in [(one, one.late) for one in cases(timezone.localtime(now)) if one.late][:MOST]:
            words = Words(
                f"逾期 {step.over} 个工作日：{step.step.words.zh}",
                f"{step.over} working days late: {step.step.words.en}",
            )
            about = f"{case.plan_name} {formats.period(case.period, language())}"
            yield Waiting(words, about, reverse("procedure"), step.since, "bad", late=True)


def _rejected(who: Asker, now: datetime) -> Iterator[Waiting]:
    if who.may("batch-mend"):
        for one in Loaded.objects.filter(rejected__gt=0, known_at__gte=now - RECENT).order_by("-number")[:MOST]:
            words = Words(
                f"第 {one.number} 批拒收 {one.rejected} 行", f"Batch {one.number}: {one.rejected} rows rejected"
            )
            yield Waiting(words, one.file, reverse("batch", args=[one.number]), one.known_at)


def _failed(who: Asker, now: datetime) -> Iterator[Waiting]:
    if who.may("jobs"):
        for one in Job.objects.filter(state=State.FAILED, ended__gte=now - RECENT).order_by("-pk")[:MOST]:
            words = Words(f"任务 {one.pk} 失败", f"Job {one.pk} failed")
            yield Waiting(words, one.about, reverse("job", args=[one.pk]), one.ended or one.asked_at, "bad")


def _refused(who: Asker, now: datetime) -> Iterator[Waiting]:
    if who.may("deliver"):
        rows = Delivery.objects.filter(state=Arrival.REFUSED, at__gte=now - RECENT).order_by("-pk")[:MOST]
        for one in rows:
            words = Words("文件整份未收", "A file was refused")
            yield Waiting(words, one.name, f"{reverse('deliveries')}?state=refused", one.at, "bad")


def _imports(who: Asker) -> Iterator[Waiting]:
    """Registers that a system has sent, and that somebody has to look at."""
    if who.may("organisation-apply"):
        sent = RegisterImport.objects.filter(applied_at=None, refused_at=None).exclude(token=None)
        for one in sent.select_related("token").order_by("-pk")[:MOST]:
            words = Words("报送的机构与人员待核对", "A register was sent, to look at")
            yield Waiting(
                words, one.token.name if one.token else "", reverse("organisation-apply", args=[one.key]), one.made_at
            )


def _cascades(who: Asker) -> Iterator[Waiting]:
    """What a unit has to confirm, and what it has sent back to the office."""
    for held in who.held:
        if held.role == Role.UNIT and held.path:
            for pk, unit, name, count, due, at in open_of(held.path):
                late = due < who.today
                words = Words(
                    f"待确认责任项 {count} 项，{due:%m-%d} 截止", f"{count} assignments to confirm by {due:%m-%d}"
                )
                yield Waiting(words, name, reverse("cascade-unit", args=[pk, unit]), at, _mood(late), late)
    for one in returned().filter(filter_of(who, "assignment-insist", "unit__path"))[:MOST]:
        words = Words("退回的责任项待答复", "A returned assignment to answer")
        yield Waiting(words, f"{one.unit.name} {one.name}", reverse("assignment", args=[one.pk]), one.at)
