"""What the sheets of one class share, worked out once: peers' statistics and places of every indicator and family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import cast

import numpy as np
import numpy.typing as npt

from steelyard.bureau.runs.uncertainty import floats
from steelyard.bureau.sheets.figures import peer_stats, places_within, rate, stats
from steelyard.bureau.sheets.standing import Group
from steelyard.engine.arithmetic.numbers import Mask, Numbers, State
from steelyard.engine.evaluate import Result
from steelyard.engine.expressions.nodes import Node
from steelyard.engine.model.plan import Entry
from steelyard.engine.model.plan import Group as Family
from steelyard.engine.weighing.items import Weighed
from steelyard.reports.sheet import PeerStats


@dataclass(frozen=True)
class IndicatorPeers:
    """One indicator seen by a whole class: the points it brought, who stands where, what its value rests on."""

    entry: Entry
    family: Family
    weighed: Weighed
    part: Numbers
    value: Numbers | None
    value_peers: PeerStats | None
    mean: Decimal | None
    places: npt.NDArray[np.int64]
    above: Numbers | None
    below: Numbers | None
    target: Numbers | None


@dataclass(frozen=True)
class FamilyPeers:
    """One family seen by a whole class: what it brought, score rates of the units to which it gives full marks,
    points of the others."""

    family: Family
    together: Numbers
    rates: PeerStats | None
    points: PeerStats | None


class ClassFigures:
    """``members`` marks the panel's places of the class."""

    def __init__(self, result: Result, families: Sequence[Family], group: Group) -> None:
        self.result, self.families, self.group = result, families, group
        self.members: Mask = np.zeros(result.panel.size, dtype=np.bool_)
        self.members[group.index] = True

    @cached_property
    def total(self) -> PeerStats:
        return cast(PeerStats, peer_stats(self.result.total, self.members))

    @cached_property
    def indicators(self) -> list[IndicatorPeers]:
        return [self._indicator(entry, family) for family in self.families for entry in family.indicators]

    @cached_property
    def sums(self) -> list[FamilyPeers]:
        """Each family with what its indicators brought together."""
        return [self._sum(family) for family in self.families]

    def _sum(self, family: Family) -> FamilyPeers:
        parts = [seen.part for seen in self.indicators if seen.family is family]
        together = parts[0]
        for part in parts[1:]:
            together = together + part
        full = np.sum([self._full(entry) for entry in family.indicators], axis=0)
        points, here = floats(together), self.members & together.known
        with_full, without = here & (full > 0), here & (full <= 0)
        return FamilyPeers(family, together, stats(points[with_full] / full[with_full]), stats(points[without]))

    def _full(self, entry: Entry) -> npt.NDArray[np.float64]:
        """What the indicator can bring to each total; nothing where it does not apply. Shape (n,)."""
        weighed, size = self.result.indicators[entry.indicator], self.result.panel.size
        if entry.weight is not None:
            full = np.full(size, float(entry.weight.value * self.result.plan.total.value))
        else:
            full = np.zeros(size) if weighed.full is None else floats(weighed.full)
        if weighed.points is None:
            return full
        return np.where(np.isin(weighed.points.state, (State.EMPTY, State.OUTSIDE)), 0.0, full)

    def _indicator(self, entry: Entry, family: Family) -> IndicatorPeers:
        weighed = self.result.indicators[entry.indicator]
        part = cast(Numbers, self.result.column(f"part:{entry.indicator}"))
        value = weighed.value if isinstance(weighed.value, Numbers) else None
        peers = peer_stats(part, self.members)
        higher = weighed.rule.direction == "higher"
        behind = [self.result.scope.total(total) for total in rate(_value_tree(weighed)) or ()]
        above, below = behind or (None, None)
        target = weighed.column("target")
        return IndicatorPeers(
            entry=entry,
            family=family,
            weighed=weighed,
            part=part,
            value=value,
            value_peers=None if value is None else peer_stats(value, self.members, higher),
            mean=None if peers is None else peers.mean,
            places=places_within(part, self.members),
            above=above,
            below=below,
            target=target if isinstance(target, Numbers) else None,
        )


def _value_tree(weighed: Weighed) -> Node | None:
    return next((step.tree for step, _ in weighed.steps if step.name == "value"), None)
