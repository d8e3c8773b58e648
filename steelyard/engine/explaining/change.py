"""The smallest change that would have kept the points: one total moved, everything else as it was.

For every total behind an item the search asks, for all subjects at once, how far it would have to move (two more cases
on time, three complaints fewer) until the full mark is reached. Peers are held at what they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from steelyard.engine.arithmetic.numbers import Mask, Numbers, constant
from steelyard.engine.explaining.explanation import aggregates
from steelyard.engine.explaining.replaying import Replay, replay
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.weighing.items import Weighed
from steelyard.engine.weighing.scope import Scope

FAR = 2**40
"""A change larger than this many units is no advice."""

Moves = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Change:
    """For every place: how far ``aggregate`` moves (in ``unit``, signed) to keep all points; 0 where it cannot."""

    aggregate: Aggregate
    unit: Fraction
    move: Moves
    points: Numbers

    def amount(self, index: int) -> Fraction:
        return int(self.move[index]) * self.unit


def smallest_changes(weighed: Weighed, scope: Scope) -> list[Change]:
    """One change for each total and direction that can restore the full mark of a leaf item somewhere."""
    if weighed.points is None or weighed.parts or weighed.variants:
        return []
    again, goal = replay(weighed, scope), _goal(weighed, scope.size)
    losing = weighed.points.known & (weighed.points.compare(goal) < 0)
    changes = []
    for aggregate in _levers(aggregates(weighed)):
        for sign in (1, -1):
            trial = _Trial(again, aggregate, sign, goal)
            change = trial.search(losing, _limit(aggregate, sign, aggregates(weighed), scope))
            if change is not None:
                changes.append(change)
    return changes


def best_change(changes: Sequence[Change], scope: Scope, index: int) -> Change | None:
    """The change that is smallest in proportion to the total it moves."""

    def share(change: Change) -> Fraction:
        present = scope.total(change.aggregate).fraction(index) or Fraction(0)
        return abs(change.amount(index)) / max(abs(present), Fraction(1))

    return min((change for change in changes if change.move[index]), key=share, default=None)


def _goal(weighed: Weighed, size: int) -> Numbers:
    """The full mark; an item that can only take away is best at nothing taken."""
    return constant(0, size) if weighed.full is None else weighed.full


def _levers(totals: Sequence[Aggregate]) -> list[Aggregate]:
    """What work can change: a whole is left alone where a part of it counts, because shrinking the base is no cure."""
    parts = {replace(total, where=None) for total in totals if total.where is not None}
    return [total for total in totals if total not in parts]


def _limit(aggregate: Aggregate, sign: int, others: Sequence[Aggregate], scope: Scope) -> Moves:
    """How far a total may move: never below zero, and a part never beyond its whole."""
    present = scope.total(aggregate)
    far = np.full(scope.size, FAR, dtype=np.int64)
    if sign < 0:
        return np.minimum(far, np.maximum(_units(present, aggregate), 0))
    whole = replace(aggregate, where=None)
    if aggregate.where is not None and whole in others:
        return np.minimum(far, np.maximum(_units(scope.total(whole) - present, aggregate), 0))
    return far


def _units(column: Numbers, aggregate: Aggregate) -> Moves:
    steps = (column / constant(_unit(aggregate, column), len(column))).floor()
    return np.where(steps.known, np.minimum(steps.numerator, FAR), 0).astype(np.int64)


def _unit(aggregate: Aggregate, column: Numbers) -> Fraction:
    """Cases change one by one, money by the cent, averages by a hundredth."""
    if aggregate.kind in ("count", "distinct"):
        return Fraction(1)
    if isinstance(column.denominator, int):
        return Fraction(1, column.denominator)
    return Fraction(1, 100)


@dataclass(frozen=True)
class _Trial:
    again: Replay
    aggregate: Aggregate
    sign: int
    goal: Numbers

    @property
    def present(self) -> Numbers:
        return self.again.scope.total(self.aggregate)

    def search(self, losing: Mask, limit: Moves) -> Change | None:
        """Halves the interval for all places together; keeps only places where the end of the interval reaches."""
        reached = losing & (limit > 0) & self._reaches(limit)
        if not reached.any():
            return None
        low, high = np.zeros_like(limit), np.where(reached, limit, 0)
        while (high - low > 1).any():
            middle = (low + high) // 2
            enough = self._reaches(middle)
            high, low = np.where(enough & reached, middle, high), np.where(enough | ~reached, low, middle)
        move = np.where(reached, high, 0)
        unit = _unit(self.aggregate, self.present)
        return Change(self.aggregate, unit, self.sign * move, self._points(move))

    def _reaches(self, move: Moves) -> Mask:
        points = self._points(move)
        return points.known & (points.compare(self.goal) >= 0)

    def _points(self, move: Moves) -> Numbers:
        moved = Numbers(move * self.sign, 1, np.zeros(len(move), dtype=np.uint8))
        moved = moved * constant(_unit(self.aggregate, self.present), len(move))
        return self.again.points({self.aggregate: self.present + moved})


def leaves(weighed: Weighed) -> Iterator[Weighed]:
    """The scored items inside an indicator, itself when it has no parts."""
    if not weighed.parts:
        yield weighed
    for part in weighed.parts:
        yield from leaves(part)
