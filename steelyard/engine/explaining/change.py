"""The smallest change that would have kept the points: one total moved, everything else as it was.

For every total behind an item the search asks, for all subjects at once, how far it would have to move (two more cases
on time, three complaints fewer) until the full mark is reached. Peers are held at what they were. Which totals may
move, and how far, is said in `levers`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from steelyard.engine.arithmetic.numbers import Mask, Numbers, constant
from steelyard.engine.explaining.explanation import part_names, variant_of
from steelyard.engine.explaining.levers import Moves, levers, limit, unit_of
from steelyard.engine.explaining.replaying import Replay, replay
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.weighing.items import Weighed
from steelyard.engine.weighing.scope import Scope


@dataclass(frozen=True)
class Change:
    """For every place: how far ``aggregate`` moves (in ``unit``, signed), and its points then; 0 where it cannot."""

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
    trials = (Trial(again, one, sign, lambda points: points.compare(goal) >= 0) for one, sign in levers(weighed))
    found = (trial.search(losing, limit(trial.aggregate, trial.sign, weighed, scope)) for trial in trials)
    return [change for change in found if change is not None]


def best_change(changes: Sequence[Change], scope: Scope, index: int) -> Change | None:
    """The change that is smallest in proportion to the total it moves."""

    def share(change: Change) -> Fraction:
        present = scope.total(change.aggregate).fraction(index) or Fraction(0)
        return abs(change.amount(index)) / max(abs(present), Fraction(1))

    return min((change for change in changes if change.move[index]), key=share, default=None)


def _goal(weighed: Weighed, size: int) -> Numbers:
    """The full mark; an item that can only take away is best at nothing taken."""
    return constant(0, size) if weighed.full is None else weighed.full


@dataclass(frozen=True)
class Trial:
    """One total moved in one direction until its points are ``enough``, which more of the same never undoes."""

    again: Replay
    aggregate: Aggregate
    sign: int
    enough: Callable[[Numbers], Mask]

    @property
    def present(self) -> Numbers:
        return self.again.scope.total(self.aggregate)

    def search(self, wanted: Mask, furthest: Moves) -> Change | None:
        """Halves the interval for all ``wanted`` places together; keeps only those where its end is enough."""
        reached = wanted & (furthest > 0) & self._reaches(furthest)
        if not reached.any():
            return None
        low, high = np.zeros_like(furthest), np.where(reached, furthest, 0)
        while (high - low > 1).any():
            middle = (low + high) // 2
            there = self._reaches(middle)
            high, low = np.where(there & reached, middle, high), np.where(there | ~reached, low, middle)
        move = np.where(reached, high, 0)
        unit = unit_of(self.aggregate, self.present)
        return Change(self.aggregate, unit, self.sign * move, self._points(move))

    def _reaches(self, move: Moves) -> Mask:
        points = self._points(move)
        return points.known & self.enough(points)

    def _points(self, move: Moves) -> Numbers:
        moved = Numbers(move * self.sign, 1, np.zeros(len(move), dtype=np.uint8))
        moved = moved * constant(unit_of(self.aggregate, self.present), len(move))
        return self.again.points({self.aggregate: self.present + moved})


def leaves(weighed: Weighed) -> Iterator[Weighed]:
    """The scored items inside an indicator, itself when it has no parts."""
    if not weighed.parts:
        yield weighed
    for part in weighed.parts:
        yield from leaves(part)


def chains(weighed: Weighed, scope: Scope, index: int) -> Iterator[tuple[Weighed, ...]]:
    """For every leaf that this subject has, the items from the whole indicator down to it."""
    own = variant_of(weighed, scope, index)
    if not own.parts:
        yield (own,)
    for part in own.parts:
        for below in chains(part, scope, index):
            yield (own, *below)


def carried(chain: Sequence[Weighed], points: Numbers, scope: Scope) -> Numbers:
    """What the whole indicator would bring if its leaf had these points.

    A pool converts, floors and rounds what its items bring: ten points kept in one of them may be one of the whole.
    """
    for upper, below in reversed(list(pairwise(chain))):
        again = replay(upper, scope)
        names = {**part_names(upper), f"{below.item}.points": points}
        points = replace(again, fixed={**again.fixed, **names}).points({})
    return points
