"""容错: which lost points are given back, on what condition, up to how much, until when, and who allowed it.

A tolerance becomes an indicator of its plan that only gives, in a group of its own that comes last: so it is weighed,
explained, proved and printed like any other, and the score without it stands beside the score with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, TypeVar, cast

from pydantic import Field, StringConstraints, model_validator

from steelyard.engine.expressions.nodes import Call, Day, Name, Node, Number, added_up, call, number
from steelyard.engine.model import target
from steelyard.engine.model.item import Indicator
from steelyard.engine.model.plan import Entry, Group, Plan
from steelyard.engine.problems import CATALOGUE
from steelyard.engine.shape import Formula, Id, Written, complain, remember

CATALOGUE.add(
    {
        "tolerance-ends-first": (
            "容错的截止日期 {until} 早于开始日期 {since}；请改正 since 或 until",
            "the tolerance ends on {until}, before it begins on {since}; correct since or until",
        ),
    }
)

GROUP = "容错"
Made = TypeVar("Made", bound=Written)
Said = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class Tolerance(Written):
    """``share`` of what the ``indicators`` lost in ``plan`` is given back where ``when`` holds, at most ``cap`` points
    to one unit in one period, for periods that end from ``since`` through ``until``. None of it is optional.

    ``document``: the paper by which ``approved_by`` allowed it; who wrote and who adopted the text the library knows.
    """

    tolerance: Id
    name: Said
    plan: str
    indicators: list[str] = Field(min_length=1, max_length=200)
    when: Formula
    share: Formula
    cap: Formula
    since: target.Day
    until: target.Day
    basis: Said
    document: Said
    approved_by: Said

    @model_validator(mode="after")
    def _days_in_order(self) -> Tolerance:
        if self.until < self.since:
            raise complain("tolerance-ends-first", since=self.since, until=self.until)
        return self

    @property
    def id(self) -> str:
        return self.tolerance


def tolerated(plans: Mapping[str, Plan], allowed: Iterable[Tolerance]) -> dict[str, Plan]:
    """The plans with what tolerances give back; a plan without any is left as it is."""
    by_plan: dict[str, list[Tolerance]] = {}
    for one in allowed:
        by_plan.setdefault(one.plan, []).append(one)
    return {**plans, **{id: _with_group(plans[id], found) for id, found in by_plan.items() if id in plans}}


def _with_group(plan: Plan, found: list[Tolerance]) -> Plan:
    entries = [_placed(Entry(indicator=one.id), one) for one in found]
    group = _placed(Group(name=GROUP, indicators=entries, role="tolerance"), found[0])
    return plan.model_copy(update={"groups": [*plan.groups, group]})


def untolerated(plan: Plan) -> Plan:
    """The plan as it is written, or would be had nobody allowed anything."""
    groups = [group for group in plan.groups if group.role != "tolerance"]
    return plan if len(groups) == len(plan.groups) else plan.model_copy(update={"groups": groups})


def as_indicator(one: Tolerance, plan: Plan | None, indicators: Mapping[str, Indicator]) -> Indicator:
    """What the tolerance gives, as an indicator. Where its plan or an indicator is missing the check has told so."""
    entries = {} if plan is None else {entry.indicator: entry for entry in plan.entries}
    known = [id for id in one.indicators if id in entries and id in indicators]
    lost = [_lost(cast(Plan, plan), entries[id], indicators[id]) for id in known]
    formula = {
        "steps": {
            "lost": {"name": "所列指标失分", "is": added_up(lost) if lost else number(0)},
            "when": {"name": "返还比例", "is": _in_force(one)},
        },
        "points": call("*", Name(("lost",)), Name(("when",))),
        "says": f"符合条件的，返还所列指标失分的一部分；批准人：{one.approved_by}，文件：{one.document}",
    }
    return _placed(
        Indicator.model_validate(
            {"indicator": one.id, "name": f"{GROUP}：{one.name}", "basis": one.basis, "owner": one.approved_by,
             "score": {"formula": formula}, "cap": one.cap, "floor": 0, "empty": "zero", "family": GROUP,
             "evidence": f"批准文件：{one.document}", "since": one.since, "until": one.until}
        ),
        one,
    )  # fmt: skip


def _in_force(one: Tolerance) -> Node:
    """The share where the condition holds in a period that ends in its days, else nothing."""
    day: Node = Name(("day",))
    days = call("and", call(">=", day, Day(one.since)), call("<=", day, Day(one.until)))
    return call("if", call("and", days, one.when), one.share, number(0))


def _lost(plan: Plan, entry: Entry, indicator: Indicator) -> Node:
    """In points of the total. Who has no points of it, or for whom it is not there, lost nothing."""
    points: Node = Call("points", (Name((entry.indicator,)),))
    mark = mark_of(indicator, entry)
    lost = call("greatest", call("-", number(0) if mark is None else mark, points), number(0))
    if entry.weight is not None and mark is not None:
        lost = call("/", call("*", call("*", lost, entry.weight), plan.total), mark)
    return call("if", call("is_empty", points), number(0), lost)


def mark_of(indicator: Indicator, entry: Entry) -> Node | None:
    """Against which points are lost; None for an indicator that only takes."""
    return indicator.convert_to or entry.full or indicator.full


def has_plain_mark(indicator: Indicator, entry: Entry) -> bool:
    """Whether what is lost can be told from points alone: one number for all classes, or no mark anywhere."""
    mark = mark_of(indicator, entry)
    own = [rule for rule in indicator.by_class.values() if rule.full is not None or rule.convert_to is not None]
    if mark is None:
        return entry.weight is None and not own and not _marked(indicator)
    return isinstance(mark, Number) and (not own or (entry.full is not None and indicator.convert_to is None))


def _marked(rule: Indicator) -> bool:
    return any(item.full is not None or item.items for item in rule.items)


def _placed(noun: Made, one: Tolerance) -> Made:
    """What was made of a tolerance stands where the tolerance is written."""
    if one._document is not None:
        remember(noun, one._document, one._path)
    return noun
