"""What is added up while blocks of rows go by: one maker for each scan."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from steelyard.engine.expressions.rows import Row
from steelyard.engine.planning.rolling import Answer
from steelyard.engine.planning.runner import Whole
from steelyard.engine.planning.scans import Scan
from steelyard.engine.totalling.column import Ints, Mask, Profile, Rows
from steelyard.engine.totalling.homes import Homes
from steelyard.engine.totalling.profiles import Facts
from steelyard.engine.totalling.steps import Steps, wide


class Overfull(Exception):
    """There is more to be held at once than may be."""


class Maker(ABC):
    """Makes the answer to one scan."""

    def __init__(self, scan: Scan, homes: Homes, shared: Shared) -> None:
        self.scan, self.homes, self.shared = scan, homes, shared

    @abstractmethod
    def add(self, rows: Chosen) -> None:
        """One block of rows. Raises `Overfull`."""

    def settle(self) -> None:  # noqa: B027 - most makers keep nothing by profile
        """Profiles are about to be numbered anew: nothing may be kept by their numbers."""

    @abstractmethod
    def answer(self) -> Answer: ...

    def _answer(self, some: Ints, values: Sequence[Whole]) -> Answer:
        """Cells in which ``some`` row was."""
        at = np.flatnonzero(some)
        codes = [self.homes.codes[place] for place in (at // self.homes.slots).tolist()]
        return Answer(codes, at % self.homes.slots + self.homes.first, [column[at] for column in values])


class Chosen:
    """Rows of a block, the cell and the profile of each; ``rows`` None: every row of the block, once."""

    def __init__(self, steps: Steps, facts: Facts, rows: Rows | None, cells: Rows, profile: Profile) -> None:
        self.steps, self.facts, self.rows = steps, facts, rows
        self.cells, self.profile = cells, profile
        self._done: dict[tuple[Row | None, ...], Chosen] = {}

    def where(self, condition: Row | None, *steps: Row) -> Chosen:
        """Those that meet the condition and of which all these steps are known. Found once for each question."""
        key = (condition, *steps)
        if key not in self._done:
            met = self.facts.meets(condition, *steps)
            self._done[key] = self if met.all() else self._kept(met.take(self.profile))
        return self._done[key]

    def values(self, step: Row) -> npt.NDArray[Any]:
        values = wide(self.steps.column(step).values)
        if not values.ndim:
            return np.broadcast_to(values, len(self.cells))
        return values if self.rows is None else values.take(self.rows)

    def met(self, condition: Row | None, *steps: Row) -> Mask:
        """Which of them meet a condition and know all these steps."""
        return self.facts.meets(condition, *steps).take(self.profile)

    def words(self, step: Row) -> Sequence[str] | None:
        return self.steps.column(step).words

    def _kept(self, mask: Mask) -> Chosen:
        kept = np.flatnonzero(mask)
        rows = kept if self.rows is None else self.rows.take(kept)
        return Chosen(self.steps, self.facts, rows, self.cells.take(kept), self.profile.take(kept))


class Kept:
    """Columns of numbers that are kept of all blocks."""

    def __init__(self, count: int) -> None:
        self.rows = 0
        self._parts: list[list[npt.NDArray[Any]]] = [[] for _ in range(count)]

    def add(self, *columns: npt.NDArray[Any]) -> None:
        self.rows += len(columns[0])
        for parts, column in zip(self._parts, columns, strict=True):
            parts.append(column)

    def taken(self) -> list[npt.NDArray[Any]]:
        """All of them, which are then no longer kept."""
        found = [np.concatenate(parts) if parts else np.zeros(0, np.int64) for parts in self._parts]
        self.rows, self._parts = 0, [[] for _ in self._parts]
        return found


class Words:
    """Numbers for the values of one key; words get theirs when they turn up for the first time."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._last: tuple[Sequence[str], Ints] = ((), np.zeros(1, np.int64))

    def numbers(self, rows: Chosen, key: Row) -> Ints:
        found, words = rows.values(key), rows.words(key)
        if words is None:
            return found
        if words is not self._last[0]:  # several makers ask about the same block
            each = [self._numbers.setdefault(word, len(self._numbers)) for word in words]
            self._last = words, np.array(each or [0], np.int64)
        return self._last[1].take(found)

    def ranked(self, numbers: Ints) -> Ints:
        """The same in the order of the words."""
        if not self._numbers:
            return numbers
        place = {word: index for index, word in enumerate(sorted(self._numbers))}
        return np.array([place[word] for word in self._numbers], np.int64)[numbers]


@dataclass(frozen=True, slots=True)
class Shared:
    """What all makers of a table share: how much each may hold, and the numbers of words, by their key."""

    held: int
    words: defaultdict[Row, Words] = field(default_factory=lambda: defaultdict(Words))
