"""From indicators to totals: families, conversion, alignment, difficulty, bonus, malus, veto, in that order.

What tolerances give back comes after all of it, beside the total that there would be without them; a veto stays one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from steelyard.engine.expressions.nodes import Name, Node, added_up, call, number
from steelyard.engine.model.item import Indicator, Veto
from steelyard.engine.model.plan import Alignment, Difficulty, Entry, Group, Plan
from steelyard.engine.scoring.recipe import Step, write
from steelyard.engine.weighing.recipes import limit_steps, rounding_tree


@dataclass(frozen=True, slots=True)
class Member:
    """An indicator as its plan sees it. ``droppable``: leaving it out scales the rest up instead of costing points."""

    entry: Entry
    owner: str
    family: str
    droppable: bool

    @property
    def id(self) -> str:
        return self.entry.indicator


def member(indicator: Indicator, entry: Entry) -> Member:
    return Member(entry, indicator.owner, indicator.family, droppable(indicator, entry))


def droppable(indicator: Indicator, entry: Entry) -> bool:
    """Whether there may be somebody for whom the indicator does not count."""
    empties = [rule.empty for rule in (indicator, *indicator.by_class.values()) if rule.empty is not None]
    return bool(entry.only) or any(empty.gives in ("rescale", "none") for empty in empties)


def plan_steps(plan: Plan, members: Sequence[Member], vetoes: Sequence[Veto] = ()) -> list[Step]:
    """The steps from indicator points (``id.points``, ``id.full``) to ``total``; ``vetoes`` of plan and indicators."""
    by_id = {member.id: member for member in members}
    steps: list[Step] = []
    for group in plan.groups:
        steps += _group(plan, group, [by_id[entry.indicator] for entry in group.indicators])
    steps.append(Step("full", "满分", "full mark", plan.total, "points"))
    base = [group for group in plan.groups if group.role == "base"]
    steps.append(Step("points", "基础得分", "base score", added_up(_key(group) for group in base), "points"))
    steps += _rescaled(plan, [by_id[entry.indicator] for group in base for entry in group.indicators])
    extra = [_extra(group) for group in plan.groups if group.role in _EXTRA]
    difficulty = list(_difficulty(plan))
    on_base = plan.difficulty is not None and plan.difficulty.applies_to == "base"
    return [*steps, *(difficulty + extra if on_base else extra + difficulty), *_finish(plan, vetoes)]


_EXTRA = {"bonus": ("加分", "bonus"), "malus": ("减分", "malus")}


def _extra(group: Group) -> Step:
    word = _EXTRA[group.role]
    return Step("points", f"{word[0]}：{group.name}", word[1], call("+", _POINTS, _key(group)), "points")


_POINTS = Name(("points",))


def _finish(plan: Plan, vetoes: Sequence[Veto]) -> Iterable[Step]:
    yield from _limited(plan, vetoes)
    back = [group for group in plan.groups if group.role == "tolerance"]
    if back:
        without = rounding_tree(_POINTS, plan.places, plan.rounding)
        yield Step("untolerated", "容错前总分", "total without tolerance", without, "points")
        tree = added_up([_POINTS, *(_key(group) for group in back)])
        yield Step("points", "容错返还", "given back by tolerance", tree, "points")
        yield from _limited(plan, vetoes)
    yield Step("exact", "总分（未舍入）", "total, not rounded", _POINTS, "points")
    yield Step("total", "总分", "total", rounding_tree(_POINTS, plan.places, plan.rounding), "points")


def _limited(plan: Plan, vetoes: Sequence[Veto]) -> Iterable[Step]:
    yield from limit_steps(None, None if plan.exceed_total else plan.total)
    for veto in vetoes:
        if veto.zero == "total":
            tree = write("if(when, least(points, 0), points)", {"when": veto.when})
            yield Step("points", f"一票否决：{veto.because}", f"veto: {veto.because}", tree, "points")


def _key(group: Group) -> Name:
    return Name((f"group:{group.name}",))


def contribution(plan: Plan, member: Member) -> Node:
    """What an indicator brings to the total, rounded so that the parts shown add up to the total shown."""
    points: Node = Name((member.id, "points"))
    if member.entry.weight is not None:
        share = call("/", call("*", points, member.entry.weight), Name((member.id, "full")))
        points = rounding_tree(call("*", share, plan.total), plan.places, plan.rounding)
    return points


def worth(plan: Plan, member: Member) -> Node:
    """The most an indicator can bring."""
    if member.entry.weight is not None:
        return call("*", member.entry.weight, plan.total)
    return Name((member.id, "full"))


def _group(plan: Plan, group: Group, members: list[Member]) -> Iterable[Step]:
    for member in members:
        tree = contribution(plan, member)
        yield Step(
            f"part:{member.id}", member.id, member.id, call("if", call("is_empty", tree), number(0), tree), "points"
        )
    parts: list[Node] = [Name((f"part:{member.id}",)) for member in members]
    if plan.alignment is not None and group.role == "base":
        parts = [Name((f"aligned:{key}",)) for key in sorted({_owner(plan.alignment, member) for member in members})]
        yield from _aligned(plan, plan.alignment, members)
    tree = added_up(parts)
    if group.floor is not None:
        tree = call("greatest", tree, group.floor)
    if group.cap is not None:
        tree = call("least", tree, group.cap)
    yield Step(f"group:{group.name}", group.name, group.name, tree, "points")


def _owner(alignment: Alignment, member: Member) -> str:
    return member.owner if alignment.by == "owner" else member.family


def _aligned(plan: Plan, alignment: Alignment, members: list[Member]) -> Iterable[Step]:
    """Each department's points on one measure; its full mark stays what it was."""
    for key in sorted({_owner(alignment, member) for member in members}):
        mine = [member for member in members if _owner(alignment, member) == key]
        parts: dict[str, Node] = {
            "mine": added_up(Name((f"part:{member.id}",)) for member in mine),
            "worth": added_up(_offered(plan, member) for member in mine),
            "rate": Name((f"rate:{key}",)),
            "centre": alignment.centre or number(0),
            "spread": alignment.spread or number(0),
        }
        yield Step(f"rate:{key}", f"{key}（得分率）", f"{key}, score rate", write("mine / worth", parts), "percent")
        tree = write(_ALIGN[alignment.method], parts)
        tree = call("if", call("is_empty", tree), parts["mine"], tree)
        tree = rounding_tree(tree, alignment.places, plan.rounding)
        yield Step(f"aligned:{key}", f"{key}（对齐后）", f"{key}, aligned", tree, "points")


def _offered(plan: Plan, member: Member) -> Node:
    """What the indicator is worth to those for whom it is there."""
    points = Name((member.id, "points"))
    full = worth(plan, member)
    return call("if", call("is_empty", points), number(0), full) if member.droppable else full


_ALIGN = {
    "convert_best": "if(peers_max(rate) > 0, worth * rate / peers_max(rate), nothing())",
    "percentile": "worth * (peers_count(rate) - peers_rank(rate) + 1) / peers_count(rate)",
    "mean_spread": "worth * least(greatest(if(peers_mean(abs(rate - peers_mean(rate))) = 0, centre + rate * 0,"
    " centre + (rate - peers_mean(rate)) * spread / peers_mean(abs(rate - peers_mean(rate)))), 0), 1)",
}


def _rescaled(plan: Plan, members: list[Member]) -> Iterable[Step]:
    """Subjects with fewer indicators stay comparable: what they have is scaled to the whole.

    Measured against what all indicators together are worth, so that a class whose own set makes the total exactly
    (共性 400 ＋ 个性 600) keeps its points as they are.
    """
    dropping = [member for member in members if member.droppable]
    if dropping:
        worths = [
            call("if", call("is_empty", Name((member.id, "points"))), worth(plan, member), number(0))
            for member in dropping
        ]
        offered = added_up(worth(plan, member) for member in members)
        yield Step("offered", "全部指标满分", "full marks of all indicators", offered, "points")
        yield Step("dropped", "不适用满分", "full mark not applicable", added_up(worths), "points")
        tree = write("points * full / (offered - dropped)")
        tree = rounding_tree(tree, plan.places, plan.rounding)
        yield Step(
            "points", "按适用指标折算", "scaled to what applies", call("if", _none_dropped(), _POINTS, tree), "points"
        )


def _none_dropped() -> Node:
    return write("dropped = 0")


def _difficulty(plan: Plan) -> Iterable[Step]:
    """难度系数: inside its range, rounded as stated, and switched off where the rule says so (同类均未达标等)."""
    if plan.difficulty is None:
        return
    yield Step("coefficient", "难度系数", "difficulty coefficient", coefficient(plan, plan.difficulty))
    yield Step("unadjusted", "难度调整前", "before difficulty", _POINTS, "points")
    adjusted = rounding_tree(write("points * coefficient"), plan.places, plan.rounding)
    yield Step("points", "难度调整后", "after difficulty", adjusted, "points")


def coefficient(plan: Plan, difficulty: Difficulty) -> Node:
    """What is only awaited stays awaited; where there is none, it is what the rule says."""
    parts = {"k": difficulty.coefficient, "low": difficulty.lowest, "high": difficulty.highest}
    tree = rounding_tree(write("least(greatest(k, low), high)", parts), difficulty.places, plan.rounding)
    if difficulty.empty is not None:
        otherwise = rounding_tree(difficulty.empty, difficulty.places, plan.rounding)
        tree = call("if", call("is_empty", tree), otherwise, tree)
    return tree if difficulty.off_when is None else call("if", difficulty.off_when, number(1), tree)
