"""Opening a judged item: its raters, at least so many without a part in any unit, and the units they rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from steelyard.bureau.entered import Item
from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.web.entries import telling
from steelyard.web.entries.models import Panel, Rater
from steelyard.web.entries.moves import RATERS
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import Target, concerns
from steelyard.web.people.models import Account, Unit
from steelyard.web.people.roles import Role
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "panel-raters": (
            "“{item}”须有至少 {least} 名评委，现选 {found} 名；请再选",
            "'{item}' needs at least {least} raters, {found} are chosen; choose more",
        ),
        "panel-rater-role": (
            "{name} 不是考评部门或领导，不能评分；请换人",
            "{name} is neither of an assessing department nor a leader and cannot rate; choose somebody else",
        ),
        "panel-conflict": (
            "有 {count} 个单位（如{unit}）回避之后不足 {least} 名评委；请增加与它们无关的评委",
            "for {count} units ({unit}, for one) fewer than {least} raters are left without a part in them; "
            "add raters who have none",
        ),
        "panel-units": ("没有单位需要评定；请检查方案的适用范围", "no unit is to be rated; check whom the plan is for"),
        "panel-there": (
            "“{item}”在 {period} 已在评定；请在原来的评定里办理",
            "'{item}' is being rated for {period} already; go on with that",
        ),
        "panel-due": ("截止日期应在今天或以后", "the last day must be today or later"),
    }
)
OWN = frozenset((Role.UNIT, Role.OFFICER, Role.LEADER))
"""Roles whose unit is one's own: who leads a unit, or speaks for it, does not judge it."""


@dataclass(frozen=True)
class Wanted:
    """What is to be rated: an item of a period, for these units, until a day."""

    item: Item
    plan: str
    period: str
    period_end: date
    units: Sequence[Unit]
    due: date


def stands_back(asker: Asker, path: str) -> bool:
    """回避: whether a unit is one's own, lies below one's own, or is one to which one belongs."""
    own = any(one.role in OWN and one.path.count("/") > 2 and path.startswith(one.path) for one in asker.held)
    return own or any(concerns(one, Target(path=path)) for one in asker.held)


def open_panel(wanted: Wanted, raters: Sequence[Account], *, by: Account, now: datetime) -> Panel:
    """Raises `Refused` with everything that speaks against it; then nothing is opened."""
    today = now.date()
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("panel-open", by, now)
        if problems := [*_unfit(wanted, raters, today)]:
            raise Refused(problems)
        panel = _made(wanted, by, now)
        panel.units.set(wanted.units)
        Rater.objects.bulk_create(Rater(panel=panel, account=one, number=at) for at, one in enumerate(raters, start=1))
        detail = {"indicator": panel.indicator, "period": panel.period, "units": len(wanted.units),
                  "raters": [one.username for one in raters]}  # fmt: skip
        record("panel-open", **said, at=now, target=f"panel:{panel.pk}", detail=detail)
        telling.to_rate(panel, raters, now)
    return panel


def _made(wanted: Wanted, by: Account, now: datetime) -> Panel:
    item, terms = wanted.item, wanted.item.terms
    try:
        with transaction.atomic():
            return Panel.objects.create(
                plan=wanted.plan, period=wanted.period, period_end=wanted.period_end, indicator=item.indicator,
                name=item.name, lowest=item.lowest, highest=item.highest, least=terms.raters, blind=terms.blind,
                bar=terms.agreement, due=wanted.due, opened_by=by, opened_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise refuse("panel-there", item=item.name, period=wanted.period) from error


def _unfit(wanted: Wanted, raters: Sequence[Account], today: date) -> list[Problem]:
    least, name = wanted.item.terms.raters, wanted.item.name
    askers = [Asker(one, today) for one in raters]
    found = [
        Problem("panel-rater-role", params={"name": one.name})
        for one, asker in zip(raters, askers, strict=True)
        if asker.roles.isdisjoint(RATERS)
    ]
    if len(set(raters)) < least:
        found.append(Problem("panel-raters", params={"item": name, "least": least, "found": len(raters)}))
    else:
        few = [one for one in wanted.units if sum(not stands_back(asker, one.path) for asker in askers) < least]
        if few:
            params = {"count": len(few), "unit": few[0].name, "least": least}
            found.append(Problem("panel-conflict", params=params))
    if not wanted.units:
        found.append(Problem("panel-units"))
    if wanted.due < today:
        found.append(Problem("panel-due"))
    return found
