"""Meaning: indicators rest on documents (C7), and points of persons can be divided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from steelyard.engine.checking.context import Context
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.wording import figure
from steelyard.engine.model.persons import UNIT_TOTAL, PersonsPlan
from steelyard.engine.organisation.rows import Origin, Post
from steelyard.engine.persons.carrying import carried, earlier_plans
from steelyard.engine.problems import CATALOGUE, Problem, Refused

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
        "bounds-unsaid": (
            "个人计划“{plan}”：spread: bounds 要写 bounds（限额），别的分法不能写",
            "plan '{plan}': spread: bounds states its bounds, and no other way to divide does",
        ),
        "bounds-unit": (
            "个人计划“{plan}”的限额里 unit 指单位总分，而有一项关联指标也叫 unit；请改指标的标识",
            "in the bounds of plan '{plan}' unit means the unit's total, and a linked indicator bears that name as "
            "well; rename the indicator",
        ),
        "confirmed-veto": (
            "个人计划“{plan}”的 veto 是 {found}；它是单位得分率的一条线，应大于 0、不超过 100%，并且要写 confirmed",
            "veto of plan '{plan}' is {found}; it is a line of the unit's score rate, above 0 and at most 100%, and "
            "stands beside confirmed",
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


@check(stage="meaning", code="bounds-unsaid")
def bounds_stand_where_they_are_used(context: Context) -> Iterator[Problem]:
    """按限额分配（spread: bounds）的写明 bounds；别的分法不写。

    Who divides within bounds states them; who does not, has none.
    """
    for plan in context.book.persons.values():
        if (plan.spread == "bounds") != (plan.bounds is not None):
            yield Problem("bounds-unsaid", plan.place("spread"), {"plan": plan.name})


@check(stage="meaning", code="bounds-unit")
def the_total_of_the_unit_has_its_own_name(context: Context) -> Iterator[Problem]:
    """限额里的 unit 只指单位总分，不与指标重名。

    In bounds ``unit`` is the unit's total and no indicator.
    """
    for plan in context.book.persons.values():
        if plan.bounds is not None and UNIT_TOTAL in {link.indicator for link in plan.links}:
            yield Problem("bounds-unit", plan.place("bounds"), {"plan": plan.name})


@check(stage="meaning", code="persons-not-divisible")
def every_duty_can_be_divided(context: Context) -> Iterator[Problem]:
    """每个职责、每个点名的岗位，按限额都分得下去；做不到的点出互相矛盾的最少几条。

    Points of every duty, and of every post that links name, can be divided within the bounds; where they cannot, the
    fewest bounds that contradict each other are named.
    """
    for plan in context.book.persons.values():
        if (plan.spread == "bounds") == (plan.bounds is not None):
            yield from _undivided(context, plan)


def _undivided(context: Context, plan: PersonsPlan) -> Iterator[Problem]:
    """Links of a duty and links of a post may meet on one post; what then cannot be divided is told by the run."""
    if plan.bounds is None or UNIT_TOTAL in {link.indicator for link in plan.links}:
        return
    linked, earlier = [link.indicator for link in plan.links], earlier_plans(context.book.persons, plan)
    duties = dict.fromkeys(duty for link in plan.links for duty in link.duties)
    posts = dict.fromkeys(post for link in plan.links for post in link.posts)
    known = Origin(datetime.min, plan.place(), False)
    carriers = [Post("", "", duty, duty, None, known) for duty in duties]
    for post in [*carriers, *(Post(post, "", post, None, None, known) for post in posts)]:
        try:
            carried(plan, post, linked, None, earlier)
        except Refused as refused:
            yield from refused.problems


@check(stage="meaning", code="confirmed-veto")
def the_line_of_a_veto_is_a_rate(context: Context) -> Iterator[Problem]:
    """veto 是单位得分率的一条线，只用于认定为协办而没有份额的岗位。

    ``veto`` is a line of the unit's score rate, for assisting posts that were confirmed without a share.
    """
    for plan in context.book.persons.values():
        if plan.veto is not None and (plan.confirmed is None or not 0 < plan.veto.value <= 1):
            params = {"plan": plan.name, "found": figure(plan.veto.value)}
            yield Problem("confirmed-veto", plan.place("veto"), params)


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
