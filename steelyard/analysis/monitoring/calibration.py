"""How good forecasts were: their Brier score, and whether what was called 30 % happened 30 times of 100."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from steelyard.analysis.uncertainty import Flags, Floats, enough

BINS = 10
FIRM = 400
"""Forecasts in a bin from which its frequency is known to about two and a half points."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts of about one chance: how many, their mean, and the share that came true."""

    count: int
    forecast: float
    happened: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """``brier``: the mean squared distance (Brier 1950); ``apart``: the mean distance of forecast and frequency over
    all forecasts, ``furthest``: the largest of any bin with enough of them to say."""

    count: int
    brier: float
    apart: float
    furthest: float
    bins: tuple[Bin, ...]


def calibration(chance: Floats, happened: Flags) -> Calibration:
    """Of forecasts and what came of them, bins of equal width."""
    enough("records", chance.size, 1)
    at = np.minimum((chance * BINS).astype(np.int64), BINS - 1)
    counts = np.bincount(at, minlength=BINS)
    sums, hits = (np.bincount(at, weights, BINS) for weights in (chance, happened.astype(np.float64)))
    bins = [Bin(int(n), float(s / n), float(h / n)) for n, s, h in zip(counts, sums, hits, strict=True) if n]
    gaps = np.array([abs(one.forecast - one.happened) for one in bins])
    sizes = np.array([one.count for one in bins])
    firm = gaps[sizes >= FIRM]
    return Calibration(
        int(chance.size), brier(chance, happened), float(gaps @ sizes / sizes.sum()),
        float(firm.max()) if firm.size else float("nan"), tuple(bins),
    )  # fmt: skip


def brier(chance: Floats, happened: Flags) -> float:
    return float(np.mean((chance - happened) ** 2))
