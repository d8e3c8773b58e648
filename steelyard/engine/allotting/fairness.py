"""The proof that a division is fair, looked at from outside: it knows wishes and points, and nothing of how they came.

A division is fair where no unit of the last place could move, within all wishes, from somebody to somebody who would
have less for each unit of weight even then. Anyone can check it with pencil and paper, one pair at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import permutations

from steelyard.engine.allotting.wishes import Claim, Division

Limits = list[tuple[frozenset[str], Decimal | None, Decimal | None]]


def broken(division: Division, points: Mapping[str, Decimal]) -> Iterator[str]:
    """Names of wishes that do not hold; ``total`` where the points do not add up."""
    if sum(points.values()) != division.total:
        yield "total"
    names = [*(claim.id for claim in division.claims), *(group.name for group in division.groups)]
    for name, (members, least, most) in zip(names, _limits(division), strict=True):
        held = sum((points[member] for member in members), Decimal(0))
        if (least is not None and held < least) or (most is not None and held > most):
            yield name


def envied(division: Division, points: Mapping[str, Decimal]) -> Iterator[tuple[str, str]]:
    """Pairs (who has too little, who has too much): a unit could move and should. None in a fair division.

    Measured by weights. Where last period's points are divided by, these are the measure, among those who had any.
    """
    unit, limits, by = Decimal(1).scaleb(-division.places), _limits(division), _measure(division)
    for poor, rich in permutations(sorted(by), 2):
        moved = {**points, poor: points[poor] + unit, rich: points[rich] - unit}
        behind = Fraction(moved[poor]) / by[poor] <= Fraction(moved[rich]) / by[rich]
        if behind and _allowed(poor, rich, limits, moved):
            yield poor, rich


def _measure(division: Division) -> dict[str, Fraction]:
    last = {claim.id: Fraction(claim.last) for claim in division.claims if claim.last}
    by_last = division.start == "last" and last
    return last if by_last else {claim.id: claim.weight for claim in division.claims}


def _limits(division: Division) -> Limits:
    own: Limits = [(frozenset({claim.id}), *_range(claim)) for claim in division.claims]
    members = division.members()
    return [*own, *((members[group.name], group.least, group.most) for group in division.groups)]


def _range(claim: Claim) -> tuple[Decimal | None, Decimal | None]:
    lows = [value for value in (claim.least, claim.fixed) if value is not None]
    highs = [value for value in (claim.most, claim.fixed) if value is not None]
    return max(lows, default=Decimal(0)), min(highs, default=None)


def _allowed(poor: str, rich: str, limits: Limits, moved: Mapping[str, Decimal]) -> bool:
    """Only limits around one of the two can be broken by a move between them."""
    for members, least, most in limits:
        held = sum((moved[member] for member in members), Decimal(0))
        if poor in members and rich not in members and most is not None and held > most:
            return False
        if rich in members and poor not in members and least is not None and held < least:
            return False
    return True
