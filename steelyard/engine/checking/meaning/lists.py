"""Meaning: lists, grades and segments leave nobody out and leave nothing to chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from steelyard.engine.checking.applied import constant
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.nodes import Number
from steelyard.engine.expressions.wording import Show, figure
from steelyard.engine.model.item import Grade
from steelyard.engine.model.plan import Alignment, Cut, Plan
from steelyard.engine.problems import CATALOGUE, Place, Problem

MOST = 1_000_000
"""Nobody ranks more; a share is as fine as that."""

CATALOGUE.add(
    {
        "list-size": (
            "“{list}”取 {found}；应写 0 到 1 之间的份额（如 40%），或不小于 1 的整数",
            "'{list}' takes {found}; write a share between 0 and 1 (such as 40%), or a whole number from 1 on",
        ),
        "share-without-rounding": (
            "名单“{list}”按份额取人（{share}），没有写 rounding；40% 的 34 个是 13.6 个，请写 half_up、"
            "half_even、down 或 up",
            "list '{list}' takes a share ({share}) and states no rounding; 40% of 34 is 13.6: write half_up, "
            "half_even, "
            "down or up",
        ),
        "grades-not-descending": (
            "等次要从高到低排列，“{grade}”的 at_least 应低于前一个",
            "grades stand from high to low; at_least of '{grade}' must be below the one before",
        ),
        "grades-with-a-hole": (
            "除最后一个等次外都要写 at_least，最后一个不写（其余都归它）；请改“{grade}”",
            "all grades but the last state at_least, the last takes the rest; change '{grade}'",
        ),
        "segments-not-whole": (
            "各段份额合计 {sum}；合计应为 100%，或最后一段不写 share（取其余），其他段都要写",
            "the shares of the segments add up to {sum}; they must make 100%, or the last one alone states none",
        ),
        "alignment-without-key": (
            "按 {by} 对齐考评部门，但指标“{indicator}”没有写 {by}；请补上",
            "departments are aligned by {by}, which indicator '{indicator}' does not state; add it",
        ),
        "alignment-spread": (
            "对齐后的平均离差 spread 应大于 0，且不超过 centre 到 0 或 1 的距离；现在 centre 为 {centre}，"
            "spread 为 {spread}",
            "spread must be above 0 and no larger than the way from centre to 0 or 1; centre is {centre}, "
            "spread {spread}",
        ),
    }
)


@check(stage="meaning", code="share-without-rounding")
def shares_of_lists_are_rounded(context: Context) -> Iterator[Problem]:
    """按份额取人的名单必须写明怎样取整：40% 的 34 个单位是 13.6 个。

    Lists that take a share state how it is rounded: 40 % of 34 units is 13.6.
    """
    for home in context.homes:
        for cut in home.lists:
            share = _share(cut)
            if share is not None and cut.rounding is None:
                params = {"list": cut.name, "share": figure(share, "percent")}
                yield Problem("share-without-rounding", cut.place(), params)


@check(stage="meaning", code="list-size")
def lists_take_somebody(context: Context) -> Iterator[Problem]:
    """名单取的是份额（大于 0、小于 1）或整数个；100% 是 1，只会取 1 个。分段取份额，最多 100%。

    Lists take a share above 0 and below 1, or a whole number: 100 % is the number 1 and would take one. Segments take
    shares, up to 100 %.
    """
    for home in context.homes:
        for cut in home.lists:
            size = constant(cut.top) or constant(cut.bottom)
            if size is not None and not (_is_share(size.value) or _is_number(size)):
                yield _wrong_size(cut.name, cut.place(), size)
        for segment in home.segments if isinstance(home, Plan) else ():
            share = constant(segment.share)
            if share is not None and not (share.value == 1 or _is_share(share.value)):
                yield _wrong_size(segment.name, segment.place("share"), share)


def _is_share(size: Fraction) -> bool:
    return 0 < size < 1 and size.denominator <= MOST


def _is_number(size: Number) -> bool:
    return size.value.denominator == 1 and 1 <= size.value <= MOST and not size.percent


def _wrong_size(name: str, place: Place, found: Number) -> Problem:
    return Problem("list-size", place, {"list": name, "found": figure(found.value, _show(found))})


def _show(found: Number) -> Show:
    return "percent" if found.percent else "number"


def _share(cut: Cut) -> Fraction | None:
    """The share that a list takes; None where it takes a number or a score."""
    found = constant(cut.top) or constant(cut.bottom)
    return None if found is None or (found.value >= 1 and found.value.denominator == 1) else found.value


def _ladders(context: Context) -> Iterator[Sequence[Grade]]:
    yield from (rule.written.grades for rule in context.rules)
    yield from (home.grades for home in context.homes)


@check(stage="meaning", code="grades-with-a-hole")
def grades_leave_nobody_out(context: Context) -> Iterator[Problem]:
    """等次从高到低写 at_least；最后一个不写，其余都归它。

    Grades state at_least from high to low; the last one states none and takes the rest.
    """
    for grades in _ladders(context):
        for index, grade in enumerate(grades, start=1):
            if (grade.at_least is None) != (index == len(grades)):
                yield Problem("grades-with-a-hole", grade.place(), {"grade": grade.label})


@check(stage="meaning", code="grades-not-descending")
def grades_descend(context: Context) -> Iterator[Problem]:
    """等次的下限逐个降低，否则后面的等次谁也得不到。

    Lower ends of grades fall from grade to grade; otherwise nobody could get the later one.
    """
    for grades in _ladders(context):
        for before, grade in pairwise(grades):
            high, low = constant(before.at_least), constant(grade.at_least)
            if high is not None and low is not None and low.value >= high.value:
                yield Problem("grades-not-descending", grade.place("at_least"), {"grade": grade.label})


@check(stage="meaning", code="segments-not-whole")
def segments_take_everybody(context: Context) -> Iterator[Problem]:
    """分段的份额合计 100%，或者只有最后一段不写份额、取其余。

    The shares of segments make 100 %, or the last one alone states none and takes the rest.
    """
    for plan in context.book.plans.values():
        shares = [constant(segment.share) for segment in plan.segments]
        found = sum((share.value for share in shares if share is not None), Fraction(0))
        open_end = bool(shares) and shares[-1] is None
        whole = found < 1 if open_end else found == 1
        if shares and (None in shares[:-1] or not whole):
            yield Problem("segments-not-whole", plan.place("segments"), {"sum": figure(found, "percent")})


@check(stage="meaning", code="alignment-without-key")
def departments_are_named(context: Context) -> Iterator[Problem]:
    """考评部门间对齐时，每个基础指标都要写明部门（owner）或类别（family），否则不知道它归谁。

    Where departments are aligned, every base indicator names its owner or family.
    """
    for plan in context.book.plans.values():
        if plan.alignment is not None:
            yield from _unnamed(context, plan, plan.alignment.by)


def _unnamed(context: Context, plan: Plan, by: str) -> Iterator[Problem]:
    for group in plan.groups:
        for entry in group.indicators if group.role == "base" else ():
            if not getattr(context.book.indicators[entry.indicator], by):
                params = {"by": by, "indicator": entry.indicator}
                yield Problem("alignment-without-key", entry.place("indicator"), params)


@check(stage="meaning", code="alignment-spread")
def alignment_keeps_scores_in_range(context: Context) -> Iterator[Problem]:
    """对齐到的平均得分率和平均离差要留在 0 与 1 之间，否则大批得分会被截断成同一个数。

    The mean and the mean deviation that scores are aligned to stay between 0 and 1, or many would be cut to one score.
    """
    for plan in context.book.plans.values():
        if plan.alignment is not None:
            yield from _spread(plan.alignment)


def _spread(alignment: Alignment) -> Iterator[Problem]:
    centre, spread = constant(alignment.centre), constant(alignment.spread)
    if centre is not None and spread is not None and not 0 < spread.value <= min(centre.value, 1 - centre.value):
        params = {"centre": figure(centre.value), "spread": figure(spread.value)}
        yield Problem("alignment-spread", alignment.place("spread"), params)
