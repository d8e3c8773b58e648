"""The door: wishes go in; points that add up exactly come out, each with its reason, or why there can be none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from steelyard.engine.allotting.conflict import explained, smallest
from steelyard.engine.allotting.rounding import Part, divided
from steelyard.engine.allotting.tree import Wish, fineness, grown
from steelyard.engine.allotting.wishes import Division, objections
from steelyard.engine.problems import Refused

Start = Literal["weights", "last", "new"]


@dataclass(frozen=True, slots=True)
class Allotted:
    """The points of one indicator, and the figures from which they follow.

    ``start``: whether they follow from the weight, from last period's points, or from the weight because it is ``new``.
    ``basis`` is that weight, or those points; ``rate`` is what one of it is worth; ``exact`` is before rounding.
    ``held_by`` is the wish that holds it away from basis × rate. ``pool`` is the wish that says how much was divided:
    the total, or that of a group which stands at its least or its most and is therefore divided on its own.
    """

    id: str
    points: Decimal
    start: Start
    basis: Fraction
    rate: Fraction
    exact: Fraction
    held_by: Wish | None
    pool: Wish


def allot(division: Division) -> tuple[Allotted, ...]:
    """The points of every claim, by identifier; they add up to the total to the last digit.

    Raises `Refused` with everything that makes the question meaningless, or with the smallest conflict of wishes.
    """
    if found := objections(division):
        raise Refused(found)
    by_weight = _divided(division, {claim.id: "weights" for claim in division.claims})
    if division.start == "weights":
        return by_weight
    return _kept(division, {part.id: part for part in by_weight})


def _kept(division: Division, by_weight: Mapping[str, Allotted]) -> tuple[Allotted, ...]:
    """What is new gets what its weight gives it; what was there divides the rest by last period's points.

    Dividing by those points changes as few points as can be, and everybody by the same part where nothing holds him.
    """
    starts: dict[str, Start] = {claim.id: "last" if claim.last else "new" for claim in division.claims}
    if "last" not in starts.values():
        return tuple(replace(part, start="new") for part in by_weight.values())
    claims = tuple(
        replace(claim, weight=Fraction(claim.last)) if claim.last else replace(claim, fixed=by_weight[claim.id].points)
        for claim in division.claims
    )
    kept = _divided(replace(division, claims=claims), starts)
    return tuple(part if part.start == "last" else replace(by_weight[part.id], start="new") for part in kept)


def _divided(division: Division, starts: Mapping[str, Start]) -> tuple[Allotted, ...]:
    root, total = grown(division)
    if conflict := smallest(root):
        raise Refused([explained(conflict)])
    basis = {claim.id: claim.weight for claim in division.claims}
    finer, scale = fineness(division), 10**division.places
    allotted = [
        Allotted(
            id=part.claim.name,
            points=division.points(part.units),
            start=starts[part.claim.name],
            basis=basis[part.claim.name],
            rate=Fraction(part.level.numerator * finer, part.level.denominator * scale),
            exact=Fraction(part.holds, part.level.denominator * scale),
            held_by=_holder(part),
            pool=part.pool,
        )
        for part in divided(root, total)
    ]
    return tuple(sorted(allotted, key=lambda part: part.id))


def _holder(part: Part) -> Wish | None:
    asked = part.level.numerator * part.claim.weight
    return part.claim.least if part.holds > asked else part.claim.most if part.holds < asked else None
