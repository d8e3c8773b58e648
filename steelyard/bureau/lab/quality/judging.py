"""The indicators of one class over the periods of a run: its figures in each, and what they come to (N6, C10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from steelyard.analysis.indicators.quality import Limits, Quality, quality
from steelyard.analysis.indicators.verdicts import Bounds, Rules, Targets, judge, targets
from steelyard.analysis.uncertainty import Floats
from steelyard.bureau.lab.quality.cards import Figures, OfClass
from steelyard.bureau.lab.quality.twins import settled
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.uncertainty import Errors, errors, floats
from steelyard.engine.arithmetic.numbers import Mask, Numbers
from steelyard.engine.evaluate import Result

Index = npt.NDArray[np.intp]
FEWEST = 3
"""Units of a class: two say nothing about their indicators."""


def judged(
    ran: Ran, minutes: Mapping[str, float] | None = None, limits: Limits | None = None, bounds: Bounds | None = None
) -> dict[str, dict[str, OfClass]]:
    """Class -> indicator -> evidence and verdict, for classes with enough units in enough periods.

    ``minutes``: what filling in takes a unit and report, by indicator.
    """
    used, noise = limits or Limits(), errors(ran.result, ran.tables.values())
    found: dict[str, dict[str, OfClass]] = {}
    for name in ran.result.panel.class_names:
        here = [_units(ran.result, name, number) for number in range(len(ran.result.panel.periods))]
        if sum(len(index) >= FEWEST for index in here) >= used.periods:
            found[name] = _class(ran, noise, name, here, minutes or {}, used, bounds or Bounds())
    return settled(found)


def _units(result: Result, name: str, period: int) -> Index:
    """Where in the panel the units of a class stand, also those whose total still waits for something."""
    panel = result.panel
    return np.flatnonzero((panel.period_index == period) & panel.in_class(name) & panel.assessed)


def _class(
    ran: Ran,
    noise: Errors,
    name: str,
    here: Sequence[Index],
    minutes: Mapping[str, float],
    limits: Limits,
    bounds: Bounds,
) -> dict[str, OfClass]:
    result = ran.result
    ids = [e.indicator for e in ran.plan.entries if any(_mark(result, e.indicator, index) for index in here)]
    if not ids:
        return {}
    covered = [np.array([_valued(result, id, index).mean() if len(index) else 0.0 for id in ids]) for index in here]
    rules = Rules(
        minutes=np.array([minutes.get(id, 0.0) for id in ids]),
        basis=np.array([bool(ran.book.indicators[id].basis) for id in ids]),
        coverage=np.max(covered, axis=0),
    )
    qualities = [_quality(result, noise, ids, index) for index in here]
    reached = [_targets(result, ids, index, bounds) for index in here]
    verdicts = judge(qualities, reached, rules, limits, bounds, _whole(ran))
    shares = [_reached(result, ids, index) for index in here]
    told = list(_told(result.panel.periods, here, ids, covered, shares, qualities, reached, noise.measured))
    return {
        id: OfClass(name, tuple(one[place] for one in told), verdict.verdict, verdict.reasons, verdict.faults)
        for place, (id, verdict) in enumerate(zip(ids, verdicts, strict=True))
    }


def _whole(ran: Ran) -> bool:
    """Whether the last period consists of the others."""
    *parts, last = ran.periods
    return all(last.start <= part.start and part.end <= last.end for part in parts)


def _mark(result: Result, id: str, index: Index) -> float:
    """The full mark of an indicator in a class; 0 where it has none there, or no unit has points of it."""
    full = result.indicators[id].full
    return 0.0 if full is None or not _known(result, id, index).any() else float(floats(full)[index].max())


def _known(result: Result, id: str, index: Index) -> Mask:
    points = result.indicators[id].points
    return np.zeros(len(index), bool) if points is None else points.known[index]


def _valued(result: Result, id: str, index: Index) -> Mask:
    """Who has a value; of what has no value of its own, who has points."""
    value = result.indicators[id].value
    return value.known[index] if isinstance(value, Numbers) else _known(result, id, index)


def _points(result: Result, id: str, index: Index) -> Floats:
    """Points by unit; who has none stands at the mean of the others, where nobody gains by it."""
    points = result.indicators[id].points
    assert points is not None  # it has marks
    known, values = points.known[index], floats(points)[index]
    return np.where(known, values, values[known].mean())


def _quality(result: Result, noise: Errors, ids: Sequence[str], index: Index) -> Quality:
    """Of those with marks in the period; NaN for the others."""
    full = np.array([_mark(result, id, index) if len(index) else 0.0 for id in ids])
    there = np.flatnonzero(full > 0)
    some = [ids[int(place)] for place in there]
    if len(index) < FEWEST or not len(there):
        nothing = np.full(len(ids), np.nan)
        return Quality(nothing, nothing, nothing, np.full(len(ids), -1), nothing, nothing)
    table = np.column_stack([_points(result, id, index) for id in some])
    scatter = np.column_stack([noise.indicators[id][index] for id in some])
    return _among(quality(table, full[there], scatter), there, len(ids))


def _among(found: Quality, there: Index, count: int) -> Quality:
    """Figures of some indicators among those of all."""

    def wide(values: Floats) -> Floats:
        spread = np.full(count, np.nan)
        spread[there] = values
        return spread

    twin = np.full(count, -1)
    twin[there] = there[found.twin]
    return Quality(
        wide(found.full_share), wide(found.variance_share), wide(found.rank_change), twin, wide(found.likeness),
        wide(found.noise_share), found.units,
    )  # fmt: skip


def _targets(result: Result, ids: Sequence[str], index: Index, bounds: Bounds) -> Targets:
    if not len(index):
        return Targets(*(np.full(len(ids), np.nan) for _ in range(3)))
    return targets(np.column_stack([_ahead(result, id, index) for id in ids]), bounds)


def _ahead(result: Result, id: str, index: Index) -> Floats:
    """How far each unit is on the good side of its target; NaN where there is no value or no target."""
    weighed = result.indicators[id]
    value, target = weighed.value, weighed.column("target")
    if not isinstance(value, Numbers) or not isinstance(target, Numbers):
        return np.full(len(index), np.nan)
    sign = 1.0 if weighed.rule.direction == "higher" else -1.0
    return np.where(value.known & target.known, sign * (floats(value) - floats(target)), np.nan)[index]


def _reached(result: Result, ids: Sequence[str], index: Index) -> Floats:
    """Mean points over full marks; NaN without marks."""
    marks = [_mark(result, id, index) if len(index) else 0.0 for id in ids]
    shares = [_points(result, id, index).mean() / mark if mark else np.nan for id, mark in zip(ids, marks, strict=True)]
    return np.array(shares)


def _told(
    periods: Sequence[str],
    here: Sequence[Index],
    ids: Sequence[str],
    covered: Sequence[Floats],
    shares: Sequence[Floats],
    qualities: Sequence[Quality],
    reached: Sequence[Targets],
    measured: bool,
) -> Iterator[list[Figures]]:
    """For each period, every indicator."""
    for number, period in enumerate(periods):
        of, met = qualities[number], reached[number]
        yield [
            Figures(
                period, len(here[number]), float(covered[number][place]), _or_none(shares[number][place]),
                _or_none(of.full_share[place]), _or_none(of.variance_share[place]), _or_none(of.rank_change[place]),
                _or_none(of.likeness[place]), ids[int(of.twin[place])] if of.twin[place] >= 0 else "",
                _or_none(of.noise_share[place]) if measured else None,
                _or_none(met.attained[place]), _or_none(met.bunched[place]),
            )
            for place in range(len(ids))
        ]  # fmt: skip


def _or_none(number: np.float64) -> float | None:
    return None if np.isnan(number) else round(float(number), 9)
