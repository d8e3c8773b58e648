"""Wishes that cannot all come true: the fewest of them that contradict each other.

Wishes of a tree contradict each other only in two ways. Either some that lie apart want more, together, than something
around them may hold; or everything in a group is limited, and together to less than the group wants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from steelyard.engine.allotting.tree import Node, Wish
from steelyard.engine.problems import CATALOGUE, Language, Problem

CATALOGUE.add(
    {
        "allot-too-much": (
            "做不到：{wishes}，合计至少 {sum}，与{limit} 矛盾。以上须改其一，其余要求与这处矛盾无关",
            "impossible: {wishes}; together at least {sum}, against {limit}. "
            "One of these has to give way; no other wish has a part in this contradiction",
        ),
        "allot-too-little": (
            "做不到：{wishes}，合计至多 {sum}，与{limit} 矛盾。以上须改其一，其余要求与这处矛盾无关",
            "impossible: {wishes}; together at most {sum}, against {limit}. "
            "One of these has to give way; no other wish has a part in this contradiction",
        ),
        "allot-empty-group": (
            "做不到：{limit}，而所承接的指标没有一项属于这个组",
            "impossible: {limit}, and none of the carried indicators is in this group",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """Several wishes, in words."""

    wishes: tuple[Wish, ...]

    def of(self, language: Language) -> str:
        return ("、" if language == "zh" else ", ").join(wish.of(language) for wish in self.wishes)


@dataclass(frozen=True, slots=True)
class Conflict:
    """``wishes`` together: too much for ``limit`` where ``kind`` is ``most``, too little where it is ``least``."""

    limit: Wish
    wishes: tuple[Wish, ...]
    kind: str

    @property
    def size(self) -> int:
        """How many wishes it names; the total is given and no wish."""
        return len(self.wishes) + (self.limit.kind != "total")


Table = dict[int, tuple[int, tuple[Wish, ...]]]
"""By number of wishes: what so many of them come to, at the most or at the least, and which they are."""


def smallest(root: Node) -> Conflict | None:
    """The conflict with the fewest wishes, None where all can come true. Among equals the first by name."""
    if all(node.is_possible for node in root.walk()):
        return None
    return min(_conflicts(root), key=lambda conflict: (conflict.size, conflict.limit.name, conflict.kind))


def _conflicts(root: Node) -> Iterator[Conflict]:
    for node in root.walk():
        if node.most:
            for total, wishes in _lows(node).values():
                if total > node.most.units:
                    yield Conflict(node.most, wishes, "most")
        if node.least:
            for total, wishes in _highs(node).values():
                if total < node.least.units:
                    yield Conflict(node.least, wishes, "least")


def _lows(node: Node) -> Table:
    """The most that so many wishes within a node, none inside another, ask for."""
    table: Table = {0: (0, ())}
    if node.is_group:
        table = _joined([_lows(child) for child in node.children], lambda new, old: new > old)
    if node.least and node.least.kind != "total" and (1 not in table or node.least.units >= table[1][0]):
        table[1] = (node.least.units, (node.least,))
    return table


def _highs(node: Node) -> Table:
    """The least to which so many wishes limit everything within a node; empty where something has no limit."""
    table: Table = {}
    if node.is_group:
        table = _joined([_highs(child) for child in node.children], lambda new, old: new < old)
    if node.most and node.most.kind != "total" and (1 not in table or node.most.units <= table[1][0]):
        table[1] = (node.most.units, (node.most,))
    return table


def _joined(tables: list[Table], better: Callable[[int, int], bool]) -> Table:
    """Wishes of all children together: for each number of them the best mixture."""
    joined: Table = {0: (0, ())}
    for table in tables:
        mixed: Table = {}
        for (n, (total, wishes)), (m, (more, others)) in product(joined.items(), table.items()):
            if n + m not in mixed or better(total + more, mixed[n + m][0]):
                mixed[n + m] = (total + more, wishes + others)
        joined = mixed
    return joined


def explained(conflict: Conflict) -> Problem:
    """The problem that people read."""
    if not conflict.wishes:
        return Problem("allot-empty-group", params={"limit": conflict.limit})
    together = sum((wish.value for wish in conflict.wishes), Decimal(0))
    params = {"wishes": Wishes(conflict.wishes), "sum": f"{together:f}", "limit": conflict.limit}
    return Problem("allot-too-much" if conflict.kind == "most" else "allot-too-little", params=params)
