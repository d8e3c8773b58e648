"""Which indicators earn their place: full marks, share of variance, effect when removed, redundancy, noise.

Evidence over several periods for keep or retire; the decision stays with people. The planner gets candidates with
their numbers and the stated effect of removing them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from steelyard.analysis.peers import average_places, correlation, spearman
from steelyard.analysis.uncertainty import Flags, Floats, Ints, enough, finite, within

Reason = Literal["full marks", "no variance", "no rank effect", "redundant", "noise"]


@dataclass(frozen=True, slots=True)
class Quality:
    """One period, one entry an indicator, shape (indicators,).

    ``full_share``: part of the units at full marks. ``variance_share``: part of the variance of totals, adds up to 1
    (negative where an indicator works against the total). ``rank_change``: 1 - Spearman between places with and
    without it. ``twin``: index of the most correlated other indicator, ``likeness``: that absolute correlation.
    ``noise_share``: error variance over visible variance, at most 1. ``units``: how many there were.
    """

    full_share: Floats
    variance_share: Floats
    rank_change: Floats
    twin: Ints
    likeness: Floats
    noise_share: Floats
    units: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """When an indicator becomes a candidate; every limit is printed with the list.

    ``noise_share`` is for many units. Among few the visible variance is itself uncertain, by a factor of 1 +
    sqrt(2 / (units - 1)); what lies within ``errors`` such standard errors of pure chance counts as chance.
    """

    full_share: float = 0.95
    variance_share: float = 0.0005
    rank_change: float = 0.000005
    likeness: float = 0.98
    noise_share: float = 0.90
    errors: float = 2.0
    periods: int = 3

    def chance(self, units: int) -> float:
        """From which noise share on differences cannot be told from chance."""
        return (
            min(self.noise_share, 1 / (1 + self.errors * (2 / (units - 1)) ** 0.5)) if units > 1 else self.noise_share
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """``reasons`` that held in every period in which the indicator was judged."""

    indicator: int
    reasons: tuple[Reason, ...]


def quality(points: npt.ArrayLike, full: npt.ArrayLike, errors: npt.ArrayLike) -> Quality:
    """Quality of each indicator from points and their errors (units, indicators) and full marks (indicators,).

    Source: variance share as covariance with the total, Paruolo, Saisana & Saltelli (2013), JRSS A 176, section 3 (the
    linear case); rank effect, OECD/JRC Handbook on Constructing Composite Indicators (2008), step 7; noise share as 1 -
    reliability, Spiegelhalter et al. (2012), Statistical Methods for Healthcare Performance Monitoring, chapter 9.
    """
    table = finite("points", points)
    enough("units", table.shape[0], 3)
    marks = within("full", full, 0, np.inf, (table.shape[1],))
    noise = within("errors", errors, 0, np.inf, table.shape)
    likeness = np.abs(correlation(table))
    np.fill_diagonal(likeness, -1.0)
    visible = table.var(axis=0, ddof=1)
    return Quality(
        full_share=np.mean(table >= marks, axis=0),
        variance_share=_variance_share(table),
        rank_change=_rank_change(table),
        twin=np.argmax(likeness, axis=1),
        likeness=np.maximum(likeness.max(axis=1), 0.0),
        noise_share=np.minimum(1.0, _ratio(np.mean(noise**2, axis=0), visible, otherwise=1.0)),
        units=table.shape[0],
    )


def _variance_share(table: Floats) -> Floats:
    total = table.sum(axis=1)
    centred = total - total.mean()
    spread = float(centred @ centred)
    return (centred @ table) / spread if spread > 0 else np.zeros(table.shape[1])


def _rank_change(table: Floats) -> Floats:
    total = table.sum(axis=1)
    before = average_places(total)
    return np.array([1 - spearman(before, average_places(total - column)) for column in table.T])


def _ratio(above: Floats, below: Floats, otherwise: float) -> Floats:
    return np.divide(above, below, out=np.full_like(below, otherwise), where=below > 0)


def candidates(periods: Sequence[Quality], limits: Limits | None = None, whole: bool = False) -> tuple[Candidate, ...]:
    """Indicators with a reason that held in every period in which they were judged, ``limits.periods`` at least; an
    indicator without marks in a period is NaN there. In the order given.

    Of two redundant twins only the one with the smaller share of variance, over all periods, becomes a candidate.
    ``whole``: the last period is the whole of which the others are parts; it has all cases, so it alone decides what is
    chance."""
    bounds = limits or Limits()
    enough("periods", len(periods), bounds.periods)
    judged = [~np.isnan(period.full_share) for period in periods]
    flags = [_flags(period, bounds) for period in periods]
    lasting = {reason: always([one[reason] for one in flags], judged, bounds.periods) for reason in flags[0]}
    lasting["redundant"] &= _weaker(periods)
    if whole:
        lasting["noise"] = flags[-1]["noise"] & (np.sum(judged, axis=0) >= bounds.periods)
    count = periods[-1].full_share.size
    found = [Candidate(i, tuple(reason for reason, flag in lasting.items() if flag[i])) for i in range(count)]
    return tuple(candidate for candidate in found if candidate.reasons)


def always(flags: Sequence[Flags], known: Sequence[Flags], least: int) -> Flags:
    """Where something held in every period that is known, of which there are enough."""
    held = np.all([flag | ~there for flag, there in zip(flags, known, strict=True)], axis=0)
    found: Flags = held & (np.sum(known, axis=0) >= least)
    return found


def _weaker(periods: Sequence[Quality]) -> Flags:
    """Which of two twins, as they are in the last period, adds less to the differences of totals over all of them."""
    share = np.nansum([period.variance_share for period in periods], axis=0)
    twin = periods[-1].twin
    found: Flags = (share < share[twin]) | ((share == share[twin]) & (np.arange(share.size) > twin))
    return found


def _flags(period: Quality, limits: Limits) -> dict[Reason, Flags]:
    share = period.variance_share
    return {
        "full marks": period.full_share >= limits.full_share,
        "no variance": np.abs(share) <= limits.variance_share,
        "no rank effect": np.abs(period.rank_change) <= limits.rank_change,
        "redundant": period.likeness >= limits.likeness,
        "noise": period.noise_share >= limits.chance(period.units),
    }


def removal_effect(points: npt.ArrayLike, removed: Sequence[int]) -> float:
    """Spearman correlation of the units' places by total with and without the ``removed`` indicators."""
    table = finite("points", points)
    kept = np.delete(table, list(removed), axis=1)
    return spearman(average_places(table.sum(axis=1)), average_places(kept.sum(axis=1)))
