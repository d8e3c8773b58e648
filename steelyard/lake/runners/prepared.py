"""Stored files once more as Arrow, without packing: read several times as fast, and thrown away at any time.

A file of the record never changes, so neither does what is prepared of it. What is missing is made, what cannot be
read is made again, and where nothing may be written rows are read from the record itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

from steelyard.lake.record.durable import place
from steelyard.lake.runners.numbering import digits

FORMAT = "1"
BLOCK = 122_880
FEW = 4096
"""Texts of more different words than this are kept as numbers if they are nothing but digits."""


def pieces(path: Path, home: Path | None, columns: Sequence[str], worded: Sequence[str]) -> Iterator[pa.Table]:
    """The rows of one stored file, piece by piece. ``home``: the folder of what is prepared; None: nothing is.

    Texts of ``worded`` columns come as places in lists of words; columns that the file does not have are left out.
    """
    done = 0
    if home is not None:
        target = home / FORMAT / f"{path.parent.name}-{path.stem}.arrow"
        try:
            if not target.exists():
                prepare(path, target)
            for rows in _prepared(target, columns):
                yield rows
                done += rows.num_rows
            return
        except (OSError, pa.ArrowInvalid):
            # No room, no permission or a broken file: what is left is read from the record.
            with suppress(OSError):
                target.unlink(missing_ok=True)
    yield from _stored(path, columns, worded, done)


def _stored(path: Path, columns: Sequence[str], worded: Sequence[str], done: int) -> Iterator[pa.Table]:
    """From the record itself, without the first ``done`` rows."""
    with pq.ParquetFile(path, read_dictionary=list(worded)) as file:
        there = [name for name in columns if name in file.schema_arrow.names]
        for group in range(file.num_row_groups):
            rows = file.read_row_group(group, columns=there, use_threads=False)
            yield rows.slice(done)
            done = max(done - rows.num_rows, 0)


def prepare(path: Path, target: Path) -> None:
    """Written beside its place first: whoever looks sees all of it or nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    texts = [field.name for field in pq.read_schema(path) if pa.types.is_string(field.type)]
    rows = pq.read_table(path, read_dictionary=texts).drop_columns(["_known_at"])
    columns = [_spread(rows.column(name)) for name in rows.column_names]
    marks = [None if text is None else {"digits": str(text)} for _, text in columns]
    fields = [
        pa.field(name, column.type, metadata=mark)
        for name, (column, _), mark in zip(rows.column_names, columns, marks, strict=True)
    ]
    beside = target.with_suffix(f".{os.getpid()}")
    try:
        with ipc.new_file(beside, pa.schema(fields)) as file:
            file.write_table(pa.table([column for column, _ in columns], schema=pa.schema(fields)), max_chunksize=BLOCK)
        place(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def _prepared(target: Path, columns: Sequence[str]) -> Iterator[pa.Table]:
    with pa.OSFile(str(target)) as stored:
        names = ipc.open_file(stored).schema.names
        chosen = [names.index(name) for name in columns if name in names]
        file = ipc.open_file(stored, options=ipc.IpcReadOptions(included_fields=chosen, use_threads=False))
        for index in range(file.num_record_batches):
            yield pa.Table.from_batches([file.get_batch(index)])


def _spread(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, int | None]:
    """A column as it is prepared, and of how many digits its texts were if it holds their numbers."""
    if not pa.types.is_dictionary(column.type):
        return column, None
    column = column.unify_dictionaries()
    words = column.chunk(0).dictionary if column.num_chunks else pa.array([], pa.string())
    if len(words) > FEW and (length := digits(words)) is not None:
        numbers = words.cast(pa.int64())
        return pa.chunked_array([numbers.take(chunk.indices) for chunk in column.chunks]), length
    if 2 * len(words) > len(column):
        return column.cast(pa.string()), None
    kind = pa.int8() if len(words) < 2**7 else pa.int16() if len(words) < 2**15 else pa.int32()
    return column.cast(pa.dictionary(kind, pa.string())), None
