"""Tables read row by row, as a person would read them: the slow twin of `engine.scoring.tables`."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from typing import cast

from steelyard.engine.expressions.nodes import Node
from steelyard.engine.reference.formulas import Missing, Subject, Value, divided, evaluate, known
from steelyard.engine.scoring.comparing.place import PlacePoints
from steelyard.engine.scoring.outcomes import Outcome
from steelyard.engine.scoring.recipe import Setting
from steelyard.engine.scoring.tables.band import Band, Row
from steelyard.engine.scoring.tables.efficacy import Efficacy
from steelyard.engine.scoring.tables.linear import Knot, Linear
from steelyard.engine.scoring.tables.matrix import Combination, Matrix
from steelyard.engine.scoring.tables.threshold import Threshold


def worth(outcome: Outcome, subject: Subject) -> Value:
    """The points of a row."""
    if outcome.share is None:
        return evaluate(cast(Node, outcome.points), subject)
    return known(lambda full, part: full * part, subject.names["full"], evaluate(outcome.share, subject))


def given_by(outcome: Outcome | Missing, like: Outcome, subject: Subject) -> dict[str, Value]:
    """Points and/or word of the row that was found, in the kinds that the table gives; or why none was found."""
    found: dict[str, Value] = {}
    if like.points is not None or like.share is not None:
        found["points"] = outcome if isinstance(outcome, Missing) else worth(outcome, subject)
    if like.label is not None:
        found["label"] = outcome if isinstance(outcome, Missing) else str(outcome.label)
    return found


def first_true(cases: Iterable[tuple[Value, Outcome]], otherwise: Outcome | None) -> Outcome | Missing:
    """The first row that holds. A row of which nobody can say whether it holds leaves the question open."""
    for answer, outcome in cases:
        if isinstance(answer, Missing):
            return answer
        if answer:
            return outcome
    return Missing.EMPTY if otherwise is None else otherwise


def band(method: Band, _: Setting, subject: Subject) -> dict[str, Value]:
    looked_up = evaluate(method.of, subject)
    ends = [evaluate(end, subject) for row in method.table for end in _written_ends(row)]
    reasons = [value for value in (looked_up, *ends) if isinstance(value, Missing)]
    if reasons:
        return given_by(max(reasons), method.table[0], subject)
    holds = [_holds(method.table, index, looked_up, subject) for index in range(len(method.table))]
    return given_by(first_true(zip(holds, method.table, strict=True), method.otherwise), method.table[0], subject)


def _written_ends(row: Row) -> list[Node]:
    return [end for end in (row.at_least, row.above, row.at_most, row.below) if end is not None]


def _holds(table: list[Row], index: int, x: Value, subject: Subject) -> bool:
    """All ends that the row itself states. In a ladder an earlier row has taken what lies beyond the other side."""
    row = table[index]
    if row.equals:
        return any(x == (word if isinstance(word, str) else Fraction(word)) for word in row.equals)
    tests = [
        row.at_least is None or x >= evaluate(row.at_least, subject),  # type: ignore[operator]
        row.above is None or x > evaluate(row.above, subject),  # type: ignore[operator]
        row.at_most is None or x <= evaluate(row.at_most, subject),  # type: ignore[operator]
        row.below is None or x < evaluate(row.below, subject),  # type: ignore[operator]
    ]
    return all(tests)


def threshold(method: Threshold, setting: Setting, subject: Subject) -> dict[str, Value]:
    def met(x: Fraction, t: Fraction) -> Value:
        if x == t:
            return method.at_target == "met"
        return (x > t) is (setting.direction == "higher")

    answer = known(met, subject.names["value"], subject.names["target"])
    return given_by(first_true([(answer, method.met)], method.missed), method.met, subject)


def matrix(method: Matrix, _: Setting, subject: Subject) -> dict[str, Value]:
    if method.rows:
        cases = [(evaluate(row.when, subject), row) for row in method.rows]
        return given_by(first_true(cases, method.otherwise), method.rows[0], subject)
    answers = {key: evaluate(condition.when, subject) for key, condition in method.conditions.items()}
    combinations = [(_fits(row, answers), row) for row in method.table[:-1]]
    return given_by(first_true(combinations, method.table[-1]), method.table[0], subject)


def _fits(row: Combination, answers: dict[str, Value]) -> Value:
    """Known not to fit as soon as one condition says otherwise."""
    if any(isinstance(answer, bool) and answer is not (key in row.met) for key, answer in answers.items()):
        return False
    return known(lambda *_: True, *answers.values())


def linear(method: Linear, _: Setting, subject: Subject) -> dict[str, Value]:
    x = evaluate(method.of, subject)
    places = [evaluate(knot.at, subject) for knot in method.points]
    return {"points": known(lambda x, *at: _on_line(method, x, list(at), subject), x, *places)}


def _on_line(method: Linear, x: Fraction, at: list[Fraction], subject: Subject) -> Value:
    knots = list(zip(at, method.points, strict=True))
    if x < at[0]:
        return worth(method.points[0], subject) if method.below == "flat" else _through(knots[0], knots[1], x, subject)
    for left, right in pairwise(knots):
        if x <= right[0]:
            return _through(left, right, x, subject)
    return worth(method.points[-1], subject) if method.above == "flat" else _through(knots[-2], knots[-1], x, subject)


def _through(left: tuple[Fraction, Knot], right: tuple[Fraction, Knot], x: Fraction, subject: Subject) -> Value:
    """Two points that fall together make no line."""
    slope = known(
        lambda low, high: divided(high - low, right[0] - left[0]), worth(left[1], subject), worth(right[1], subject)
    )
    return known(lambda low, rise: low + (x - left[0]) * rise, worth(left[1], subject), slope)


def efficacy(method: Efficacy, setting: Setting, subject: Subject) -> dict[str, Value]:
    standards = [evaluate(level.standard, subject) for level in method.levels]
    coefficient = known(
        lambda x, *v: _coefficient(method, setting, x, list(v), subject), subject.names["value"], *standards
    )
    return {"points": known(lambda full, part: full * part, subject.names["full"], coefficient)}


def _coefficient(method: Efficacy, setting: Setting, x: Fraction, v: list[Fraction], subject: Subject) -> Value:
    """The base of the level reached, and the share of the way to the level above it."""
    sign = 1 if setting.direction == "higher" else -1
    reached = next((k for k, standard in enumerate(v) if x * sign >= standard * sign), None)
    if reached is None:
        return evaluate(method.below_lowest, subject)
    base = evaluate(method.levels[reached].coefficient, subject)
    if reached == 0:
        return base
    above = evaluate(method.levels[reached - 1].coefficient, subject)
    way = divided(x - v[reached], v[reached - 1] - v[reached])
    return known(lambda low, high, part: low + part * (high - low), base, above, way)


def of_place(method: PlacePoints, rank: Value, subject: Subject) -> dict[str, Value]:
    if isinstance(rank, Missing):
        return given_by(rank, method.table[0], subject)
    last = 0
    for row in method.table:
        last = row.up_to or last + 1
        if rank <= last:  # type: ignore[operator]
            return given_by(row, row, subject)
    return given_by(method.after or Missing.EMPTY, method.table[0], subject)
