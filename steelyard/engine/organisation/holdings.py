"""Stages of a person in a period, and the exact share of the days that each post has in it (日数占比)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from steelyard.engine.organisation.organisation import Organisation
from steelyard.engine.organisation.rows import Holding
from steelyard.engine.periods import Period

Counting: TypeAlias = Callable[[date, date], int]
"""How many days count from a day to the day before another: `calendar_days` or a calendar's ``days_within``."""


Cuts: TypeAlias = Callable[[str], Sequence[date]]
"""The days, in order, on which something about a post changes; a stage ends there as on a change of posts."""


def no_cuts(_: str) -> Sequence[date]:
    return ()


def calendar_days(first: date, end: date) -> int:
    return (end - first).days


@dataclass(frozen=True, slots=True)
class Stage:
    """An unbroken time on one post with one share of full time, cut to the period.

    ``days`` are the counted days from ``start`` to before ``end``; ``weight`` is the stage's part of all the person's
    assessed days in the period, so that the weights of a person add up to 1.
    """

    person: str
    post: str
    unit: str
    start: date
    end: date
    share: Fraction
    days: int
    weight: Fraction


def stages(
    organisation: Organisation, person: str, period: Period, counting: Counting, cutting: Cuts = no_cuts
) -> tuple[Stage, ...]:
    """In the order of time; empty for a person without a counted day on a post in the period.

    Every assessed day counts the same. On a day with several posts it is divided by their shares of full time, so a
    person on half time counts as a whole person. Days without a post are not assessed.
    """
    held = _joined([_cut(holding, period) for holding in organisation.holdings_of(person) if _meets(holding, period)])
    pieces_of = (piece for holding in held for piece in _pieces(holding, cutting(holding.post)))
    held = sorted(pieces_of, key=lambda row: (row.start, row.post))
    cuts = sorted({day for holding in held for day in (holding.start, holding.end)})
    pieces = [(first, end, counting(first, end)) for first, end in pairwise(cuts)]
    assessed = sum(days for first, _, days in pieces if any(_on(holding, first) for holding in held))
    if not assessed:
        return ()
    return tuple(_stage(organisation, holding, held, pieces, assessed) for holding in held)


def day_shares(organisation: Organisation, person: str, period: Period, counting: Counting) -> dict[str, Fraction]:
    """By post, in the order in which they were taken up; the shares add up to 1, or there are none."""
    shares: dict[str, Fraction] = {}
    for stage in stages(organisation, person, period, counting):
        shares[stage.post] = shares.get(stage.post, Fraction(0)) + stage.weight
    return shares


def _meets(holding: Holding, period: Period) -> bool:
    return holding.start < period.end and holding.end > period.start


def _cut(holding: Holding, period: Period) -> Holding:
    return replace(holding, start=max(holding.start, period.start), until=min(holding.end, period.end))


def _joined(held: Sequence[Holding]) -> list[Holding]:
    """Rows of one post and share that follow each other are one stage, however they were entered."""
    whole: list[Holding] = []
    for holding in sorted(held, key=lambda row: (row.start, row.post)):
        before = next((row for row in whole if _follows(row, holding)), None)
        if before is None:
            whole.append(holding)
        else:
            whole[whole.index(before)] = replace(before, until=holding.until)
    return whole


def _pieces(holding: Holding, days: Sequence[date]) -> Iterator[Holding]:
    """A holding, cut on the days that lie within it."""
    within = [day for day in days if holding.start < day < holding.end]
    for start, end in pairwise([holding.start, *within, holding.end]):
        yield replace(holding, start=start, until=end)


def _follows(before: Holding, after: Holding) -> bool:
    return (before.post, before.share, before.end) == (after.post, after.share, after.start)


def _on(holding: Holding, day: date) -> bool:
    return holding.start <= day < holding.end


def _stage(
    organisation: Organisation,
    holding: Holding,
    held: Sequence[Holding],
    pieces: Sequence[tuple[date, date, int]],
    assessed: int,
) -> Stage:
    own = [(first, days) for first, _, days in pieces if _on(holding, first)]
    share = Fraction(holding.share)
    parts = [days * share / sum(Fraction(other.share) for other in held if _on(other, first)) for first, days in own]
    return Stage(
        person=holding.person,
        post=holding.post,
        unit=organisation.posts[holding.post].unit,
        start=holding.start,
        end=holding.end,
        share=share,
        days=sum(days for _, days in own),
        weight=sum(parts, Fraction(0)) / assessed,
    )
