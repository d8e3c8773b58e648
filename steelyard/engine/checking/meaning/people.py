"""Meaning: indicators rest on documents, and no officer is measured by the money collected (C7, C47)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from steelyard.engine.checking.context import Context
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.nodes import Aggregate, Name, walk
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.expressions.schema import TableSchema
from steelyard.engine.expressions.wording import figure
from steelyard.engine.model.item import Indicator
from steelyard.engine.problems import CATALOGUE, Problem
from steelyard.engine.weighing.needs import trees_of

LARGEST = 10**18
"""Units of the last decimal; far beyond any total."""

CATALOGUE.add(
    {
        "linked-not-divisible": (
            "“{plan}”的 linked 是 {found}，分不下去；应不小于 0，小数不超过 {places} 位（places）",
            "linked of '{plan}' is {found} and cannot be divided; it is 0 or more, with at most {places} decimals",
        ),
        "link-without-weight": (
            "关联指标“{indicator}”的权重是 {found}；应大于 0",
            "the weight of linked indicator '{indicator}' is {found}; it must be above 0",
        ),
        "indicator-without-basis": (
            "指标“{rule}”没有写依据（basis）；请写明文号和条款，责任部门：{owner}",
            "indicator '{rule}' states no basis; write document and clause; responsible: {owner}",
        ),
        "indicator-incomplete": (
            "指标“{rule}”进入计划“{plan}”还缺 {missing}；请责任部门补齐：{owner}",
            "indicator '{rule}' enters plan '{plan}' without {missing}; responsible: {owner}",
        ),
        "tied-to-amounts": (
            "指标“{rule}”把个人考评与税款数额（{amounts}）挂钩，不得用于个人；确有批准的，在 waiver 写明批准机关和文号",
            "indicator '{rule}' ties a person to collected or assessed amounts ({amounts}) and must not be "
            "used; where an "
            "authority allows it, name the authority and document in waiver",
        ),
        "amounts-carried-by-persons": (
            "个人计划“{plan}”把与税款数额（{amounts}）挂钩的指标“{rule}”分到个人；请改用过程或质量指标，或写明 waiver",
            "the plan for persons '{plan}' has people carry indicator '{rule}', which is tied to amounts "
            "({amounts}); use "
            "indicators of process or quality, or state a waiver",
        ),
    }
)

MONEY = re.compile(
    "税额|税款|税费|金额|收入|入库|欠税|查补|罚款|滞纳金|退税额|补税|amount|revenue|tax_due|taxes|paid|fine|yield"
)
"""Columns of such names hold collected or assessed money. Cf. 26 U.S.C. 7804 note (RRA 98, section 1204)."""


@check(stage="meaning", code="own-empty-unsaid")
def what_nothing_of_ones_own_is_worth_is_said(context: Context) -> Iterator[Problem]:
    """本人指标可能没有此类事项：写明 own_empty，由制定规则的人而不是程序决定怎样计。

    Somebody may have had nothing of the kind that an own indicator counts: who writes the rules says what it is worth
    then, not the program.
    """
    for plan in context.book.persons.values():
        if plan.own and plan.own_empty is None:
            yield Problem("own-empty-unsaid", plan.place("own"), {"plan": plan.name})


@check(stage="meaning", code="indicator-without-basis")
def indicators_have_a_basis(context: Context) -> Iterator[Problem]:
    """每个指标都要有依据：文号和条款。

    Every indicator has a basis: document and clause.
    """
    for indicator in context.book.indicators.values():
        if not indicator.basis:
            params = {"rule": indicator.name, "owner": indicator.owner or "—"}
            yield Problem("indicator-without-basis", indicator.place(), params, "warning")


@check(stage="meaning", code="indicator-incomplete")
def indicators_in_plans_are_complete(context: Context) -> Iterator[Problem]:
    """进入计划的指标要写明责任部门（owner）和佐证类型（evidence）。

    Indicators that enter a plan name their owner and the type of evidence.
    """
    for indicator in context.book.indicators.values():
        missing = [key for key in ("owner", "evidence") if not getattr(indicator, key)]
        plans = dict.fromkeys(plan.id for plan, _ in context.entries(indicator.id))
        for plan in plans if missing else ():
            params = {
                "rule": indicator.name,
                "plan": plan,
                "missing": "、".join(missing),
                "owner": indicator.owner or "—",
            }
            yield Problem("indicator-incomplete", indicator.place(), params, "warning")


@check(stage="meaning", code="tied-to-amounts")
def officers_are_not_tied_to_amounts(context: Context) -> Iterator[Problem]:
    """考评个人的指标不得与征收、查补的税款数额挂钩，除非写明谁批准（waiver）。对数额列的汇总会被认出，也可自行声明
    tied_to_amounts。

    Indicators of officers are not tied to collected or assessed amounts, unless a named authority waives it. Totals of
    columns of money are recognised; ``tied_to_amounts`` says so where they are not.
    """
    for indicator in context.book.indicators.values():
        found = amounts(context, indicator)
        if found and indicator.subject == "officer" and not indicator.waiver:
            params = {"rule": indicator.name, "amounts": "、".join(found)}
            yield Problem("tied-to-amounts", indicator.place("value"), params)


@check(stage="meaning", code="linked-not-divisible")
def linked_points_can_be_divided(context: Context) -> Iterator[Problem]:
    """关联指标的分值要分得下去：linked 不小于 0，小数位不多于 places。

    Points of linked indicators can be divided: 0 or more, and no more decimals than ``places``.
    """
    for persons in context.book.persons.values():
        linked = persons.linked.value
        scaled = linked * 10**persons.places
        if scaled.denominator != 1 or not 0 <= scaled < LARGEST:
            params = {"found": figure(linked), "places": persons.places, "plan": persons.id}
            yield Problem("linked-not-divisible", persons.place("linked"), params)


@check(stage="meaning", code="link-without-weight")
def links_weigh_something(context: Context) -> Iterator[Problem]:
    """每条关联的权重都大于 0。

    The weight of every link is above zero.
    """
    for persons in context.book.persons.values():
        for link in persons.links:
            if link.weight.value <= 0:
                params = {"indicator": link.indicator, "found": figure(link.weight.value)}
                yield Problem("link-without-weight", link.place("weight"), params)


@check(stage="meaning", code="amounts-carried-by-persons")
def persons_do_not_carry_amounts(context: Context) -> Iterator[Problem]:
    """单位的税款数额指标经关联分到个人，同样是把个人与税款挂钩：没有 waiver 的提醒一次。

    An indicator of amounts that people carry by a link ties them as well; told as a warning where nobody waives it.
    """
    for persons in context.book.persons.values():
        for link in persons.links:
            indicator = context.book.indicators[link.indicator]
            found = amounts(context, indicator)
            if found and not (indicator.waiver or persons.waiver):
                params = {"plan": persons.id, "rule": indicator.name, "amounts": "、".join(found)}
                yield Problem("amounts-carried-by-persons", link.place("indicator"), params, "warning")


def amounts(context: Context, indicator: Indicator) -> list[str]:
    """The columns of money that an indicator totals, as ``table.column``; its own word where it declares itself
    tied."""
    found: dict[str, None] = {}
    for tree in trees_of(indicator, context.defaults, context.values):
        for total in walk(tree):
            if isinstance(total, Aggregate):
                found.update((column, None) for column in _money(context, total))
    return list(found) or (["tied_to_amounts"] if indicator.tied_to_amounts else [])


def _money(context: Context, total: Aggregate) -> Iterator[str]:
    total = resolve(total, context.tables)
    table = context.tables[total.table]
    for node in () if total.argument is None else walk(total.argument):
        if isinstance(node, Name) and table.columns[node.text].kind == "number" and _is_money(table, node.text):
            yield f"{table.name}.{node.text}"


def _is_money(table: TableSchema, column: str) -> bool:
    titles = [title for title, name in table.titles.items() if name == column]
    return any(MONEY.search(title) for title in (column, *titles))
