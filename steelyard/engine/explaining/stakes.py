"""What is at stake: how many more cases may go wrong before points are lost, and how many points that is.

The twin of `change`: the same totals, moved the other way, by cases only. Peers are held at what they were.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import numpy as np

from steelyard.engine.arithmetic.numbers import Mask, Numbers
from steelyard.engine.explaining.change import Change, Trial, carried, chains
from steelyard.engine.explaining.levers import Moves, levers, limit
from steelyard.engine.explaining.replaying import replay
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.weighing.items import Weighed
from steelyard.engine.weighing.scope import Scope

MOST = 1000
"""Cases; what costs nothing however many of these go wrong is not at stake."""


@dataclass(frozen=True)
class Stake:
    """So many ``cases`` of ``aggregate`` more (or fewer, where negative) cost so many points of the indicator."""

    aggregate: Aggregate
    cases: int
    points: Fraction


class Stakes:
    """Asks once per leaf, for all subjects and periods together."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._falls: dict[int, list[Change]] = {}
        self._wholes: dict[tuple[int, ...], Numbers] = {}

    def of(self, weighed: Weighed, index: int) -> Stake | None:
        """What the fewest cases cost; of several as few, what costs most. None where no points are known, or none of
        them hang on single cases."""
        now = weighed.points.fraction(index) if weighed.points else None
        if now is None:
            return None
        found = [stake for stake in self._found(weighed, index, now) if stake.points > 0]
        return min(found, key=lambda stake: (abs(stake.cases), -stake.points), default=None)

    def _found(self, weighed: Weighed, index: int, now: Fraction) -> Iterator[Stake]:
        for chain in chains(weighed, self.scope, index):
            for fall in self._of(chain[-1]):
                then = self._carried(chain, fall).fraction(index) if fall.move[index] else None
                if then is not None:
                    yield Stake(fall.aggregate, int(fall.move[index]), now - then)

    def _carried(self, chain: tuple[Weighed, ...], fall: Change) -> Numbers:
        key = (*map(id, chain), id(fall))
        if key not in self._wholes:
            self._wholes[key] = carried(chain, fall.points, self.scope)
        return self._wholes[key]

    def _of(self, leaf: Weighed) -> list[Change]:
        if id(leaf) not in self._falls:
            self._falls[id(leaf)] = list(_falls(leaf, self.scope))
        return self._falls[id(leaf)]


def _falls(leaf: Weighed, scope: Scope) -> Iterator[Change]:
    """For each total that is counted by cases, in each direction: the fewest of them that cost points somewhere."""
    now, again = cast(Numbers, leaf.points), replay(leaf, scope)  # a part of what has points has points

    def less(points: Numbers) -> Mask:
        return points.compare(now) < 0

    for aggregate, sign in levers(leaf):
        if aggregate.kind in ("count", "distinct"):
            furthest: Moves = np.minimum(limit(aggregate, sign, leaf, scope), MOST)
            fall = Trial(again, aggregate, sign, less).search(now.known, furthest)
            if fall is not None:
                yield fall
