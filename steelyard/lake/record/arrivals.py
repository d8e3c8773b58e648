"""When the rows of a period arrived: in time, after its close, or as a correction of what was there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from steelyard.lake.record.snapshot import Snapshot, TableSource


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Live rows of a period. ``late``: new rows known only after the close; ``revised``: rows that replaced an
    earlier one, ``revised_late`` of them after the close."""

    rows: int
    late: int
    revised: int
    revised_late: int


def arrivals(found: Snapshot, table: str, date_column: str, first: date, end: date, close: datetime) -> Arrivals:
    """Counts live rows dated from ``first`` to the day before ``end``; the close is when the period's books shut."""
    counts = [_count(rows, close) for rows in _rows(found.sources[table], date_column, first, end)]
    return Arrivals(*(sum(part) for part in zip(*counts, strict=True))) if counts else Arrivals(0, 0, 0, 0)


def _rows(source: TableSource, date_column: str, first: date, end: date) -> Iterator[pa.Table]:
    """_known_at, live and revised of the period's rows, file by file."""
    gone = pq.read_table(source.superseded) if source.superseded else None
    for path in source.files:
        if date_column not in pq.read_schema(path).names:
            continue
        rows = pq.read_table(path, columns=[date_column, "_batch", "_row", "_known_at"])
        day = rows.column(date_column).cast(pa.date32())
        rows = rows.filter(pc.and_(pc.greater_equal(day, first), pc.less(day, end)))
        replaced, by = _in(rows, gone, "_batch", "_row"), _in(rows, gone, "_by", "_by_row")
        yield rows.append_column("revised", by).filter(pc.invert(replaced))


def _in(rows: pa.Table, gone: pa.Table | None, batch: str, row: str) -> pa.Array:
    """Whether each row is named by two columns of the superseded table. A file holds one batch."""
    if gone is None or not rows.num_rows:
        return pa.repeat(False, rows.num_rows)
    here = gone.filter(pc.equal(gone.column(batch), rows.column("_batch")[0]))
    return pc.is_in(rows.column("_row"), value_set=here.column(row).combine_chunks())


def _count(rows: pa.Table, close: datetime) -> tuple[int, int, int, int]:
    after = pc.greater(rows.column("_known_at"), pa.scalar(close, pa.timestamp("us")))
    revised = rows.column("revised")
    late = pc.and_(after, pc.invert(revised))
    marks = (late, revised, pc.and_(after, revised))
    return rows.num_rows, *(pc.sum(mark).as_py() or 0 for mark in marks)
