"""Limits of shares of few cases: one error of twenty is no 5 % while the true share may well be below the limit."""

from __future__ import annotations

import numpy as np

from steelyard.analysis.monitoring.lines import Side
from steelyard.analysis.monitoring.tails import at_least, at_most
from steelyard.analysis.uncertainty import Flags, Floats


def chance_at(part: Floats, whole: Floats, limit: Floats, side: Side) -> Floats:
    """That of a share as far beyond the limit as this one, if the true share were the limit itself (exact binomial)."""
    share = np.clip(limit, 0.0, 1.0)
    return (at_least if side == "high" else at_most)(np.asarray(part), np.asarray(whole), share)


def few_and_likely(part: Floats, whole: Floats, limit: Floats, side: Side, chance: float, small: int) -> Flags:
    """Where there are fewer cases than ``small`` and the share says nothing against a true share at the limit."""
    return (np.asarray(whole) < small) & (chance_at(part, whole, limit, side) > chance)


def least_that_fires(whole: int, limit: float, side: Side, chance: float) -> int | None:
    """Of so many cases, the number at which a warning fires: the fewest errors, or the most that are in order."""
    counts = np.arange(whole + 1.0)
    tails = chance_at(counts, np.full(whole + 1, float(whole)), np.full(whole + 1, limit), side)
    fires = np.flatnonzero(tails <= chance)
    return None if not fires.size else int(fires[0] if side == "high" else fires[-1])
