"""Sums and counts of rows, minima and maxima: rows are gathered by cell and outline, and only then told apart."""

from __future__ import annotations

from typing import cast

import numpy as np

from steelyard.engine.expressions.rows import Atom, Row
from steelyard.engine.planning.rolling import Answer
from steelyard.engine.planning.runner import Whole
from steelyard.engine.planning.scans import Scan
from steelyard.engine.totalling.folding import begins, gathered, grown, laid, merged, nothing, wide_end
from steelyard.engine.totalling.homes import Homes
from steelyard.engine.totalling.making import Chosen, Kept, Maker, Shared
from steelyard.engine.totalling.profiles import Outlines

ROWS = Atom("count")
BITS = 32
"""Of the number of a cell and an outline the lower bits, which are the outline."""
MOST = 2**20
"""So many gathered rows are kept before they are told apart."""


class PlainMaker(Maker):
    def __init__(self, scan: Scan, homes: Homes, shared: Shared) -> None:
        super().__init__(scan, homes, shared)
        self.atoms = (ROWS, *scan.atoms)
        folded = [(atom.kind, atom.argument) for atom in scan.atoms if atom.argument and atom.kind != "count"]
        self.columns = list(dict.fromkeys(folded))
        self._kept = Kept(2 + len(self.columns))
        self._outlines = Outlines(self.atoms)
        self._found: list[Whole] = [np.zeros(0, object if wide_end(atom) else np.int64) for atom in self.atoms]

    def add(self, rows: Chosen) -> None:
        outline = self._outlines.numbers(rows.facts).take(rows.profile)
        span = self._outlines.count
        columns = [(kind, rows.values(step)) for kind, step in self.columns]
        keys, count, found = gathered(rows.cells * span + outline, columns, self.homes.size * span)
        cells, outline = np.divmod(keys, max(span, 1))
        self._kept.add((cells << BITS) | outline, count, *found)
        if self._kept.rows > MOST:
            self._told()

    def settle(self) -> None:
        self._outlines.forget()

    def _told(self) -> None:
        """What is kept is told apart."""
        if not self._kept.rows:
            return
        keys, *kept = self._kept.taken()
        kinds = ["count", *(kind for kind, _ in self.columns)]
        keys, _, (count, *columns) = gathered(keys, list(zip(kinds, kept, strict=True)))
        found = dict(zip(self.columns, columns, strict=True))
        cells, outline = keys >> BITS, keys & ((1 << BITS) - 1)
        starts, size = begins(cells), self.homes.size
        for index, (atom, met) in enumerate(zip(self.atoms, self._outlines.met(), strict=True)):
            values = count if atom.kind == "count" else found[atom.kind, cast(Row, atom.argument)]
            values = values.astype(object) if wide_end(atom) else values
            values = np.where(met.take(outline), values, nothing(atom.kind, values))
            old = grown(atom.kind, self._found[index], size)
            self._found[index] = merged(atom.kind, old, laid(atom.kind, values, starts, cells[starts], size))

    def answer(self) -> Answer:
        self._told()
        some, *values = self._found
        return self._answer(some.astype(np.int64), values)
