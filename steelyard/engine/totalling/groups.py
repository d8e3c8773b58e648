"""Rows grouped by keys first, then folded over the groups: distinct counts, and totals per group."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from steelyard.engine.expressions.measures import Grouped
from steelyard.engine.expressions.rows import Atom
from steelyard.engine.planning.rolling import LARGEST, Answer, largest
from steelyard.engine.planning.runner import Whole
from steelyard.engine.planning.scans import Scan
from steelyard.engine.totalling.column import Ints, Mask, Rows
from steelyard.engine.totalling.folding import (
    Packed,
    begins,
    counted,
    folded,
    laid,
    nothing,
    ordered,
    packed,
    wide_end,
)
from steelyard.engine.totalling.homes import Homes
from steelyard.engine.totalling.making import Chosen, Kept, Maker, Overfull, Shared

MOST = 2**22
"""So many rows are kept before they are put together into groups for the first time."""


class GroupMaker(Maker):
    """A group counts for a condition when one of its rows meets it; an unknown key makes no group.

    Kept are rows and groups alike: a cell, the conditions met (one bit each), the keys, and for each inner fold its
    number so far and whether there is one.
    """

    def __init__(self, scan: Scan, homes: Homes, shared: Shared) -> None:
        super().__init__(scan, homes, shared)
        assert isinstance(scan.shape, Grouped)
        self.keys = scan.shape.keys
        inside = [(atom.kind, atom.inner) for atom in scan.atoms if atom.inner]
        self.conditions = list(dict.fromkeys(atom.where for _, atom in inside))
        valued = (atom for outer, atom in inside if outer != "count" or atom.kind in ("min", "max"))
        self.inner = list(dict.fromkeys(valued))
        self._kept = Kept(2 + len(self.keys) + 2 * len(self.inner))
        self._limit = min(MOST, shared.held)

    def add(self, rows: Chosen) -> None:
        only = self.conditions[0] if len(self.conditions) == 1 else None
        chosen = rows.where(only, *self.keys)
        keys = [self.shared.words[key].numbers(chosen, key) for key in self.keys]
        inner = [part for atom in self.inner for part in _inside(atom, chosen)]
        self._kept.add(chosen.cells, self._met(chosen), *keys, *inner)
        if self._kept.rows > self._limit:
            self._kept.add(*self._grouped())
            if 4 * self._kept.rows > 3 * self.shared.held:
                raise Overfull
            self._limit = min(max(MOST, 2 * self._kept.rows), self.shared.held)

    def answer(self) -> Answer:
        cells, met, *rest = self._grouped()
        inner = rest[len(self.keys) :]
        values = {atom: (inner[2 * at], inner[2 * at + 1]) for at, atom in enumerate(self.inner)}
        some = counted(cells, self.homes.size)
        return self._answer(some, [self._outer(atom, cells, met, values) for atom in self.scan.atoms])

    def _met(self, rows: Chosen) -> Ints:
        """The conditions that a row meets, one bit each."""
        found = np.zeros(rows.facts.count, np.int64)
        for bit, condition in enumerate(self.conditions):
            found |= rows.facts.meets(condition).astype(np.int64) << bit
        return found.take(rows.profile)

    def _grouped(self) -> list[npt.NDArray[Any]]:
        """What is kept with all rows of a group as one, in the order of the cells."""
        cells, met, *rest = self._kept.taken()
        keys, inner = rest[: len(self.keys)], rest[len(self.keys) :]
        together, bits = packed(cells, keys), len(self.conditions)
        if not inner and together.ranges and largest(together.numbers) << bits <= LARGEST:
            return _counted(together, met, bits)
        numbers, order = ordered(together.numbers)
        starts = begins(numbers)
        first = order.take(starts)
        kinds = ["or", *(kind for atom in self.inner for kind in (atom.kind, "or"))]
        folds = [folded(kind, one.take(order), starts) for kind, one in zip(kinds, [met, *inner], strict=True)]
        return [cells.take(first), folds[0], *(key.take(first) for key in keys), *folds[1:]]

    def _outer(self, atom: Atom, cells: Rows, met: Ints, values: dict[Atom, tuple[Whole, Mask]]) -> Whole:
        assert atom.inner is not None
        kept: Mask = (met >> self.conditions.index(atom.inner.where)) & 1 == 1
        size = self.homes.size
        if atom.inner not in values:
            return counted(cells[kept], size)
        value, known = values[atom.inner]
        if atom.inner.kind in ("min", "max"):
            kept &= known
        cells, value = cells[kept], value[kept]
        if atom.kind == "count":
            return counted(cells, size)
        if atom.kind == "distinct":
            different = np.unique(_pairs(cells, value))
            return counted(different // max(len(cells), 1), size)
        starts = begins(cells)
        return laid(atom.kind, value, starts, cells[starts], size)


def _counted(together: Packed, met: Ints, bits: int) -> list[npt.NDArray[Any]]:
    """Cells, what they meet, and keys of groups that need nothing else: the conditions met travel inside the numbers
    that are sorted, and the keys are read out of them."""
    numbers = (together.numbers << bits) | met
    numbers.sort()
    numbers, met = numbers >> bits, numbers & ((1 << bits) - 1)
    starts = begins(numbers)
    folds = folded("or", met, starts) if bits > 1 else np.ones(len(starts), np.int64)
    cells, *keys = together.apart(numbers.take(starts))
    return [cells, folds, *keys]


def _pairs(cells: Rows, values: Whole) -> Ints:
    """One number for each pair, the cell in front."""
    place = np.unique(values, return_inverse=True)[1].astype(np.int64)
    return cells * np.int64(max(len(cells), 1)) + place


def _inside(atom: Atom, rows: Chosen) -> tuple[Whole, Mask]:
    """Of each row the number that the inner fold takes, and whether it takes it; where not, what changes nothing."""
    takes = rows.met(atom.where, *filter(None, [atom.argument]))
    if atom.argument is None or atom.kind == "count":
        return takes.astype(np.int64), takes
    values = rows.values(atom.argument)
    values = values.astype(object) if wide_end(atom) else values
    return np.where(takes, values, nothing(atom.kind, values)), takes
