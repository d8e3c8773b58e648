"""Fair difficulty: what a unit's circumstances explain, with intervals and caps, and how many places that moved.

The fitted coefficient says how much better an average unit's value is than the value expected under this unit's
circumstances. It is pulled towards 1 by the part of the fit that chance explains, and is 1 when the fit is no better
than chance. The bureau decides whether to use it; the effect on places is always reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from steelyard.analysis.differentiation import chi_square_beyond
from steelyard.analysis.places import Number, shared_places
from steelyard.analysis.uncertainty import Floats, Ints, complaint, enough, finite, within

LEVEL = 0.01  # a difficulty that is not clearly there must not move anybody


@dataclass(frozen=True, slots=True)
class Slope:
    """Effect of one attribute: change of the value for one standard deviation of the attribute, with interval."""

    name: str
    effect: float
    error: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difficulty:
    """``coefficient`` (units,) multiplies the value, inside ``cap``; ``low``/``high`` is its interval before the cap.

    ``probability``: of a fit this good when circumstances explain nothing; ``kept``: part of the fit that is kept
    after shrinking (0 = not used, all coefficients 1); ``explained``: R squared; ``capped``: units at the cap.
    """

    slopes: tuple[Slope, ...]
    coefficient: Floats
    low: Floats
    high: Floats
    cap: tuple[float, float]
    probability: float
    kept: float
    explained: float
    capped: int


def fit(
    values: npt.ArrayLike,
    attributes: npt.ArrayLike,
    names: Sequence[str],
    *,
    cap: tuple[float, float],
    coverage: float = 0.95,
    level: float = LEVEL,
) -> Difficulty:
    """Least squares of positive values (units,) on attributes (units, attributes), errors robust to unequal spread.

    Source: HC3 covariance, MacKinnon & White (1985), Journal of Econometrics 29; joint Wald test; shrinkage
    (Wald - k) / Wald, van Houwelingen & le Cessie (1990), Statistics in Medicine 9, section 3; coefficient interval by
    the delta method. Needs at least 5 units an attribute and 10 in all.
    """
    y = within("values", values, np.finfo(float).tiny, np.inf)
    raw = finite("attributes", attributes, (y.size, len(names)))
    enough("units", y.size, max(10, 5 * len(names)))
    _check_cap(cap)
    scaled = _standardised(raw, names)
    beta, covariance = _robust(np.column_stack([np.ones(y.size), scaled]), y)
    wald = float(beta[1:] @ np.linalg.solve(covariance[1:, 1:], beta[1:]))
    probability = chi_square_beyond(wald, len(names))
    kept = max(0.0, (wald - len(names)) / wald) if probability < level else 0.0
    z = NormalDist().inv_cdf((1 + coverage) / 2)
    fitted = scaled @ beta[1:]
    coefficient, low, high = _coefficients(float(beta[0]), kept * fitted, kept * _spread(scaled, covariance), z)
    bounded = np.clip(coefficient, *cap)
    return Difficulty(
        slopes=tuple(_slope(name, beta[k], covariance[k, k] ** 0.5, z) for k, name in enumerate(names, 1)),
        coefficient=bounded,
        low=low,
        high=high,
        cap=cap,
        probability=probability,
        kept=kept,
        explained=float(fitted.var() / y.var()) if y.var() > 0 else 0.0,
        capped=int(np.sum(bounded != coefficient)),
    )


def _check_cap(cap: tuple[float, float]) -> None:
    if not 0 < cap[0] <= 1 <= cap[1]:
        raise complaint("analysis-unknown-choice", "cap", found=cap, allowed="0 < low <= 1 <= high")


def _standardised(raw: Floats, names: Sequence[str]) -> Floats:
    spread = raw.std(axis=0)
    for name, width in zip(names, spread, strict=True):
        if width == 0:
            raise complaint("analysis-too-few", f"distinct values of {name}", found=1, needed=2)
    scaled = np.asarray((raw - raw.mean(axis=0)) / spread)
    rank = int(np.linalg.matrix_rank(scaled))
    if rank < len(names):
        raise complaint(
            "analysis-too-few", "attributes that are not copies of each other", found=rank, needed=len(names)
        )
    return scaled


def _robust(design: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Coefficients and their HC3 covariance: residuals are inflated by 1 / (1 - leverage)."""
    inverse = np.linalg.inv(design.T @ design)
    beta: Floats = np.linalg.lstsq(design, y, rcond=None)[0].astype(np.float64)
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    inflated = (y - design @ beta) / np.maximum(1 - leverage, 1e-8)
    weighted = design * inflated[:, None]
    # an exact fit leaves no residual; the floor keeps the covariance invertible
    floor = np.eye(beta.size) * (1e-12 * max(1.0, float(np.abs(y).max()))) ** 2
    return beta, np.asarray(inverse @ (weighted.T @ weighted) @ inverse + floor)


def _spread(scaled: Floats, covariance: Floats) -> Floats:
    return np.asarray(np.sqrt(np.einsum("ij,jk,ik->i", scaled, covariance[1:, 1:], scaled)))


def _coefficients(middle: float, shift: Floats, error: Floats, z: float) -> tuple[Floats, Floats, Floats]:
    """middle / (middle + shift); an expectation near or below zero is held at a tenth of the middle."""
    least = middle / 10
    expected = (np.maximum(middle + shift + step * error, least) for step in (0.0, z, -z))
    best, low, high = (middle / part for part in expected)
    return best, low, high


def _slope(name: str, effect: float, error: float, z: float) -> Slope:
    return Slope(name, float(effect), float(error), float(effect - z * error), float(effect + z * error))


@dataclass(frozen=True, slots=True)
class Moves:
    """Places with and without difficulty, and ``moved`` = places won by it (positive = better), shapes (units,)."""

    without: Ints
    adjusted: Ints
    moved: Ints
    units_moved: int
    largest: int


def places_moved(scores_without: Sequence[Number], scores_with: Sequence[Number]) -> Moves:
    """How many places each unit of one class moved because of difficulty; exact scores, shared places."""
    if len(scores_without) != len(scores_with):
        raise complaint("analysis-shape", "scores_with", found=(len(scores_with),), expected=(len(scores_without),))
    without, adjusted = shared_places(scores_without), shared_places(scores_with)
    moved = without - adjusted
    return Moves(without, adjusted, moved, int(np.count_nonzero(moved)), int(np.abs(moved).max(initial=0)))
