"""How far several raters agree: Krippendorff's alpha of numbers, exact, also where some rated only some.

K. Krippendorff, Computing Krippendorff's Alpha-Reliability, University of Pennsylvania 2011 (interval difference). It
decides whether a judged item counts, so it is a fraction and no binary float.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

Rating = int | Decimal | Fraction
Table = Sequence[Sequence[Rating | None]]
"""(units, raters): None where a rater did not rate the unit."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """``alpha``: 1 where all agree, 0 where they agree as if by chance, below where less; None where nothing can be
    told: fewer than two ratings of any unit, or every rating of every unit the same number.

    ``observed``, ``expected``: mean squared difference within units, and of any two ratings; ``units``: with at least
    two ratings; ``ratings``: of those units.
    """

    alpha: Fraction | None
    observed: Fraction
    expected: Fraction
    units: int
    ratings: int


def agreement(table: Table) -> Agreement:
    """Of numbers whose differences mean something (interval scale)."""
    rated = [[Fraction(one) for one in row if one is not None] for row in table]
    paired = [row for row in rated if len(row) > 1]
    every = [one for row in paired for one in row]
    if not paired:
        return Agreement(None, Fraction(0), Fraction(0), 0, 0)
    n = len(every)
    within = sum((2 * _differences(row) / (len(row) - 1) for row in paired), Fraction(0))
    observed, expected = within / n, 2 * _differences(every) / (n * (n - 1))
    alpha = None if expected == 0 else 1 - observed / expected
    return Agreement(alpha, observed, expected, len(paired), n)


def _differences(ratings: Sequence[Fraction]) -> Fraction:
    """Sum of squared differences of all pairs, from two sums."""
    return len(ratings) * sum((one * one for one in ratings), Fraction(0)) - sum(ratings, Fraction(0)) ** 2


def nearness(ratings: Sequence[Rating], lowest: Rating, highest: Rating) -> Fraction:
    """Of one unit: 1 − spread ÷ range, as the rules show it (S20 酌情). ``lowest`` is below ``highest``."""
    spread = Fraction(max(ratings)) - Fraction(min(ratings))
    return 1 - spread / (Fraction(highest) - Fraction(lowest))
