"""Percentiles: the values of each cell in order."""

from __future__ import annotations

from typing import cast

import numpy as np

from steelyard.engine.expressions.measures import Spread
from steelyard.engine.expressions.rows import Atom
from steelyard.engine.planning.rolling import LARGEST, Answer
from steelyard.engine.planning.runner import Whole
from steelyard.engine.planning.scans import Scan
from steelyard.engine.totalling.column import Ints, Rows
from steelyard.engine.totalling.folding import counted
from steelyard.engine.totalling.homes import Homes
from steelyard.engine.totalling.making import Chosen, Kept, Maker, Shared


class SpreadMaker(Maker):
    def __init__(self, scan: Scan, homes: Homes, shared: Shared) -> None:
        super().__init__(scan, homes, shared)
        assert isinstance(scan.shape, Spread)
        self.shape = scan.shape
        self._kept = Kept(2)

    def add(self, rows: Chosen) -> None:
        chosen = rows.where(self.shape.where, self.shape.argument)
        self._kept.add(chosen.cells, chosen.values(self.shape.argument))

    def answer(self) -> Answer:
        cells, values = self._kept.taken()
        count = counted(cells, self.homes.size)
        begin = np.cumsum(count) - count
        values = in_order(cells, values)
        return self._answer(count, [_level(atom, count, begin, values) for atom in self.scan.atoms])


def _level(atom: Atom, count: Ints, begin: Ints, values: Whole) -> Whole:
    """The value at place ceil(count * n / d) of each cell; any number where there is none."""
    if atom.level is None:
        return count
    numerator, denominator = atom.level
    place = -(-count * numerator // denominator)
    found = cast(Whole, np.zeros(len(count), values.dtype))
    some = place > 0
    found[some] = values[(begin + place - 1)[some]]
    return found


def in_order(cells: Rows, values: Whole) -> Whole:
    """The values sorted by cell, then by size: one sort of single numbers where both fit into one."""
    low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    span = high - low + 1
    if values.dtype == object or (int(cells.max(initial=0)) + 1) * span > LARGEST:
        return values[np.lexsort((values, cells))]
    together = cells * np.int64(span) + (values - low)
    together.sort()
    together %= span
    return together + low
