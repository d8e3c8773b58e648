"""What a run shows beyond scores: can units be told apart, which indicators do not work, whom difficulty moved.

Statistics, for people to judge; none of it moves a point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from steelyard.analysis.differentiation import told_apart
from steelyard.analysis.difficulty import places_moved
from steelyard.analysis.indicators.quality import quality
from steelyard.bureau.runs.uncertainty import Errors, floats
from steelyard.bureau.sheets.standing import Group
from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.evaluate import Result


@dataclass(frozen=True)
class IndicatorFinding:
    """One indicator in one class: C10's figures. ``twin`` names the indicator that moves most alike."""

    indicator: str
    full_share: float
    variance_share: float
    rank_change: float
    noise_share: float | None
    twin: str
    likeness: float


@dataclass(frozen=True)
class ClassFinding:
    """One class in one period; figures of chance are None, and the verdict ``unmeasured``, where the facts hold totals.

    ``moved``: places won by the difficulty coefficient, by unit (negative: lost)."""

    name: str
    period: str
    units: int
    verdict: str
    probability: float | None
    noise_share: float | None
    indicators: tuple[IndicatorFinding, ...]
    moved: dict[str, int]
    units_moved: int
    largest_move: int


def findings(result: Result, errors: Errors, groups: Sequence[Group]) -> list[ClassFinding]:
    return [_class(result, errors, group) for group in groups if len(group.index) > 2]


def plain(found: Sequence[ClassFinding]) -> list[dict[str, Any]]:
    return [asdict(one) for one in found]


def _class(result: Result, errors: Errors, group: Group) -> ClassFinding:
    apart = told_apart(group.standing.scores, np.maximum(group.standing.errors, 1e-9))
    moved, count, largest = _difficulty(result, group)
    return ClassFinding(
        group.name,
        group.period,
        len(group.index),
        str(apart.verdict) if group.measured else "unmeasured",
        float(apart.probability) if group.measured else None,
        float(apart.noise_share) if group.measured else None,
        tuple(_indicators(result, errors, group)),
        moved,
        count,
        largest,
    )


def _indicators(result: Result, errors: Errors, group: Group) -> Iterator[IndicatorFinding]:
    """Indicators that apply to the class and give it points."""
    ids = [id for id in result.indicators if _applies(result, id, group)]
    if len(ids) < 2:
        return
    points = np.column_stack([floats(_points(result, id))[group.index] for id in ids])
    full = np.array([_full(result, id, group) for id in ids])
    noise = np.column_stack([errors.indicators[id][group.index] for id in ids])
    found = quality(points, full, noise)
    for column, id in enumerate(ids):
        yield IndicatorFinding(
            id,
            float(found.full_share[column]),
            float(found.variance_share[column]),
            float(found.rank_change[column]),
            float(found.noise_share[column]) if group.measured else None,
            ids[int(found.twin[column])],
            float(found.likeness[column]),
        )


def _points(result: Result, id: str) -> Numbers:
    points = result.indicators[id].points
    assert points is not None
    return points


def _applies(result: Result, id: str, group: Group) -> bool:
    """Every unit of the class has points of it, so that they can be compared."""
    points = result.indicators[id].points
    return points is not None and bool(points.known[group.index].all()) and _full(result, id, group) > 0


def _full(result: Result, id: str, group: Group) -> float:
    full = result.indicators[id].full
    return 0.0 if full is None else float(floats(full)[group.index].max())


def _difficulty(result: Result, group: Group) -> tuple[dict[str, int], int, int]:
    """Places with and without the coefficient; the sum of everything after it stays in both."""
    before, after = result.column("unadjusted"), result.column("coefficient")
    if not isinstance(before, Numbers) or after is None:
        return {}, 0, 0
    scores = [result.total.fraction(int(place)) or Fraction(0) for place in group.index]
    plain_scores = [before.fraction(int(place)) or Fraction(0) for place in group.index]
    moves = places_moved(plain_scores, scores)
    codes = [result.panel.subjects[int(place) % len(result.panel.subjects)] for place in group.index]
    moved = {code: int(move) for code, move in zip(codes, moves.moved, strict=True) if move}
    return moved, moves.units_moved, moves.largest
