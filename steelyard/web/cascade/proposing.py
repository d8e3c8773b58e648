"""Which posts should carry what, from the plan, the units of its classes and the matching of duties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from steelyard.engine.model.plan import Plan
from steelyard.web.cascade.models import Part

PLACES = Decimal(1).scaleb(-6)
Posts = Mapping[str, Mapping[str, Sequence[str]]]
"""Unit -> duty -> posts."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A post with its share. ``duty``: whose item matches the indicator; empty for a head that carries the rest."""

    post: str
    part: Part
    share: Decimal
    duty: str


Key = tuple[str, str]
"""Unit and indicator."""
Proposal = Mapping[Key, tuple[Carried, ...]]


@dataclass(frozen=True)
class Terms:
    """As the cascade states them."""

    lead_share: Decimal
    heads: tuple[str, ...]


def proposed(
    plan: Plan, units: Iterable[tuple[str, str]], posts: Posts, matches: Mapping[str, Sequence[str]], terms: Terms
) -> dict[Key, tuple[Carried, ...]]:
    """``units``: code and class; ``matches``: indicator -> duties, the best first. Nobody where no post is found."""
    found = {}
    for code, kind in units:
        if kind in plan.classes:
            own = posts.get(code, {})
            for indicator in _asked(plan, code, kind):
                found[code, indicator] = _carried(own, matches.get(indicator, ()), terms)
    return found


def _asked(plan: Plan, code: str, kind: str) -> Iterator[str]:
    return (one.indicator for one in plan.entries if not one.only or kind in one.only or code in one.only)


def _carried(own: Mapping[str, Sequence[str]], duties: Sequence[str], terms: Terms) -> tuple[Carried, ...]:
    """The first post of the best duty leads, every other post of a matching duty assists."""
    chosen = [(post, duty) for duty in duties for post in own.get(duty, ())]
    chosen = chosen or [(own[duty][0], "") for duty in terms.heads if own.get(duty)][:1]
    parts = shares(len(chosen), terms.lead_share)
    return tuple(
        Carried(post, Part.ASSIST if at else Part.LEAD, share, duty)
        for at, ((post, duty), share) in enumerate(zip(chosen, parts, strict=True))
    )


def shares(posts: int, lead: Decimal) -> list[Decimal]:
    """Exactly one together: assisting posts share alike, to six digits, and the last digits are the lead's. No post is
    left with nothing, however little the lead leaves."""
    if posts < 2:
        return [Decimal(1)] * posts
    each = max(((1 - lead) / (posts - 1)).quantize(PLACES, ROUND_DOWN), PLACES)
    return [1 - each * (posts - 1), *[each] * (posts - 1)]
