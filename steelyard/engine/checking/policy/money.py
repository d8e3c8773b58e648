"""Policy: nobody is assessed by money collected, assessed or fined (C47)."""

from __future__ import annotations

from collections.abc import Iterator

from steelyard.engine.checking.context import Context
from steelyard.engine.checking.policy.clauses import (
    COLLECTION_28,
    OPINION_5,
    OPINION_LAWFUL,
    PENALTY_74,
    SECTION_1204,
    VETO_2019,
    Clause,
)
from steelyard.engine.checking.policy.registry import Finding, policy
from steelyard.engine.checking.policy.seen import (
    ASSESSED,
    MONEY,
    PENALTY,
    PLANNED,
    columns,
    counted,
    dividing,
    entered,
    measured,
    measures,
    own,
    parts,
    plain,
    referred,
    resting_on,
    scored,
    vetoes,
)
from steelyard.engine.expressions.nodes import Aggregate, Call, Node, Number, walk
from steelyard.engine.model.item import Indicator, Item
from steelyard.engine.problems import CATALOGUE
from steelyard.engine.scoring.comparing.baseline import Baseline
from steelyard.engine.scoring.comparing.completion import Completion
from steelyard.engine.scoring.limits import UNLIMITED

CATALOGUE.add(
    {
        "tied-to-amounts": (
            "指标“{rule}”把个人考评与税款数额（{amounts}）挂钩，不得用于个人；请改用过程或质量指标，"
            "确有批准的，在计划的 waivers 写明批准人和文号；依据：{clause}",
            "indicator '{rule}' ties a person to collected or assessed amounts ({amounts}) and must not be used; "
            "measure "
            "process or quality, or name in the plan's waivers who allows it on which document; see {clause}",
        ),
        "amounts-carried-by-persons": (
            "个人计划“{plan}”把与税款数额（{amounts}）挂钩的指标“{rule}”分到个人；请改用过程或质量指标，"
            "确有批准的，写明 waivers；依据：{clause}",
            "the plan for persons '{plan}' has people carry indicator '{rule}', which is tied to amounts "
            "({amounts}); use "
            "indicators of process or quality, or state waivers; see {clause}",
        ),
        "penalties-assessed": (
            "计划“{plan}”的指标“{rule}”考评罚没数额（{amounts}）；请从计划中去掉，改考程序和文书质量；依据：{clause}",
            "indicator '{rule}' of plan '{plan}' assesses penalties ({amounts}); take it out and assess "
            "procedure and "
            "documents instead; see {clause}",
        ),
        "amount-quota": (
            "计划“{plan}”的指标“{rule}”给查补数额（{amounts}）定了任务；请去掉目标，改考选案、程序和时限；"
            "依据：{clause}",
            "indicator '{rule}' of plan '{plan}' sets a quota of assessed amounts ({amounts}); drop the target, "
            "assess selection, procedure and time; see {clause}",
        ),
        "assessed-amounts-scored": (
            "计划“{plan}”的指标“{rule}”按查补数额（{amounts}）给单位计分；请确认没有逐级分解为查补任务，"
            "或改用质量指标；依据：{clause}",
            "indicator '{rule}' of plan '{plan}' scores units by assessed amounts ({amounts}); see that nobody "
            "breaks it "
            "down into quotas, or use indicators of quality; see {clause}",
        ),
        "collected-beyond-plan": (
            "计划“{plan}”的指标“{rule}”对超过目标的入库数额（{amounts}）继续给分（{reward}）；请封顶在 100%；"
            "依据：{clause}",
            "indicator '{rule}' of plan '{plan}' pays for collecting beyond the target ({amounts}; {reward}); "
            "cap it at "
            "100 %; see {clause}",
        ),
        "veto-by-amounts": (
            "计划“{plan}”的一票否决“{because}”看的是税款数额（{amounts}）；请改为违法违纪或质量事项；依据：{clause}",
            "the veto '{because}' of plan '{plan}' rests on amounts of tax ({amounts}); rest it on misconduct or "
            "quality; "
            "see {clause}",
        ),
    }
)


def amounts(context: Context, indicator: Indicator) -> list[str]:
    """The columns of money behind an indicator; its own word where it declares itself tied."""
    found = columns(context, resting_on(context, [indicator.id]), MONEY)
    return found or (["tied_to_amounts"] if indicator.tied_to_amounts else [])


@policy(
    code="tied-to-amounts",
    title=Clause("个人与税款数额挂钩", "a person tied to amounts"),
    clauses=(SECTION_1204, OPINION_LAWFUL, COLLECTION_28),
    blocks=True,
)
def officers_are_not_tied_to_amounts(context: Context) -> Iterator[Finding]:
    """考评个人的指标不得与征收、查补、处罚的数额挂钩，引用别的指标间接挂钩的也算；也可自行声明 tied_to_amounts。

    Indicators of officers are not tied to amounts collected, assessed or fined, nor by way of other indicators. Totals
    of columns of money are recognised; ``tied_to_amounts`` says so where they are not.
    """
    for home, indicator in own(context):
        found = amounts(context, indicator)
        if found:
            params = {"rule": indicator.name, "amounts": "、".join(found)}
            yield Finding(home, indicator.id, indicator.place("value"), params)


@policy(
    code="amounts-carried-by-persons",
    title=Clause("税款数额指标分到个人", "amounts carried by persons"),
    clauses=(SECTION_1204, OPINION_LAWFUL, COLLECTION_28),
    blocks=True,
)
def persons_do_not_carry_amounts(context: Context) -> Iterator[Finding]:
    """单位的税款数额指标经关联分到个人，同样是把个人与税款挂钩。

    An indicator of amounts that people carry by a link ties them as well.
    """
    for persons in context.book.persons.values():
        for link in persons.links:
            indicator = context.book.indicators[link.indicator]
            found = amounts(context, indicator)
            if found:
                params = {"plan": persons.id, "rule": indicator.name, "amounts": "、".join(found)}
                yield Finding(persons, indicator.id, link.place("indicator"), params)


@policy(
    code="penalties-assessed",
    title=Clause("考评罚没数额", "penalties assessed"),
    clauses=(PENALTY_74,),
    blocks=True,
)
def penalties_are_not_assessed(context: Context) -> Iterator[Finding]:
    """罚款和没收的数额不得与机关或人员的考评挂钩，入库率也算变相挂钩。

    Amounts of penalties are not tied to the assessment of an organ or its staff, not even as a rate of collection.
    """
    for plan, _, _, indicator in entered(context):
        found = columns(context, measured(context, *parts(indicator)), PENALTY)
        if found:
            params = {"plan": plan.id, "rule": indicator.name, "amounts": "、".join(found)}
            yield Finding(plan, indicator.id, indicator.place("value"), params)


@policy(
    code="amount-quota",
    title=Clause("下达查补任务", "a quota of assessed tax"),
    clauses=(COLLECTION_28, OPINION_5, SECTION_1204),
    blocks=True,
)
def assessed_amounts_have_no_quota(context: Context) -> Iterator[Finding]:
    """查补数额不得定目标：检查应当查补多少由事实和法律决定。

    No target is set for assessed amounts: facts and law decide what an audit finds.
    """
    for plan, _, _, indicator in entered(context):
        for rule in scored(indicator):
            found = _assessed(context, rule.rule)
            if found and rule.rule.target is not None:
                params = {"plan": plan.id, "rule": rule.rule.name, "amounts": "、".join(found)}
                yield Finding(plan, indicator.id, rule.place("target"), params)


@policy(
    code="assessed-amounts-scored",
    title=Clause("按查补数额计分", "units scored by assessed tax"),
    clauses=(COLLECTION_28, SECTION_1204),
)
def assessed_amounts_are_labelled(context: Context) -> Iterator[Finding]:
    """按查补数额给单位计分的，在报告上写明；没有目标也会变成任务。

    Units that are scored by assessed amounts are told so on reports: without a target it still turns into a quota.
    """
    for plan, _, _, indicator in entered(context):
        rules = [rule for rule in scored(indicator) if rule.rule.target is None]
        found = [column for rule in rules for column in _assessed(context, rule.rule)]
        if found:
            params = {"plan": plan.id, "rule": indicator.name, "amounts": "、".join(dict.fromkeys(found))}
            yield Finding(plan, indicator.id, indicator.place("value"), params)


def _assessed(context: Context, rule: Item) -> list[str]:
    """Columns of assessed tax that a rule measures and does not merely divide by; a rate of what was due is none."""
    return [] if _of_what_was_due(context, rule) else columns(context, measured(context, rule), ASSESSED)


@policy(
    code="collected-beyond-plan",
    title=Clause("超收继续给分", "points for collecting beyond the target"),
    clauses=(COLLECTION_28, OPINION_5),
)
def nothing_is_paid_beyond_the_target(context: Context) -> Iterator[Finding]:
    """入库数额达到目标就是满分；超过目标继续给分，会逼出过头税。

    Amounts collected earn their full marks at the target; points beyond it press for tax that is not due.
    """
    for plan, _, _, indicator in entered(context):
        for rule in scored(indicator):
            reward, found = _beyond(rule.rule), _collected(context, rule.rule)
            if reward and found:
                params = {"plan": plan.id, "rule": rule.rule.name, "amounts": "、".join(found), "reward": reward}
                yield Finding(plan, indicator.id, rule.place("score"), params)


def _collected(context: Context, rule: Item) -> list[str]:
    """Columns of collected money that a rule measures; other policies speak of what was assessed or fined."""
    found = [] if _of_what_was_due(context, rule) else measured(context, rule)
    other = {*columns(context, found, ASSESSED), *columns(context, found, PENALTY)}
    return [column for column in columns(context, found, MONEY) if column not in other]


def _beyond(rule: Item) -> str:
    """How a method pays for more than the target, as people write it; empty where it does not."""
    match None if rule.score is None else rule.score.method:
        case Completion(at_most=most) if rule.direction == "higher" and _open(most):
            return "completion.at_most"
        case Baseline(base=base, better=better) if better != "nothing" and not _among_peers(base):
            return "baseline.better"
        case _:
            return ""


def _open(most: Node) -> bool:
    return most == UNLIMITED or (isinstance(most, Number) and most.value > 1)


def _among_peers(base: Node) -> bool:
    return any(isinstance(node, Call) and node.op.startswith("peers_") for node in walk(base))


def _of_what_was_due(context: Context, rule: Item) -> bool:
    """A rate of amounts that were due by law ends at 100 % by itself; a share of a plan does not."""
    below = [plain(context, total) for tree in measures(rule) for total in dividing(tree)]
    return bool(columns(context, below, MONEY)) and not columns(context, below, PLANNED)


@policy(
    code="veto-by-amounts",
    title=Clause("按税款数额一票否决", "a veto by amounts of tax"),
    clauses=(COLLECTION_28, SECTION_1204, VETO_2019),
    blocks=True,
)
def vetoes_do_not_rest_on_amounts(context: Context) -> Iterator[Finding]:
    """收入、查补、罚没没有达到多少，不得一票否决。

    Nobody is vetoed for the amount of tax collected, assessed or fined.
    """
    for plan in context.book.plans.values():
        for owner, veto in vetoes(context, plan):
            direct = (plain(context, total) for total in counted(veto.when))
            behind = (total for id in referred(context, veto.when, owner) for total in _measured(context, id))
            found = columns(context, [*direct, *behind], MONEY)
            if found:
                params = {"plan": plan.id, "because": veto.because, "amounts": "、".join(found)}
                yield Finding(plan, owner.id if owner else "", veto.place("when"), params)


def _measured(context: Context, id: str) -> tuple[Aggregate, ...]:
    return measured(context, *parts(context.book.indicators[id]))
