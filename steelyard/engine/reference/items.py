"""Items, pools, parts of the year and classes with rules of their own, weighed one after the other in plain fractions.

Every step is taken for all units before the next, because a formula may ask for the peers' points so far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias, cast

from steelyard.engine.expressions.nodes import Aggregate, Node
from steelyard.engine.model.book import Defaults
from steelyard.engine.model.item import Checkpoints, Item, Rule
from steelyard.engine.model.target import Target
from steelyard.engine.reference.finishing import DROPPED, ZERO, Finisher, added, each, grade
from steelyard.engine.reference.formulas import Missing, Subject, Value, evaluate, known
from steelyard.engine.reference.methods import score
from steelyard.engine.reference.variants import in_part, merged, of_class
from steelyard.engine.reference.worlds import Result, When, World
from steelyard.engine.scoring.recipe import Setting

Scores: TypeAlias = list[dict[str, Value]]
"""For every unit what there is of value, target, full, points and label."""
KINDS = ("value", "target", "full", "points", "label")
PARTS = {
    "half": ["H1", "H2"],
    "quarter": ["Q1", "Q2", "Q3", "Q4"],
    "month": [f"M{n:02d}" for n in range(1, 13)],
}


@dataclass(frozen=True)
class Weigher:
    """Weighs items for all units of one period."""

    world: World
    defaults: Defaults
    result: Result

    @property
    def finisher(self) -> Finisher:
        return Finisher(self.defaults)

    def weigh(self, item: Item, when: When) -> Scores:
        """Each unit by the rule of its class."""
        common = self._rule(item, when)
        own = {name: self._rule(merged(item, rule), when) for name, rule in item.by_class.items()}
        found = []
        for place, unit in enumerate(self.world.units):
            chosen = own.get(unit.group or "", common)[place]
            kinds = [kind for kind in KINDS if any(kind in scores[place] for scores in (common, *own.values()))]
            found.append({kind: chosen.get(kind, Missing.EMPTY) for kind in kinds} if own else chosen)
        return found

    def _rule(self, rule: Rule, when: When) -> Scores:
        if rule.checkpoints is not None:
            company = self._parts_of_year(rule, rule.checkpoints)
        elif rule.items:
            company = self._pool(rule, when)
        else:
            company = self._leaf(rule, when)
        if rule.grades or any(veto.grade for veto in rule.veto):
            each(company, "label", lambda one: grade(rule.grades, rule.veto, "points", one))
        return [{kind: one.names[kind] for kind in KINDS if kind in one.names} for one in company]

    # -- one scored item ----------------------------------------------------------------------------------------------

    def _leaf(self, rule: Rule, when: When) -> list[Subject]:
        company = self.world.subjects(when, self.result)
        if rule.value is not None:
            each(company, "value", lambda one: self.value(rule, one))
        if rule.target is not None:
            each(company, "target", lambda one: self._target(cast(Target, rule.target), one))
        if rule.full is not None:
            each(company, "full", lambda one: evaluate(cast(Node, rule.full), one))
        self._scored(rule, company)
        if rule.score is not None and "points" in company[0].names:
            self.finisher.finish(rule, company, "full" if rule.full is not None else None)
        return company

    def _scored(self, rule: Rule, company: Sequence[Subject]) -> None:
        if rule.score is None:
            return
        setting = Setting(direction=rule.direction, full=rule.full)
        found = [score(rule.score.method, setting, one) for one in company]
        for one, result in zip(company, found, strict=True):
            one.names.update(result)
            column = getattr(rule.score.method, "ratings", None)
            if column is not None:
                one.names["points"] = _awaited(column.text, one, one.names["points"])

    def value(self, rule: Rule, one: Subject) -> Value:
        found = evaluate(cast(Node, rule.value), one)
        return found if rule.places is None else self.finisher.rounding(found, rule.places, rule)

    def _target(self, target: Target, one: Subject) -> Value:
        """The class's own, else the common one; the latest that had begun on the last day of the period."""
        dated = target.by_class.get(one.group or "", target.all)
        day = one.names["day"]
        begun = {} if dated is None else {d: t for d, t in dated.values.items() if d.toordinal() <= cast(Fraction, day)}
        return evaluate(begun[max(begun)], one) if begun else Missing.EMPTY

    # -- pools --------------------------------------------------------------------------------------------------------

    def _pool(self, rule: Rule, when: When) -> list[Subject]:
        parts = {part.item: (part, self.weigh(part, when)) for part in rule.items}
        company = self.world.subjects(when, self.result)
        for place, one in enumerate(company):
            for name, (_, scores) in parts.items():
                one.names.update({f"{name}.{kind}": found for kind, found in scores[place].items()})
        for place, one in enumerate(company):
            mine = [(of_class(part, one.group), scores[place]) for part, scores in parts.values()]
            marks = added(found.get("full", ZERO) for _, found in mine if found.get("full") is not Missing.EMPTY)
            full = marks if rule.full is None else evaluate(rule.full, one)
            one.names |= {"full": full, "points": _together(mine, full, marks)}
            if rule.convert_to is not None:
                new = evaluate(rule.convert_to, one)
                one.names["points"] = known(_converted, one.names["points"], full, new)
                one.names["full"] = new
        self.finisher.finish(rule, company, "full")
        return company

    def _parts_of_year(self, rule: Rule, schedule: Checkpoints) -> list[Subject]:
        """The rule for every part of the year: all take from one mark, or each has its own and the mean counts."""
        mean = schedule.take == "mean"
        found: list[Scores] = []
        for part in PARTS[schedule.every] if schedule.every else schedule.targets:
            when = When(self.world.period, part, "to_date" if schedule.counted == "to_date" else "period")
            found.append(self._rule(in_part(rule, schedule, part, mean), when))
        company = self.world.subjects(When(self.world.period), self.result)
        for place, one in enumerate(company):
            one.names["full"] = ZERO if rule.full is None else evaluate(rule.full, one)
            points = [scores[place]["points"] for scores in found]
            one.names["points"] = self._of_parts(rule, points, mean, one)
        self.finisher.finish(rule, company, "full")
        return company

    def _of_parts(self, rule: Rule, parts: Sequence[Value], mean: bool, one: Subject) -> Value:
        happened = [points for points in parts if points not in DROPPED]
        full, together = one.names["full"], added(happened)
        if rule.convert_to is not None:
            one.names["full"] = evaluate(rule.convert_to, one)
        if not happened:
            return Missing.EMPTY
        got = known(lambda mark, found: found / len(happened) if mean else mark + found, full, together)
        return got if rule.convert_to is None else known(_converted, got, full, one.names["full"])


def _awaited(column: str, one: Subject, points: Value) -> Value:
    """Ratings of a table of which nothing has come are awaited, not none."""
    count = one.totals[Aggregate("count", column.partition(".")[0])]
    if not isinstance(count, Missing):
        return points
    return max(count, points) if isinstance(points, Missing) else count


def _together(parts: Sequence[tuple[Rule, Mapping[str, Value]]], full: Value, marks: Value) -> Value:
    """The shared mark and what every part brings; a part left out makes the others count for more."""
    happened = [found["points"] for _, found in parts if found["points"] not in DROPPED]
    if not happened:
        return Missing.EMPTY
    left_out = added(
        found["full"]
        for rule, found in parts
        if found["points"] in DROPPED and "full" in found and rule.empty is not None and rule.empty.gives == "rescale"
    )
    points = known(lambda whole, own, got: whole - own + got, full, marks, added(happened))
    if left_out == 0:
        return points
    return known(
        lambda got, whole, out: Missing.EMPTY if whole == out else got * whole / (whole - out), points, full, left_out
    )


def _converted(points: Fraction, full: Fraction, new: Fraction) -> Value:
    return points * new / full if full else Missing.EMPTY
