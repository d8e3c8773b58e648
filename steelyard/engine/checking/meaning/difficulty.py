"""Meaning: a difficulty coefficient is there for everybody, or the plan says what stands in its place."""

from __future__ import annotations

from collections.abc import Iterator

from steelyard.engine.checking.applied import constant
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.looking import Looking
from steelyard.engine.checking.meaning.empty import reason
from steelyard.engine.checking.outlook import Cause, Outlook
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.nodes import Name
from steelyard.engine.expressions.windows import windowed
from steelyard.engine.expressions.wording import figure
from steelyard.engine.model.plan import AWAITED, Difficulty, Plan
from steelyard.engine.problems import CATALOGUE, Problem
from steelyard.engine.weighing.plans import coefficient

CATALOGUE.add(
    {
        "difficulty-empty-unsaid": (
            "计划“{plan}”的难度系数可能没有结果：{reason_zh}；请在 difficulty 里写 empty:"
            "（如 1，即没有系数的单位不调整；或 awaited，即系数补上以前总分待定）",
            "the difficulty coefficient of plan '{plan}' may have no result: {reason_en}; write empty: in difficulty "
            "(such as 1, for units without a coefficient to stay as they are, or awaited, for their total to wait)",
        ),
        "difficulty-not-positive": (
            "难度系数的下限 lowest 是 {found}，应大于 0：系数为 0 或负数，得分会被清零或颠倒；请写如 0.9",
            "lowest of the difficulty is {found} and must be above 0: a coefficient of zero or below wipes points out "
            "or turns them round; write, for instance, 0.9",
        ),
    }
)


@check(stage="meaning", code="difficulty-empty-unsaid")
def coefficients_that_may_be_missing_say_so(context: Context) -> Iterator[Problem]:
    """难度系数用到可能未登记的机构属性、可能没有同类的统计、可能为零的除数时，必须写 empty：没有系数的单位怎么办。

    A difficulty coefficient that rests on attributes, on peers or on a division says what holds where it is missing.
    """
    for plan in context.book.plans.values():
        cause = None if plan.difficulty is None else _cause(context, plan, plan.difficulty)
        if plan.difficulty is not None and cause is not None:
            yield Problem(
                "difficulty-empty-unsaid",
                plan.difficulty.place("coefficient" if plan.difficulty.empty is None else "empty"),
                {"plan": plan.id, **reason(cause)},
            )


def _cause(context: Context, plan: Plan, difficulty: Difficulty) -> Cause | None:
    if difficulty.empty == AWAITED:
        return None
    tree = windowed(coefficient(plan, difficulty), context.values)
    return Looking().read(tree, _names(context, plan), context.looks).cause


def _names(context: Context, plan: Plan) -> dict[str, Outlook]:
    """What the plan's formulas can name: what its indicators publish, some of it for some units only."""
    names: dict[str, Outlook] = {}
    for entry in plan.entries:
        found = context.looks.indicator(entry.indicator)
        names |= {f"{entry.indicator}.{what}": outlook for what, outlook in found.items()}
        if entry.only:
            points = Name((entry.indicator, "points"))
            names[points.text] = found.get("points", Outlook()).because(Cause("outside", points))
    return names


@check(stage="meaning", code="difficulty-not-positive")
def coefficients_are_above_zero(context: Context) -> Iterator[Problem]:
    """难度系数的下限要大于 0，否则得分会被清零，甚至扣分变加分。

    The lowest difficulty coefficient is above zero; otherwise points vanish, or a malus becomes a bonus.
    """
    for plan in context.book.plans.values():
        lowest = None if plan.difficulty is None else constant(plan.difficulty.lowest)
        if plan.difficulty is not None and lowest is not None and lowest.value <= 0:
            yield Problem("difficulty-not-positive", plan.difficulty.place("lowest"), {"found": figure(lowest.value)})
