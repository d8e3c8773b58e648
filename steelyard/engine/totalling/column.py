"""A block of rows as columns of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from steelyard.engine.planning.stretches import Stretch

Mask: TypeAlias = npt.NDArray[np.bool_]
Ints: TypeAlias = npt.NDArray[np.int64]
Rows: TypeAlias = npt.NDArray[np.intp]
Profile: TypeAlias = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Column:
    """One value a row, or one for all rows (an array without dimensions).

    ``values``: numbers (decimals in units of their last digit), days since 1970, microseconds since 1970, booleans,
    or places in ``words``; anything where unknown. ``known``: None when every row is.
    """

    values: npt.NDArray[Any]
    known: Mask | None = None
    words: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that are worked on together; few enough for the memory near the processor."""

    rows: int
    columns: Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Days:
    """The days that matter, by the column that says when: whatever holds none of them need not be read."""

    column: str
    stretches: tuple[Stretch, ...]

    def meet(self, first: date, last: date) -> bool:
        """Whether one of them is among the days from the first to the last."""
        return any(days.start <= last and first < days.end for days in self.stretches)


class Blocks(Protocol):
    """Where rows come from."""

    def blocks(self, table: str, columns: Sequence[str], numbered: Sequence[str], days: Days) -> Iterator[Block]:
        """The rows of a table, block by block, with these columns; rows of no such day may be left out.

        Texts of ``numbered`` columns come as numbers that are equal where the texts are, in all blocks of this call.
        """

    def rows(self, table: str) -> int:
        """About how many rows there are: what must be held at once is judged by it."""


def both(*known: Mask | None) -> Mask | None:
    """Known where all are."""
    found: Mask | None = None
    for one in known:
        if one is not None:
            found = one if found is None else found & one
    return found
