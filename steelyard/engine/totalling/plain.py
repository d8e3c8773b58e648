"""Sums and counts of rows, minima and maxima: nothing is kept but the cells."""

from __future__ import annotations

import numpy as np

from steelyard.engine.expressions.rows import Atom
from steelyard.engine.expressions.schema import INTEGER_BOUND
from steelyard.engine.planning.rolling import Answer
from steelyard.engine.planning.runner import Whole
from steelyard.engine.planning.scans import Scan
from steelyard.engine.totalling.folding import fold, grown, merged
from steelyard.engine.totalling.homes import Homes
from steelyard.engine.totalling.making import Chosen, Maker

ROWS = Atom("count")


class PlainMaker(Maker):
    def __init__(self, scan: Scan, homes: Homes) -> None:
        super().__init__(scan, homes)
        self.atoms = (ROWS, *scan.atoms)
        self._found: list[Whole] = [np.zeros(0, object if wide_end(atom) else np.int64) for atom in self.atoms]

    def _add(self, rows: Chosen) -> None:
        size = self.homes.size
        for index, atom in enumerate(self.atoms):
            old = grown(atom.kind, self._found[index], size)
            self._found[index] = merged(atom.kind, old, _folded(atom, rows, size))

    def answer(self) -> Answer:
        some, *values = self._found
        return self._answer(some.astype(np.int64), values)


def _folded(atom: Atom, rows: Chosen, size: int) -> Whole:
    if atom.argument is None:
        return fold(atom.kind, rows.where(atom.where).cells, None, size)
    chosen = rows.where(atom.where, atom.argument)
    values = chosen.values(atom.argument)
    values = values.astype(object) if wide_end(atom) else values
    return fold(atom.kind, chosen.cells, None if atom.kind == "count" else values, size)


def wide_end(atom: Atom) -> bool:
    """Whether a minimum or maximum may need more than 63 bits: then it has them in every block."""
    return atom.kind in ("min", "max") and atom.argument is not None and atom.argument.bound > INTEGER_BOUND
