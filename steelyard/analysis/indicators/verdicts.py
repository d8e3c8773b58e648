"""Keep, mend or retire: each indicator judged by its figures of several periods and by its rule (N6, C10, C11).

A reason counts when it held in every period, so a bad year alone condemns nothing, and what was judged in fewer
periods than asked for is not judged. One that separates nobody, or
says what another one says, may be retired. One that is mostly chance is mended, by a longer period or more cases: in a
small class everything is mostly chance. So is one whose target, burden, basis or coverage is wrong. Having no effect on
places is told but decides nothing by itself: among a handful of units hardly anything moves a place. People decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from steelyard.analysis.indicators.quality import Limits, Quality, Reason, always, candidates, removal_effect
from steelyard.analysis.uncertainty import Flags, Floats, enough, within

Fault = Literal["met by all", "out of reach", "bunched", "burden", "no basis", "coverage"]
Verdict = Literal["keep", "mend", "retire", "unjudged"]


@dataclass(frozen=True, slots=True)
class Targets:
    """One period, one entry an indicator. ``attained``: the part of the units that met the target, NaN without one.

    ``bunched``: of the units close to the target, the part that just met it; about a half where nobody aims at it, NaN
    where too few are close. ``excess``: by how many standard errors that is more than a half.
    """

    attained: Floats
    bunched: Floats
    excess: Floats | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What rules and facts say of each indicator: minutes of filling in for a unit and month, whether a document
    stands behind it, and the part of the units in its classes that have a value."""

    minutes: Floats
    basis: Flags
    coverage: Floats


@dataclass(frozen=True, slots=True)
class Bounds:
    """When something is a fault; printed with every list, like the limits of `quality`."""

    all_met: float = 0.98
    few_met: float = 0.02
    bunched: float = 0.85
    excess: float = 4.5
    minutes: float = 30.0
    coverage: float = 0.80
    close: float = 0.25
    enough_close: int = 20


NOTHING_TOLD: frozenset[Reason] = frozenset(("full marks", "no variance", "redundant"))
"""For these an indicator may go."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One indicator: the verdict, what speaks against it as an instrument, and what is to be mended."""

    indicator: int
    verdict: Verdict
    reasons: tuple[Reason, ...]
    faults: tuple[Fault, ...]


def targets(ahead: npt.ArrayLike, bounds: Bounds | None = None) -> Targets:
    """From how far each unit is ahead of each target (units, indicators); below zero it missed, NaN: not compared.

    Close to the target is within ``bounds.close`` of the spread (standard deviation), short of the best that anybody
    reached: a crowd at the end of the scale (100 %, no case at all) aims at no target. Source: excess mass at a
    threshold, Kleven (2016), Bunching, Annual Review of Economics 8, section 2, in its simplest form: two bins.
    """
    table, used = np.asarray(ahead, float), bounds or Bounds()
    there = ~np.isnan(table)
    known = np.where(there, table, 0.0)
    count = there.sum(axis=0)
    scatter = _over((known**2).sum(axis=0), count) - _over(known.sum(axis=0), count) ** 2
    spread = np.sqrt(np.maximum(scatter, 0.0))  # rounding may leave a hair below zero
    best = np.where(there, table, -np.inf).max(axis=0)
    near = there & (np.abs(known) <= used.close * spread) & (known < best)
    met, close = (near & (known >= 0)).sum(axis=0), near.sum(axis=0)
    enough_close = close >= used.enough_close
    bunched = np.where(enough_close, _over(met, close), np.nan)
    excess = np.where(enough_close, _over(2 * met - close, np.sqrt(close)), np.nan)
    return Targets(_over((there & (known >= 0)).sum(axis=0), count), bunched, excess)


def _over(above: npt.ArrayLike, below: npt.ArrayLike) -> Floats:
    """NaN where there is nothing to divide by."""
    top, base = np.asarray(above, float), np.asarray(below, float)
    found: Floats = np.divide(top, base, out=np.full_like(top, np.nan), where=base > 0)
    return found


def judge(
    qualities: Sequence[Quality],
    reached: Sequence[Targets],
    rules: Rules,
    limits: Limits | None = None,
    bounds: Bounds | None = None,
    whole: bool = False,
) -> tuple[Judged, ...]:
    """Every indicator, in the order given, by all periods in which it has marks. ``whole``: as for `candidates`."""
    least, used = (limits or Limits()).periods, bounds or Bounds()
    enough("periods", len(reached), least)
    against = {one.indicator: one.reasons for one in candidates(qualities, limits, whole)}
    judged = np.sum([~np.isnan(one.full_share) for one in qualities], axis=0) >= least
    faults = list(_faults(reached, rules, used, least))
    found = []
    for place in range(qualities[-1].full_share.size):
        reasons = against.get(place, ())
        wrong = tuple(fault for fault, flags in faults if flags[place])
        found.append(Judged(place, verdict(reasons, wrong, bool(judged[place])), reasons, wrong))
    return tuple(found)


def verdict(reasons: Sequence[Reason], wrong: Sequence[Fault], judged: bool = True) -> Verdict:
    """What becomes of an indicator for these reasons and faults; without enough periods it is not judged."""
    if NOTHING_TOLD.intersection(reasons):
        return "retire"
    if wrong or "noise" in reasons:
        return "mend"
    return "keep" if judged else "unjudged"


def _faults(reached: Sequence[Targets], rules: Rules, bounds: Bounds, least: int) -> Iterator[tuple[Fault, Flags]]:
    """A target, or a crowd at it, is looked at in the periods that have one."""
    size = reached[-1].attained.shape
    compared = [~np.isnan(one.attained) for one in reached]
    yield "met by all", always([one.attained >= bounds.all_met for one in reached], compared, least)
    yield "out of reach", always([one.attained <= bounds.few_met for one in reached], compared, least)
    yield "bunched", _crowded(reached, bounds, least)
    yield "burden", within("minutes", rules.minutes, 0, np.inf, size) > bounds.minutes
    yield "no basis", ~np.asarray(rules.basis, bool)
    yield "coverage", within("coverage", rules.coverage, 0, 1, size) < bounds.coverage


def _crowded(reached: Sequence[Targets], bounds: Bounds, least: int) -> Flags:
    """In enough periods, or beyond doubt in the last one: those who aim at the target of a year need not aim at that
    of its quarters, and the other way round."""
    often = np.sum([one.bunched >= bounds.bunched for one in reached], axis=0) >= least
    last = reached[-1]
    if last.excess is None:
        return np.asarray(often, bool)
    return np.asarray(often | ((last.bunched >= bounds.bunched) & (last.excess >= bounds.excess)), bool)


def retired(points: npt.ArrayLike, judged: Sequence[Judged]) -> float:
    """Spearman correlation of places by total with and without all that may be retired."""
    return removal_effect(points, [one.indicator for one in judged if one.verdict == "retire"])
