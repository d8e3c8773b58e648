"""承接: which indicators a post carries, and how many points each of them is worth to the person on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from steelyard.engine.allotting.allot import Allotted
from steelyard.engine.expressions.nodes import Number
from steelyard.engine.model.persons import UNIT_TOTAL, Bounds, Link, PersonsPlan
from steelyard.engine.organisation.rows import Post
from steelyard.engine.organisation.sharing import share_out
from steelyard.engine.persons.confirming import Assignment, Linked
from steelyard.engine.persons.dividing import Points, divided, exact

Answers: TypeAlias = Mapping[str, Assignment]
"""What a post answers for, by indicator."""


@dataclass(frozen=True, slots=True)
class Carried:
    """One linked indicator and its part of the points; that of the unit's total where ``indicator`` is empty.

    ``assigned``: the row that confirms it, where the plan asks for one.
    """

    indicator: str
    worth: Decimal | Fraction
    assigned: Assignment | None = None


def carried(
    plan: PersonsPlan,
    post: Post,
    applicable: Sequence[str],
    confirmed: Answers | None = None,
    earlier: Sequence[PersonsPlan] = (),
) -> tuple[Carried, ...]:
    """The indicators of a post with their points, which add up to ``plan.linked`` to the last digit, or with the
    unit's total to what the plan leaves for both.

    ``applicable``: indicators that the unit is really assessed by. Spread by number or by weight with the largest
    remainder; equal remainders go by identifier, so the order in which links are written decides nothing.
    ``confirmed``: what the post answers for; nothing else counts then. ``earlier``: the plans that ``bounds.keep``
    leads to, the last one first.
    """
    own = plan.total.value - plan.linked.value - plan.unit.value
    return tuple(part for part in parts(plan, post, applicable, confirmed, earlier, own) if part.indicator)


def parts(
    plan: PersonsPlan,
    post: Post,
    applicable: Sequence[str],
    confirmed: Answers | None,
    earlier: Sequence[PersonsPlan],
    own: Fraction,
) -> tuple[Carried, ...]:
    """`carried`, and last the unit's total. ``own``: full marks of the person's own indicators.

    Raises `Refused` (``persons-not-divisible``).
    """
    weights = _weights(plan.links, post, set(applicable), confirmed)
    bounds, whole, answers = plan.bounds, amount(plan.unit), confirmed or {}
    if bounds is None:
        worths: Mapping[str, Decimal] = dict(zip(weights, _spread(plan, weights), strict=True))
        return (*_linked(worths, answers), Carried("", whole))
    found = divided(plan, bounds, post, weights, _last(bounds, post, earlier), own)
    worths = {part.id: part.points for part in found}
    unit = worths.get(UNIT_TOTAL, Decimal(0)) if bounds.divides == "total" else whole
    return (*_linked({id: worths[id] for id in weights}, answers), Carried("", unit))


def reasons(
    plan: PersonsPlan,
    post: Post,
    applicable: Sequence[str],
    confirmed: Answers | None,
    earlier: Sequence[PersonsPlan],
    own: Fraction,
) -> tuple[Allotted, ...]:
    """Why `parts` are what they are, where they were divided within bounds; elsewhere the plan itself says it."""
    if plan.bounds is None:
        return ()
    weights = _weights(plan.links, post, set(applicable), confirmed)
    return divided(plan, plan.bounds, post, weights, _last(plan.bounds, post, earlier), own)


def earlier_plans(plans: Mapping[str, PersonsPlan], plan: PersonsPlan) -> tuple[PersonsPlan, ...]:
    """The plans that ``bounds.keep`` leads to, the last one first; no plan twice, whatever is written."""
    found: list[PersonsPlan] = []
    while plan.bounds is not None and plan.bounds.keep is not None:
        before = plans.get(plan.bounds.keep)
        if before is None or before in found:
            break
        plan = before
        found.append(plan)
    return tuple(found)


def links_of(plan: PersonsPlan) -> Linked:
    """Whether the plan links an indicator to a post."""
    duties = {(duty, link.indicator) for link in plan.links for duty in link.duties}
    posts = {(post, link.indicator) for link in plan.links for post in link.posts}
    return lambda post, indicator: (post.duty, indicator) in duties or (post.code, indicator) in posts


def _linked(worths: Mapping[str, Decimal], answers: Answers) -> list[Carried]:
    return [Carried(id, worth, answers.get(id)) for id, worth in worths.items()]


def _weights(
    links: Sequence[Link], post: Post, applicable: set[str], confirmed: Answers | None
) -> Mapping[str, Fraction]:
    """By identifier; an indicator that several links give to the post counts with its largest weight.

    A confirmed share makes a link so much lighter; a post that answers with its veto only carries the whole weight.
    """
    found: dict[str, Fraction] = {}
    for link in links:
        if link.indicator in applicable and (post.code in link.posts or post.duty in link.duties):
            found[link.indicator] = max(found.get(link.indicator, Fraction(0)), amount(link.weight))
    if confirmed is None:
        return dict(sorted(found.items()))
    return {id: found[id] * (confirmed[id].share or 1) for id in sorted(found) if id in confirmed}


def _last(bounds: Bounds, post: Post, earlier: Sequence[PersonsPlan]) -> Points:
    """What the plan of last period gave to the post, as it was written."""
    if bounds.keep is None or not earlier:
        return ()
    plan = earlier[0]
    linked = [link.indicator for link in plan.links]
    own = plan.total.value - plan.linked.value - plan.unit.value
    found = parts(plan, post, linked, None, earlier[1:], own)
    return tuple((part.indicator or UNIT_TOTAL, exact(Fraction(part.worth))) for part in found)


def _spread(plan: PersonsPlan, weights: Mapping[str, Fraction]) -> tuple[Decimal, ...]:
    shares = (Fraction(1),) * len(weights) if plan.spread == "number" else tuple(weights.values())
    return _parts(plan.linked.value, plan.places, shares) if weights else ()


@lru_cache(maxsize=1024)
def _parts(linked: Fraction, places: int, shares: tuple[Fraction, ...]) -> tuple[Decimal, ...]:
    """Thousands of people share a few ways to divide."""
    whole = (Decimal(linked.numerator) / Decimal(linked.denominator)).quantize(Decimal(1).scaleb(-places))
    total = sum(shares, Fraction(0))
    return tuple(share_out(whole, [share / total for share in shares]))


def amount(written: Number) -> Fraction:
    """A number of the plan; the check has refused anything else."""
    return written.value
