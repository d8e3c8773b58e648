"""Places with their uncertainty: shared places, intervals ("3rd, 2-7"), tie groups, chances of every place.

The published place comes from exact scores. The interval answers another question: between which places would this
unit lie if its true performance were known? It is computed inside each class alone, so another class changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from itertools import groupby
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt

from steelyard.analysis.uncertainty import Floats, Ints, enough, finite, within

Number = int | Decimal | Fraction | float
Spread = Literal["fitted", "none"]

FEWEST_FOR_FITTING = 5
CHUNK = 2_000  # draws sorted at a time: keeps the arrays inside the processor's cache and memory flat


@dataclass(frozen=True, slots=True)
class Standing:
    """Places of the units of one class, in the order given. Places count from 1 = best.

    ``chances[i, k]`` is the probability that unit i truly holds place k + 1; rows add up to 1.
    ``group`` numbers the tie groups from the best: inside one group nobody is told apart from its first unit.
    ``between`` is the fitted spread (standard deviation) of true scores, 0 when all differences look like noise.
    """

    scores: Floats
    errors: Floats
    place: Ints
    low: Ints
    high: Ints
    group: Ints
    chances: Floats
    coverage: float
    between: float
    spread: Spread


def shared_places(scores: Sequence[Number]) -> Ints:
    """Places from 1 = highest; equal scores share the better place (1, 2, 2, 4). Exact for Decimal and Fraction."""
    order = sorted(range(len(scores)), key=lambda unit: scores[unit], reverse=True)
    places = np.zeros(len(scores), dtype=np.int64)
    above = 0
    for _, tied in groupby(order, key=lambda unit: scores[unit]):
        members = list(tied)
        places[members] = above + 1
        above += len(members)
    return places


def standings(
    scores: Sequence[Number],
    errors: npt.ArrayLike,
    classes: Sequence[str],
    *,
    seed: int,
    coverage: float = 0.90,
    draws: int = 10_000,
    spread: Spread = "fitted",
) -> dict[str, Standing]:
    """One ``Standing`` a class, units in their given order. Draws depend on the seed and the class name."""
    noise = within("errors", errors, 0, np.inf, (len(scores),))
    members = {name: [unit for unit, its in enumerate(classes) if its == name] for name in sorted(set(classes))}
    return {
        name: standing(
            [scores[unit] for unit in units],
            noise[units],
            seed=_class_seed(seed, name),
            coverage=coverage,
            draws=draws,
            spread=spread,
        )
        for name, units in members.items()
    }


def _class_seed(seed: int, name: str) -> int:
    return int.from_bytes(sha256(f"{seed}:{name}".encode()).digest()[:8], "big")


def standing(
    scores: Sequence[Number],
    errors: npt.ArrayLike,
    *,
    seed: int,
    coverage: float = 0.90,
    draws: int = 10_000,
    spread: Spread = "fitted",
) -> Standing:
    """Places, intervals, tie groups and chances inside one class; ``errors`` are standard errors of the scores.

    Draws of the true scores are ranked and counted. ``spread="fitted"`` draws from what the data say about the true
    scores after allowing for noise (scores pulled together by the share of their differences that is noise); then a
    90 % interval covers the true place in about 90 of 100 units, more in small classes, because places are whole.
    ``spread="none"`` draws around the published scores; it covers too little when noise is large. Classes of fewer
    than 5 units are never fitted. Independent of the order of units.
    Source: Goldstein & Spiegelhalter (1996), JRSS A 159, section 4; Lin, Louis, Paddock & Ridgeway (2006), Bayesian
    Analysis 1(4), sections 2-3 (ranks from posterior draws); Laird & Louis (1989).
    """
    values = finite("scores", [float(score) for score in scores])
    enough("units", values.size, 1)
    noise = within("errors", errors, 0, np.inf, values.shape)
    used: Spread = spread if values.size >= FEWEST_FOR_FITTING else "none"
    centre, scale, between = pulled(values, noise) if used == "fitted" else (values, noise, 0.0)
    chances = place_chances(centre, scale, draws=draws, seed=seed)
    place = shared_places(scores)
    low, high = interval(chances, coverage)
    return Standing(
        scores=values,
        errors=noise,
        place=place,
        low=np.minimum(low, place),  # the published place always lies in its own interval
        high=np.maximum(high, place),
        group=tie_groups(values, noise, coverage),
        chances=chances,
        coverage=coverage,
        between=between,
        spread=used,
    )


def pulled(values: Floats, errors: Floats) -> tuple[Floats, Floats, float]:
    """Mean and error of each true score given all scores, and the fitted spread (standard deviation) of true scores.

    Source: normal-normal empirical Bayes, Efron & Morris (1975), JASA 70, section 2; spread by moments, Hedges &
    Olkin (1985), Statistical Methods for Meta-Analysis, section 9.B (unweighted, so that an error of 0 is allowed).
    """
    between = max(0.0, float(np.var(values, ddof=1) - np.mean(errors**2)))
    whole = between + errors**2
    keep = np.divide(between, whole, out=np.ones_like(whole), where=whole > 0)
    weight = 1 / np.maximum(whole, np.finfo(float).tiny ** 0.5)
    middle = float(np.average(values, weights=weight))
    return middle + keep * (values - middle), np.sqrt(keep) * errors, between**0.5


def place_chances(centre: Floats, scale: Floats, *, draws: int, seed: int) -> Floats:
    """Probability of every place for every unit, shape (units, places), by counting ranked normal draws."""
    size = centre.size
    order = np.lexsort((scale, centre))  # canonical: the answer does not depend on the order of rows
    level = (centre - centre.mean())[order].astype(np.float32)
    # units without any noise and with equal scores are ranked by lot, never by row
    floor = 1e-5 * max(float(np.abs(level).max()), float(scale.max()), 1e-6)
    width = np.maximum(scale[order], floor).astype(np.float32)
    generator = np.random.default_rng(seed)
    counts = np.zeros(size * size, dtype=np.int64)
    column = np.arange(size)[::-1]
    for start in range(0, draws, CHUNK):
        sample = generator.standard_normal((min(CHUNK, draws - start), size), dtype=np.float32) * width + level
        counts += np.bincount((np.argsort(sample, axis=1) * size + column).ravel(), minlength=size * size)
    chances = np.empty((size, size))
    chances[order] = counts.reshape(size, size) / draws
    return chances


def chances_over(runs: npt.ArrayLike) -> Floats:
    """Share of runs in which each unit held each place, shape (units, places), from scores (runs, units).

    For rankings that were computed again under other defensible choices (weights, normalisation, aggregation).
    Source: Saisana, Saltelli & Tarantola (2005), JRSS A 168(2), section 3 (uncertainty analysis of composite
    indicators). Units that share a place in a run count at the better place."""
    table = finite("runs", runs)
    counts = np.zeros((table.shape[1], table.shape[1]))
    for scores in table:
        counts[np.arange(scores.size), shared_places(scores.tolist()) - 1] += 1
    return np.asarray(counts / table.shape[0])


def interval(chances: Floats, coverage: float) -> tuple[Ints, Ints]:
    """Lowest and highest place of the equal-tailed interval with at least ``coverage`` (0..1) of each row's chance."""
    tail = (1 - float(within("coverage", coverage, 0, 1))) / 2
    sums = np.cumsum(chances, axis=1)
    low = np.sum(sums <= tail + 1e-12, axis=1) + 1
    high = np.sum(sums < 1 - tail - 1e-12, axis=1) + 1
    return low.astype(np.int64), high.astype(np.int64)


def tie_groups(values: Floats, errors: Floats, level: float) -> Ints:
    """Tie groups by one rule: from the best down, a unit joins the group while its distance to the group's first unit
    is within noise, |difference| <= z x sqrt(error1^2 + error2^2), z two-sided at ``level``; otherwise it opens the
    next group. Equal scores always share a group. Source: comparison of two independent estimates, Goldstein & Healy
    (1995), JRSS A 158, section 2 (the rule of walking down is ours)."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    groups = np.zeros(values.size, dtype=np.int64)
    first, number = -1, 0
    for unit in np.lexsort((errors, -values)):
        if first < 0 or values[first] - values[unit] > z * np.hypot(errors[first], errors[unit]):
            first, number = unit, number + 1
        groups[unit] = number
    return groups
