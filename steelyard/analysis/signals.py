"""Signal or noise over time: the XmR chart (individual values and moving ranges) with published rules.

Rules and constants as published by NHS England, "Making Data Count", and Wheeler (2000), Understanding Variation,
chapters 2-3: limits at mean +- 2.66 x average moving range; moving ranges above 3.267 x their average are left out
once before the average is taken again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from steelyard.analysis.uncertainty import Flags, Floats, Ints, enough, finite

Rule = Literal["outside limits", "trend of 7", "2 of 3 near a limit", "7 on one side"]
Direction = Literal["up", "down"]

LIMIT = 2.66  # 3 / d2 with d2 = 1.128 for ranges of two
RANGE_LIMIT = 3.267  # D4 for ranges of two
RUN = 7


@dataclass(frozen=True, slots=True)
class Point:
    """All rules that mark this point, in order of weight, and where the first of them points."""

    rules: tuple[Rule, ...]
    direction: Direction | None

    @property
    def signal(self) -> bool:
        return bool(self.rules)


@dataclass(frozen=True, slots=True)
class Chart:
    """Centre and limits at each point, shape (points,), and what each point is. ``start``: first index of each step."""

    values: Floats
    mean: Floats
    lower: Floats
    upper: Floats
    points: tuple[Point, ...]
    start: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """Latest value beside target, mean and median; ``reach``: whether the process meets the target by itself."""

    latest: float
    target: float | None
    mean: float
    median: float
    lower: float
    upper: float
    reach: Literal["always", "never", "by chance", "no target"]


def chart(
    values: npt.ArrayLike,
    *,
    baseline: int | None = None,
    steps: Sequence[int] = (),
    screen: bool = True,
) -> Chart:
    """XmR chart of one series in time order, at least 2 points a step.

    ``baseline``: limits come from the first so many points of each step. ``steps``: indices where the process is
    declared to have changed and limits start anew. ``screen``: leave out extreme moving ranges once."""
    series = finite("values", values)
    starts = tuple(sorted({0, *steps}))
    parts = np.split(series, starts[1:])
    limits = [_limits(part, baseline, screen) for part in parts]
    sizes = [part.size for part in parts]
    mean, lower, upper = np.repeat(np.array(limits), sizes, axis=0).T
    points = [point for part, line in zip(parts, limits, strict=True) for point in _points(part, *line)]
    return Chart(series, mean, lower, upper, tuple(points), starts)


def _limits(values: Floats, baseline: int | None, screen: bool) -> tuple[float, float, float]:
    base = values[:baseline]
    enough("values", base.size, 2)
    ranges = np.abs(np.diff(base))
    if screen and ranges.mean() > 0:
        ranges = ranges[ranges < RANGE_LIMIT * ranges.mean()]
    mean, reach = float(base.mean()), LIMIT * float(ranges.mean())
    return mean, mean - reach, mean + reach


def _points(values: Floats, mean: float, lower: float, upper: float) -> list[Point]:
    side = np.sign(values - mean).astype(np.int64)
    outside = (values > upper) | (values < lower)
    near = ~outside & (np.abs(values - mean) > (upper - mean) * 2 / 3)
    trend = _trend(values)
    marks: dict[Rule, Flags] = {
        "outside limits": outside,
        "trend of 7": trend != 0,
        "2 of 3 near a limit": _two_of_three(near, side),
        "7 on one side": _runs(side) != 0,
    }
    found = [tuple(rule for rule, flags in marks.items() if flags[i]) for i in range(side.size)]
    return [_point(*entry) for entry in zip(found, trend.tolist(), side.tolist(), strict=True)]


def _point(rules: tuple[Rule, ...], trend: int, side: int) -> Point:
    if not rules:
        return Point((), None)
    return Point(rules, "up" if (trend if rules[0] == "trend of 7" else side) > 0 else "down")


def _runs(signs: Ints) -> Ints:
    """Sign of every entry that belongs to a run of at least RUN equal non-zero signs, else 0."""
    found = np.zeros_like(signs)
    for start in range(signs.size - RUN + 1):
        window = signs[start : start + RUN]
        if window[0] != 0 and np.all(window == window[0]):
            found[start : start + RUN] = window[0]
    return found


def _trend(values: Floats) -> Ints:
    """Direction of every point inside RUN points that all rise or all fall, else 0; at a peak the later run counts."""
    moves = np.sign(np.diff(values)).astype(np.int64)
    found = np.zeros(values.size, dtype=np.int64)
    for start in range(values.size - RUN + 1):
        window = moves[start : start + RUN - 1]
        if window[0] != 0 and np.all(window == window[0]):
            found[start : start + RUN] = window[0]
    return found


def _two_of_three(near: Flags, side: Ints) -> Flags:
    """Points near a limit (outer third) that are two of three consecutive points, all three on one side."""
    found = np.zeros(near.size, dtype=bool)
    for start in range(near.size - 2):
        window = slice(start, start + 3)
        if near[window].sum() >= 2 and abs(int(side[window].sum())) == 3:
            found[window] |= near[window]
    return found


def summary(result: Chart, target: float | None = None, *, higher_is_better: bool = True) -> Summary:
    """The table beside the chart, for the last step: target, mean, median, limits, and whether the target is inside
    what the process does anyway ("by chance"), always met, or never. Source: "assurance" in Making Data Count."""
    recent = result.values[result.start[-1] :]
    lower, upper = float(result.lower[-1]), float(result.upper[-1])
    return Summary(
        latest=float(recent[-1]),
        target=target,
        mean=float(result.mean[-1]),
        median=float(np.median(recent)),
        lower=lower,
        upper=upper,
        reach=_reach(lower, upper, target, higher_is_better),
    )


def _reach(
    lower: float, upper: float, target: float | None, higher: bool
) -> Literal["always", "never", "by chance", "no target"]:
    if target is None:
        return "no target"
    if lower <= target <= upper:
        return "by chance"
    return "always" if (target < lower) == higher else "never"
