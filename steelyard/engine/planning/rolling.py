"""Numbers of codes and months -> numbers of subjects and stretches, in exact integers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from steelyard.engine.expressions.rows import Atom
from steelyard.engine.planning.runner import Whole
from steelyard.engine.planning.stretches import Stretch
from steelyard.engine.planning.subjects import Code, Subjects

LARGEST = 2**63 - 1


def largest(values: Whole) -> int:
    """The largest absolute value, as a Python int (that of the smallest int64 does not fit int64)."""
    return max(abs(int(values.max())), abs(int(values.min()))) if len(values) else 0


def zeros(shape: int | tuple[int, int], like: Whole) -> Whole:
    return cast(Whole, np.zeros(shape, like.dtype))


@dataclass(frozen=True)
class Answer:
    """What a runner said to one scan: for each row whose, when (a month, or the number of a stretch), and the atoms."""

    codes: Sequence[Code]
    slot: Whole
    values: Sequence[Whole]

    def chosen(self, keep: npt.NDArray[np.bool_]) -> Answer:
        rows = np.flatnonzero(keep)
        codes = [self.codes[int(row)] for row in rows]
        return Answer(codes, self.slot[rows], [column[rows] for column in self.values])


def joined(parts: Sequence[Answer]) -> Answer:
    """Rows of one answer below those of another."""
    codes = [code for part in parts for code in part.codes]
    columns = zip(*(part.values for part in parts), strict=True)
    return Answer(codes, np.concatenate([part.slot for part in parts]), [np.concatenate(rows) for rows in columns])


def signed(parts: Sequence[tuple[int, Answer]]) -> Answer:
    """Answers to one scan of sums and counts added up, each with its sign; what came and went stays as 0."""
    codes = {code: place for place, code in enumerate(dict.fromkeys(code for _, one in parts for code in one.codes))}
    key = np.concatenate([_key(codes, one) for _, one in parts])
    known, into = np.unique(key, return_inverse=True)
    where = np.split(into, np.cumsum([len(one.codes) for _, one in parts[:-1]]))
    values = []
    for columns in zip(*(one.values for _, one in parts), strict=True):
        wide = any(largest(column) * (len(column) + 1) * len(parts) > LARGEST for column in columns)
        total = np.zeros(len(known), object if wide else np.int64)
        for (sign, _), places, column in zip(parts, where, columns, strict=True):
            np.add.at(total, places, sign * column.astype(total.dtype))
        values.append(total)
    named = list(codes)
    return Answer([named[place] for place in known % len(named)], known // len(named), values)


def _key(codes: Mapping[Code, int], answer: Answer) -> Whole:
    """One number for the month and the code of every row."""
    return answer.slot.astype(np.int64) * len(codes) + np.array([codes[code] for code in answer.codes], np.int64)


class Months:
    """The answer of a monthly scan. Every stretch of whole months and every unit above is put together from it.

    For each atom a table of months by codes: running sums, so that a stretch is one subtraction however long it is;
    for minima and maxima the months themselves.
    """

    def __init__(self, atoms: Sequence[Atom], answer: Answer) -> None:
        self.answer = answer
        codes, months, values = answer.codes, answer.slot, answer.values
        self._codes = list(dict.fromkeys(codes))
        self._first = int(months.min()) if len(months) else 0
        self._last = int(months.max()) if len(months) else -1
        place = {code: index for index, code in enumerate(self._codes)}
        self._cell = (months - self._first).astype(np.intp), np.array([place[code] for code in codes], np.intp)
        self._tables: dict[Atom, Whole] = {}
        for atom, column in zip(atoms, values, strict=True):
            if atom.kind not in ("min", "max"):
                self._tables[atom] = self._running(column)
        for atom, column in zip(atoms, values, strict=True):
            if atom.kind in ("min", "max"):
                self._tables[atom] = self._known(atom, column)
        self._take, self._places, self._begin = np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0, np.intp)
        self._size = 0

    def spread(self, subjects: Subjects) -> None:
        """Says whose codes count for whom; before `read`."""
        self._take, into = subjects.spread(self._codes)
        self._begin = np.flatnonzero(np.diff(into, prepend=-1))
        self._places, self._size = into[self._begin], len(subjects.codes)

    def read(self, atom: Atom, days: Sequence[Stretch]) -> Whole:
        """The atom of every subject over the months of each stretch, one stretch after the other; a minimum or maximum
        of nothing is any number."""
        table = self._tables[atom]
        found = zeros((len(days), self._size), table)
        ends = [self._ends(one) for one in days]
        if len(self._begin):
            if atom.kind in ("min", "max"):
                self._extremes(np.minimum if atom.kind == "min" else np.maximum, table, ends, found)
            else:
                start, stop = np.array(ends, np.intp).T
                found[:, self._places] = self._together(np.add, table[stop] - table[start])
        return cast(Whole, found.ravel())

    def _ends(self, days: Stretch) -> tuple[int, int]:
        """First month and the one after the last, as rows of the tables."""
        months, count = cast(range, days.months), self._last + 1 - self._first
        start, stop = (min(max(at - self._first, 0), count) for at in (months.start, months.stop))
        return start, max(start, stop)

    def _extremes(self, extreme: np.ufunc, table: Whole, ends: Sequence[tuple[int, int]], found: Whole) -> None:
        for row, (start, stop) in enumerate(ends):
            if start < stop:
                found[row, self._places] = self._together(extreme, extreme.reduce(table[start:stop], axis=0)[None])[0]

    def _together(self, what: np.ufunc, rows: Whole) -> Whole:
        """Rows by codes -> rows by those subjects for whom any code counts."""
        return cast(Whole, what.reduceat(rows[:, self._take], self._begin, axis=1))

    def _running(self, column: Whole) -> Whole:
        """(months + 1, codes): sums up to the beginning of each month. Wide where all rows together need it.

        Somebody's total takes each row at most once, so nothing that fits here overflows later.
        """
        if largest(column) * len(column) > LARGEST:
            column = column.astype(object)
        table = zeros((self._last - self._first + 2, len(self._codes)), column)
        table[self._cell[0] + 1, self._cell[1]] = column
        return np.cumsum(table, axis=0, out=table)

    def _known(self, atom: Atom, column: Whole) -> Whole:
        """(months, codes) where only months in which something was counted take part."""
        if largest(column) > LARGEST:
            column = column.astype(object)
        end = largest(column) if atom.kind == "min" else -largest(column)
        count = self._tables[Atom("count", atom.argument, atom.where)]
        table = zeros((self._last - self._first + 1, len(self._codes)), column)
        table[self._cell] = column
        table[np.diff(count, axis=0) == 0] = end
        return table


def slots(places: Mapping[Code, int], answer: Answer, size: int) -> list[Whole]:
    """The answer of any other scan: one array (slots, subjects) per atom, 0 where no row came."""
    known = np.array([code in places for code in answer.codes], dtype=bool)
    where = np.array([places.get(code, 0) for code in answer.codes], dtype=np.intp)
    shaped: list[Whole] = []
    for column in answer.values:
        found = zeros((size, len(places)), column)
        found[answer.slot[known], where[known]] = column[known]
        shaped.append(found)
    return shaped
