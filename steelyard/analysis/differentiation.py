"""无差异无管理, honestly: can the units be told apart at all before anyone spreads their points?

The test compares the differences between units with the noise inside each unit's own value. When they could be noise,
the answer is "not distinguishable", and no spread should be forced.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, exp, fsum, lgamma, log, log1p, pi, sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt

from steelyard.analysis.uncertainty import Floats, enough, finite, within

Verdict = Literal["distinguishable", "not distinguishable"]

LEVEL = 0.025  # half of the promised 5 %: room for errors that are themselves estimated


@dataclass(frozen=True, slots=True)
class Differentiation:
    """The printed test. ``statistic`` is compared with chi-square on ``freedom`` degrees; ``probability`` is that of
    differences at least this large among units that are equal. ``between``: variance of true values between units;
    ``noise_share``: part of the visible variance that is noise (0..1)."""

    units: int
    statistic: float
    freedom: int
    probability: float
    level: float
    between: float
    noise_share: float
    verdict: Verdict


def told_apart(
    values: npt.ArrayLike, errors: npt.ArrayLike, *, level: float = LEVEL, error_freedom: int | None = None
) -> Differentiation:
    """Tests equality of the true values of at least 2 units; ``errors`` are standard errors, all above 0.

    Cochran's Q = sum of w (x - weighted mean)^2 with w = 1 / error^2. Where the errors depend on the values or on few
    records, pass the errors under equality: ``equal_share_errors``, ``equal_rate_errors``, ``equal_mean_errors``. The
    latter come with ``error_freedom`` = records - units, which turns the test into the F test of one-way analysis of
    variance; without it the errors are taken as known.
    Source: Cochran (1954), Biometrics 10; between-unit variance by moments, DerSimonian & Laird (1986), Controlled
    Clinical Trials 7, section 3; noise share 1 - I^2, Higgins & Thompson (2002), Statistics in Medicine 21.
    """
    x = finite("values", values)
    enough("units", x.size, 2)
    weight = 1 / within("errors", errors, np.finfo(float).tiny ** 0.5, np.inf, x.shape) ** 2
    freedom = x.size - 1
    statistic = float(np.sum(weight * (x - np.average(x, weights=weight)) ** 2))
    probability = (
        chi_square_beyond(statistic, freedom)
        if error_freedom is None
        else f_beyond(statistic / freedom, freedom, error_freedom)
    )
    scale = float(weight.sum() - np.sum(weight**2) / weight.sum())
    return Differentiation(
        units=x.size,
        statistic=statistic,
        freedom=freedom,
        probability=probability,
        level=level,
        between=max(0.0, (statistic - freedom) / scale),
        noise_share=min(1.0, freedom / statistic) if statistic > 0 else 1.0,
        verdict="distinguishable" if probability < level else "not distinguishable",
    )


def equal_share_errors(successes: npt.ArrayLike, trials: npt.ArrayLike) -> Floats:
    """Standard errors of the shares if all units had the same true share; makes the test Pearson's chi-square.

    All or none successful everywhere gives the error of one success in all, because no spread is visible.
    Source: Pearson's test of homogeneity; Agresti (2013), Categorical Data Analysis, section 3.2.
    """
    n = within("trials", trials, 1, np.inf)
    together, whole = float(within("successes", successes, 0, np.inf, n.shape).sum()), float(n.sum())
    share = min(max(together, 1.0), max(whole - 1.0, 0.5)) / whole
    return np.asarray(np.sqrt(share * (1 - share) / n))


def equal_rate_errors(events: npt.ArrayLike, exposure: npt.ArrayLike) -> Floats:
    """Standard errors of events per exposure if all units had the same true rate (Poisson dispersion test).

    Source: Fisher (1950), Biometrics 6, "The significance of deviations from expectation in a Poisson series"."""
    base = within("exposure", exposure, np.finfo(float).tiny ** 0.5, np.inf)
    together = max(1.0, float(within("events", events, 0, np.inf, base.shape).sum()))
    return np.asarray(np.sqrt(together / base.sum() / base))


def equal_mean_errors(records: npt.ArrayLike, total: npt.ArrayLike, squares: npt.ArrayLike) -> tuple[Floats, int]:
    """Standard errors of means under one spread for all units, and their ``error_freedom``; from counts and sums.

    Each unit's own estimated spread would make the test too eager (6 of 100 equal periods at 40 records a unit).
    Source: pooled within-group variance, Cochran (1977), Sampling Techniques, section 5."""
    n = within("records", records, 1, np.inf)
    freedom = int(n.sum()) - n.size
    enough("records", int(n.sum()), n.size + 1)
    scatter = finite("squares", squares, n.shape) - finite("total", total, n.shape) ** 2 / n
    return np.asarray(np.sqrt(max(float(scatter.sum()), np.finfo(float).tiny ** 0.4) / freedom / n)), freedom


def chi_square_beyond(statistic: float, freedom: int) -> float:
    """P(chi-square with ``freedom`` >= 1 degrees > ``statistic``), exact finite sums, relative error below 1e-10.

    Source: Abramowitz & Stegun (1964), 26.4.4 (odd) and 26.4.5 (even); summed through logarithms so that hundreds of
    degrees neither overflow nor vanish."""
    if statistic <= 0:
        return 1.0
    half = statistic / 2
    if freedom % 2 == 0:
        powers = range(freedom // 2)
        return min(1.0, fsum(exp(r * log(half) - lgamma(r + 1) - half) for r in powers))
    terms = range(1, (freedom - 1) // 2 + 1)
    # 1 * 3 * ... * (2r - 1) = 2^r gamma(r + 1/2) / sqrt(pi)
    tail = fsum(exp((r - 0.5) * log(statistic) - r * log(2) - lgamma(r + 0.5) + log(pi) / 2 - half) for r in terms)
    return min(1.0, erfc(sqrt(half)) + sqrt(2 / pi) * tail)


def f_beyond(ratio: float, above: int, below: int) -> float:
    """P(F with ``above`` and ``below`` degrees > ``ratio``), relative error below 1e-9.

    Source: Abramowitz & Stegun (1964), 26.6.2 through the continued fraction 26.5.8 of the incomplete beta."""
    x = below / (below + above * max(ratio, 0.0))
    a, b = below / 2, above / 2
    if x < (a + 1) / (a + b + 2):
        return _beta_part(x, a, b)
    return 1 - _beta_part(1 - x, b, a)


def _beta_part(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta for x left of its bulk, evaluated from the back of the fraction."""
    if x <= 0:
        return 0.0
    tail = 1.0
    for m in range(200 + int(sqrt(max(a, b))), 0, -1):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m - 1) * (a + b + m - 1) * x / ((a + 2 * m - 2) * (a + 2 * m - 1))
        tail = 1 + odd / (1 + even / tail)
    front = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)
    return exp(front) / (a * tail)
