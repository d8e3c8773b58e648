"""Numbers of codes and months -> numbers of subjects and stretches, in exact integers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np

from steelyard.engine.expressions.rows import Atom
from steelyard.engine.planning.runner import Whole
from steelyard.engine.planning.stretches import Stretch
from steelyard.engine.planning.subjects import Code, Index, Subjects

LARGEST = 2**63 - 1


def largest(values: Whole) -> int:
    """The largest absolute value, as a Python int (that of the smallest int64 does not fit int64)."""
    return max(abs(int(values.max())), abs(int(values.min()))) if len(values) else 0


def zeros(shape: int | tuple[int, int], like: Whole) -> Whole:
    return cast(Whole, np.zeros(shape, like.dtype))


class Months:
    """The answer of a monthly scan. Every stretch of whole months and every unit above is put together from it."""

    def __init__(self, atoms: Sequence[Atom], codes: Sequence[Code], months: Whole, values: Sequence[Whole]) -> None:
        self._rows = {atom: row for row, atom in enumerate(atoms)}
        self._codes, self._months, self._values = codes, months, values
        self._done: dict[Stretch, dict[Atom, Whole]] = {}
        self._take, self._into = np.empty(0, np.intp), np.empty(0, np.intp)
        self._size = 0

    def spread(self, subjects: Subjects) -> None:
        self._take, self._into = subjects.spread(self._codes)
        self._size = len(subjects.codes)

    def read(self, atom: Atom, days: Stretch) -> Whole:
        """The atom of every subject over these months; a minimum or maximum of nothing is 0."""
        if days not in self._done:
            self._done[days] = self._put_together(days)
        return self._done[days][atom]

    def _put_together(self, days: Stretch) -> dict[Atom, Whole]:
        months = days.months
        assert months is not None
        month = self._months[self._take]
        inside = (month >= months.start) & (month < months.stop)
        take, into = self._take[inside], self._into[inside]
        first = np.flatnonzero(np.diff(into, prepend=-1))
        return {atom: self._fold(atom, take, into[first], first) for atom in self._rows}

    def _fold(self, atom: Atom, take: Index, places: Index, first: Index) -> Whole:
        values = self._values[self._rows[atom]]
        if atom.kind in ("min", "max"):
            return self._extreme(atom, values, take, places, first)
        if largest(values) * len(take) > LARGEST:
            values = values.astype(object)
        found = zeros(self._size, values)
        if len(first):
            found[places] = np.add.reduceat(values[take], first)
        return found

    def _extreme(self, atom: Atom, values: Whole, take: Index, places: Index, first: Index) -> Whole:
        """Only rows in which something was counted take part."""
        count = self._values[self._rows[Atom("count", atom.argument, atom.where)]]
        if largest(values) > LARGEST:
            values = values.astype(object)
        found = zeros(self._size, values)
        if len(first):
            end, fold = (largest(values), np.minimum) if atom.kind == "min" else (-largest(values), np.maximum)
            known = np.where(count[take] > 0, values[take], end)
            found[places] = fold.reduceat(known, first)
        return found


def slots(
    places: Mapping[Code, int], codes: Sequence[Code], slot: Whole, values: Sequence[Whole], size: int
) -> list[Whole]:
    """The answer of any other scan: one array (slots, subjects) per atom, 0 where no row came."""
    known = np.array([code in places for code in codes], dtype=bool)
    where = np.array([places.get(code, 0) for code in codes], dtype=np.intp)
    shaped: list[Whole] = []
    for column in values:
        found = zeros((size, len(places)), column)
        found[slot[known], where[known]] = column[known]
        shaped.append(found)
    return shaped
