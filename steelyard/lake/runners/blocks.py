"""Stored rows as blocks of numbers, read one block ahead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from steelyard.engine.totalling.column import Block, Column
from steelyard.lake.record.snapshot import TableSource
from steelyard.lake.runners.duckdb_runner import Replaced, Source
from steelyard.lake.runners.numbering import Numbering, column
from steelyard.lake.runners.prepared import pieces

T = TypeVar("T")
WHICH = ("_batch", "_row")


class StoredBlocks:
    """See `engine.totalling.column.Blocks`. Only the files of these sources are ever opened."""

    def __init__(self, sources: Mapping[str, Source], prepared: Path | None = None) -> None:
        self._sources, self._prepared = sources, prepared

    def rows(self, table: str) -> int:
        source = self._sources[table]
        if isinstance(source, pa.Table):
            return int(source.num_rows)
        return source.rows if isinstance(source, TableSource) else source.source.rows

    def blocks(self, table: str, columns: Sequence[str], numbered: Sequence[str]) -> Iterator[Block]:
        source, numbers = self._sources[table], {name: Numbering() for name in numbered}
        types, worded = _types(source), [name for name in columns if name not in numbered]
        for rows in _pieces(source, self._prepared, columns, worded):
            found = {name: _column(rows, name, types.get(name, ""), numbers.get(name)) for name in columns}
            yield Block(rows.num_rows, found)


def _types(source: Source) -> Mapping[str, str]:
    if isinstance(source, pa.Table):
        return {}
    return (source.source if isinstance(source, Replaced) else source).columns


def _column(rows: pa.Table, name: str, declared: str, numbering: Numbering | None) -> Column:
    """A column that a file does not have yet is unknown in every row."""
    if name not in rows.column_names:
        return column(pa.nulls(rows.num_rows), declared, numbering)
    found, marks = rows.column(name).combine_chunks(), rows.schema.field(name).metadata or {}
    found = found if isinstance(found, pa.Array) else pa.concat_arrays(found.chunks)
    return column(found, declared, numbering, int(marks[b"digits"]) if b"digits" in marks else None)


def _pieces(source: Source, prepared: Path | None, columns: Sequence[str], worded: Sequence[str]) -> Iterator[pa.Table]:
    """The rows that count, piece by piece; texts of ``worded`` columns as places in lists of words."""
    if isinstance(source, pa.Table):
        yield source.select([name for name in columns if name in source.column_names])
        return
    stored, gone, back = _sieve(source)
    which = WHICH if gone is not None or back is not None else ()
    for path in stored.files:
        for rows in pieces(path, prepared, [*columns, *which], worded):
            yield _sifted(rows, gone, back)


Keys = npt.NDArray[np.int64]


def _sieve(source: TableSource | Replaced) -> tuple[TableSource, Keys | None, Keys | None]:
    """The files, the rows in them to leave out, and (for replaced rows) the only ones to take."""
    if isinstance(source, TableSource):
        return source, _keys(source.superseded), None
    return source.source, _keys(source.before), _keys(source.source.superseded)


def _keys(path: Path | None) -> Keys | None:
    return None if path is None else _key(pq.read_table(path, columns=list(WHICH)))


def _key(rows: pa.Table) -> Keys:
    batch, row = (rows.column(name).to_numpy().astype(np.int64) for name in WHICH)
    found: Keys = (batch << 32) | row
    return found


def _sifted(rows: pa.Table, gone: Keys | None, only: Keys | None) -> pa.Table:
    if gone is None and only is None:
        return rows
    key = _key(rows)
    keep = np.ones(len(key), np.bool_) if only is None else np.isin(key, only)
    if gone is not None:
        keep &= ~np.isin(key, gone)
    return rows if keep.all() else rows.filter(pa.array(keep))


def _ahead(pieces: Iterable[T]) -> Iterator[T]:
    """One piece is read while the one before is worked on."""
    waiting = iter(pieces)
    with ThreadPoolExecutor(1) as reader:
        following = reader.submit(next, waiting, None)
        while (piece := following.result()) is not None:
            following = reader.submit(next, waiting, None)
            yield piece
