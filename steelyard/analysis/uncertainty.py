"""How sure a number is: standard errors from the sums the engine already has, carried to points and totals.

A unit's year is read as one draw from the way it works: next year, the same work would give a slightly different
value. Everything downstream (places, lists, differentiation) starts from these errors. Binary floats are allowed
here because nothing in this floor moves a point.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steelyard.engine.problems import CATALOGUE, NOWHERE, Refused, refuse

CATALOGUE.add(
    {
        "analysis-not-finite": (
            "“{name.zh}”含有空值或无穷大（第 {position} 个）；请先剔除不适用的单位再分析",
            "{name.en} holds a missing or infinite number (item {position}); leave out what does not apply",
        ),
        "analysis-shape": (
            "“{name.zh}”的形状为 {found}，应为 {expected}；请检查单位和指标是否一一对应",
            "{name.en} has shape {found}, expected {expected}; check that units and indicators correspond",
        ),
        "analysis-out-of-range": (
            "“{name.zh}”的第 {position} 个数 {found} 超出允许范围（{allowed}）；请检查数据口径",
            "item {position} of {name.en} is {found}, outside {allowed}; check how it was counted",
        ),
        "analysis-too-few": (
            "“{name.zh}”只有 {found} 个，本分析至少需要 {needed} 个；请扩大分组或取更长周期",
            "only {found} {name.en}, this analysis needs at least {needed}; widen the class or take a longer period",
        ),
        "analysis-unknown-choice": (
            "“{name.zh}”不能取“{found}”，可选：{allowed}",
            "{name.en} cannot be {found}; choose one of {allowed}",
        ),
    }
)

CHINESE = {
    "attributes": "难度属性",
    "attributes that are not copies of each other": "互不重复的难度属性",
    "cap": "难度系数上下限",
    "coverage": "置信水平",
    "departures": "数据偏离幅度",
    "distinct scores": "不同的得分",
    "error": "标准误",
    "errors": "标准误",
    "events": "发生次数",
    "exposure": "基数",
    "firm": "确定界限",
    "full": "满分",
    "history": "历期得分",
    "lines": "分数线",
    "other units": "其他单位",
    "peer": "对比单位",
    "peers": "对比单位",
    "periods": "周期",
    "points": "得分",
    "rankings": "排名",
    "records": "记录",
    "rounding": "取整方式",
    "scores": "得分",
    "scores_with": "计入难度后的得分",
    "share": "比例",
    "shares": "数据质量占比",
    "successes": "达标数",
    "successes / trials": "达标率",
    "sum of shares": "比例合计",
    "total": "合计",
    "trials": "总数",
    "units": "单位",
    "values": "指标值",
    "weights": "权重",
}

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Scoring = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Values and their standard errors, same shape, same unit of measure."""

    value: Floats
    error: Floats


@dataclass(frozen=True, slots=True)
class Noun:
    """A name inside a message, said in the language of the message."""

    zh: str
    en: str


def complaint(code: str, name: str, **params: object) -> Refused:
    """A refusal about a named quantity."""
    return refuse(code, NOWHERE, name=Noun(CHINESE.get(name, name), name), **params)


def finite(name: str, values: npt.ArrayLike, shape: tuple[int, ...] | None = None) -> Floats:
    """The door for every array: float64, no NaN, no infinity, the expected shape."""
    array = np.asarray(values, dtype=np.float64)
    if shape is not None and array.shape != shape:
        raise complaint("analysis-shape", name, found=array.shape, expected=shape)
    bad = np.flatnonzero(~np.isfinite(array))
    if bad.size:
        raise complaint("analysis-not-finite", name, position=int(bad[0]) + 1)
    return array


def within(name: str, values: npt.ArrayLike, low: float, high: float, shape: tuple[int, ...] | None = None) -> Floats:
    """Like ``finite``, and every item lies in the closed interval [low, high]."""
    array = finite(name, values, shape)
    bad = np.flatnonzero((array < low) | (array > high))
    if bad.size:
        allowed = f"[{low:g}, {high:g}]"
        found = float(array.ravel()[bad[0]])
        raise complaint("analysis-out-of-range", name, position=int(bad[0]) + 1, found=found, allowed=allowed)
    return array


def enough(name: str, found: int, needed: int) -> None:
    if found < needed:
        raise complaint("analysis-too-few", name, found=found, needed=needed)


def proportion(successes: npt.ArrayLike, trials: npt.ArrayLike) -> Estimate:
    """Share of successes, error in shares. ``trials`` >= 1.

    The error is that of two more successes and two more failures, so that 0 of 5 and 5 of 5 are not "certain".
    Source: Agresti & Coull (1998), The American Statistician 52(2), section 3.
    """
    count = within("trials", trials, 1, np.inf)
    hits = within("successes", successes, 0, np.inf, count.shape)
    middle = (hits + 2) / (count + 4)
    within("successes / trials", hits / count, 0, 1)
    return Estimate(hits / count, np.sqrt(middle * (1 - middle) / (count + 4)))


def mean(records: npt.ArrayLike, total: npt.ArrayLike, squares: npt.ArrayLike) -> Estimate:
    """Mean of ``records`` values from their sum and sum of squares, one entry a unit.

    A unit with one record borrows the spread of all units together (pooled within-unit variance), because its own
    cannot be seen. Source: Cochran (1977), Sampling Techniques, sections 2.5-2.6; pooling section 5.
    """
    n = within("records", records, 1, np.inf)
    sums, raw = finite("total", total, n.shape), within("squares", squares, 0, np.inf, n.shape)
    # float cancellation can leave -1e-12 where all records are equal
    scatter = np.maximum(raw - sums * sums / n, 0.0)
    return Estimate(sums / n, np.sqrt(_per_record(scatter, n) / n))


def ratio(
    records: npt.ArrayLike,
    above: npt.ArrayLike,
    below: npt.ArrayLike,
    above_squares: npt.ArrayLike,
    below_squares: npt.ArrayLike,
    cross: npt.ArrayLike,
) -> Estimate:
    """Ratio of two sums over the same records (ratio of sums, never mean of ratios); ``below`` > 0.

    Delta method: the error is that of the residuals above - ratio x below. A unit with one record borrows the relative
    spread of all. Source: Cochran (1977), Sampling Techniques, section 6.4 (equation 6.13, without finite correction).
    """
    n = within("records", records, 1, np.inf)
    base = within("below", below, np.finfo(float).tiny, np.inf, n.shape)
    value = finite("above", above, n.shape) / base
    squared = [finite(name, part, n.shape) for name, part in (("above_squares", above_squares), ("cross", cross))]
    scatter = squared[0] - 2 * value * squared[1] + value**2 * finite("below_squares", below_squares, n.shape)
    relative = np.maximum(scatter, 0.0) / (base / n) ** 2
    return Estimate(value, np.sqrt(_per_record(relative, n) / n))


def _per_record(scatter: Floats, n: Floats) -> Floats:
    """Variance of one record in each unit; pooled where a unit has a single record."""
    freedom = n - 1
    if np.all(freedom > 0):
        return np.asarray(scatter / freedom)
    enough("records", int(n.sum()), n.size + 1)
    pooled = scatter.sum() / freedom.sum()
    return np.where(freedom > 0, scatter / np.maximum(freedom, 1), pooled)


def scored(scoring: Scoring, values: Estimate, nodes: int = 7) -> Estimate:
    """Points and their error, for one indicator: ``scoring`` maps values (units,) to points (units,).

    The error is the root mean square distance of the points from the published points when the value moves by its
    own error; Gauss-Hermite nodes see caps, floors and steps that a slope at one place would miss. Where scoring is
    straight it equals slope x error, the delta method. Source: Abramowitz & Stegun (1964), 25.4.46.
    """
    centre = finite("points", scoring(values.value), values.value.shape)
    places, weights = np.polynomial.hermite_e.hermegauss(nodes)
    moved = np.stack([scoring(values.value + place * values.error) - centre for place in places])
    share = (weights / weights.sum()).reshape((-1,) + (1,) * centre.ndim)
    return Estimate(centre, np.sqrt((share * moved**2).sum(axis=0)))


def widened(error: npt.ArrayLike, shares: npt.ArrayLike, departures: Sequence[float]) -> Floats:
    """Errors widened for records still missing, late or open to revision, shape (units,).

    ``shares`` (units, kinds): part of the unit's records of each kind, 0..1. ``departures`` (kinds,): how far such
    records typically end up from the rest (standard deviation over past periods, in units of the value). A share s
    that departs by d moves the value by s x d, independently of chance. Source: total error as a sum of variance and
    squared nonresponse bias, Cochran (1977), Sampling Techniques, sections 13.2-13.3.
    """
    base = within("error", error, 0, np.inf)
    far = within("departures", departures, 0, np.inf)
    part = within("shares", shares, 0, 1, (*base.shape, far.size))
    return np.asarray(np.sqrt(base**2 + np.sum((part * far) ** 2, axis=-1)))
