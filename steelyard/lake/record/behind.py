"""Where a number stands: the file, sheet and cell, or the line, of the rows behind a total."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from steelyard.engine.model.facts import FactTable, Feed
from steelyard.lake.record.snapshot import Snapshot, TableSource

ROW_STEP = 1_000
"""Intake numbers the cells of a wide sheet by row × 1000 + column."""


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


def spots(
    found: Snapshot,
    table: FactTable,
    column: str,
    codes: Collection[str],
    first: date,
    end: date,
    keep: Callable[[Mapping[str, Any]], bool] = lambda _: True,
) -> tuple[Spot, ...]:
    """Live rows to keep whose ``column`` is one of the codes and whose date lies from ``first`` to before ``end``."""
    rows = standing(found, table, column, codes, first, end, _columns(found, table))
    return tuple(sorted(spot for row, spot in rows if keep(row)))


def _columns(found: Snapshot, table: FactTable) -> tuple[str, ...]:
    source = found.sources.get(table.table)
    return () if source is None else tuple(source.columns)


def standing(
    found: Snapshot, table: FactTable, column: str, codes: Collection[str], first: date, end: date, names: Sequence[str]
) -> Iterator[tuple[Mapping[str, Any], Spot]]:
    """The same rows with these columns (None where a file is older than a column), each with the spot it stands at."""
    source = found.sources.get(table.table)
    if source is None or table.date is None:
        return
    files = {batch.number: batch.file for batch in found.batches}
    feeds = {number: _feed(table, file) for number, file in files.items()}
    wanted = tuple(dict.fromkeys((*names, column, table.date, "_batch", "_row")))
    for row in _rows(source, column, table.date, sorted(codes), first, end, wanted):
        batch = row["_batch"]
        yield row, _spot(files[batch], feeds[batch], row["_row"])


def _rows(
    source: TableSource, column: str, dated: str, codes: list[str], first: date, end: date, wanted: Sequence[str]
) -> Iterator[Mapping[str, Any]]:
    gone = pq.read_table(source.superseded, columns=["_batch", "_row"]).to_pylist() if source.superseded else []
    replaced = {(row["_batch"], row["_row"]) for row in gone}
    lacking = dict.fromkeys(wanted)
    for path in source.files:
        stored = set(pq.read_schema(path).names)
        if not {column, dated} <= stored:
            continue
        rows = pq.read_table(path, columns=[name for name in wanted if name in stored])
        day = rows.column(dated).cast(pa.date32())
        inside = pc.and_(pc.greater_equal(day, first), pc.less(day, end))
        kept = rows.filter(pc.and_(inside, pc.is_in(rows.column(column), value_set=pa.array(codes, pa.string()))))
        yield from ({**lacking, **row} for row in kept.to_pylist() if (row["_batch"], row["_row"]) not in replaced)


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
