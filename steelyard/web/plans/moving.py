"""Moves of a making: each is checked again under its lock, and written into the trail with what it moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from steelyard.engine.calendar.deadlines import workdays_after
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse
from steelyard.web.library.issuing import Signed, issue, switch
from steelyard.web.library.models import Edition, Rule
from steelyard.web.library.models import Kind as RuleKind
from steelyard.web.library.rules import bureau
from steelyard.web.library.texts import digest
from steelyard.web.people.acting import another
from steelyard.web.people.models import Account
from steelyard.web.plans.checking import covered, lacking, looked, plan_of, standing_in_the_way, year_of
from steelyard.web.plans.desk import Desk, at_desk, reasoned
from steelyard.web.plans.models import Kind, Making, Stage, Step
from steelyard.web.plans.moves import BY_NAME, Move
from steelyard.web.plans.telling import turns
from steelyard.web.plans.text import tried
from steelyard.web.trail.recording import record
from steelyard.web.typed import number_in

CATALOGUE.add(
    {
        "plan-days": ("征求意见的期限应为 1 至 60 个工作日", "comments are due after 1 to 60 working days"),
        "plan-calendar": (
            "还没有工作日历，不能计算期限；请先写好 calendar.yaml",
            "there is no working calendar to count days by; write calendar.yaml first",
        ),
        "plan-number": ("请写文号（2 至 100 字）和印发日期", "state number (2 to 100 signs) and day of the notice"),
        "plan-unanswered": (
            "还有 {count} 条意见没有答复；全部答复之后才能报批",
            "{count} comments are not answered yet; answer all of them first",
        ),
        "plan-still-open": (
            "征求意见到 {due} 才截止；到期后再报批，或退回起草重新征求",
            "comments are due on {due}; submit after that day, or go back to drafting",
        ),
        "plan-in-the-way": (
            "还不能{move}：检查有 {problems} 处错误未改也未特批，{lacks} 项指标要素不全，{tasks} 项重点工作没有指标"
            "承接；见“检查”",
            "'{move}' has to wait: {problems} errors neither mended nor waived, {lacks} indicators that do not state "
            "all, {tasks} priority tasks without indicator; see the checks",
        ),
        "plan-changed-since": (
            "您打开页面之后全文有改动；请看过现在的全文再批准",
            "the text was changed after you had opened the page; read what it says now before you approve it",
        ),
        "plan-not-the-same": (
            "全文与报批时的不同，不能{move}；请退回修改后重新报批",
            "the text is not the one that was submitted, so '{move}' is not possible; send it back and submit it again",
        ),
        "plan-source-moved": (
            "“{plan}”在起草期间又有了新版（起草依据第 {base} 版，现为第 {current} 版）；请作废后按新版重新起草",
            "'{plan}' has a newer version (begun from {base}, now {current}); begin again from the newer",
        ),
        "plan-no-campaign": ("只有创先争优方案可以暂停和恢复", "only a campaign is switched off and on"),
    }
)
MOST_DAYS = 60


def act(pk: int, name: str, given: Mapping[str, str], *, by: Account, now: datetime) -> Making:
    """Makes a move of the table. Raises `Refused` when it is not, or no longer, possible."""
    move = BY_NAME[name]
    reason = reasoned(given.get("reason", "")) if move.reason else given.get("reason", "").strip()[:500]
    with transaction.atomic():
        desk = at_desk(pk, move.address, by, now)
        making = desk.making
        if move.campaign and making.kind != Kind.CAMPAIGN:
            raise refuse("plan-no-campaign")
        if name in _DO:
            _DO[name](desk, move, given)
        if move.back:
            making.steps.filter(void_at=None).update(void_at=now)
            making.digest = ""
        making.stage = move.to
        making.save()
        said = {"by": desk.by, "behalf": desk.said["behalf"], "at": now, "reason": reason}
        step = Step.objects.create(making=making, move=name, **said)
        desk.told(move.address, reason=reason, stage=str(move.to), digest=making.digest, version=making.version)
        turns.moved(making, name, step.pk, desk.by, now)
    return making


def _consult(desk: Desk, _move: Move, given: Mapping[str, str]) -> None:
    days = number_in(given.get("days", "")) or 0
    if not 0 < days <= MOST_DAYS:
        raise refuse("plan-days", Place("days"))
    calendar = bureau().calendar()
    if calendar is None:
        raise refuse("plan-calendar")
    desk.making.due = workdays_after(calendar, timezone.localdate(desk.now), days)


def _submit(desk: Desk, _move: Move, _given: Mapping[str, str]) -> None:
    making = desk.making
    if count := making.comments.filter(accepted=None).count():
        raise refuse("plan-unanswered", count=count)
    if making.due is not None and timezone.localdate(desk.now) <= making.due:
        raise refuse("plan-still-open", due=making.due)
    making.digest = digest(tried(making))


def _sign(desk: Desk, move: Move, given: Mapping[str, str]) -> None:
    """By another person than who submitted it, of the text that he saw (``seen``: its stamp): waivers may have been
    entered since it was submitted."""
    if given.get("seen") != str(desk.making.stamp):
        raise refuse("plan-changed-since")
    submitted = desk.making.steps.filter(move="submit", void_at=None).select_related("by").last()
    if submitted is not None:
        another(desk.by, submitted.by, desk.said["behalf"], submitted.behalf)
    clean(desk.making, move, desk.now)
    desk.making.digest = digest(tried(desk.making))


def _issue(desk: Desk, move: Move, given: Mapping[str, str]) -> None:
    making, number = desk.making, given.get("number", "").strip()
    day = _day(given.get("issued_on", ""))
    if day is None or not 2 <= len(number) <= 100:
        raise refuse("plan-number", Place("number"))
    Edition.hold()  # so that nobody changes the book between what is looked at and what comes into force
    every = [making, *(_signed(making) if given.get("together") else [])]
    texts = [_ready(one, desk, move) for one in every]
    signed = [
        Signed(one.code, text, f"{number} {one.reason}"[:500], one.since)
        for one, text in zip(every, texts, strict=True)
    ]
    versions = issue(RuleKind.PLAN, signed, by=desk.by, said=desk.said, now=desk.now)
    for one, version in zip(every, versions, strict=True):
        one.number, one.issued_on, one.version = number, day, version.number
        if one.pk != making.pk:
            _goes_along(one, desk, move)


def _signed(making: Making) -> list[Making]:
    """The other plans that wait for being issued: they may carry each other's priority tasks, so that none of them
    could come into force alone. One that somebody is working on at this moment stays behind."""
    rows = Making.objects.select_for_update(no_key=True, skip_locked=True).filter(stage=Stage.SIGNED)
    return list(rows.exclude(pk=making.pk).order_by("pk"))


def _ready(making: Making, desk: Desk, move: Move) -> str:
    """The text that was signed, by another than who issues it, and with nothing in its way."""
    text = tried(making)
    if digest(text) != making.digest:
        raise refuse("plan-not-the-same", move=move.words)
    signed = making.steps.filter(move="sign", void_at=None).select_related("by").last()
    if signed is not None:
        another(desk.by, signed.by, desk.said["behalf"], signed.behalf)
    _source_stands(making)
    clean(making, move, desk.now)
    return text


def _goes_along(making: Making, desk: Desk, move: Move) -> None:
    making.stage = move.to
    making.save()
    told = {"by": desk.by, "behalf": desk.said["behalf"], "at": desk.now, "reason": desk.making.name}
    Step.objects.create(making=making, move=move.name, **told)
    detail = {"plan": making.code, "version": making.version, "with": desk.making.code, "digest": making.digest}
    record(move.address, **desk.said, at=desk.now, target=f"making:{making.pk}", detail=detail)
    turns.issued(making, desk.by, desk.now)


def _source_stands(making: Making) -> None:
    """A change is of the version in force, else it would undo what came between."""
    if making.kind == Kind.CHANGE:
        current = Rule.objects.get(address=making.code).current
        if current != making.base:
            raise refuse("plan-source-moved", plan=making.code, base=making.base, current=current)


def _switch(desk: Desk, move: Move, _given: Mapping[str, str]) -> None:
    switch(desk.making.code, move.name == "resume", said=desk.said, now=desk.now)


def clean(making: Making, move: Move, now: datetime) -> None:
    """Nothing mandatory is missing, and what policy finds is mended or waived. Raises `Refused` (``plan-in-the-way``)
    with what the check says."""
    book, told = bureau().book(), looked(making)
    picks = list(making.picks.select_related("group"))
    tasks = covered(making, picks, book, year_of(plan_of(making), timezone.localdate(now)))
    count = standing_in_the_way(told, lacking(picks, book), tasks)
    if any(count.values()):
        raise Refused([Problem("plan-in-the-way", params={"move": move.words, **count})])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_DO: Mapping[str, Callable[[Desk, Move, Mapping[str, str]], None]] = {
    "consult": _consult, "submit": _submit, "sign": _sign, "issue": _issue, "halt": _switch, "resume": _switch,
}  # fmt: skip
