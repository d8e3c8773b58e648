"""What a division is asked for: claims by weight, the wishes that limit them, and the groups that they stand in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Literal

from steelyard.engine.problems import CATALOGUE, Problem

CATALOGUE.add(
    {
        "allot-nobody": (
            "没有承接任何指标，{total} 分无处分配",
            "nothing is carried that could get the {total} points",
        ),
        "allot-twice": (
            "“{name}”写了两次；每项指标、每个组各有自己的名称",
            "'{name}' is written twice; every indicator and every group has a name of its own",
        ),
        "allot-weight": (
            "“{name}”的权重 {weight} 不是正数；不承接的指标请删去，不要写零",
            "the weight {weight} of '{name}' is not positive; leave out what is not carried instead of writing zero",
        ),
        "allot-number": (
            "“{name}”写的 {value} 不能作分值；分值从 0 起、小于一万亿，最多 {places} 位小数",
            "{value} of '{name}' cannot be points: these begin at 0, stay below a million million, "
            "and have at most {places} decimals",
        ),
        "allot-no-group": (
            "“{name}”属于“{group}”，而没有这个组；已有：{known}",
            "'{name}' stands in '{group}', which is no group; there are: {known}",
        ),
        "allot-crossing": (
            "组“{one}”与“{other}”交叉：“{both}”同属两组，而两组互不包含。请让一组完全在另一组之内，或拆开",
            "groups '{one}' and '{other}' cross: '{both}' is in both, and neither lies within the other. "
            "Put one inside the other, or take them apart",
        ),
    }
)


TINIEST = 50
"""So many decimals may be written, zeros at the end included."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One indicator that a person carries. ``least``, ``most``, ``fixed`` are None where nothing is wished.

    ``last``: its points in the last period, None (or 0) for one that had none. ``groups``: every group that it is in.
    """

    id: str
    weight: Fraction
    least: Decimal | None = None
    most: Decimal | None = None
    fixed: Decimal | None = None
    last: Decimal | None = None
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Indicators that together get at least or at most so many points, such as 共性指标 at least 40."""

    name: str
    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Division:
    """``total`` points with so many decimals for the claims.

    ``start`` says what is divided by: ``weights``, or ``last``, which changes last period's points as little as
    possible. Groups lie within each other or apart; groups that cross are refused.
    """

    total: Decimal
    places: int
    start: Literal["weights", "last"]
    claims: tuple[Claim, ...]
    groups: tuple[Group, ...] = ()

    def units(self, points: Decimal) -> int:
        """Points counted in units of the last place."""
        return int(Fraction(points) * 10**self.places)

    def points(self, units: int) -> Decimal:
        """Written with all decimals; made from a text, because a text is never rounded."""
        return Decimal(f"{units}e-{self.places}")

    def members(self) -> dict[str, frozenset[str]]:
        """Who stands in each group."""
        return {g.name: frozenset(c.id for c in self.claims if g.name in c.groups) for g in self.groups}


def objections(division: Division) -> list[Problem]:
    """Everything for which the question itself has no meaning, before anything is divided."""
    return [
        *([] if division.claims else [Problem("allot-nobody", params={"total": division.total})]),
        *_twice([*(claim.id for claim in division.claims), *(group.name for group in division.groups)]),
        *(_weight(claim) for claim in _sorted(division.claims) if claim.weight <= 0),
        *_numbers(division),
        *_unknown(division),
        *_crossing(division.members()),
    ]


def _sorted(claims: Iterable[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda claim: claim.id)


def _twice(names: Sequence[str]) -> list[Problem]:
    return [Problem("allot-twice", params={"name": name}) for name, n in sorted(Counter(names).items()) if n > 1]


def _weight(claim: Claim) -> Problem:
    return Problem("allot-weight", params={"name": claim.id, "weight": claim.weight})


def _numbers(division: Division) -> Iterator[Problem]:
    written: list[tuple[str, Decimal | None]] = [("total", division.total)]
    for claim in _sorted(division.claims):
        written += [(claim.id, value) for value in (claim.least, claim.most, claim.fixed, claim.last)]
    for group in sorted(division.groups, key=lambda group: group.name):
        written += [(group.name, group.least), (group.name, group.most)]
    for name, value in written:
        if value is not None and not _can_be_given(value, division.places):
            yield Problem("allot-number", params={"name": name, "value": value, "places": division.places})


def _can_be_given(value: Decimal, places: int) -> bool:
    """Huge and tiny exponents are refused before whole numbers are made of them, which would fill the memory."""
    if not value.is_finite() or not 0 <= value < 10**12 or int(value.as_tuple().exponent) < -TINIEST:
        return False
    return bool((Fraction(value) * 10**places).denominator == 1)


def _unknown(division: Division) -> Iterator[Problem]:
    known = sorted(group.name for group in division.groups)
    for claim in _sorted(division.claims):
        for name in sorted(set(claim.groups) - set(known)):
            params = {"name": claim.id, "group": name, "known": "、".join(known) or "—"}
            yield Problem("allot-no-group", params=params)


def _crossing(members: dict[str, frozenset[str]]) -> Iterator[Problem]:
    for one, other in combinations(sorted(members), 2):
        both = members[one] & members[other]
        if both and both not in (members[one], members[other]):
            yield Problem("allot-crossing", params={"one": one, "other": other, "both": min(both)})
