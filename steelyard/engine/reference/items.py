"""Items, pools, parts of the year and classes with rules of their own, weighed one after the other in plain fractions.

Every step is taken for all units before the next, because a formula may ask for the peers' points so far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias, cast

from steelyard.engine.expressions.nodes import Aggregate, Node
from steelyard.engine.model.book import Defaults
from steelyard.engine.model.item import Checkpoints, Empty, Grade, Item, Rule, Veto
from steelyard.engine.model.target import Dated, Target
from steelyard.engine.reference.formulas import Missing, Subject, Value, evaluate, known, rounded, statistic
from steelyard.engine.reference.methods import score
from steelyard.engine.reference.worlds import Result, When, World
from steelyard.engine.scoring.lines import Line
from steelyard.engine.scoring.recipe import Setting

ZERO = Fraction(0)
Scores: TypeAlias = list[dict[str, Value]]
"""For every unit what there is of value, target, full, points and label."""
KINDS = ("value", "target", "full", "points", "label")
DROPPED = (Missing.EMPTY, Missing.OUTSIDE)
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
            self._finished(rule, company, "full" if rule.full is not None else None)
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
        return found if rule.places is None else self._round(found, rule.places, rule)

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
            mine = [(_of_class(part, one.group), scores[place]) for part, scores in parts.values()]
            marks = added(found.get("full", ZERO) for _, found in mine if found.get("full") is not Missing.EMPTY)
            full = marks if rule.full is None else evaluate(rule.full, one)
            one.names |= {"full": full, "points": _together(mine, full, marks)}
            if rule.convert_to is not None:
                new = evaluate(rule.convert_to, one)
                one.names["points"] = known(_converted, one.names["points"], full, new)
                one.names["full"] = new
        self._finished(rule, company, "full")
        return company

    def _parts_of_year(self, rule: Rule, schedule: Checkpoints) -> list[Subject]:
        """The rule for every part of the year: all take from one mark, or each has its own and the mean counts."""
        mean = schedule.take == "mean"
        found: list[Scores] = []
        for part in PARTS[schedule.every] if schedule.every else schedule.targets:
            when = When(self.world.period, part, "to_date" if schedule.counted == "to_date" else "period")
            found.append(self._rule(_in_part(rule, schedule, part, mean), when))
        company = self.world.subjects(When(self.world.period), self.result)
        for place, one in enumerate(company):
            one.names["full"] = ZERO if rule.full is None else evaluate(rule.full, one)
            points = [scores[place]["points"] for scores in found]
            one.names["points"] = self._of_parts(rule, points, mean, one)
        self._finished(rule, company, "full")
        return company

    def _of_parts(self, rule: Rule, parts: Sequence[Value], mean: bool, one: Subject) -> Value:
        happened = [points for points in parts if points not in DROPPED]
        full, together = one.names["full"], added(happened)
        if mean and rule.convert_to is not None:
            one.names["full"] = evaluate(rule.convert_to, one)
        if not happened:
            return Missing.EMPTY
        if not mean:
            return known(lambda mark, found: mark + found, full, together)
        return known(lambda f, n, new: f / len(happened) / n * new, together, full, one.names["full"])

    # -- from the method's points to the published ones ---------------------------------------------------------------

    def _finished(self, rule: Rule, company: list[Subject], mark: str | None) -> None:
        def change(function: Callable[[Subject, Value], Value]) -> None:
            each(company, "points", lambda one: function(one, one.names["points"]))

        def start(one: Subject) -> Value:
            return one.names[mark] if mark else ZERO

        if rule.plus:
            change(lambda one, points: added([points, lines(rule.plus, one)]))
        if rule.minus:
            change(lambda one, points: known(lambda a, b: a - b, points, lines(rule.minus, one)))
        self._modified(rule, change, start)
        floor = self._floor(rule)
        if floor is not None:
            change(lambda one, points: known(max, points, evaluate(floor, one)))
        if rule.cap is not None:
            change(lambda one, points: known(min, points, evaluate(cast(Node, rule.cap), one)))
        places = self.defaults.points_places if rule.points_places is None else rule.points_places
        change(lambda _, points: self._round(points, places, rule))
        if rule.empty is not None:
            empty = rule.empty
            change(lambda one, points: self._worth(rule, empty, places, one) if points in DROPPED else points)

    def _modified(self, rule: Rule, change: Callable[..., None], start: Callable[[Subject], Value]) -> None:
        def where(when: Node, function: Callable[[Subject, Value], Value]) -> None:
            change(lambda one, points: function(one, points) if evaluate(when, one) is True else points)

        for exempt in rule.exempt:
            where(exempt.when, lambda one, points: known(max, points, start(one)))
        for more in rule.escalate:
            tree = more.times
            where(more.when, lambda one, p, t=tree: known(_lost_times, p, start(one), evaluate(t, one)))  # type: ignore[misc]
        for less in rule.relief:
            tree = less.keep
            where(less.when, lambda one, p, t=tree: known(_lost_times, p, start(one), evaluate(t, one)))  # type: ignore[misc]
        for veto in rule.veto:
            if veto.zero == "item":
                where(veto.when, lambda _, points: known(lambda p: min(p, ZERO), points))

    def _floor(self, rule: Rule) -> Node | None:
        if "floor" in rule.model_fields_set:
            return cast(Node | None, rule.floor)
        return cast(Node | None, self.defaults.floor) if _marked(rule) else None

    def _round(self, value: Value, places: int, rule: Rule) -> Value:
        return known(lambda exact: rounded(exact, places, rule.rounding or self.defaults.rounding), value)

    def _worth(self, rule: Rule, empty: Empty, places: int, one: Subject) -> Value:
        if empty.points is not None:
            return evaluate(empty.points, one)
        if empty.gives == "peers_mean":
            peers = [peer.names["points"] for peer in one.company if one.group and peer.group == one.group]
            numbers = sorted(points for points in peers if isinstance(points, Fraction))
            return self._round(statistic("peers_mean", numbers, 0) if numbers else Missing.EMPTY, places, rule)
        worth = {"full": one.names.get("full", Missing.EMPTY), "zero": ZERO}
        return worth.get(str(empty.gives), one.names["points"])


def each(company: Sequence[Subject], name: str, function: Callable[[Subject], Value]) -> None:
    """Works something out for everybody before anybody knows it by its name."""
    for one, found in list(zip(company, [function(one) for one in company], strict=True)):
        one.names[name] = found


def added(values: Iterable[Value]) -> Value:
    return known(lambda *all_of_them: sum(all_of_them, ZERO), *values)


def lines(written: Sequence[Line], one: Subject) -> Value:
    def line(found: Line) -> Value:
        points = known(lambda n, each: n * each, evaluate(found.count, one), evaluate(found.each, one))
        return points if found.at_most is None else known(min, points, evaluate(found.at_most, one))

    return added(line(found) for found in written)


def _lost_times(points: Fraction, start: Fraction, times: Fraction) -> Fraction:
    """What is lost is lost that many times; nothing is lost above the start."""
    return start - (start - points) * times if points < start else points


def _awaited(column: str, one: Subject, points: Value) -> Value:
    """Ratings of a table of which nothing has come are awaited, not none."""
    count = one.totals[Aggregate("count", column.partition(".")[0])]
    return (
        max(count, points)
        if isinstance(count, Missing) and isinstance(points, Missing)
        else (count if isinstance(count, Missing) else points)
    )


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


def _marked(rule: Rule) -> bool:
    return rule.full is not None or any(_marked(part) for part in rule.items)


def merged(item: Item, own: Rule) -> Item:
    """What the class writes itself stands in place of the common rule; a score takes the place of items and back."""
    changed: dict[str, Any] = {key: getattr(own, key) for key in own.model_fields_set}
    if changed.keys() & {"score", "items"}:
        changed = {"score": None, "items": [], **changed}
    return item.model_copy(update=changed)


def _of_class(item: Item, group: str | None) -> Item:
    return merged(item, item.by_class[group]) if group in item.by_class else item  # type: ignore[index]


def _in_part(rule: Rule, schedule: Checkpoints, part: str, mean: bool) -> Rule:
    """The rule of one part of the year: value, target, method; everything else belongs to the whole."""
    keys = ("value", "places", "rounding", "direction", "score", "points_places")
    own: dict[str, Any] = {key: getattr(rule, key) for key in keys}
    own["target"] = rule.target if schedule.every else _target_of(schedule, part)
    own["exempt"] = schedule.exempt
    if mean:
        own |= {"full": rule.full, "empty": Empty(gives="rescale")}
        own |= {"floor": rule.floor} if "floor" in rule.model_fields_set else {}
    return Rule.model_construct(**own, _fields_set=set(own))


def _target_of(schedule: Checkpoints, part: str) -> Target:
    def dated(tree: Node | None) -> Dated:
        return Dated(values={} if tree is None else {date.min: tree})

    by_class = {name: dated(targets.get(part)) for name, targets in schedule.by_class.items()}
    return Target(all=dated(schedule.targets[part]), by_class=by_class)


def grade(grades: Sequence[Grade], vetoes: Sequence[Veto], of: str, one: Subject) -> Value:
    """By points, from the best down; a veto lowers it or gives it directly, the later ones last."""
    points = one.names[of]
    found: Value = one.names.get("label", Missing.EMPTY) if not grades else _earned(grades, points, one)
    for veto in vetoes:
        if evaluate(veto.when, one) is not True:
            continue
        if veto.grade_at_most is not None:
            first = [grade.label for grade in grades].index(veto.grade_at_most)
            found = _earned(grades[first:], points, one)
        found = veto.grade or found
    return found


def _earned(grades: Sequence[Grade], points: Value, one: Subject) -> Value:
    if isinstance(points, Missing):
        return Missing.EMPTY
    reached = [g.label for g in grades[:-1] if points >= evaluate(cast(Node, g.at_least), one)]  # type: ignore[operator]
    return reached[0] if reached else grades[-1].label
