"""What another text of one rule would do to a run: scores, places and lists, as fast as somebody drags a weight (N5).

The run answers with the totals that it has in memory, to the digit of a full run. Where these do not do, it says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import cast

import numpy as np

from steelyard.analysis.peers import average_places, spearman
from steelyard.bureau.asking.checking import passed
from steelyard.bureau.asking.comparing import Moved, largest_first, moves
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.subjects.panel import attribute_names
from steelyard.engine.checking.door import check_context, context_of
from steelyard.engine.checking.registry import STAGES
from steelyard.engine.given import accept
from steelyard.engine.model.book import KINDS, Defaults, RuleBook, identifier, with_rule
from steelyard.engine.model.item import Indicator
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.model.plan import Group, Plan, Ranking
from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.engine.shape import Written, suggestion
from steelyard.engine.weighing.needs import plan_trees, trees_of
from steelyard.engine.whatif import reweigh, sources_of, unchanged
from steelyard.engine.wording.differences import Difference, differences

CATALOGUE.add(
    {
        "whatif-other-units": (
            "计划“{plan}”考评的是 {classes}，这次运行考评的是 {found}；请完整运行一次",
            "plan '{plan}' assesses {classes}, this run {found}; do a full run",
        ),
        "whatif-persons": (
            "个人方案“{plan}”的改动不在单位得分里；请完整运行一次，看个人账户",
            "what plan '{plan}' for persons changes is not in the scores of units; do a full run and see the accounts",
        ),
        "whatif-plans": (
            "几个方案放在一起，都不是这次运行的方案“{plan}”：{found}；请只留一个",
            "several plans together, none of them the plan '{plan}' of this run: {found}; leave one of them",
        ),
        "whatif-unknown": (
            "这次运行的规则里没有指标“{indicator}”{suggestion}；请完整运行一次",
            "the rules of this run have no indicator '{indicator}'{suggestion}; do a full run",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Alike:
    """How alike the places of one class are before and after: Spearman's coefficient over its ranked units."""

    name: str
    units: int
    spearman: float


@dataclass(frozen=True, slots=True)
class Effect:
    """``changed``: what the text changes, field by field; ``weighed``: indicators of the plan that were weighed again;
    ``units``: every unit of the last period, before and after; ``classes``: those with three ranked units or more."""

    kind: str
    rule: str
    name: str
    plan: str
    period: str
    changed: tuple[Difference, ...]
    weighed: tuple[str, ...]
    units: tuple[Moved[Fraction], ...]
    classes: tuple[Alike, ...]

    @property
    def moved(self) -> tuple[Moved[Fraction], ...]:
        """Those for whom anything changes, largest move first."""
        return largest_first(self.units)

    @property
    def listed(self) -> tuple[Moved[Fraction], ...]:
        """Those who come on a list or leave one."""
        return tuple(unit for unit in self.moved if unit.entered or unit.left)

    @property
    def climbed(self) -> int:
        """Most places that any unit moves, up or down."""
        return max((abs(unit.climbed) for unit in self.units), default=0)

    @property
    def spearman(self) -> float:
        """Of all classes, by their units; 1.0 where no class has enough of them."""
        units = sum(one.units for one in self.classes)
        return sum(one.spearman * one.units for one in self.classes) / units if units else 1.0


def effect(ran: Ran, text: str, name: str = "rule") -> Effect:
    """What the run would have come to with this text of a rule in place of the old one. A plan stands in for that of
    the run, whatever its identifier. Documents, duties and tasks weigh nobody.

    Raises `Refused`: problems of the text, and ``whatif-…`` where only a full run can tell.
    """
    book, rule = with_rule(ran.book, name, text)
    _checked(ran, book, rule)
    plan = rule if isinstance(rule, Plan) else ran.plan
    known = replace(under(ran, book, plan), changed=_changes(ran, rule))
    return replace(known, kind=_kind(rule), rule=identifier(rule), name=str(getattr(rule, "name", "")))


@dataclass(frozen=True, slots=True)
class Together:
    """What several texts of rules come to at once. ``changed``: of each of them, by identifier, field by field."""

    effect: Effect
    changed: tuple[tuple[str, tuple[Difference, ...]], ...]


def together(ran: Ran, texts: Mapping[str, str]) -> Together:
    """As `effect`, with all these texts in their places. Of several plans only that of the run can stand in for it.
    Raises `Refused`."""
    book, rules = ran.book, list[Written]()
    for name, text in texts.items():
        book, rule = with_rule(book, name, text)
        rules.append(rule)
    for rule in rules:
        _checked(ran, book, rule)
    changed = tuple((identifier(rule), _changes(ran, rule)) for rule in rules)
    return Together(under(ran, book, _standing_in(ran, rules)), changed)


def _changes(ran: Ran, rule: Written) -> tuple[Difference, ...]:
    old = _old(ran, rule)
    return () if old is None else tuple(differences(old, rule, ran.vocabulary))


def _standing_in(ran: Ran, rules: Sequence[Written]) -> Plan:
    plans = [rule for rule in rules if isinstance(rule, Plan)]
    own = [plan for plan in plans if plan.id == ran.plan.id]
    if len(plans) > 1 and not own:
        raise refuse("whatif-plans", plans[-1].place(), plan=ran.plan.id, found="、".join(plan.id for plan in plans))
    return (own or plans or [ran.plan])[0]


def under(ran: Ran, book: RuleBook, plan: Plan) -> Effect:
    """What the run would have come to under a sound book and plan. Raises `Refused` (``whatif-…``)."""
    _laid_out(ran, book, plan)
    result = reweigh(ran.result, ran.book, book, plan)
    after = replace(ran, book=book, plan=plan, result=result)
    again = set(result.indicators) - unchanged(ran.book, book, ran.plan, plan)
    period = ran.result.panel.periods[-1]
    units = tuple(unit for unit in moves(ran, after) if unit.period == period)
    weighed = tuple(entry.indicator for entry in plan.entries if entry.indicator in again)
    return Effect("plan", plan.id, plan.name, plan.id, period, (), weighed, units, tuple(_alike(units)))


def _kind(rule: Written) -> str:
    return next(kind for kind, model in KINDS.items() if isinstance(rule, model))


def _old(ran: Ran, rule: Written) -> Written | None:
    """What the run had in its place; another plan is compared with that of the run."""
    if isinstance(rule, Plan):
        return ran.plan
    return ran.book.indicators.get(rule.id) if isinstance(rule, Indicator) else None


def _checked(ran: Ran, book: RuleBook, rule: Written) -> None:
    """Raises `Refused`. Numbers of a plan are dragged, so nothing but its names is looked up; a plan with other
    formulas is checked whole. An indicator is checked with those that it reads, in a few milliseconds."""
    if isinstance(rule, PersonsPlan):
        raise refuse("whatif-persons", rule.place(), plan=rule.id)
    if isinstance(rule, Indicator):
        _accept(ran, _small(ran, book, rule))
    elif isinstance(rule, Plan):
        _same_units(ran, rule)
        _known(book, rule)
        if _formulas(rule) != _formulas(ran.plan):
            passed(ran.bureau, book, ran.tables)


def _known(book: RuleBook, plan: Plan) -> None:
    for entry in plan.entries:
        if entry.indicator not in book.indicators:
            said = suggestion(entry.indicator, list(book.indicators))
            raise refuse("whatif-unknown", entry.place(), indicator=entry.indicator, suggestion=said)


def _formulas(plan: Plan) -> Plan:
    """All of a plan but what its groups count for."""
    return plan.model_copy(update={"groups": [Group(name="", indicators=[])], "waivers": [], "since": None})


def _accept(ran: Ran, book: RuleBook) -> None:
    """Raises `Refused` where a name, a type or a result is wrong; whether it is wise is not asked here."""
    found = check_context(context_of(book, ran.tables), STAGES[: STAGES.index("meaning")])
    accept([problem for problem in found if problem.severity == "error"])


def _small(ran: Ran, book: RuleBook, rule: Indicator) -> RuleBook:
    """The rule with those that it reads, near and far, and the plan's lists, grades and classes."""
    sources, reached, more = sources_of(book), {rule.id}, {rule.id}
    while more := {id for one in more for id in sources.get(one, ()) if id in book.indicators} - reached:
        reached |= more
    entries = [entry for entry in ran.plan.entries if entry.indicator in reached]
    plan = ran.plan.model_copy(
        update={"groups": [Group(name="-", indicators=entries)], "veto": [], "difficulty": None, "alignment": None,
                "ranking": Ranking(), "waivers": []}
    )  # fmt: skip
    indicators = {id: book.indicators[id] for id in sorted(reached)}
    return RuleBook(book.defaults, indicators, {plan.id: plan})


def _same_units(ran: Ran, plan: Plan) -> None:
    old = ran.plan.classes
    if list(plan.classes) != list(old):
        classes, found = ("、".join(names) for names in (plan.classes, old))
        raise refuse("whatif-other-units", plan.place(), plan=plan.id, classes=classes, found=found)


def _laid_out(ran: Ran, book: RuleBook, plan: Plan) -> None:
    """Raises `Refused` where an attribute is wanted that the run did not lay out; totals tell of themselves."""
    changed = [book.indicators[id] for id, rule in book.indicators.items() if ran.book.indicators.get(id) is not rule]
    trees = [*plan_trees(plan)]
    for rule in changed:
        trees += trees_of(rule, cast(Defaults, book.defaults), {})
    for missing in [one for one in attribute_names(trees) if one not in ran.result.panel.attributes]:
        raise refuse("whatif-new-total", plan.place(), total=f"unit.{missing}")


def _alike(units: Sequence[Moved[Fraction]]) -> Iterator[Alike]:
    """By the order of places, so that units with equal totals are equal."""
    for name in dict.fromkeys(unit.class_name for unit in units):
        ranked = [unit.places for unit in units if unit.class_name == name and all(unit.places)]
        if len(ranked) > 2:
            old, new = (average_places(-np.array(column, float)) for column in zip(*ranked, strict=True))
            yield Alike(name, len(ranked), spearman(old, new))
