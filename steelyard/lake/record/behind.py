"""Where a number stands: the file, sheet and cell, or the line, of the rows behind a total."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from steelyard.engine.model.facts import FactTable
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
    source = found.sources.get(table.table)
    if source is None or table.date is None:
        return ()
    files = {batch.number: batch.file for batch in found.batches}
    rows = _rows(source, column, table.date, sorted(codes), first, end)
    return tuple(sorted(_spot(files[row["_batch"]], table, row["_row"]) for row in rows if keep(row)))


def _rows(
    source: TableSource, column: str, dated: str, codes: list[str], first: date, end: date
) -> Iterator[Mapping[str, Any]]:
    gone = pq.read_table(source.superseded).select(["_batch", "_row"]).to_pylist() if source.superseded else []
    replaced = {(row["_batch"], row["_row"]) for row in gone}
    for path in source.files:
        rows = pq.read_table(path)
        day = rows.column(dated).cast(pa.date32())
        inside = pc.and_(pc.greater_equal(day, first), pc.less(day, end))
        kept = rows.filter(pc.and_(inside, pc.is_in(rows.column(column), value_set=pa.array(codes, pa.string()))))
        yield from (row for row in kept.to_pylist() if (row["_batch"], row["_row"]) not in replaced)


def _spot(file: str, table: FactTable, row: int) -> Spot:
    feed = next((feed for feed in table.files if fnmatchcase(PurePath(file).name, feed.match)), None)
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
