"""Confidence sets for places that rest on pairwise comparisons only: no prior, guaranteed coverage, wider.

Where `places` says how likely each place is, this file says which places cannot be excluded. Source of the whole file:
Mogstad, Romano, Shaikh & Wilhelm (2024), "Inference for Ranks with Applications to Mobility across Neighbourhoods and
Academic Achievement across Countries", Review of Economic Studies 91(1), sections 3.1-3.3 and algorithm 3.2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steelyard.analysis.uncertainty import Flags, Floats, Ints, enough, finite, within


@dataclass(frozen=True, slots=True)
class PlaceSets:
    """Lowest and highest place not excluded, shape (units,); 1 = best. ``simultaneous``: all sets hold together."""

    low: Ints
    high: Ints
    coverage: float
    simultaneous: bool


def marginal_sets(
    scores: npt.ArrayLike,
    errors: npt.ArrayLike,
    *,
    seed: int,
    coverage: float = 0.95,
    draws: int = 1_000,
    stepdown: bool = True,
) -> PlaceSets:
    """A set for each unit that covers its own true place with probability ``coverage`` (independent errors).

    ``stepdown`` sharpens the sets by testing again without what is already clear; off, the single-step sets contain
    the stepdown sets."""
    values, noise = _checked(scores, errors, coverage)
    sample = _sample(noise, draws, seed)
    units = range(values.size)
    bounds = np.array([_bounds_of_one(values, noise, sample, coverage, stepdown, unit) for unit in units])
    return PlaceSets(bounds[:, 0], bounds[:, 1], coverage, simultaneous=False)


def simultaneous_sets(
    scores: npt.ArrayLike,
    errors: npt.ArrayLike,
    *,
    seed: int,
    coverage: float = 0.95,
    draws: int = 1_000,
    stepdown: bool = True,
) -> PlaceSets:
    """Sets that cover the true places of all units at once with probability ``coverage``."""
    values, noise = _checked(scores, errors, coverage)
    sample = _sample(noise, draws, seed)
    distance = np.hypot(noise[:, None], noise[None, :])
    excess = (values[:, None] - values[None, :]) / distance
    asked = ~np.eye(values.size, dtype=bool)
    better = _clear(excess, asked, lambda pairs: _largest(sample, distance, pairs), coverage, stepdown)
    return PlaceSets(1 + better.sum(axis=0), values.size - better.sum(axis=1), coverage, simultaneous=True)


def possibly_best(
    scores: npt.ArrayLike,
    errors: npt.ArrayLike,
    top: int,
    *,
    seed: int,
    coverage: float = 0.95,
    draws: int = 1_000,
    stepdown: bool = True,
) -> Flags:
    """Units that may truly be among the first ``top``: contains all of those with probability ``coverage`` (3.3)."""
    sets = simultaneous_sets(scores, errors, seed=seed, coverage=coverage, draws=draws, stepdown=stepdown)
    return sets.low <= top


def _checked(scores: npt.ArrayLike, errors: npt.ArrayLike, coverage: float) -> tuple[Floats, Floats]:
    within("coverage", coverage, 0.5, 1)
    values = finite("scores", scores)
    enough("units", values.size, 2)
    return values, within("errors", errors, np.finfo(float).tiny, np.inf, values.shape)


def _sample(noise: Floats, draws: int, seed: int) -> Floats:
    """Parametric bootstrap: what the scores would do if all true scores were equal, shape (units, draws)."""
    return np.random.default_rng(seed).standard_normal((noise.size, draws)) * noise[:, None]


def _bounds_of_one(
    values: Floats, noise: Floats, sample: Floats, coverage: float, stepdown: bool, unit: int
) -> tuple[int, int]:
    """Only the differences with one unit are in question, each in both directions (rows: ahead, behind)."""
    others = np.arange(values.size) != unit
    distance = np.hypot(noise[unit], noise[others])
    excess = (values[unit] - values[others]) / distance
    scaled = (sample[unit] - sample[others]) / distance[:, None]

    def largest(pairs: Flags) -> Floats:
        return np.maximum(_top(scaled[pairs[0]]), _top(-scaled[pairs[1]]))

    both = np.stack([excess, -excess])
    clear = _clear(both, np.ones(both.shape, dtype=bool), largest, coverage, stepdown)
    return 1 + int(clear[1].sum()), values.size - int(clear[0].sum())


def _clear(excess: Floats, asked: Flags, largest: Callable[[Flags], Floats], coverage: float, stepdown: bool) -> Flags:
    """Marks the clear differences; with stepdown takes the critical value anew from the rest until nothing is added."""
    clear = np.zeros_like(asked)
    while True:  # ends: a pair and its reverse are never both clear, so something always remains open
        still = asked & ~clear
        found = still & (excess > np.quantile(largest(still), coverage))
        clear |= found
        if not stepdown or not found.any():
            return clear


def _largest(sample: Floats, distance: Floats, pairs: Flags) -> Floats:
    """Largest scaled difference over the open pairs in each draw, shape (draws,); row by row to bound the memory."""
    largest = np.full(sample.shape[1], -np.inf)
    for row in np.flatnonzero(pairs.any(axis=1)):
        wanted = pairs[row]
        np.maximum(largest, _top((sample[row] - sample[wanted]) / distance[row, wanted, None]), out=largest)
    return largest


def _top(scaled: Floats) -> Floats:
    return np.asarray(scaled.max(axis=0, initial=-np.inf))
