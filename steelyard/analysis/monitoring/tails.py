"""Tails of the binomial and of Student's t for whole arrays, exact, also for cases that count less than one each.

Both are one function, the regularised incomplete beta: P(X >= k) of n cases is I_p(k, n - k + 1), see Abramowitz and
Stegun 26.5.24 and 26.5.27. Its continued fraction (26.5.8, by the method of Lentz) is worked out for all at once.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from steelyard.analysis.uncertainty import Flags, Floats

_LANCZOS = np.array([
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
    -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
])  # fmt: skip
_TINY, _CLOSE, _ROUNDS = 1e-300, 1e-13, 20_000


def at_least(successes: Floats, cases: Floats, chance: Floats) -> Floats:
    """P(X >= successes) of so many independent cases."""
    successes, cases, chance = np.broadcast_arrays(successes, cases, chance)
    found = np.where(successes <= 0, 1.0, 0.0)
    inside = (successes > 0) & (successes <= cases)
    found[inside] = beta(chance[inside], successes[inside], (cases - successes + 1)[inside])
    return found


def at_most(successes: Floats, cases: Floats, chance: Floats) -> Floats:
    """P(X <= successes): the failures are at least so many."""
    return at_least(np.asarray(cases) - successes, cases, 1 - np.asarray(chance))


def beyond(t: Floats, degrees: Floats) -> Floats:
    """P(T >= t) of Student's t."""
    t, degrees = np.broadcast_arrays(np.asarray(t, dtype=np.float64), np.asarray(degrees, dtype=np.float64))
    half = beta(degrees / (degrees + t**2), degrees / 2, np.full(t.shape, 0.5)) / 2
    return np.where(t >= 0, half, 1 - half)


def beta(x: Floats, a: Floats, b: Floats) -> Floats:
    """The regularised incomplete beta I_x(a, b) of arrays of one shape, a and b positive."""
    x, a, b = (np.asarray(array, dtype=np.float64) for array in (x, a, b))
    turned = x > (a + 1) / (a + b + 2)
    left = _left(np.where(turned, 1 - x, x), np.where(turned, b, a), np.where(turned, a, b))
    return np.clip(np.where(turned, 1 - left, left), 0.0, 1.0)


def _left(x: Floats, a: Floats, b: Floats) -> Floats:
    """Where x lies left of the bulk."""
    found = np.zeros(x.shape)
    some = x > 0
    x, a, b = x[some], a[some], b[some]
    front = log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * np.log(x) + b * np.log1p(-x)
    found[some] = np.exp(front) / (a * _fraction(x, a, b))
    return found


def _fraction(x: Floats, a: Floats, b: Floats) -> Floats:
    """The continued fraction 1 + d1/(1 + d2/(1 + …)); those that no longer move are put aside."""
    value, upper, lower = np.ones(x.shape), np.ones(x.shape), np.zeros(x.shape)
    done: Floats = value.copy()
    left = np.arange(x.size)
    for step in range(1, _ROUNDS):
        m = step // 2
        if step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        lower = 1 / _some(1 + term * lower)
        upper = _some(1 + term / upper)
        value = value * (upper * lower)
        moving: Flags = np.abs(upper * lower - 1) > _CLOSE
        if step % 16 == 0 or not moving.any():
            done[left[~moving]] = value[~moving]
            left, (x, a, b, value, upper, lower) = left[moving], (k[moving] for k in (x, a, b, value, upper, lower))
            if not left.size:
                break
    return done


def _some(values: Floats) -> Floats:
    return np.where(np.abs(values) < _TINY, _TINY, values)


def log_gamma(values: Floats) -> Floats:
    """Of positive numbers, by the series of Lanczos (g = 7)."""
    small = values < 0.5
    z = np.where(small, 1 - values, values) - 1
    series = 0.99999999999980993 + sum(part / (z + i) for i, part in enumerate(_LANCZOS, start=1))
    base = z + 7.5
    found = 0.5 * np.log(2 * np.pi) + (z + 0.5) * np.log(base) - base + np.log(series)
    reflected: Floats = np.where(small, np.log(np.pi / np.abs(np.sin(np.pi * values))) - found, found)
    return reflected


def where_met(falling: Callable[[Floats], Floats], low: Floats, high: Floats, chance: float) -> Floats:
    """The least argument between ``low`` and ``high`` at which a falling tail is no more than ``chance``."""
    low, high = np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)
    for _ in range(60):
        middle = (low + high) / 2
        met = falling(middle) <= chance
        low, high = np.where(met, low, middle), np.where(met, middle, high)
    return high
