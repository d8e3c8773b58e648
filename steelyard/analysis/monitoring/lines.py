"""Many series at once, each against its own past: how unlikely its newest points are, by the kind of its numbers.

A share has to be unlikely both as a binomial and beside the scatter from one of its points to the next (Laney 2002,
Quality Engineering 14(4)), a count both as a Poisson and beside its scatter; few cases are judged by the binomial
alone. Means have Student's t. What is expected of a point is an estimate, so every tail is that of a prediction
and wider the fewer points there are. Arrays have shape (points, series), newest last; NaN where nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from steelyard.analysis.monitoring.tails import at_least, at_most, beyond, where_met
from steelyard.analysis.uncertainty import Flags, Floats, Ints

Side = Literal["high", "low"]
RECENT = 3
"""The newest points, which are looked at; what is expected of them comes from those before."""
FEWEST = 6
"""Points before them below which nothing is said."""
NEWEST, TOGETHER = 0, 1
"""What is looked at: the newest point alone, and the newest three as one."""
SMALL = 30
UNLIKE = 3
"""Times as many cases as the newest point, or fewer in the same measure, from which a point is of another size."""
Tail = Callable[[Floats, Side, int, Ints], Floats]


@dataclass(frozen=True, slots=True)
class Lines:
    """``value``, ``expected``: of the newest point and of the newest three together, shape (2, series); ``points``: how
    many were before. ``apart``: how far each point of about the newest one's size lies from what was expected of it.
    ``tail``: the chance of a value as far up or down for these series; ``least``, ``most``: no point passes them."""

    value: Floats
    expected: Floats
    points: Ints
    apart: Floats
    tail: Tail
    least: Floats
    most: Floats

    @property
    def judged(self) -> Ints:
        """The series of which something can be said."""
        return np.flatnonzero(np.isfinite(self.value[NEWEST]) & (self.points >= FEWEST))

    def chance(self, side: Side, what: int) -> Floats:
        """That of a value as far up or down as the one that there is; 1 where nothing can be said."""
        found = np.ones(self.points.size)
        found[self.judged] = self.tail(self.value[what, self.judged], side, what, self.judged)
        return found

    def limit(self, side: Side, chance: float, series: Ints) -> Floats:
        """The value from which the newest point of these series would be less likely than ``chance``."""
        sign = 1 if side == "high" else -1
        centre, furthest = self.expected[NEWEST, series], (self.most if side == "high" else self.least)[series]
        met = where_met(lambda at: self.tail(sign * at, side, NEWEST, series), sign * centre, sign * furthest, chance)
        return sign * met


def shares(part: Floats, whole: Floats, moved: Floats | None = None, small: int = SMALL) -> Lines:
    """``moved``: by how much the level of everybody moved at each point, as a difference of shares; ``small``: the
    number of cases below which the binomial alone decides."""
    part, whole, moved = aligned(part, whole, np.zeros(part.shape) if moved is None else moved)
    with np.errstate(invalid="ignore", divide="ignore"):
        cases = np.nansum(whole[:-RECENT], axis=0)
        drift = np.nansum((whole * moved)[:-RECENT], axis=0) / cases
        level = (np.nansum(part[:-RECENT], axis=0) + 0.5) / (cases + 1)
        expected = np.clip(level + moved - drift, 0.5 / (cases + 1), 1 - 0.5 / (cases + 1))
        apart = part / whole - expected
        scatter, degrees = _scatter((apart * np.sqrt(whole / (expected * (1 - expected))))[:-RECENT])
        size = _recent(whole)
        level = _recent(whole * expected) / size
        value = _recent(part) / size
        noise = np.sqrt(level * (1 - level) * (1 / size + 1 / cases))

    def tail(found: Floats, side: Side, what: int, at: Ints) -> Floats:
        chance, n, rest = level[what, at], size[what, at], 1 + size[what, at] / cases[at]
        few, exact = n < small, at_least if side == "high" else at_most
        counted = np.where(few, n / (scatter[at] * rest), n / rest)
        alone = exact(found * counted, counted, chance)
        gap = (found - chance) / (noise[what, at] * np.sqrt(scatter[at]))
        return np.where(few, alone, np.maximum(alone, beyond(gap if side == "high" else -gap, degrees[at])))

    return Lines(
        value, level, _points(apart), _alike(apart, whole), tail, np.zeros(part.shape[1]), np.ones(part.shape[1])
    )


def counts(number: Floats, moved: Floats | None = None) -> Lines:
    """``moved``: how many times as much as usual everybody had at each point. A count beside all of the past is a
    binomial with the point's part of the time, whatever the true level is (Przyborowski and Wilenski 1940)."""
    number, times = aligned(number, np.ones(number.shape) if moved is None else moved)
    with np.errstate(invalid="ignore", divide="ignore"):
        past, time = np.nansum(number[:-RECENT], axis=0), np.nansum(times[:-RECENT], axis=0)
        expected = past / time * times
        apart = number - expected
        scatter, degrees = _scatter((apart / np.sqrt(expected))[:-RECENT])
        value, level, span = _recent(number), _recent(expected), _recent(times)
        noise = np.sqrt(np.maximum(level, 0.5) * (1 + span / time))

    def tail(found: Floats, side: Side, what: int, at: Ints) -> Floats:
        exact = at_least if side == "high" else at_most
        alone = exact(found, found + past[at], span[what, at] / (span[what, at] + time[at]))
        gap = (found - level[what, at]) / (noise[what, at] * np.sqrt(scatter[at]))
        return np.maximum(alone, beyond(gap if side == "high" else -gap, degrees[at]))

    most = np.nan_to_num(level[NEWEST] + 60 * noise[NEWEST] * np.sqrt(scatter)) + 60
    return Lines(value, level, _points(apart), _alike(apart, times), tail, np.zeros(most.shape), most)


def means(value: Floats, weight: Floats | None = None, moved: Floats | None = None) -> Lines:
    """``weight``: how many cases each mean is of; ``moved``: by how much everybody's mean moved."""
    filled = [np.ones(value.shape) if weight is None else weight, np.zeros(value.shape) if moved is None else moved]
    value, weight, moved = aligned(value, *filled)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = np.nansum(weight[:-RECENT], axis=0)
        expected = np.nansum((weight * (value - moved))[:-RECENT], axis=0) / total + moved
        apart = value - expected
        variance, degrees = successive((apart * np.sqrt(weight))[:-RECENT])
        size = _recent(weight)
        level, newest = _recent(weight * expected) / size, _recent(weight * value) / size
        noise = np.sqrt(variance * (1 / size + 1 / total))
        scale = np.maximum(np.abs(level), 1e-9)
    points = _points(apart)

    def tail(found: Floats, side: Side, what: int, at: Ints) -> Floats:
        """Of a past without any scatter nothing is known but how many points it has."""
        gap = (found - level[what, at]) * (1 if side == "high" else -1)
        some: Flags = noise[what, at] > 1e-9 * scale[what, at]
        known = beyond(np.where(some, gap / np.where(some, noise[what, at], 1), 0.0), degrees[at])
        return np.where(some, known, np.where(gap > 1e-9 * scale[what, at], 1 / (points[at] + 2), 1.0))

    reach = np.nan_to_num(60 * noise[NEWEST])
    return Lines(newest, level, points, _alike(apart, weight), tail, level[NEWEST] - reach, level[NEWEST] + reach)


@dataclass(frozen=True, slots=True)
class Scale:
    """On which means are compared: what is skewed, as waits and amounts are, is less so there."""

    there: Callable[[Floats], Floats]
    back: Callable[[Floats], Floats]


LOGARITHM = Scale(
    lambda value: np.log(np.maximum(value, np.finfo(np.float64).tiny)), lambda at: np.exp(np.clip(at, -700, 700))
)
"""For what is always more than nothing."""
ROOT = Scale(np.cbrt, lambda at: at**3)
"""The cube root, for what may be nothing or less (Wilson and Hilferty 1931 for what is skewed as chi-square)."""


def scaled(value: Floats, scale: Scale, weight: Floats | None = None, moved: Floats | None = None) -> Lines:
    """Means on a scale of their own; ``moved`` is told on that scale."""
    found = means(scale.there(value), weight, moved)

    def tail(value: Floats, side: Side, what: int, at: Ints) -> Floats:
        return found.tail(scale.there(value), side, what, at)

    value, expected, least, most = map(scale.back, (found.value, found.expected, found.least, found.most))
    return replace(found, value=value, expected=expected, least=least, most=most, tail=tail)


def aligned(*arrays: Floats) -> list[Floats]:
    """Known points moved to the end, in their order. A series that has nothing at the newest point has none at all."""
    first = arrays[0]
    known = np.isfinite(first) & np.isfinite(first[-1])
    order = np.argsort(known, axis=0, kind="stable")
    known = np.take_along_axis(known, order, 0)
    return [np.where(known, np.take_along_axis(one, order, 0), np.nan) for one in arrays]


def _recent(values: Floats) -> Floats:
    """Of the newest point, and of the newest three added up."""
    return np.stack([values[-1], np.sum(values[-RECENT:], axis=0)])


def _points(values: Floats) -> Ints:
    found: Ints = np.sum(np.isfinite(values[:-RECENT]), axis=0)
    return found


def _alike(apart: Floats, size: Floats) -> Floats:
    """Only points of about the newest one's size can be put in any order: few cases lie on one side of what is expected
    more often than many do."""
    with np.errstate(invalid="ignore"):
        return np.where((size * UNLIKE >= size[-1]) & (size <= size[-1] * UNLIKE), apart, np.nan)


def successive(z: Floats) -> tuple[Floats, Floats]:
    """Variance from one point to the next, which a slow drift does not widen, and its degrees of freedom (von Neumann
    et al. 1941, Annals of Mathematical Statistics 12(2))."""
    steps = np.diff(z, axis=0) ** 2
    n = np.maximum(np.sum(np.isfinite(z), axis=0), 2).astype(np.float64)
    return np.nansum(steps, axis=0) / (2 * (n - 1)), np.maximum(2 * (n - 1) ** 2 / (3 * n - 4), 1.0)


def _scatter(z: Floats) -> tuple[Floats, Floats]:
    """How many times as much as chance alone; never less."""
    variance, degrees = successive(z)
    return np.maximum(variance, 1.0), degrees
