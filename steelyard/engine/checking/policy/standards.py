"""Policy: standards that can be met, limits on what is given and taken, complete entries, fair shares of grades."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from steelyard.engine.checking.applied import Applied
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.policy.clauses import (
    CIVIL_SERVANTS,
    HEBEI_BASIS,
    HEBEI_TOLERANCE,
    MEASURABLE,
    OBJECTIVE,
    ORDINARY,
    SIX_RULES,
    TOLERANCE_2018,
    Clause,
)
from steelyard.engine.checking.policy.registry import Finding, policy
from steelyard.engine.checking.policy.seen import entered, scored
from steelyard.engine.expressions.nodes import Aggregate, Call, Node, Number
from steelyard.engine.expressions.wording import figure
from steelyard.engine.model.item import Indicator, Item
from steelyard.engine.model.plan import Cut
from steelyard.engine.model.target import Target
from steelyard.engine.problems import CATALOGUE
from steelyard.engine.scoring.comparing.place import PlacePoints
from steelyard.engine.scoring.limits import UNLIMITED

CATALOGUE.add(
    {
        "indicator-incomplete": (
            "指标“{rule}”进入计划“{plan}”还缺 {missing}；请责任部门补齐：{owner}；依据：{clause}",
            "indicator '{rule}' enters plan '{plan}' without {missing}; responsible: {owner}; see {clause}",
        ),
        "bonus-uncapped": (
            "计划“{plan}”里“{rule}”的加分没有上限；请写 at_most，或给加分组写 cap；依据：{clause}",
            "the bonus '{rule}' in plan '{plan}' has no upper limit; write at_most, or a cap of its group; see "
            "{clause}",
        ),
        "malus-unlimited": (
            "计划“{plan}”的减分组“{group}”里“{rule}”扣分没有下限；请写 at_most 或 floor，或给减分组写 floor；"
            "依据：{clause}",
            "in the malus group '{group}' of plan '{plan}' '{rule}' takes without limit; write at_most or floor, "
            "or a "
            "floor of the group; see {clause}",
        ),
        "places-force-zero": (
            "计划“{plan}”的“{rule}”只按名次给分，末位得零分，再好也有人归零；请写明最低分，或改用目标、分档；"
            "依据：{clause}",
            "'{rule}' of plan '{plan}' scores by place alone and the last gets nothing, however good all are; "
            "state a "
            "lowest mark, or use a target or bands; see {clause}",
        ),
        "no-tolerance": (
            "计划“{plan}”的“{rule}”目标是 {target}，差一件也扣分，没有容错；请放宽目标，或写明 exempt、relief；"
            "依据：{clause}",
            "the target of '{rule}' in plan '{plan}' is {target} and a single miss costs points; allow a margin, "
            "or write "
            "exempt or relief; see {clause}",
        ),
        "persons-forced-last": (
            "个人计划“{plan}”的“{list}”按名次强制列出末位；请改为按条件（at_least 或等次）确定；依据：{clause}",
            "'{list}' of the plan for persons '{plan}' forces somebody to be last; decide by conditions; see {clause}",
        ),
        "honour-share": (
            "个人计划“{plan}”的“{list}”取前 {found}，超过 {limit}；请降低比例，或写明批准；依据：{clause}",
            "'{list}' of the plan for persons '{plan}' takes the first {found}, more than {limit}; lower the "
            "share, or "
            "have it allowed; see {clause}",
        ),
    }
)

_SHARES = (("优秀", Fraction(20, 100)), ("好", Fraction(40, 100)))
"""Names of honours, and the largest share of people that may have them."""


@policy(
    code="indicator-incomplete",
    title=Clause("指标要素不全", "an incomplete indicator"),
    clauses=(SIX_RULES, HEBEI_BASIS),
)
def indicators_in_plans_are_complete(context: Context) -> Iterator[Finding]:
    """进入计划的指标要写明责任部门（owner）和佐证类型（evidence）；没有写依据（basis）的，含义阶段已经提醒；计分方法要用的目标值没有写的，
    引用阶段已经指出（rule-needs）。分档、插值、功效系数自带界限，与同类、往期相比和按件计分的不需要目标。

    Indicators that enter a plan name their owner and the type of evidence; a missing basis was told before, and so was
    a target that the method needs (rule-needs). Bands, points to interpolate and levels are limits themselves; what is
    held against peers or the past, and what is paid by the piece, needs no target.
    """
    for plan, _, _, indicator in entered(context):
        missing = [key for key in ("owner", "evidence") if not getattr(indicator, key)]
        if missing:
            owner = indicator.owner or "—"
            params = {"rule": indicator.name, "plan": plan.id, "missing": "、".join(missing), "owner": owner}
            yield Finding(plan, indicator.id, indicator.place(), params)


@policy(
    code="bonus-uncapped",
    title=Clause("加分没有上限", "a bonus without a limit"),
    clauses=(SIX_RULES,),
)
def bonuses_have_a_limit(context: Context) -> Iterator[Finding]:
    """加分要有上限：写在计分方法、指标或加分组上都行，否则一项加分可以盖过全部基础分。

    A bonus has an upper limit, in its method, its indicator or its group; otherwise one bonus outweighs all the rest.
    """
    for plan, group, _, indicator in entered(context):
        for rule in scored(indicator):
            if group.cap is None and indicator.cap is None and rule.rule.cap is None and _endless(rule):
                yield Finding(plan, indicator.id, rule.place("score"), {"plan": plan.id, "rule": rule.rule.name})


def _endless(rule: Applied) -> bool:
    """Whether it can go on adding points."""
    bonus = None if rule.rule.score is None else rule.rule.score.bonus
    lines = any(line.at_most is None for line in rule.rule.plus)
    return lines or (bonus is not None and bonus.at_most == UNLIMITED)


@policy(
    code="malus-unlimited",
    title=Clause("减分没有下限", "a malus without a limit"),
    clauses=(SIX_RULES, HEBEI_TOLERANCE),
)
def maluses_have_a_limit(context: Context) -> Iterator[Finding]:
    """减分组里的扣分要有下限，写在计分方法、指标或减分组上都行。

    What a malus takes has a limit, in its method, its indicator or its group.
    """
    for plan, group, _, indicator in entered(context):
        for rule in scored(indicator) if group.role == "malus" and group.floor is None else ():
            deduct = None if rule.rule.score is None else rule.rule.score.deduct
            if deduct is not None and deduct.at_most is None and _bottomless(indicator, rule.rule):
                params = {"plan": plan.id, "group": group.name, "rule": rule.rule.name}
                yield Finding(plan, indicator.id, rule.place("score"), params)


def _bottomless(indicator: Indicator, rule: Item) -> bool:
    return indicator.floor is None and rule.floor is None


@policy(
    code="places-force-zero",
    title=Clause("只按名次且末位归零", "places alone, and nothing for the last"),
    clauses=(MEASURABLE, OBJECTIVE),
)
def places_do_not_force_a_zero(context: Context) -> Iterator[Finding]:
    """只按同类名次给分而末位得零分，是强制拉开差距：都做得好也有人归零，做到多少才够谁也不知道。

    Points by place alone with nothing for the last force differences: somebody gets nothing though all did well, and
    nobody knows beforehand how much is enough.
    """
    for plan, _, _, indicator in entered(context):
        for rule in scored(indicator):
            method = None if rule.rule.score is None else rule.rule.score.by_place
            if method is not None and method.origin == "peers" and _ends_at_zero(method):
                yield Finding(plan, indicator.id, rule.place("score"), {"plan": plan.id, "rule": rule.rule.name})


def _ends_at_zero(method: PlacePoints) -> bool:
    """Whether the last place can get nothing."""
    if method.after is not None:
        return _nothing(method.after.points) or _nothing(method.after.share)
    return method.lowest == UNLIMITED or _nothing(method.lowest)


def _nothing(node: Node | None) -> bool:
    return isinstance(node, Number) and node.value <= 0


@policy(
    code="no-tolerance",
    title=Clause("目标没有容错", "a target without tolerance"),
    clauses=(TOLERANCE_2018, HEBEI_TOLERANCE),
)
def targets_leave_a_margin(context: Context) -> Iterator[Finding]:
    """比率的目标定为 100%（越低越好的定为 0），按步长或达标计分，又没有减免情形的，差一件也扣分。按完成率计分的损失
    与差距成比例，不在此列。

    A rate whose target is 100 % (or 0 where lower is better), scored by steps or as met or missed, without exemption or
    relief, leaves no margin for a single case. By rate of completion the loss is in proportion, and is left alone.
    """
    for plan, _, _, indicator in entered(context):
        for rule in scored(indicator):
            target = _strict(rule.rule) if _is_rate(rule.rule.value) and not _forgiving(indicator, rule.rule) else None
            if target is not None:
                said = figure(target.value, "percent")
                params = {"plan": plan.id, "rule": rule.rule.name, "target": said}
                yield Finding(plan, indicator.id, rule.place("target"), params)


def _strict(rule: Item) -> Number | None:
    """The target where it is the last that can be reached and each miss costs points."""
    score, strictest = rule.score, Fraction(1 if rule.direction == "higher" else 0)
    if rule.target is None or score is None or (score.step or score.threshold) is None:
        return None
    return next((number for number in _numbers(rule.target) if number.value == strictest), None)


def _numbers(target: Target) -> Iterator[Number]:
    """The latest number of everybody and of each class."""
    for dated in filter(None, (target.all, *target.by_class.values())):
        latest = dated.values[max(dated.values)]
        if isinstance(latest, Number):
            yield latest


def _is_rate(tree: Node | None) -> bool:
    """Some of the rows by all of them: it cannot be above 100 %."""
    match tree:
        case Call(op="/", args=(Aggregate() as top, Aggregate() as base)):
            return (top.table, top.kind, top.argument) == (base.table, base.kind, base.argument)
        case _:
            return False


def _forgiving(indicator: Indicator, rule: Item) -> bool:
    return any((indicator.exempt, indicator.relief, rule.exempt, rule.relief))


@policy(
    code="persons-forced-last",
    title=Clause("个人强制末位", "somebody must be last"),
    clauses=(CIVIL_SERVANTS,),
)
def nobody_must_be_last(context: Context) -> Iterator[Finding]:
    """个人的不良名单按条件确定，不按名次强制产生。

    Lists that are no honour to persons follow conditions; nobody is on them because somebody must be.
    """
    for persons in context.book.persons.values():
        for cut in persons.lists:
            if cut.bottom is not None and not cut.honour:
                yield Finding(persons, "", cut.place("bottom"), {"plan": persons.id, "list": cut.name})


@policy(
    code="honour-share",
    title=Clause("评优比例过高", "too many honours"),
    clauses=(CIVIL_SERVANTS, ORDINARY),
)
def honours_keep_to_their_share(context: Context) -> Iterator[Finding]:
    """个人“优秀”一般不超过百分之二十，“好”等次不超过百分之四十。

    Of persons, 优秀 is normally at most 20 % and 好 at most 40 %.
    """
    for persons in context.book.persons.values():
        for cut in persons.lists:
            limit = next((most for word, most in _SHARES if word in cut.name), None)
            share = _share(cut)
            if limit is not None and share > limit:
                shares = {"found": figure(share, "percent"), "limit": figure(limit, "percent")}
                yield Finding(persons, "", cut.place("top"), {"plan": persons.id, "list": cut.name, **shares})


def _share(cut: Cut) -> Fraction:
    """The share of people on a list of honour; from 1 on ``top`` is a number of them, which is no share."""
    top = cut.top
    return top.value if cut.honour and isinstance(top, Number) and top.value < 1 else Fraction(0)
