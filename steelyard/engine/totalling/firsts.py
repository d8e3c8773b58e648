"""The value beside the first or the last row of each cell, in a total order."""

from __future__ import annotations

from typing import cast

import numpy as np

from steelyard.engine.expressions.measures import Ordered
from steelyard.engine.expressions.rows import Row
from steelyard.engine.planning.rolling import Answer
from steelyard.engine.planning.runner import Whole
from steelyard.engine.planning.scans import Scan
from steelyard.engine.totalling.column import Ints
from steelyard.engine.totalling.folding import counted
from steelyard.engine.totalling.homes import Homes
from steelyard.engine.totalling.making import Chosen, Kept, Maker, Shared


class FirstMaker(Maker):
    """Rows stand in the order of the first key, then of the others (unknown before known), then of the value."""

    def __init__(self, scan: Scan, homes: Homes, shared: Shared) -> None:
        super().__init__(scan, homes, shared)
        assert isinstance(scan.shape, Ordered)
        self.shape = scan.shape
        self._kept = Kept(2 + 2 * len(self.shape.order))

    def add(self, rows: Chosen) -> None:
        chosen = rows.where(self.shape.where, self.shape.argument, self.shape.order[0])
        keys = [part for key in self.shape.order for part in self._key(chosen, key)]
        self._kept.add(chosen.cells, *keys, chosen.values(self.shape.argument))

    def answer(self) -> Answer:
        cells, *keys, values = self._kept.taken()
        for index, key in enumerate(self.shape.order):
            keys[2 * index + 1] = self.shared.words[key].ranked(keys[2 * index + 1])
        order = np.lexsort((values, *reversed(keys), cells))
        count = counted(cells, self.homes.size)
        end = np.cumsum(count)
        return self._answer(count, [self._end(atom.kind, count, end, values[order]) for atom in self.scan.atoms])

    def _key(self, rows: Chosen, key: Row) -> tuple[Ints, Ints]:
        known = rows.met(None, key)
        return known.astype(np.int64), np.where(known, self.shared.words[key].numbers(rows, key), 0)

    def _end(self, kind: str, count: Ints, end: Ints, values: Whole) -> Whole:
        if kind == "count":
            return count
        found = cast(Whole, np.zeros(len(count), values.dtype))
        some = count > 0
        found[some] = values[(end - 1 if kind == "last" else end - count)[some]]
        return found
