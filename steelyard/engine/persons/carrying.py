"""承接: which indicators a post carries, and how many points each of them is worth to the person on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from steelyard.engine.expressions.nodes import Number
from steelyard.engine.model.persons import Link, PersonsPlan
from steelyard.engine.organisation.rows import Post
from steelyard.engine.organisation.sharing import share_out


@dataclass(frozen=True, slots=True)
class Carried:
    """One linked indicator and its part of the linked points."""

    indicator: str
    worth: Decimal


def carried(plan: PersonsPlan, post: Post, applicable: Sequence[str]) -> tuple[Carried, ...]:
    """The indicators of a post with their points, which add up to ``plan.linked`` to the last digit.

    ``applicable``: indicators that the unit is really assessed by. Spread by number or by weight with the largest
    remainder; equal remainders go by identifier, so the order in which links are written decides nothing.
    """
    weights = _weights(plan.links, post, set(applicable))
    if not weights:
        return ()
    shares = (Fraction(1),) * len(weights) if plan.spread == "number" else tuple(weights.values())
    parts = _parts(plan.linked.value, plan.places, shares)
    return tuple(Carried(indicator, part) for indicator, part in zip(weights, parts, strict=True))


def _weights(links: Sequence[Link], post: Post, applicable: set[str]) -> Mapping[str, Fraction]:
    """By identifier; an indicator that several links give to the post counts with its largest weight."""
    found: dict[str, Fraction] = {}
    for link in links:
        if link.indicator in applicable and (post.code in link.posts or post.duty in link.duties):
            found[link.indicator] = max(found.get(link.indicator, Fraction(0)), amount(link.weight))
    return dict(sorted(found.items()))


@lru_cache(maxsize=1024)
def _parts(linked: Fraction, places: int, shares: tuple[Fraction, ...]) -> tuple[Decimal, ...]:
    """Thousands of people share a few ways to divide."""
    whole = (Decimal(linked.numerator) / Decimal(linked.denominator)).quantize(Decimal(1).scaleb(-places))
    total = sum(shares, Fraction(0))
    return tuple(share_out(whole, [share / total for share in shares]))


def amount(written: Number) -> Fraction:
    """A number of the plan; the check has refused anything else."""
    return written.value
