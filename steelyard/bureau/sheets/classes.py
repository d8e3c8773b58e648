"""What the sheets of one class share, worked out once: peers' statistics and places of every indicator and family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import cast

import numpy as np
import numpy.typing as npt

from steelyard.bureau.sheets.figures import peer_stats, places_within, rate
from steelyard.bureau.sheets.standing import Group
from steelyard.engine.arithmetic.numbers import Mask, Numbers
from steelyard.engine.evaluate import Result
from steelyard.engine.expressions.nodes import Aggregate, Node
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
    behind: tuple[Aggregate, Aggregate] | None


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
    def sums(self) -> list[tuple[Family, Numbers, PeerStats | None]]:
        """Each family with what its indicators brought together."""
        found = []
        for family in self.families:
            parts = [seen.part for seen in self.indicators if seen.family is family]
            together = parts[0]
            for part in parts[1:]:
                together = together + part
            found.append((family, together, peer_stats(together, self.members)))
        return found

    def _indicator(self, entry: Entry, family: Family) -> IndicatorPeers:
        weighed = self.result.indicators[entry.indicator]
        part = cast(Numbers, self.result.column(f"part:{entry.indicator}"))
        value = weighed.value if isinstance(weighed.value, Numbers) else None
        peers = peer_stats(part, self.members)
        higher = weighed.rule.direction == "higher"
        return IndicatorPeers(
            entry=entry,
            family=family,
            weighed=weighed,
            part=part,
            value=value,
            value_peers=None if value is None else peer_stats(value, self.members, higher),
            mean=None if peers is None else peers.mean,
            places=places_within(part, self.members),
            behind=rate(_value_tree(weighed)),
        )


def _value_tree(weighed: Weighed) -> Node | None:
    return next((step.tree for step, _ in weighed.steps if step.name == "value"), None)
