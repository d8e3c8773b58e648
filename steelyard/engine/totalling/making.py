"""What is added up while blocks of rows go by: one maker for each scan."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from steelyard.engine.expressions.rows import Row
from steelyard.engine.planning.rolling import Answer
from steelyard.engine.planning.runner import Whole
from steelyard.engine.planning.scans import Scan
from steelyard.engine.totalling.column import Ints, Mask, Rows
from steelyard.engine.totalling.homes import Homes
from steelyard.engine.totalling.steps import Steps


class Maker(ABC):
    """Makes the answer to one scan."""

    def __init__(self, scan: Scan, homes: Homes) -> None:
        self.scan, self.homes = scan, homes

    def add(self, steps: Steps, shared: dict[Homes, Chosen]) -> None:
        """One block of rows. ``shared``: what makers with equal homes have found out about it already."""
        if self.homes not in shared:
            shared[self.homes] = Chosen(steps, *self.homes.cells(steps.block))
        self._add(shared[self.homes])

    @abstractmethod
    def _add(self, rows: Chosen) -> None: ...

    @abstractmethod
    def answer(self) -> Answer: ...

    def _answer(self, some: Ints, values: Sequence[Whole]) -> Answer:
        """Cells in which ``some`` row was."""
        at = np.flatnonzero(some)
        codes = [self.homes.codes[place] for place in (at // self.homes.slots).tolist()]
        return Answer(codes, at % self.homes.slots + self.homes.first, [column[at] for column in values])


class Chosen:
    """Rows of a block and the cell of each; ``rows`` None: every row of the block, once."""

    def __init__(self, steps: Steps, rows: Rows | None, cells: Rows) -> None:
        self.steps, self.rows, self.cells = steps, rows, cells
        self._done: dict[tuple[Row | None, ...], Chosen] = {}

    def where(self, condition: Row | None, *steps: Row) -> Chosen:
        """Those that meet the condition and of which all these steps are known. Found once for each question."""
        unsure = [step for step in steps if self.steps.column(step).known is not None]
        if condition is None and not unsure:
            return self
        key = (condition, *unsure)
        if key not in self._done:
            self._done[key] = self._kept(condition, unsure)
        return self._done[key]

    def values(self, step: Row) -> npt.NDArray[Any]:
        return self._among(self.steps.column(step).values)

    def true(self, condition: Row) -> Mask:
        return self._among(self.steps.true(condition))

    def known(self, step: Row) -> Mask:
        known = self.steps.column(step).known
        return np.ones(len(self.cells), np.bool_) if known is None else self._among(known)

    def words(self, step: Row) -> Sequence[str] | None:
        return self.steps.column(step).words

    def _kept(self, condition: Row | None, unsure: Sequence[Row]) -> Chosen:
        masks = [] if condition is None else [self.true(condition)]
        masks += [self.known(step) for step in unsure]
        kept = np.flatnonzero(np.logical_and.reduce(masks))
        return Chosen(self.steps, kept if self.rows is None else self.rows[kept], self.cells[kept])

    def _among(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        if not values.ndim:
            return np.broadcast_to(values, len(self.cells))
        return values if self.rows is None else values[self.rows]


class Kept:
    """Columns of numbers that are kept of all blocks."""

    def __init__(self, count: int) -> None:
        self._parts: list[list[npt.NDArray[Any]]] = [[np.zeros(0, np.int64)] for _ in range(count)]

    def add(self, *columns: npt.NDArray[Any]) -> None:
        for parts, column in zip(self._parts, columns, strict=True):
            parts.append(column)

    def columns(self) -> list[npt.NDArray[Any]]:
        return [np.concatenate(parts) for parts in self._parts]


class Words:
    """Numbers for the values of one key; words get theirs when they turn up for the first time."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def numbers(self, rows: Chosen, key: Row) -> Ints:
        found, words = rows.values(key), rows.words(key)
        if words is None:
            return np.asarray(found, np.int64)
        each = [self._numbers.setdefault(word, len(self._numbers)) for word in words]
        return cast(Ints, np.array(each or [0], np.int64)[found])

    def ranked(self, numbers: Ints) -> Ints:
        """The same in the order of the words."""
        if not self._numbers:
            return numbers
        place = {word: index for index, word in enumerate(sorted(self._numbers))}
        return np.array([place[word] for word in self._numbers], np.int64)[numbers]
