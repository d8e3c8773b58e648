"""Acts on an alert: the assessing departments move it, the units answer."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steelyard.engine.calendar.deadlines import workdays_after
from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.web.dialogue.saying import fit
from steelyard.web.library import rules
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Account
from steelyard.web.trail.recording import record
from steelyard.web.watch import telling
from steelyard.web.watch.models import Alert, Asked, State, Step
from steelyard.web.watch.moves import BY_NAME, Move
from steelyard.web.watch.reminding import rounds

CATALOGUE.add(
    {
        "alert-move": (
            "这条预警现在是“{stage}”，不能{move}；请刷新页面",
            "the alert is at '{stage}' and cannot be moved so ({move}); load the page again",
        ),
        "alert-nobody": (
            "这条预警说的是整类单位，没有可以推送的单位；请核实后直接处理指标，或不成立",
            "the alert is about a whole class and there is no unit to push it to; look at the indicator, or dismiss it",
        ),
        "alert-answered": (
            "{unit} 已于 {at} 答复；请刷新页面",
            "{unit} answered already at {at}; load the page again",
        ),
    }
)
LONGEST = 2000


def move(alert: Alert, name: str, text: str, *, by: Account, now: datetime) -> Alert:
    """One step further, by the table of moves. Raises `Refused`: ``alert-move``, ``alert-nobody``, ``text-empty``,
    ``text-long``, ``act-not-allowed``."""
    way = BY_NAME[name]
    text = fit(text, LONGEST) if way.reason or text.strip() else ""
    with transaction.atomic():
        (by,) = hold(by)
        held = _held(alert.pk)
        if held.state not in way.begins:
            raise refuse("alert-move", stage=State(held.state), move=way.words)
        said = allowed(way.address, by, now, held.target)
        before, held.state, held.due = held.state, way.to, _due(way, now)
        held.save(update_fields=("state", "due"))
        Step.objects.create(alert=held, name=way.name, to=way.to, text=text, by=by, at=now)
        record(way.address, **said, at=now, target=f"alert:{held.pk}", detail={"from": before, "to": way.to.value})
        if way.to == State.PUSHED:
            _ask(held, now)
    return held


def _held(pk: int) -> Alert:
    """As it is now, and until the transaction ends."""
    return Alert.objects.select_for_update(no_key=True, of=("self",)).select_related("under").get(pk=pk)


def _due(way: Move, now: datetime) -> date | None:
    """Until when the next step is to be made: working days by the calendar."""
    here = settings.STEELYARD
    days = {State.VERIFIED: here.alert_days, State.PUSHED: here.answer_days}.get(way.to)
    return None if days is None else workdays_after(rules.calendar(), timezone.localdate(now), days)


def _ask(alert: Alert, now: datetime) -> None:
    """Every unit that has a row; who was asked before is asked again."""
    units = list(alert.fired.exclude(unit=None).order_by("unit").values_list("unit", flat=True).distinct())
    if not units:
        raise refuse("alert-nobody")
    Asked.objects.bulk_create((Asked(alert=alert, unit_id=unit) for unit in units), ignore_conflicts=True)
    alert.asked.update(text="", by=None, at=None)
    telling.pushed(alert, list(alert.asked.select_related("unit")), rounds(alert), now)


def of_part(alert: Alert, part: Asked) -> Target:
    """How the policy sees what one unit is asked."""
    return Target(path=part.unit.path, state=alert.state)


def answer(part: Asked, text: str, *, by: Account, now: datetime) -> Alert:
    """What a unit says of its part. The last answer hands the alert back. Raises `Refused`: ``alert-move``,
    ``alert-answered``, ``text-empty``, ``text-long``, ``act-not-allowed``."""
    text = fit(text, LONGEST)
    with transaction.atomic():
        (by,) = hold(by)
        held = _held(part.alert_id)
        mine = held.asked.select_related("unit").get(pk=part.pk)
        if held.state != State.PUSHED:
            raise refuse("alert-move", stage=State(held.state), move="答复 answer")
        if mine.at is not None:
            raise refuse("alert-answered", unit=mine.unit.name, at=f"{timezone.localtime(mine.at):%Y-%m-%d %H:%M}")
        said = allowed("alert-answer", by, now, of_part(held, mine))
        mine.text, mine.by, mine.at = text, by, now
        mine.save(update_fields=("text", "by", "at"))
        done = not held.asked.filter(at=None).exists()
        to = State.ANSWERED if done else State.PUSHED
        Step.objects.create(alert=held, name="answer", to=to, text=text, unit=mine.unit, by=by, at=now)
        record("alert-answer", **said, at=now, target=f"alert:{held.pk}", detail={"unit": mine.unit_id})
        if done:
            _handed_back(held, now)
    return held


def _handed_back(alert: Alert, now: datetime) -> None:
    alert.state = State.ANSWERED
    alert.due = workdays_after(rules.calendar(), timezone.localdate(now), settings.STEELYARD.alert_days)
    alert.save(update_fields=("state", "due"))
    telling.answered(alert, rounds(alert), now)
