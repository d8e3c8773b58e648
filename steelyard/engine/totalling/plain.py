"""Sums and counts of rows, minima and maxima: rows are gathered by cell and profile, and only then told apart."""

from __future__ import annotations

from typing import cast

import numpy as np

from steelyard.engine.expressions.rows import Atom, Row
from steelyard.engine.planning.rolling import Answer
from steelyard.engine.planning.runner import Whole
from steelyard.engine.planning.scans import Scan
from steelyard.engine.totalling.column import Ints
from steelyard.engine.totalling.folding import begins, gathered, grown, laid, merged, nothing, wide_end
from steelyard.engine.totalling.homes import Homes
from steelyard.engine.totalling.making import Chosen, Kept, Maker, Shared
from steelyard.engine.totalling.profiles import Facts

ROWS = Atom("count")
BITS = 32
"""Of the number of a cell and a profile the lower bits, which are the profile."""
MOST = 2**20
"""So many gathered rows are kept before they are told apart."""


class PlainMaker(Maker):
    def __init__(self, scan: Scan, homes: Homes, shared: Shared) -> None:
        super().__init__(scan, homes, shared)
        self.atoms = (ROWS, *scan.atoms)
        folded = [(atom.kind, atom.argument) for atom in scan.atoms if atom.argument and atom.kind != "count"]
        self.columns = list(dict.fromkeys(folded))
        self._kept = Kept(2 + len(self.columns))
        self._facts = Facts(0, {})
        self._found: list[Whole] = [np.zeros(0, object if wide_end(atom) else np.int64) for atom in self.atoms]

    def add(self, rows: Chosen) -> None:
        keys = (rows.cells.astype(np.int64) << BITS) | rows.profile
        keys, count, columns = gathered(keys, [(kind, rows.values(step)) for kind, step in self.columns])
        self._kept.add(keys, count, *columns)
        self._facts = rows.facts
        if self._kept.rows > MOST:
            self.settle()

    def settle(self) -> None:
        if not self._kept.rows:
            return
        keys, *kept = self._kept.taken()
        kinds = ["count", *(kind for kind, _ in self.columns)]
        keys, _, (count, *columns) = gathered(keys, list(zip(kinds, kept, strict=True)))
        found = dict(zip(self.columns, columns, strict=True))
        cells, profile = keys >> BITS, keys & ((1 << BITS) - 1)
        starts, size = begins(cells), self.homes.size
        for index, atom in enumerate(self.atoms):
            values = count if atom.kind == "count" else found[atom.kind, cast(Row, atom.argument)]
            values = self._met(atom, values, profile)
            old = grown(atom.kind, self._found[index], size)
            self._found[index] = merged(atom.kind, old, laid(atom.kind, values, starts, cells[starts], size))

    def _met(self, atom: Atom, values: Whole, profile: Ints) -> Whole:
        """The values of rows whose profile meets the condition of an atom; of all others, what changes nothing."""
        values = values.astype(object) if wide_end(atom) else values
        met = self._facts.meets(atom.where, *filter(None, [atom.argument]))
        return np.where(met.take(profile), values, nothing(atom.kind, values))

    def answer(self) -> Answer:
        self.settle()
        some, *values = self._found
        return self._answer(some.astype(np.int64), values)
