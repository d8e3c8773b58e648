"""Beside the others: gaps that add up exactly, and several rankings side by side.

The gap between two exact totals is split into exact parts, one an indicator; nothing is estimated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from steelyard.analysis.places import Number, shared_places
from steelyard.analysis.uncertainty import Floats, Ints, complaint, enough, finite

Exact = int | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Gap:
    """``parts[i]`` = own points - peer points of indicator i; their sum is ``total`` exactly (negative = behind)."""

    parts: tuple[Fraction, ...]
    total: Fraction

    def largest(self) -> tuple[int, ...]:
        """Indicators from the most behind to the most ahead; equal ones in their given order."""
        return tuple(sorted(range(len(self.parts)), key=lambda i: self.parts[i]))


def gap(own: Sequence[Exact], peer: Sequence[Exact]) -> Gap:
    """Gap between two sets of points, same indicators in the same order. Exact, no rounding."""
    if len(own) != len(peer):
        raise complaint("analysis-shape", "peer", found=(len(peer),), expected=(len(own),))
    parts = tuple(Fraction(mine) - Fraction(theirs) for mine, theirs in zip(own, peer, strict=True))
    return Gap(parts, sum(parts, Fraction(0)))


def profile(points: Sequence[Sequence[Exact]], members: Sequence[int]) -> tuple[Fraction, ...]:
    """Mean points of the ``members`` by indicator; its total is the mean of their totals, exactly."""
    enough("peers", len(members), 1)
    columns = zip(*(points[unit] for unit in members), strict=True)
    return tuple(sum(map(Fraction, column), Fraction(0)) / len(members) for column in columns)


def best_quarter(totals: Sequence[Exact]) -> tuple[int, ...]:
    """Units in the best quarter of places, rounded up; units sharing the last place come in together."""
    places = shared_places(totals)
    return tuple(int(unit) for unit in np.flatnonzero(places <= -(-len(totals) // 4)))


def median_units(totals: Sequence[Exact]) -> tuple[int, ...]:
    """The units whose total is the median: those in the middle, two neighbours' units when the count is even.

    A median of each indicator would not add up to the median of totals; the units in the middle do."""
    enough("units", len(totals), 1)
    ordered = sorted(totals)
    middle = {ordered[(len(totals) - 1) // 2], ordered[len(totals) // 2]}
    chosen = [next(unit for unit, total in enumerate(totals) if total == value) for value in sorted(middle)]
    return tuple(chosen)


def most_similar(attributes: npt.ArrayLike, unit: int, count: int) -> tuple[int, ...]:
    """The ``count`` units nearest to ``unit`` by attributes (units, attributes), each scaled by its own spread.

    Source: Euclidean distance on standardised variables, Gower (1985), Encyclopedia of Statistical Sciences."""
    table = finite("attributes", attributes)
    enough("other units", table.shape[0] - 1, count)
    spread = table.std(axis=0)
    away = np.sqrt(np.sum(((table - table[unit]) / np.where(spread > 0, spread, 1.0)) ** 2, axis=1))
    away[unit] = -1.0
    return tuple(int(other) for other in np.argsort(away, kind="stable")[1 : count + 1])


@dataclass(frozen=True, slots=True)
class Rankings:
    """Several rankings of the same units: ``places`` (units, rankings), ``agreement`` (rankings, rankings) Spearman."""

    names: tuple[str, ...]
    places: Ints
    agreement: Floats


def side_by_side(rankings: Mapping[str, Sequence[Number]]) -> Rankings:
    """Ranks each measure (higher is better) with shared places and compares them pairwise.

    Source: Spearman (1904) with average ranks for ties (Kendall & Gibbons 1990, section 3.8)."""
    sizes = {len(measure) for measure in rankings.values()}
    if len(sizes) != 1:
        raise complaint("analysis-shape", "rankings", found=sorted(sizes), expected="one length")
    places = np.stack([shared_places(measure) for measure in rankings.values()], axis=1)
    ranks = np.stack([average_places(finite(name, list(map(float, m)))) for name, m in rankings.items()], axis=1)
    return Rankings(tuple(rankings), places, correlation(ranks))


def consistency(history: npt.ArrayLike) -> Floats:
    """Steadiness of each unit over periods (units, periods): minus the standard deviation, so higher is steadier."""
    table = finite("history", history)
    enough("periods", table.shape[1], 2)
    return np.asarray(-table.std(axis=1, ddof=1))


def average_places(values: Floats) -> Floats:
    """Places from 1 = highest, tied values sharing the average of their places."""
    _, inverse, counts = np.unique(-values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse])


def spearman(first: Floats, second: Floats) -> float:
    """Correlation of two columns of ``average_places``; 1.0 when both rank nobody, 0.0 when only one does."""
    return float(correlation(np.stack([first, second], axis=1))[0, 1])


def correlation(table: Floats) -> Floats:
    """Pearson correlation of the columns; a constant column correlates 1 with a constant one and 0 with the others."""
    centred = table - table.mean(axis=0)
    length = np.sqrt(np.sum(centred**2, axis=0))
    flat = length <= 1e-12 * np.maximum(1.0, np.abs(table).max(axis=0, initial=0.0))
    unit = np.where(flat, 0.0, centred) / np.where(flat, 1.0, length)
    matrix = np.clip(unit.T @ unit, -1.0, 1.0)
    matrix[np.ix_(flat, flat)] = 1.0
    np.fill_diagonal(matrix, 1.0)
    return np.asarray(matrix)
