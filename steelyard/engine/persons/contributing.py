"""贡献: whose work a unit's points of an indicator are, by confirmed shares and days; the parts make the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from steelyard.engine.organisation.holdings import Counting
from steelyard.engine.organisation.rows import Holding
from steelyard.engine.periods import Period
from steelyard.engine.persons.confirming import Assignment

Holders: TypeAlias = Callable[[str], Sequence[Holding]]
"""Everybody who ever held a post."""
_Held: TypeAlias = Mapping[str, Sequence[Holding]]


@dataclass(frozen=True, slots=True)
class Contribution:
    """``part`` of the whole that a person on a post has, and what it is of the unit's ``points``.

    ``person`` is empty for days on which nobody held the post, ``post`` for shares that nobody has confirmed.
    """

    post: str
    person: str
    part: Fraction
    points: Fraction


def contributions(
    rows: Sequence[Assignment], holders: Holders, period: Period, counting: Counting, points: Fraction
) -> tuple[Contribution, ...]:
    """The rows of one indicator of one unit. The parts add up to 1 and their points to ``points``, exactly.

    Every day that counts is worth the same; on a day a post has its share, which its holders divide by their shares
    of full time.
    """
    held = {post: holders(post) for post in dict.fromkeys(row.post for row in rows)}
    days = counting(period.start, period.end)
    found: dict[tuple[str, str], Fraction] = {}
    for start, end in _pieces(rows, held, period):
        worth = Fraction(counting(start, end), days)
        for who, part in _of_day(rows, held, start):
            found[who] = found.get(who, Fraction(0)) + part * worth
    return tuple(Contribution(*who, part, part * points) for who, part in sorted(found.items()) if part)


def _pieces(rows: Sequence[Assignment], held: _Held, period: Period) -> Iterator[tuple[date, date]]:
    """Stretches of the period within which nothing changes."""
    cuts = {day for row in rows for day in (row.start, row.end)}
    cuts |= {day for holdings in held.values() for holding in holdings for day in (holding.start, holding.end)}
    within = {day for day in cuts if period.start < day < period.end}
    yield from pairwise(sorted({period.start, period.end, *within}))


def _of_day(rows: Sequence[Assignment], held: _Held, day: date) -> Iterator[tuple[tuple[str, str], Fraction]]:
    left = Fraction(1)
    for row in rows:
        if row.on(day) and row.share:
            left -= row.share
            there = [holding for holding in held[row.post] if holding.start <= day < holding.end]
            together = sum((Fraction(holding.share) for holding in there), Fraction(0))
            for holding in there:
                yield (row.post, holding.person), row.share * Fraction(holding.share) / together
            if not there:
                yield (row.post, ""), row.share
    yield ("", ""), left
