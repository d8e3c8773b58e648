"""Where a number stands: the file, sheet and cell, or the line, of the rows behind a total."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import Any, Generic, TypeVar, overload

import numpy as np
import pyarrow as pa

from steelyard.engine.model.facts import FactTable, Feed
from steelyard.lake.record.replaced import WHICH
from steelyard.lake.record.snapshot import Snapshot

Thing = TypeVar("Thing")

ROW_STEP = 1_000
"""Intake numbers the cells of a wide sheet by row × 1000 + column."""
MANY = 1_000
"""Rows that are made at once for whoever looks at all of them."""


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """``column`` 0: the whole row."""

    file: str
    sheet: str
    row: int
    column: int

    @property
    def inside(self) -> str:
        """Where in its file: ``402``, ``明细!B7``."""
        where = f"{letters(self.column)}{self.row}" if self.column else str(self.row)
        return f"{self.sheet}!{where}" if self.sheet else where

    def __str__(self) -> str:
        inside = f"{letters(self.column)}{self.row}" if self.column else f"{self.row}:{self.row}"
        if self.sheet:
            return f"{self.file} {self.sheet}!{inside}"
        return f"{self.file}:{self.row}:{self.column}" if self.column else f"{self.file}:{self.row}"


class Each(Sequence[Thing], Generic[Thing]):
    """One thing for each row of a table, made when somebody looks at it: a page shows a few of many."""

    def __init__(self, rows: pa.Table, make: Callable[[dict[str, Any]], Thing]) -> None:
        self._rows, self._make = rows, make

    def __len__(self) -> int:
        return int(self._rows.num_rows)

    @overload
    def __getitem__(self, at: int) -> Thing: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Thing]: ...

    def __getitem__(self, at: int | slice) -> Thing | Sequence[Thing]:
        places = range(len(self))[at]
        if isinstance(places, int):
            return self._make(self._rows.slice(places, 1).to_pylist()[0])
        return [self._make(row) for row in self._rows.take(np.array(places, np.int64)).to_pylist()]

    def __iter__(self) -> Iterator[Thing]:
        for rows in self._rows.to_batches(max_chunksize=MANY):
            yield from map(self._make, rows.to_pylist())


def placed(found: Snapshot, rows: pa.Table) -> pa.Table:
    """Rows with ``_batch`` and ``_row`` in the order of where they stand: by file, then by line."""
    rank = {file: place for place, file in enumerate(sorted({batch.file for batch in found.batches}))}
    files = np.zeros(found.batch + 1, np.int64)
    for batch in found.batches:
        files[batch.number] = rank[batch.file]
    file = files.take(rows.column("_batch").to_numpy())
    return rows.take(np.lexsort((rows.column("_row").to_numpy(), file)))


def standing(found: Snapshot, table: FactTable, rows: pa.Table) -> Each[Spot]:
    """The spot of every row of the table with ``_batch`` and ``_row``."""
    files = {batch.number: batch.file for batch in found.batches if batch.table == table.table}
    feeds = {number: _feed(table, file) for number, file in files.items()}
    where = rows.select(list(WHICH))
    return Each(where, lambda row: _spot(files[row["_batch"]], feeds[row["_batch"]], row["_row"]))


def _feed(table: FactTable, file: str) -> Feed | None:
    return next((feed for feed in table.files if fnmatchcase(PurePath(file).name, feed.match)), None)


def spot(table: FactTable, file: str, row: int) -> Spot:
    """Where the row of that number stands in a file of the table."""
    return _spot(file, _feed(table, file), row)


def _spot(file: str, feed: Feed | None, row: int) -> Spot:
    if feed is None:
        return Spot(file, "", row, 0)
    return Spot(file, feed.sheet or "", *(divmod(row, ROW_STEP) if feed.unpivot else (row, 0)))


def letters(column: int) -> str:
    """1 is A, 27 is AA."""
    text = ""
    while column:
        column, last = divmod(column - 1, 26)
        text = chr(ord("A") + last) + text
    return text
