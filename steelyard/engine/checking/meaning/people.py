"""Meaning: indicators rest on documents (C7), and points of persons can be divided."""

from __future__ import annotations

from collections.abc import Iterator

from steelyard.engine.checking.context import Context
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.wording import figure
from steelyard.engine.problems import CATALOGUE, Problem

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
    }
)


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
