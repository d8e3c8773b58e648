"""Policy: waivers are in force and waive something; what is waived is told with the name of who answers for it."""

from __future__ import annotations

from collections.abc import Iterator

from steelyard.engine.checking.context import Context
from steelyard.engine.checking.policy.registry import POLICIES, Home, findings_in, lasts
from steelyard.engine.checking.registry import check
from steelyard.engine.model.waiver import Waiver
from steelyard.engine.problems import CATALOGUE, Problem
from steelyard.engine.shape import suggestion

CATALOGUE.add(
    {
        "finding-waived": (
            "特批：“{title}”（{indicator}）由{authority}（{role}）依{document}批准，至 {until}；理由：{reason}；"
            "每份报告都会写明",
            "waived: {title} ({indicator}), by {authority} ({role}) on {document} until {until}, because: {reason}; "
            "every report says so",
        ),
        "waiver-of-nothing": (
            "“{plan}”的特批“{finding}”（{indicator}）没有对应的检出；请删去，或改正 finding 与 indicator；"
            "这个计划的检出：{allowed}{suggestion}",
            "the waiver of '{finding}' ({indicator}) in '{plan}' waives nothing; remove it, or correct finding and "
            "indicator; findings of this plan: {allowed}{suggestion}",
        ),
        "waiver-ends-early": (
            "“{plan}”的特批“{finding}”（{indicator}）只到 {until}，计划年度 {year} 还没有结束；请由批准人延长，"
            "或另立新版计划",
            "the waiver of '{finding}' ({indicator}) in '{plan}' ends on {until}, before the plan's year {year} "
            "does; have "
            "it extended, or write a new version of the plan",
        ),
    }
)


@check(stage="policy", code="waiver-ends-early")
def waivers_last_the_year(context: Context) -> Iterator[Problem]:
    """特批要覆盖整个计划年度；中途到期的不起作用。

    A waiver covers the whole year of its plan; one that ends earlier waives nothing.
    """
    for home in context.homes:
        for waiver in home.waivers:
            if not lasts(context, home, waiver):
                params = {"until": waiver.until, "year": context.book.plans[home.plan].year}
                yield Problem("waiver-ends-early", waiver.place("until"), {**_about(home, waiver), **params})


@check(stage="policy", code="waiver-of-nothing")
def waivers_waive_something(context: Context) -> Iterator[Problem]:
    """特批必须对应一处检出，否则报告上会写着一件没有发生的事。

    A waiver belongs to a finding; otherwise reports would tell of something that is not there.
    """
    for home in context.homes:
        found = [(policy.code, one.indicator) for policy, one in findings_in(context, home)] if home.waivers else []
        for waiver in home.waivers:
            if (waiver.finding, waiver.indicator) not in found:
                allowed = "、".join(dict.fromkeys(f"{code} {id}".strip() for code, id in found)) or "—"
                params = {"allowed": allowed, "suggestion": suggestion(waiver.finding, list(POLICIES))}
                yield Problem("waiver-of-nothing", waiver.place("finding"), {**_about(home, waiver), **params})


def _about(home: Home, waiver: Waiver) -> dict[str, object]:
    return {"plan": home.id, "finding": waiver.finding, "indicator": waiver.indicator or "—"}
