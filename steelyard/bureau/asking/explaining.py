"""Why a unit got these points: one indicator explained, with its clause and what would have kept the points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from steelyard.bureau.naming import bearer
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.sheets.losses import Losses
from steelyard.engine.explaining.explanation import Explanation, explain
from steelyard.engine.given import accept, given, unlike
from steelyard.engine.problems import CATALOGUE, Language, refuse
from steelyard.engine.shape import suggestion
from steelyard.reports.sheet import Statement

CATALOGUE.add(
    {
        "unit-not-assessed": (
            "计划 {plan} 没有考评“{unit}”；请用机构代码或全称{suggestion}",
            "plan {plan} does not assess '{unit}'; use the unit's code or full name{suggestion}",
        ),
        "indicator-not-in-plan": (
            "计划 {plan} 没有指标“{indicator}”；请用指标代码或名称{suggestion}",
            "plan {plan} has no indicator '{indicator}'; use its identifier or name{suggestion}",
        ),
        "period-not-run": (
            "本次运行没有周期“{period}”；有：{allowed}",
            "this run has no period '{period}'; it has: {allowed}",
        ),
    }
)


@dataclass(frozen=True)
class Explained:
    """One indicator of one unit in one period. ``remedy`` is None where no single change brings the points back, or
    nobody asked for one."""

    unit: str
    name: str
    period: str
    indicator: str
    basis: str
    explanation: Explanation
    remedy: Statement | None


def explain_unit(
    ran: Ran, unit: str, indicator: str, period: str | None, language: Language, remedies: bool = True
) -> Explained:
    """``unit`` and ``indicator`` by code or by name; ``remedies``: whether to look for what would have kept the points,
    which takes longest. Raises `Refused` with the nearest names."""
    given(ran=(ran, Ran), unit=(unit, str), indicator=(indicator, str), period=(period, str, type(None)))
    accept(unlike("language", language, get_args(Language)))
    code, id = unit_of(ran, unit), indicator_of(ran, indicator)
    when = period_of(ran, period)
    index = ran.result.panel.at(code, when)
    weighed, words = ran.result.indicators[id], ran.vocabulary
    remedy = Losses(ran.result.scope, words).remedy(weighed, index) if remedies else None
    explanation = explain(weighed, ran.result.scope, index, language, words)
    return Explained(code, ran.names.get(code, code), when, id, ran.book.indicators[id].basis, explanation, remedy)


def explain_all(ran: Ran, unit: str, period: str | None, language: Language) -> list[Explained]:
    """Every indicator of the plan that has something to say of the unit, in the plan's order; no remedies."""
    code, when = unit_of(ran, unit), period_of(ran, period)
    index, words, scope = ran.result.panel.at(code, when), ran.vocabulary, ran.result.scope
    found = {id: explain(one, scope, index, language, words) for id, one in ran.result.indicators.items()}
    return [
        Explained(code, ran.names.get(code, code), when, id, ran.book.indicators[id].basis, one, None)
        for id, one in found.items()
        if (one.points, one.label) != (None, None) or one.reason
    ]


def unit_of(ran: Ran, written: str) -> str:
    """The code of an assessed unit, from its code or a name that no other bears."""
    codes = ran.result.panel.subjects
    if written in codes:
        return written
    named = bearer(written, codes, ran.names.get)
    if named is None:
        near = suggestion(written, [*(ran.names.get(code, code) for code in codes), *codes])
        raise refuse("unit-not-assessed", plan=ran.plan.id, unit=written, suggestion=near)
    return named


def indicator_of(ran: Ran, written: str) -> str:
    ids = {weighed.name: id for id, weighed in ran.result.indicators.items()}
    ids.update((id, id) for id in ran.result.indicators)
    if written not in ids:
        near = suggestion(written, list(ids))
        raise refuse("indicator-not-in-plan", plan=ran.plan.id, indicator=written, suggestion=near)
    return ids[written]


def period_of(ran: Ran, written: str | None) -> str:
    """The period named, else the last one of the run."""
    allowed = ran.result.panel.periods
    if written is not None and written not in allowed:
        raise refuse("period-not-run", period=written, allowed="、".join(allowed))
    return written or allowed[-1]
