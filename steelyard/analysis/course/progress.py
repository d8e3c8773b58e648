"""Progress without luck: change against the own baseline, corrected for regression to the mean.

A unit that was unlucky last year rises this year even if nothing improved. Its fair baseline is therefore not last
year's score but what last year's score says about its true level, pulled to the class by the share that was noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt

from steelyard.analysis.places import pulled
from steelyard.analysis.uncertainty import Flags, Floats, complaint, enough, finite, within

Against = Literal["own", "peers"]

LEVEL = 0.04  # one-sided; a fifth below the promised 5 %, because the spread between units is itself estimated


@dataclass(frozen=True, slots=True)
class Progress:
    """One entry a unit. ``expected``: score without true change; ``change``: score - expected; ``signal``: change in
    its own standard errors; ``best_guess``: change shrunk by the part that is noise, the figure to print;
    ``shown``: improvement beyond luck; ``worse``: the same downwards."""

    expected: Floats
    change: Floats
    error: Floats
    signal: Floats
    best_guess: Floats
    shown: Flags
    worse: Flags
    level: float


def progress(
    before: npt.ArrayLike,
    after: npt.ArrayLike,
    error_before: npt.ArrayLike,
    error_after: npt.ArrayLike,
    *,
    against: Against = "own",
    level: float = LEVEL,
) -> Progress:
    """Progress of the units of one class between two periods; errors are standard errors, shapes (units,).

    ``against="own"`` counts a rise of the whole class as everyone's progress; ``"peers"`` takes it out. Without true
    change a unit is ``shown`` with probability ``level``. Needs 5 units to fit the class.
    Source: regression to the mean and its correction, Davis (1976), American Journal of Epidemiology 104(5); expected
    true score, Kelley (1927), as empirical Bayes in Efron & Morris (1975), JASA 70, section 2.
    """
    old = finite("before", before)
    enough("units", old.size, 5)
    new = finite("after", after, old.shape)
    noise_old = within("error_before", error_before, 0, np.inf, old.shape)
    noise_new = within("error_after", error_after, 0, np.inf, old.shape)
    level_old, error_old, _ = pulled(old, noise_old)
    expected = level_old + _class_shift(old, new, against)
    error = np.maximum(np.hypot(error_old, noise_new), np.finfo(float).tiny ** 0.5)
    change = new - expected
    signal = change / error
    limit = NormalDist().inv_cdf(1 - level)
    return Progress(
        expected=expected,
        change=change,
        error=error,
        signal=signal,
        best_guess=_shrunk(change, error),
        shown=signal > limit,
        worse=signal < -limit,
        level=level,
    )


def _class_shift(old: Floats, new: Floats, against: Against) -> float:
    if against not in ("own", "peers"):
        raise complaint("analysis-unknown-choice", "against", found=against, allowed="own, peers")
    return float(new.mean() - old.mean()) if against == "peers" else 0.0


def _shrunk(change: Floats, error: Floats) -> Floats:
    """Changes pulled to their mean by the share that noise explains (0 true spread: everyone gets the mean)."""
    return pulled(change, error)[0]
