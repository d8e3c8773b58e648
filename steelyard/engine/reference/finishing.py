"""From the method's points to the published ones: lines, conditions, limits, rounding, what nothing is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from steelyard.engine.expressions.nodes import Node
from steelyard.engine.model.book import Defaults
from steelyard.engine.model.item import Empty, Grade, Rule, Veto
from steelyard.engine.reference.formulas import Missing, Subject, Value, evaluate, known, rounded, statistic
from steelyard.engine.scoring.lines import Line

ZERO = Fraction(0)
DROPPED = (Missing.EMPTY, Missing.OUTSIDE)


@dataclass(frozen=True)
class Finisher:
    """Finishes the points of everybody; ``mark`` names what there was before anything was lost, None for nothing."""

    defaults: Defaults

    def finish(self, rule: Rule, company: list[Subject], mark: str | None) -> None:
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
        change(lambda _, points: self.rounding(points, places, rule))
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
                where(veto.when, lambda _, points: none_left(points))

    def _floor(self, rule: Rule) -> Node | None:
        if "floor" in rule.model_fields_set:
            return cast(Node | None, rule.floor)
        return cast(Node | None, self.defaults.floor) if _marked(rule) else None

    def rounding(self, value: Value, places: int, rule: Rule) -> Value:
        return known(lambda exact: rounded(exact, places, rule.rounding or self.defaults.rounding), value)

    def _worth(self, rule: Rule, empty: Empty, places: int, one: Subject) -> Value:
        if empty.points is not None:
            return evaluate(empty.points, one)
        if empty.gives == "peers_mean":
            peers = [peer.names["points"] for peer in one.company if one.group and peer.group == one.group]
            numbers = sorted(points for points in peers if isinstance(points, Fraction))
            return self.rounding(statistic("peers_mean", numbers, 0) if numbers else Missing.EMPTY, places, rule)
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


def none_left(points: Value) -> Value:
    """一票否决 takes what was won; what is below zero stays."""
    return known(lambda found: min(found, ZERO), points)


def _lost_times(points: Fraction, start: Fraction, times: Fraction) -> Fraction:
    """What is lost is lost that many times; nothing is lost above the start."""
    return start - (start - points) * times if points < start else points


def _marked(rule: Rule) -> bool:
    return rule.full is not None or any(_marked(part) for part in rule.items)


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
