"""Meaning: caps that can never bind, ranges the wrong way round, per cent held against numbers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from steelyard.engine.checking.applied import Applied, constant
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.functions import above_rows
from steelyard.engine.checking.looking import Looking
from steelyard.engine.checking.outlook import ANYTHING, Outlook
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.nodes import Call, Node, Number
from steelyard.engine.expressions.wording import figure
from steelyard.engine.model.target import Target
from steelyard.engine.problems import CATALOGUE, Place, Problem
from steelyard.engine.weighing.recipes import floor_of

CATALOGUE.add(
    {
        "cap-never-binds": (
            "“{rule}”的上限 {cap} 永远用不到：{step}最多 {most}；请核对数字，或删去上限",
            "the cap {cap} of '{rule}' can never bind: {step} reaches {most} at most; check the numbers or remove it",
        ),
        "cap-above-full": (
            "“{rule}”最多扣 {cap} 分，但满分只有 {full} 分，扣到下限为止，这个上限用不到；请核对",
            "'{rule}' takes at most {cap} points, but its full mark is {full} and the floor holds before; "
            "check the cap",
        ),
        "range-reversed": (
            "{what_zh}写反了：{low} 大于 {high}；请对调",
            "{what_en} the wrong way round: {low} is above {high}; exchange them",
        ),
        "share-out-of-range": (
            "“{key}”应在 0 与 1（100%）之间，现在是 {found}",
            "'{key}' must lie between 0 and 1 (100%), it is {found}",
        ),
        "points-never-change": (
            "“{rule}”无论数据如何都得 {points} 分；请核对下限、上限和步长",
            "'{rule}' gives {points} points whatever the data; check floor, cap and step",
        ),
        "target-unit": (
            "“{rule}”的实际值是{shown_zh}，目标却写成 {found}；目标 98% 请写 98%（或 0.98），实际值乘了 100 的请写 98",
            "the value of '{rule}' is {shown_en}, but its target is {found}; write 98% (or 0.98) for a rate, "
            "98 only where "
            "the value was multiplied by 100",
        ),
    }
)


@check(stage="meaning", code="cap-never-binds")
def caps_can_bind(context: Context) -> Iterator[Problem]:
    """上限（cap、at_most）若无论如何都达不到，多半是数字写错了。

    A cap (cap, at_most) that can never be reached is most likely a slip.
    """
    looks = context.looks
    for rule in context.rules:
        for done in looks.of(rule):
            for node in above_rows(done.step.tree):
                limit, inner = _limit(node)
                found = None if inner is None else Looking().read(inner, done.known, looks).high
                if limit is not None and found is not None and found < limit:
                    params = {"rule": rule.rule.name, "cap": figure(limit), "most": figure(found), "step": done.step.zh}
                    yield Problem("cap-never-binds", rule.place("cap"), params, "warning")


def _limit(node: Node) -> tuple[Fraction | None, Node | None]:
    match node:
        case Call(op="least", args=(inner, Number(value=limit))):
            return limit, inner
        case _:
            return None, None


@check(stage="meaning", code="cap-above-full")
def caps_stay_below_the_full_mark(context: Context) -> Iterator[Problem]:
    """满分 5 分、最低 0 分的指标，“最多扣 6 分”永远用不到，多半是满分或上限写错了。

    Of an indicator with 5 points and a floor of 0, "at most 6 points" are never taken.
    """
    for rule in context.rules:
        score, full = rule.rule.score, constant(context.full_of(rule))
        floor = constant(floor_of(rule.rule, context.defaults))
        cap = None if score is None or score.deduct is None else constant(score.deduct.at_most)
        cap = constant(score.step.at_most) if score is not None and score.step is not None else cap
        if full is not None and floor is not None and cap is not None and cap.value > full.value - floor.value:
            params = {"rule": rule.rule.name, "cap": figure(cap.value), "full": figure(full.value)}
            yield Problem("cap-above-full", rule.place("score"), params, "warning")


@check(stage="meaning", code="range-reversed")
def ranges_run_upwards(context: Context) -> Iterator[Problem]:
    """下限不高于上限：floor 与 cap，难度系数的 lowest 与 highest。

    Lower ends are not above upper ends: floor and cap, lowest and highest of a difficulty coefficient.
    """
    for rule in context.rules:
        yield from _reversed(
            floor_of(rule.rule, context.defaults), rule.rule.cap, ("下限与上限", "floor and cap are"), rule.place("cap")
        )
    for plan in context.book.plans.values():
        for group in plan.groups:
            yield from _reversed(group.floor, group.cap, ("下限与上限", "floor and cap are"), group.place("cap"))
        if plan.difficulty is not None:
            words = ("难度系数的范围", "the range of difficulty is")
            yield from _reversed(
                plan.difficulty.lowest, plan.difficulty.highest, words, plan.difficulty.place("lowest")
            )


def _reversed(low: Node | None, high: Node | None, what: tuple[str, str], place: Place) -> Iterator[Problem]:
    below, above = constant(low), constant(high)
    if below is not None and above is not None and below.value > above.value:
        params = {"low": figure(below.value), "high": figure(above.value), "what_zh": what[0], "what_en": what[1]}
        yield Problem("range-reversed", place, params)


@check(stage="meaning", code="points-never-change")
def points_can_change(context: Context) -> Iterator[Problem]:
    """无论数据如何得分都一样的规则，多半是下限、上限或步长写错了。

    A rule that gives the same points whatever the data has most likely a slip in its floor, cap or step.
    """
    for rule in context.rules:
        points = context.looks.steps(rule).get("points", ANYTHING)
        if rule.rule.score is not None and points.low is not None and points.low == points.high:
            params = {"rule": rule.rule.name, "points": figure(points.low)}
            yield Problem("points-never-change", rule.place("score"), params, "warning")


@check(stage="meaning", code="share-out-of-range")
def shares_are_shares(context: Context) -> Iterator[Problem]:
    """份额在 0 与 1 之间：减轻扣分的 keep、权重、分段的 share、对齐的 centre。

    Shares lie between 0 and 1: keep of a relief, weights, shares of segments, centre of an alignment.
    """
    for formula in context.formulas:
        keys = ("weight", "share", "centre") if formula.home in context.book.plans else ("keep",)
        found = constant(formula.tree) if formula.key in keys else None
        if found is not None and not 0 <= found.value <= 1:
            params = {"key": formula.key, "found": figure(found.value)}
            yield Problem("share-out-of-range", formula.place, params)


@check(stage="meaning", code="target-unit")
def targets_have_the_unit_of_the_value(context: Context) -> Iterator[Problem]:
    """比率与目标要用同一单位：实际值是比率（0 到 1，或按百分数显示）时目标不会超过 150%；实际值乘过 100 时目标不会是
    0.98。

    Value and target have one unit: a rate has no target above 150 %, a value multiplied by 100 none below 1.5.
    """
    looks = context.looks
    for rule in context.rules:
        if rule.rule.target is None or rule.rule.value is None:
            continue
        value = looks.steps(rule).get("value", Outlook())
        for target in _targets(rule.rule.target):
            shown = _mismatch(rule, value, target.value)
            if shown is not None:
                params = {
                    "rule": rule.rule.name,
                    "found": figure(target.value),
                    "shown_zh": shown[0],
                    "shown_en": shown[1],
                }
                yield Problem("target-unit", rule.place("target"), params, "warning")


def _targets(target: Target) -> Iterator[Number]:
    for dated in (target.all, *target.by_class.values()):
        found = () if dated is None else dated.values.values()
        yield from (node for node in found if isinstance(node, Number))


LARGEST_RATE = Fraction(3, 2)


def _mismatch(rule: Applied, value: Outlook, target: Fraction) -> tuple[str, str] | None:
    rate = value.high == 1 and value.low == 0
    if (rate or rule.rule.show == "percent") and target > LARGEST_RATE:
        return (
            ("按百分数显示的比率", "a rate shown in per cent")
            if rule.rule.show == "percent"
            else ("0 到 1 的比率", "a rate from 0 to 1")
        )
    if value.high == 100 and value.low == 0 and 0 < target <= LARGEST_RATE:
        return "乘过 100 的百分数", "per cent multiplied by 100"
    return None
