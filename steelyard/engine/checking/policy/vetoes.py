"""Policy: vetoes are few, agree with each other, and rest on what a unit can answer for (一票否决)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from steelyard.engine.checking.context import Context
from steelyard.engine.checking.policy.clauses import (
    HEBEI_JUDGED,
    HEBEI_TOLERANCE,
    OVERLAP,
    SIX_RULES,
    VETO_2019,
    Clause,
)
from steelyard.engine.checking.policy.registry import Finding, policy
from steelyard.engine.checking.policy.seen import (
    counted,
    measured,
    own_totals,
    parts,
    plain,
    plain_tree,
    referred,
    scored,
    vetoes,
)
from steelyard.engine.model.item import Grade, Indicator, Veto
from steelyard.engine.model.plan import Plan
from steelyard.engine.problems import CATALOGUE

CATALOGUE.add(
    {
        "veto-contradicts": (
            "计划“{plan}”里同一条件的两条否决互相矛盾：“{one}”（{first}）与“{two}”（{second}）；请只留一条；"
            "依据：{clause}",
            "two vetoes of plan '{plan}' on one condition contradict each other: '{one}' ({first}) and '{two}' "
            "({second}); keep one; see {clause}",
        ),
        "veto-rewards": (
            "计划“{plan}”的否决“{because}”直接定为最高等次“{grade}”；否决不能用来奖励，请改为加分或删去；依据："
            "{clause}",
            "the veto '{because}' of plan '{plan}' gives the highest grade '{grade}'; a veto does not reward, use a "
            "bonus; see {clause}",
        ),
        "veto-uncontrolled": (
            "计划“{plan}”的否决“{because}”只看同类、名次或固有条件，没有哪个单位管得了；请改为本单位的事项；"
            "依据：{clause}",
            "the veto '{because}' of plan '{plan}' looks at peers, places or what a unit simply is, which no unit "
            "controls; rest it on what the unit does; see {clause}",
        ),
        "veto-and-deduction": (
            "计划“{plan}”对同一件事既扣分（{rule}）又一票否决（{because}）；请二者留一，或写明特批；依据：{clause}",
            "plan '{plan}' both deducts for one event ({rule}) and vetoes for it ({because}); keep one, or have "
            "it waived; "
            "see {clause}",
        ),
        "veto-by-judgement": (
            "计划“{plan}”的否决“{because}”取决于评议、酌情的“{rule}”；请改为可核实的事实；依据：{clause}",
            "the veto '{because}' of plan '{plan}' rests on '{rule}', which people judge; rest it on facts; see "
            "{clause}",
        ),
        "veto-without-basis": (
            "计划“{plan}”的否决“{because}”所在的{where}没有写依据（basis）；请写明允许一票否决的文号和条款；"
            "依据：{clause}",
            "the veto '{because}' of plan '{plan}' stands where no basis is written ({where}); write document "
            "and clause "
            "that allow a veto; see {clause}",
        ),
    }
)


@policy(
    code="veto-contradicts",
    title=Clause("一票否决互相矛盾", "vetoes that contradict"),
    clauses=(VETO_2019, SIX_RULES),
    blocks=True,
)
def vetoes_agree(context: Context) -> Iterator[Finding]:
    """同一条件的两条否决不能得出不同的结果：两个不同的等次，定的等次高于封顶的等次，总分计零却给好等次。

    Two vetoes on one condition do not come to different results: two grades, a grade above the highest allowed, a
    total of zero with a good grade.
    """
    for plan in context.book.plans.values():
        found = list(vetoes(context, plan))
        alone = ((one, one) for one in found)
        for (one, first), (two, second) in (*alone, *combinations(found, 2)):
            labels = _labels(plan, two)
            if _alike(context, first, second, one is two) and _contradict(first, second, labels):
                params = {"plan": plan.id, "one": first.because, "two": second.because}
                did = {"first": _did(first), "second": _did(second)}
                yield Finding(plan, two.id if two else "", second.place(), {**params, **did})


def _alike(context: Context, one: Veto, two: Veto, of_one: bool) -> bool:
    """Whether they have one condition; names of an indicator mean something else in another one."""
    return plain_tree(context, one.when) == plain_tree(context, two.when) and (of_one or any(own_totals(one.when)))


def _labels(plan: Plan, owner: Indicator | None) -> list[str]:
    """Grades from the highest."""
    grades: Sequence[Grade] = plan.grades if owner is None else owner.grades
    return [grade.label for grade in grades]


def _contradict(one: Veto, two: Veto, labels: list[str]) -> bool:
    grades = {veto.grade for veto in (one, two) if veto.grade is not None}
    allowed = [labels.index(veto.grade_at_most) for veto in (one, two) if veto.grade_at_most in labels]
    given = [labels.index(grade) for grade in grades if grade in labels]
    zero = "total" in (one.zero, two.zero) and any(place < len(labels) - 1 for place in given)
    return len(grades) > 1 or zero or any(place < most for place in given for most in allowed)


def _did(veto: Veto) -> str:
    return "、".join(filter(None, (veto.zero, veto.grade, veto.grade_at_most, *veto.bars)))


@policy(
    code="veto-rewards",
    title=Clause("用一票否决奖励", "a veto that rewards"),
    clauses=(VETO_2019,),
)
def vetoes_do_not_reward(context: Context) -> Iterator[Finding]:
    """一票否决是底线，不能直接定为最高等次。

    A veto is a bottom line; it does not give the highest grade.
    """
    for plan in context.book.plans.values():
        for owner, veto in vetoes(context, plan):
            if veto.grade is not None and veto.grade == next(iter(_labels(plan, owner)), None):
                params = {"plan": plan.id, "because": veto.because, "grade": veto.grade}
                yield Finding(plan, owner.id if owner else "", veto.place("grade"), params)


@policy(
    code="veto-uncontrolled",
    title=Clause("否决事项单位管不了", "a veto on what no unit controls"),
    clauses=(VETO_2019,),
)
def vetoes_rest_on_what_a_unit_does(context: Context) -> Iterator[Finding]:
    """否决的条件里要有本单位的事项；只看同类、名次、面积人数的，没有谁能避免。

    The condition of a veto holds something of the unit's own; peers, places, area and staff are in nobody's hands.
    """
    for plan in context.book.plans.values():
        for owner, veto in vetoes(context, plan):
            if not (any(own_totals(veto.when)) or referred(context, veto.when, owner)):
                params = {"plan": plan.id, "because": veto.because}
                yield Finding(plan, owner.id if owner else "", veto.place("when"), params)


@policy(
    code="veto-and-deduction",
    title=Clause("同一事项既扣分又否决", "one event both deducted and vetoed"),
    clauses=(VETO_2019, OVERLAP, HEBEI_TOLERANCE),
)
def one_event_is_punished_once(context: Context) -> Iterator[Finding]:
    """同一件事扣了分就不再否决总分或等次；只取消评优名单资格的不算。

    What costs points does not also veto the total or the grade. A veto that only bars from lists is left alone.
    """
    for plan in context.book.plans.values():
        for owner, veto in vetoes(context, plan):
            for indicator in _deducting(context, plan, owner, veto):
                params = {"plan": plan.id, "rule": indicator.name, "because": veto.because}
                yield Finding(plan, indicator.id, veto.place("when"), params)


def _deducting(context: Context, plan: Plan, owner: Indicator | None, veto: Veto) -> Iterator[Indicator]:
    """Indicators of the plan that score what a veto rests on."""
    if not (veto.grade or veto.grade_at_most or veto.zero == "total"):
        return
    events = {plain(context, total) for total in counted(veto.when)}
    named = referred(context, veto.when, owner)
    for entry in plan.entries:
        indicator = context.book.indicators[entry.indicator]
        same = events & set(measured(context, *parts(indicator)))
        if indicator is not owner and (same or indicator.id in named):
            yield indicator


@policy(
    code="veto-by-judgement",
    title=Clause("凭评议否决", "a veto by judgement"),
    clauses=(VETO_2019, HEBEI_JUDGED),
)
def vetoes_rest_on_facts(context: Context) -> Iterator[Finding]:
    """一票否决不取决于谁的评议或酌情。

    A veto does not hang on somebody's judgement.
    """
    for plan in context.book.plans.values():
        for owner, veto in vetoes(context, plan):
            named = [context.book.indicators[id] for id in referred(context, veto.when, owner)]
            for indicator in filter(_judged, named):
                params = {"plan": plan.id, "because": veto.because, "rule": indicator.name}
                yield Finding(plan, owner.id if owner else "", veto.place("when"), params)


def _judged(indicator: Indicator) -> bool:
    methods = (rule.rule.score for rule in scored(indicator))
    return any(score is not None and (score.judgement or score.survey) is not None for score in methods)


@policy(
    code="veto-without-basis",
    title=Clause("一票否决没有依据", "a veto without a basis"),
    clauses=(VETO_2019,),
)
def vetoes_have_a_basis(context: Context) -> Iterator[Finding]:
    """有一票否决的计划或指标要写明依据：哪份文件允许否决。

    A plan or an indicator with a veto states the document that allows it.
    """
    for plan in context.book.plans.values():
        for owner, veto in vetoes(context, plan):
            if not (owner or plan).basis:
                params = {"plan": plan.id, "because": veto.because, "where": (owner or plan).name}
                yield Finding(plan, owner.id if owner else "", veto.place(), params)
