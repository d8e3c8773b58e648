"""Parquet as the record keeps it: same rows, same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from steelyard.lake.intake.columns.marks import Cells, Mask
from steelyard.lake.intake.loading.rows import Finding

ROW_GROUP = 122_880  # one row group of DuckDB's own scan
SAMPLE = 20_000

FINDINGS = pa.schema(
    [("_row", pa.int32()), ("column", pa.string()), ("level", pa.string()), ("code", pa.string()), ("raw", pa.string())]
)
SUPERSEDED = pa.schema(
    [("_batch", pa.int32()), ("_row", pa.int32()), ("_by", pa.int32()), ("_by_row", pa.int32())]
)  # fmt: skip


class Output:
    """Accepted rows in the order in which they come."""

    def __init__(self, path: Path, types: Mapping[str, Cells], batch: int, known_at: datetime) -> None:
        reserved = [("_batch", pa.int32()), ("_row", pa.int32()), ("_known_at", pa.timestamp("s"))]
        self.schema = pa.schema([*types.items(), *reserved])
        self.batch, self.known_at = batch, known_at
        self.rows = 0
        self._waiting: list[Cells] = []
        self._held = 0
        self._path = path
        self._writer: pq.ParquetWriter | None = None

    def add(self, rows: Cells) -> None:
        """Columns of the table and ``_row``."""
        count = rows.num_rows
        self.rows += count
        rows = rows.append_column("_batch", pa.repeat(pa.scalar(self.batch, pa.int32()), count))
        rows = rows.append_column("_known_at", pa.repeat(pa.scalar(self.known_at, pa.timestamp("s")), count))
        self._waiting.append(rows.select(self.schema.names).cast(self.schema))
        self._held += count
        if self._held >= ROW_GROUP:
            self._write(self._held - self._held % ROW_GROUP)

    def _write(self, count: int) -> None:
        """The first rows of those that wait, in whole groups until the end, however they came."""
        rows = pa.concat_tables(self._waiting) if self._waiting else self.schema.empty_table()
        self._writer = self._writer or _writer(self._path, self.schema, _repeating(rows))
        if count:
            self._writer.write_table(rows.slice(0, count), row_group_size=ROW_GROUP)
        self._waiting, self._held = [rows.slice(count)], self._held - count

    def close(self) -> None:
        self._write(self._held)
        if self._writer:
            self._writer.close()


def _writer(path: Path, schema: Cells, repeating: Sequence[str] | bool = True) -> pq.ParquetWriter:
    return pq.ParquetWriter(
        path,
        schema,
        compression="snappy",
        use_dictionary=repeating,
        store_decimal_as_integer=True,  # eight bytes that every engine reads without a detour
        store_schema=False,  # its bytes would change with the writer's version
        version="2.6",
    )


def _repeating(rows: Cells) -> list[str]:
    """Columns with few distinct values, judged by the first rows: a dictionary of all-different values is waste."""
    first = rows.slice(0, SAMPLE)
    few = max(1, first.num_rows // 4)
    return [name for name in rows.schema.names if pc.count_distinct(first.column(name)).as_py() <= few]


def without(source: Path, target: Path, drop: Mask) -> int:
    """A copy of a Parquet file without some of its rows; how many are left."""
    file = pq.ParquetFile(source)
    at = kept = 0
    with _writer(target, file.schema_arrow) as writer:
        for group in range(file.num_row_groups):
            rows = file.read_row_group(group)
            keep = ~drop[at : at + rows.num_rows]
            at += rows.num_rows
            kept += int(keep.sum())
            if keep.any():
                writer.write_table(rows.filter(pa.array(keep)), row_group_size=ROW_GROUP)
    return kept


def write_findings(path: Path, findings: Sequence[Finding]) -> None:
    columns = zip(*(astuple(finding) for finding in findings), strict=True)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, FINDINGS, strict=True)]
    with _writer(path, FINDINGS) as writer:
        writer.write_table(pa.table(arrays, schema=FINDINGS))


def write_superseded(path: Path, table: Cells) -> None:
    with _writer(path, SUPERSEDED) as writer:
        writer.write_table(table.cast(SUPERSEDED))


def groups(path: Path, columns: Sequence[str]) -> Iterator[Cells]:
    """Some columns of a file, one row group at a time."""
    file = pq.ParquetFile(path)
    for group in range(file.num_row_groups):
        yield file.read_row_group(group, columns=list(columns))
