"""The indicators of every class judged over the periods of a run: keep, mend or retire, and what retiring would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.analysis.indicators.quality import Limits, Quality, quality
from steelyard.analysis.indicators.verdicts import Judged, Rules, Targets, judge, retired, targets
from steelyard.analysis.uncertainty import Floats
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.uncertainty import Errors, errors, floats
from steelyard.bureau.sheets.standing import Group, groups
from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.evaluate import Result


@dataclass(frozen=True)
class ClassJudged:
    """One class. ``indicators``: identifier and verdict, in the plan's order; ``spearman``: places of the last period
    with and without all that may be retired."""

    name: str
    periods: tuple[str, ...]
    indicators: tuple[tuple[str, Judged], ...]
    spearman: float


def judged(ran: Ran, minutes: Mapping[str, float] | None = None, limits: Limits | None = None) -> list[ClassJudged]:
    """Every class with enough periods in the run. ``minutes``: what filling in takes a unit and period, by indicator.

    A class of fewer than three units says nothing about its indicators.
    """
    used, noise = limits or Limits(), errors(ran.result, ran.tables.values())
    by_class: dict[str, list[Group]] = {}
    for group in groups(ran.result, noise):
        if len(group.index) > 2:
            by_class.setdefault(group.name, []).append(group)
    enough = [found for found in by_class.values() if len(found) >= used.periods]
    return [_class(ran, noise, found, minutes or {}, used) for found in enough]


def _class(
    ran: Ran, noise: Errors, found: Sequence[Group], minutes: Mapping[str, float], limits: Limits
) -> ClassJudged:
    ids = [
        entry.indicator for entry in ran.plan.entries if all(_marks(ran.result, entry.indicator, one) for one in found)
    ]
    last = found[-1]
    rules = Rules(
        minutes=np.array([minutes.get(id, 0.0) for id in ids]),
        basis=np.array([bool(ran.book.indicators[id].basis) for id in ids]),
        coverage=np.array([_known(ran.result, id, last).mean() for id in ids]),
    )
    tables = [_quality(ran.result, noise, ids, one) for one in found]
    verdicts = judge(tables, [_targets(ran.result, ids, one) for one in found], rules, limits)
    spearman = retired(_points(ran.result, ids, last), verdicts)
    return ClassJudged(last.name, tuple(one.period for one in found), tuple(zip(ids, verdicts, strict=True)), spearman)


def _marks(result: Result, id: str, group: Group) -> float:
    """The full mark of an indicator in a class; 0 where it has none there, or no unit has points of it."""
    full = result.indicators[id].full
    return 0.0 if full is None or not _known(result, id, group).any() else float(floats(full)[group.index].max())


def _known(result: Result, id: str, group: Group) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    points = result.indicators[id].points
    return np.zeros(len(group.index), bool) if points is None else points.known[group.index]


def _points(result: Result, ids: Sequence[str], group: Group) -> Floats:
    """Points by unit and indicator; who has none stands at the mean of the others, where nobody gains by it."""
    return np.column_stack(list(_columns(result, ids, group)))


def _columns(result: Result, ids: Sequence[str], group: Group) -> Iterator[Floats]:
    for id in ids:
        points = result.indicators[id].points
        assert points is not None  # it has marks
        known, values = points.known[group.index], floats(points)[group.index]
        yield np.where(known, values, values[known].mean())


def _quality(result: Result, noise: Errors, ids: Sequence[str], group: Group) -> Quality:
    full = np.array([_marks(result, id, group) for id in ids])
    return quality(
        _points(result, ids, group), full, np.column_stack([noise.indicators[id][group.index] for id in ids])
    )


def _targets(result: Result, ids: Sequence[str], group: Group) -> Targets:
    return targets(np.column_stack([_ahead(result, id, group) for id in ids]))


def _ahead(result: Result, id: str, group: Group) -> Floats:
    """How far each unit is on the good side of its target; NaN where there is no value or no target."""
    weighed = result.indicators[id]
    value, target = weighed.value, weighed.column("target")
    if not isinstance(value, Numbers) or not isinstance(target, Numbers):
        return np.full(len(group.index), np.nan)
    sign = 1.0 if weighed.rule.direction == "higher" else -1.0
    ahead = sign * (floats(value) - floats(target))
    return np.where(value.known & target.known, ahead, np.nan)[group.index]
