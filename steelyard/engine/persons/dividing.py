"""在限额内分配: points of a post's indicators, and of the unit's total, by weight within the bounds of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from steelyard.engine.allotting.allot import Allotted, allot
from steelyard.engine.allotting.wishes import Claim, Division, Group
from steelyard.engine.model.persons import UNIT_TOTAL, Bounds, PersonsPlan
from steelyard.engine.organisation.rows import Post
from steelyard.engine.problems import CATALOGUE, Language, Problem, Refused

CATALOGUE.add(
    {
        "persons-not-divisible": (
            "个人计划“{plan}”给岗位“{post}”的分值按限额分不下去：{why}",
            "plan '{plan}' cannot divide the points of post '{post}' within its bounds: {why}",
        ),
    }
)

Points: TypeAlias = tuple[tuple[str, Decimal], ...]
"""By indicator; as the key of a cache."""


class _Why:
    """A problem inside another one, in either language."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    def of(self, language: Language) -> str:
        return self.problem.text(language)


def divided(
    plan: PersonsPlan, bounds: Bounds, post: Post, weights: Mapping[str, Fraction], last: Points, own: Fraction
) -> tuple[Allotted, ...]:
    """Points by indicator, and of the unit's total as ``unit``, each with the figures from which they follow.

    ``own``: full marks of the person's own indicators.
    Raises `Refused` (``persons-not-divisible``) with the smallest conflict of bounds.
    """
    claimed = {id: weight for id, weight in _claimed(plan, bounds, weights).items() if weight}
    if not claimed:
        return ()
    pool = plan.linked.value if bounds.divides == "linked" else plan.total.value - own
    try:
        return _allotted(*_limits(bounds), tuple(claimed.items()), exact(pool), plan.places, last)
    except Refused as refused:
        params = {"plan": plan.name, "post": post.name}
        place = plan.place("bounds")
        found = (Problem("persons-not-divisible", place, {**params, "why": _Why(one)}) for one in refused.problems)
        raise Refused(found) from refused


def _claimed(plan: PersonsPlan, bounds: Bounds, weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Of the whole, linked indicators claim ``linked`` together, and the unit's total ``unit``."""
    if bounds.divides == "linked":
        return dict(weights)
    together = sum(weights.values(), Fraction(0))
    linked = {id: plan.linked.value * weight / together for id, weight in weights.items()}
    return {**linked, UNIT_TOTAL: plan.unit.value}


_Limit: TypeAlias = tuple[str, Decimal | None, Decimal | None, Decimal | None]
_Groups: TypeAlias = tuple[tuple[Group, tuple[str, ...]], ...]


def _limits(bounds: Bounds) -> tuple[tuple[_Limit, ...], _Groups]:
    """As values that can be compared: thousands of people share a few ways to divide."""
    limits = tuple((one.indicator, one.least, one.most, one.fixed) for one in bounds.indicators)
    groups = tuple((Group(one.group, one.least, one.most), tuple(one.indicators)) for one in bounds.groups)
    return limits, groups


@lru_cache(maxsize=4096)
def _allotted(
    limits: tuple[_Limit, ...],
    groups: _Groups,
    claimed: tuple[tuple[str, Fraction], ...],
    pool: Decimal,
    places: int,
    last: Points,
) -> tuple[Allotted, ...]:
    """A group counts where somebody of it is there."""
    single, kept = {one[0]: one[1:] for one in limits}, dict(last)
    claims = tuple(
        Claim(id, weight, *single.get(id, (None, None, None)), kept.get(id), _groups(groups, id))
        for id, weight in claimed
    )
    there = {name for claim in claims for name in claim.groups}
    wishes = tuple(group for group, _ in groups if group.name in there)
    division = Division(pool, places, "last" if last else "weights", claims, wishes)
    return allot(division)


def _groups(groups: _Groups, id: str) -> tuple[str, ...]:
    return tuple(group.name for group, members in groups if id in members)


def exact(value: Fraction) -> Decimal:
    """A number of the plan as a decimal; one that never ends has more decimals than the division can give."""
    return Decimal(value.numerator) / Decimal(value.denominator)
