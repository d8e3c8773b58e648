"""Rows grouped by keys first, then folded over the groups: distinct counts, and totals per group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from steelyard.engine.expressions.measures import Grouped
from steelyard.engine.expressions.rows import Atom
from steelyard.engine.planning.rolling import LARGEST, Answer, largest
from steelyard.engine.planning.runner import Whole
from steelyard.engine.planning.scans import Scan
from steelyard.engine.totalling.column import Ints, Mask, Rows
from steelyard.engine.totalling.folding import begins, counted, folded, laid, nothing, ordered, packed
from steelyard.engine.totalling.homes import Homes
from steelyard.engine.totalling.making import AllWords, Chosen, Kept, Maker


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Rows in the order of their groups. ``starts``: where each group begins; ``cells`` of the groups; ``met``: which
    conditions one of its rows meets, as bits; ``order``: of the rows, None where nobody needs it."""

    starts: Rows
    cells: Rows
    met: Ints
    order: Rows | None


class GroupMaker(Maker):
    """A group counts for a condition when one of its rows meets it; an unknown key makes no group."""

    def __init__(self, scan: Scan, homes: Homes, words: AllWords) -> None:
        super().__init__(scan, homes, words)
        assert isinstance(scan.shape, Grouped)
        self.keys = scan.shape.keys
        inside = [(atom.kind, atom.inner) for atom in scan.atoms if atom.inner]
        self.conditions = list(dict.fromkeys(atom.where for _, atom in inside))
        valued = (atom for outer, atom in inside if outer != "count" or atom.kind in ("min", "max"))
        self.inner = list(dict.fromkeys(valued))
        self._kept = Kept(2 + len(self.keys) + 2 * len(self.inner))

    def add(self, rows: Chosen) -> None:
        only = self.conditions[0] if len(self.conditions) == 1 else None
        chosen = rows.where(only, *self.keys)
        keys = [self.words[key].numbers(chosen, key) for key in self.keys]
        inner = [part for atom in self.inner for part in _inside(atom, chosen)]
        self._kept.add(chosen.cells, self._met(chosen), *keys, *inner)

    def answer(self) -> Answer:
        cells, met, *rest = self._kept.taken()
        keys, inner = rest[: len(self.keys)], rest[len(self.keys) :]
        groups = self._sorted(cells, met, keys)
        values = {
            atom: _value(atom, groups, inner[2 * index], inner[2 * index + 1]) for index, atom in enumerate(self.inner)
        }
        size = self.homes.size
        some = counted(groups.cells, size)
        return self._answer(some, [self._outer(atom, groups, values, size) for atom in self.scan.atoms])

    def _met(self, rows: Chosen) -> Ints:
        """The conditions that a row meets, one bit each."""
        found = np.zeros(rows.facts.count, np.int64)
        for bit, condition in enumerate(self.conditions):
            found |= rows.facts.meets(condition).astype(np.int64) << bit
        return found.take(rows.profile)

    def _sorted(self, cells: Rows, met: Ints, keys: list[Ints]) -> _Sorted:
        together, span = packed(cells, keys)
        bits = len(self.conditions)
        order: Rows | None = None
        if self.inner or largest(together) << bits > LARGEST:
            together, order = ordered(together)
            met = met.take(order)
        else:  # the conditions travel inside the numbers that are sorted
            together = (together << bits) | met
            together.sort()
            together, met = together >> bits, together & ((1 << bits) - 1)
        starts = begins(together)
        met = np.bitwise_or.reduceat(met, starts) if bits > 1 else np.ones(len(starts), np.int64)
        return _Sorted(starts, together[starts] // span, met, order)

    def _outer(self, atom: Atom, groups: _Sorted, values: dict[Atom, tuple[Whole, Mask | None]], size: int) -> Whole:
        assert atom.inner is not None
        kept: Mask = (groups.met >> self.conditions.index(atom.inner.where)) & 1 == 1
        value, known = values.get(atom.inner, (None, None))
        kept = kept if known is None else kept & known
        cells = groups.cells[kept]
        if atom.kind == "distinct":
            assert value is not None
            different = np.unique(_pairs(cells, value[kept]))
            return counted(different // max(len(cells), 1), size)
        if value is None or atom.kind == "count":
            return counted(cells, size)
        starts = begins(cells)
        return laid(atom.kind, value[kept], starts, cells[starts], size)


def _pairs(cells: Rows, values: Whole) -> Ints:
    """One number for each pair, the cell in front."""
    place = np.unique(values, return_inverse=True)[1].astype(np.int64)
    return cells * np.int64(max(len(cells), 1)) + place


def _inside(atom: Atom, rows: Chosen) -> tuple[Whole, Mask]:
    """Of each row the number that the inner fold takes, and whether it takes it."""
    takes = rows.met(atom.where, *filter(None, [atom.argument]))
    if atom.argument is None or atom.kind == "count":
        return np.ones(len(rows.cells), np.int64), takes
    return rows.values(atom.argument), takes


def _value(atom: Atom, groups: _Sorted, values: Whole, takes: Mask) -> tuple[Whole, Mask | None]:
    """The inner number of each group, and which groups have one."""
    if not len(groups.starts):
        return np.zeros(0, np.int64), None
    assert groups.order is not None
    values, takes = values.take(groups.order), takes.take(groups.order)
    found = folded(atom.kind, np.where(takes, values, nothing(atom.kind, values)), groups.starts)
    return found, None if atom.kind in ("count", "sum") else np.logical_or.reduceat(takes, groups.starts)
