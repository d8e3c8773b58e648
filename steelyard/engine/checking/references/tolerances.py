"""Tolerances (容错): their plan and indicators exist, what was lost can be told, they bind, and nobody fakes one."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from steelyard.engine.checking.applied import constant
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.references.named import period_system
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.resolving import suggestion
from steelyard.engine.model.plan import Plan
from steelyard.engine.model.tolerance import Tolerance, has_plain_mark
from steelyard.engine.problems import CATALOGUE, Problem, Refused

CATALOGUE.add(
    {
        "tolerance-plan-unknown": (
            "容错“{name}”所属的计划“{plan}”不在规则书里{suggestion_zh}；现有：{allowed}",
            "plan '{plan}' of tolerance '{name}' is not in the book{suggestion_en}; there are: {allowed}",
        ),
        "tolerance-indicator-unknown": (
            "容错“{name}”所列的指标“{indicator}”不在计划“{plan}”里{suggestion_zh}；该计划的指标：{allowed}",
            "indicator '{indicator}' of tolerance '{name}' is not in plan '{plan}'{suggestion_en}; its indicators: "
            "{allowed}",
        ),
        "tolerance-without-mark": (
            "容错“{name}”算不出指标“{indicator}”失了几分：满分不是一个数，或因类别而不同；请在计划的条目里写 full",
            "tolerance '{name}' cannot tell what indicator '{indicator}' lost: its full mark is no plain number, or "
            "differs by class; write full in the entry of the plan",
        ),
        "tolerance-by-hand": (
            "计划“{plan}”的组“{group}”写了 role: tolerance；容错请另写 tolerance:，由系统列入计划",
            "group '{group}' of plan '{plan}' has role: tolerance; write a tolerance: document instead",
        ),
        "tolerance-bounds": (
            "容错“{name}”的 {key} 是 {found}；share 应是大于 0、不大于 1 的数，cap 应是大于 0 的分数",
            "{key} of tolerance '{name}' is {found}; share is a number above 0 and at most 1, cap a number of points "
            "above 0",
        ),
        "tolerance-expired": (
            "容错“{name}”自 {since} 至 {until} 有效，计划“{plan}”的年度 {year} 内没有一天；请改日期，或删去它",
            "tolerance '{name}', in force from {since} to {until}, has no day in year {year} of plan '{plan}'; correct "
            "its days or remove it",
        ),
        "tolerance-twice": (
            "指标“{indicator}”的失分由“{first}”和“{name}”两项容错返还，合计超过 100%；请把返还比例之和控制在 1 以内",
            "what indicator '{indicator}' loses is given back by both '{first}' and '{name}', together more than "
            "all of it; keep the sum of their shares at 1 or below",
        ),
    }
)


@check(stage="structure", code="tolerance-plan-unknown")
def tolerances_have_plans(context: Context) -> Iterator[Problem]:
    """容错所属的计划要在规则书里。

    The plan of a tolerance is in the book.
    """
    plans = sorted(context.book.plans)
    for one in context.book.tolerances.values():
        if one.plan not in context.book.plans:
            params = {"name": one.name, "plan": one.plan, "allowed": "、".join(plans) or "—"}
            yield Problem("tolerance-plan-unknown", one.place("plan"), {**params, **suggestion(one.plan, plans)})


def _planned(context: Context) -> Iterator[tuple[Tolerance, Plan]]:
    for one in context.book.tolerances.values():
        if one.plan in context.book.plans:
            yield one, context.book.plans[one.plan]


@check(stage="structure", code="tolerance-indicator-unknown")
def tolerated_indicators_are_in_the_plan(context: Context) -> Iterator[Problem]:
    """容错所列的指标都在它的计划里；别的容错不算指标。

    Indicators that a tolerance names are in its plan; another tolerance is none.
    """
    for one, plan in _planned(context):
        known = sorted(entry.indicator for entry in plan.entries if entry.indicator not in context.book.tolerances)
        for at, id in enumerate(one.indicators):
            if id not in known:
                params = {"name": one.name, "indicator": id, "plan": plan.id, "allowed": "、".join(known)}
                place = one.place("indicators", at)
                yield Problem("tolerance-indicator-unknown", place, {**params, **suggestion(id, known)})


@check(stage="structure", code="tolerance-without-mark")
def what_was_lost_can_be_told(context: Context) -> Iterator[Problem]:
    """失了多少分要算得出来：满分是一个数，各类别相同，或者是没有满分、只扣分的指标。

    What was lost can be told: the mark is one number for all classes, or there is none, where an indicator only takes.
    """
    for one, plan in _planned(context):
        entries = {entry.indicator: entry for entry in plan.entries}
        for at, id in enumerate(one.indicators):
            rule = context.book.indicators.get(id)
            if rule is not None and id in entries and not has_plain_mark(rule, entries[id]):
                params = {"name": one.name, "indicator": rule.name}
                yield Problem("tolerance-without-mark", one.place("indicators", at), params)


@check(stage="structure", code="tolerance-by-hand")
def tolerances_enter_plans_themselves(context: Context) -> Iterator[Problem]:
    """计划里不手写容错组：容错另写一份，有依据、上限、期限和批准人。

    Nobody writes a group of tolerance into a plan: a tolerance is a document with basis, cap, days and approver.
    """
    for plan in context.book.plans.values():
        for group in plan.groups:
            if group.role == "tolerance" and any(e.indicator not in context.book.tolerances for e in group.indicators):
                yield Problem("tolerance-by-hand", group.place("role"), {"plan": plan.id, "group": group.name})


@check(stage="structure", code="tolerance-bounds")
def shares_and_caps_bind(context: Context) -> Iterator[Problem]:
    """返还比例大于 0、不大于 1，上限大于 0，都写成数。

    The share is above 0 and at most 1, the cap above 0, both plain numbers.
    """
    for one in context.book.tolerances.values():
        for key, highest in (("share", Fraction(1)), ("cap", None)):
            found = constant(getattr(one, key))
            if found is None or found.value <= 0 or (highest is not None and found.value > highest):
                said = "—" if found is None else str(found.value)
                yield Problem("tolerance-bounds", one.place(key), {"name": one.name, "key": key, "found": said})


@check(stage="structure", code="tolerance-expired")
def tolerances_are_in_force(context: Context) -> Iterator[Problem]:
    """容错至少在计划年度里的一天有效；过期的容错什么也不返还。

    A tolerance has at least one day in the year of its plan; one that has expired gives nothing back.
    """
    for one, plan in _planned(context):
        try:
            year = period_system(context).parse(plan.year, plan.place("year"))
        except Refused:
            continue  # the period itself is complained of elsewhere
        if one.until < year.start or one.since >= year.end:
            params = {"name": one.name, "since": one.since, "until": one.until, "plan": plan.id, "year": plan.year}
            yield Problem("tolerance-expired", one.place("until"), params)


@check(stage="structure", code="tolerance-twice")
def nobody_gets_more_than_was_lost(context: Context) -> Iterator[Problem]:
    """同一指标的失分由几项容错返还时，比例合计不超过 1：返还的不能比失去的多。

    Where several tolerances give back what one indicator lost, their shares come to 1 at most.
    """
    found: dict[tuple[str, str], tuple[Fraction, str]] = {}
    for one, plan in _planned(context):
        share = constant(one.share)
        for at, id in enumerate(one.indicators):
            before, first = found.get((plan.id, id), (Fraction(0), one.name))
            together = before + (Fraction(0) if share is None else share.value)
            found[plan.id, id] = together, first
            if before and together > 1:
                params = {"indicator": id, "first": first, "name": one.name}
                yield Problem("tolerance-twice", one.place("indicators", at), params)
