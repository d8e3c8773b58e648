"""Did a measure work? One unit before and after it, against units of its class at the same time (C86, N10).

The comparison is fixed before anybody looks: baseline are the months before the finding, after are the months from the
measure on; the months between, with the bad one that made the finding, belong to neither, else chance alone
would look like mending. What moved everybody is taken off first: the median of the controls, month by month. Noise is
measured by moving ranges (XmR, Wheeler 2000), which a shift does not inflate, and never below that of the differences.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np

from steelyard.analysis.uncertainty import Floats

Label = Literal["effective", "not_shown", "harmful"]

FEWEST_BEFORE, FEWEST_AFTER, FEWEST_CONTROLS = 6, 3, 5
"""With fewer nothing is shown, whatever the numbers are."""
CHANCE = 1.959963984540054
"""Of 40 measures without any effect one is called effective and one harmful."""
RANGES = 1.128  # d2 for ranges of two
LIMITS = 3.0


@dataclass(frozen=True, slots=True)
class Effect:
    """``size``: how much better after than before, net of the controls; ``low`` to ``high``: its interval of 95 %.

    ``outside``: months after that lie beyond the limits of the baseline, on the better and on the worse side.
    ``enough``: whether there was enough to look at. All figures are nan where there was not.
    """

    label: Label
    enough: bool
    size: float
    low: float
    high: float
    before: int
    after: int
    controls: int
    outside: tuple[int, int]


def effect(own: Floats, controls: Floats, found: int, done: int, *, higher_is_better: bool) -> Effect:
    """``own``: (months,), ``controls``: (units, months), nan where there is no value. ``found``: the month of the
    finding, ``done``: the first month in which the measure could work."""
    net, units = _net(own, controls)
    net = net if higher_is_better else -net
    before, after = _known(net[:found]), _known(net[max(done, found + 1) :])
    if len(before) < FEWEST_BEFORE or len(after) < FEWEST_AFTER or units < FEWEST_CONTROLS:
        nothing = float("nan")
        return Effect("not_shown", False, nothing, nothing, nothing, len(before), len(after), units, (0, 0))
    noise, mean = _noise(before), float(before.mean())
    size = float(after.mean()) - mean
    reach = _t(len(before) - 1) * noise * sqrt(1 / len(before) + 1 / len(after))
    better = int((after > mean + LIMITS * noise).sum())
    worse = int((after < mean - LIMITS * noise).sum())
    label = _label(size, reach, better, worse)
    return Effect(label, True, size, size - reach, size + reach, len(before), len(after), units, (better, worse))


def _net(own: Floats, controls: Floats) -> tuple[Floats, int]:
    """Months that too few controls have are left out; how many controls there are in the others."""
    known = np.isfinite(controls).sum(axis=0) if len(controls) else np.zeros(len(own), dtype=np.int64)
    used = known >= FEWEST_CONTROLS
    if not used.any():
        return np.full(len(own), np.nan), int(known.max(initial=0))
    middle = np.full(len(own), np.nan)
    middle[used] = np.nanmedian(controls[:, used], axis=0)
    return own - middle, int(known[used].min())


def _known(values: Floats) -> Floats:
    return values[np.isfinite(values)]


def _noise(before: Floats) -> float:
    """Of one month. The larger of two measures: a slow drift hides from moving ranges, an alternation from neither."""
    return max(float(np.abs(np.diff(before)).mean()) / RANGES, float(before.std(ddof=1)))


def _label(size: float, reach: float, better: int, worse: int) -> Label:
    """The interval decides; a month beyond the limits on the other side speaks against it."""
    if size - reach > 0 and better >= worse:
        return "effective"
    return "harmful" if size + reach < 0 and worse >= better else "not_shown"


def _t(freedom: int) -> float:
    """Student's t by its expansion about the normal quantile (Abramowitz and Stegun 26.7.5), good to 0.01 from 5 on."""
    z = CHANCE
    first, second = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3
