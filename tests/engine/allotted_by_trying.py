"""The slow twin of the division of points: every way to divide a few units is tried. No tree, no level, no table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import combinations

from steelyard.engine.allotting.wishes import Claim, Division, Group

Way = tuple[int, ...]
"""Units of the claims in the order of their identifiers."""


@cache
def ways(count: int, units: int) -> tuple[Way, ...]:
    """All ways to divide so many units among so many claims."""
    if count == 1:
        return ((units,),)
    return tuple((first, *rest) for first in range(units + 1) for rest in ways(count - 1, units - first))


def limits(division: Division) -> list[tuple[list[int], Fraction, Fraction]]:
    """Positions of the members, and what they may hold together at least and at most, in points."""
    ids = sorted(claim.id for claim in division.claims)
    found = []
    for claim in division.claims:
        found.append(([ids.index(claim.id)], claim.least, claim.most))
        found.append(([ids.index(claim.id)], claim.fixed, claim.fixed))
    for group in division.groups:
        members = [ids.index(claim.id) for claim in division.claims if group.name in claim.groups]
        found.append((members, group.least, group.most))
    return [
        (members, Fraction(least or 0), Fraction(10**6 if most is None else most)) for members, least, most in found
    ]


def possible(division: Division, finer: int = 1) -> Iterator[Way]:
    """Every way that keeps all wishes, with units so many times finer than the last place."""
    scale = finer * 10**division.places
    wishes = [(members, int(least * scale), int(most * scale)) for members, least, most in limits(division)]
    for way in ways(len(division.claims), int(division.total * scale)):
        if all(least <= sum(way[member] for member in members) <= most for members, least, most in wishes):
            yield way


def unevenness(shares: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction:
    """Least where everybody gets the same for each unit of weight."""
    return sum((share**2 / weight for share, weight in zip(shares, weights, strict=True)), Fraction(0))


def nearest(division: Division, exact: Sequence[Fraction]) -> Way:
    """The way nearest to exact shares (in units) that leaves every group on its wish if it stands there exactly."""
    standing = []
    for members, least, most in limits(division):
        held = sum((exact[member] for member in members), Fraction(0))
        if held in (least * 10**division.places, most * 10**division.places):
            standing.append((members, held))

    def distance(way: Way) -> tuple[Fraction, list[int]]:
        return sum(((u - x) ** 2 for u, x in zip(way, exact, strict=True)), Fraction(0)), [-u for u in way]

    kept = (w for w in possible(division) if all(sum(w[m] for m in members) == held for members, held in standing))
    return min(kept, key=distance)


def fewest_in_conflict(division: Division) -> int:
    """How many wishes the smallest contradiction has: sets of wishes are tried by size, all others left out."""
    wishes = [
        (c.id, kind) for c in division.claims for kind in ("least", "most", "fixed") if getattr(c, kind) is not None
    ]
    wishes += [(g.name, kind) for g in division.groups for kind in ("least", "most") if getattr(g, kind) is not None]
    for size in range(len(wishes) + 1):
        for chosen in combinations(wishes, size):
            if not any(possible(only(division, set(chosen)))):
                return size
    raise AssertionError("all wishes can come true")


def only(division: Division, wishes: set[tuple[str, str]]) -> Division:
    """The division with these wishes and no others."""

    def kept(noun: Claim | Group, name: str, kinds: Sequence[str]) -> dict[str, Decimal | None]:
        return {kind: getattr(noun, kind) if (name, kind) in wishes else None for kind in kinds}

    claims = tuple(replace(c, **kept(c, c.id, ("least", "most", "fixed"))) for c in division.claims)  # type: ignore[arg-type]
    groups = tuple(replace(g, **kept(g, g.name, ("least", "most"))) for g in division.groups)
    return replace(division, claims=claims, groups=groups)
