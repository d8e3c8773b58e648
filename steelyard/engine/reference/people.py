"""Several scores or several people become one, by plain lists: the slow twin of `engine.scoring.gathering`."""

from __future__ import annotations

from fractions import Fraction
from typing import cast

from steelyard.engine.expressions.nodes import Name, Node, Text
from steelyard.engine.reference.formulas import Missing, Subject, Value, divided, evaluate, known
from steelyard.engine.scoring.gathering.composite import Composite, Part
from steelyard.engine.scoring.gathering.free import Free
from steelyard.engine.scoring.gathering.judgement import Judgement
from steelyard.engine.scoring.gathering.survey import Survey
from steelyard.engine.scoring.recipe import Setting


def composite(method: Composite, _: Setting, subject: Subject) -> dict[str, Value]:
    parts = [_part(part, subject) for part in method.parts]
    together = {
        "sum": lambda *found: sum(found, Fraction(0)),
        "least": lambda *f: min(f),
        "greatest": lambda *f: max(f),
    }
    return {"points": known(together[method.combine], *parts)}


def _part(part: Part, subject: Subject) -> Value:
    found = evaluate(part.of, subject)
    if part.out_of is not None:
        found = known(divided, found, evaluate(part.out_of, subject))
        found = known(lambda share, full: share * full, found, subject.names["full"])
    if part.weight is None:
        return found
    return known(lambda points, weight: points * weight, found, evaluate(part.weight, subject))


def _ratings(column: Node, subject: Subject) -> list[Fraction]:
    assert isinstance(column, Name)
    return sorted(subject.ratings[column.text])


def _mean(numbers: list[Fraction]) -> Value:
    return sum(numbers, Fraction(0)) / len(numbers) if numbers else Missing.EMPTY


def survey(method: Survey, _: Setting, subject: Subject) -> dict[str, Value]:
    """With too few raters there is no result, however the few have rated."""
    if method.ratings is None:
        result, raters = subject.names["value"], evaluate(cast(Node, method.raters), subject)
    else:
        ratings = _ratings(method.ratings, subject)
        result, raters = _rated(method, ratings, subject), Fraction(len(ratings))
    enough = known(lambda n, least: n >= least, raters, evaluate(method.at_least, subject))
    verdict = known(lambda yes: result if yes else Missing.EMPTY, enough)
    part = known(divided, verdict, evaluate(method.out_of, subject))
    if method.at_most != Text("unlimited"):
        part = known(min, part, evaluate(method.at_most, subject))
    return {"points": known(lambda full, share: full * share, subject.names["full"], part)}


def _rated(method: Survey, ratings: list[Fraction], subject: Subject) -> Value:
    if method.trim_from is None:
        return _mean(ratings)
    least = evaluate(method.trim_from, subject)
    trims = isinstance(least, Fraction) and len(ratings) >= least
    return _mean(ratings[1:-1] if trims else ratings)


def judgement(method: Judgement, setting: Setting, subject: Subject) -> dict[str, Value]:
    """Every pick must lie in the range; one that does not leaves the points awaited."""
    lowest, highest = evaluate(method.lowest, subject), evaluate(method.highest, subject)
    if method.ratings is None:
        picked = picks = subject.names["value"]
        inside = known(lambda pick, low, high: low <= pick <= high, picks, lowest, highest)
    else:
        ratings = _ratings(method.ratings, subject)
        picked = _mean(ratings) if method.take == "mean" else _middle(ratings)
        some = True if ratings else Missing.EMPTY
        inside = known(lambda _, low, high: all(low <= pick <= high for pick in ratings), some, lowest, highest)
    pick = known(lambda yes: picked if yes else Missing.AWAITED, inside)
    start = subject.names["full"] if setting.full is not None else Fraction(0)
    if method.picks == "points":
        return {"points": pick}
    sign = 1 if method.picks == "gained" else -1
    return {"points": known(lambda base, number: base + sign * number, start, pick)}


def _middle(ratings: list[Fraction]) -> Value:
    """The lower of the two in the middle of an even number."""
    return ratings[(len(ratings) - 1) // 2] if ratings else Missing.EMPTY


def free(method: Free, _: Setting, subject: Subject) -> dict[str, Value]:
    """Steps in the order in which they are written; peers have their own."""
    for key, step in method.working.items():
        found = {id(one): evaluate(step.is_, one) for one in subject.company}
        for one in subject.company:
            one.names[key] = found[id(one)]
    results = {"points": method.points, "label": method.label}
    return {name: evaluate(tree, subject) for name, tree in results.items() if tree is not None}
