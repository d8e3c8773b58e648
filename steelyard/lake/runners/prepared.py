"""Stored columns once more as Arrow, without packing: read several times as fast, and thrown away at any time.

A file of the record never changes, so neither does what is prepared of it. Every prepared column ends in a checksum
of itself: what is missing, cut off or altered by a disk is made again from the record, and where nothing may be
written everything works without.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

from steelyard.lake.runners.numbering import DIGITS, LENGTH, SCALE, digits, units

BLOCK = 122_880
MOST = 2_000_000
"""Files of more rows are read from the record, piece by piece."""
FEW = 4096
"""Texts of more different words than this are kept as numbers if they are nothing but digits."""
CHECK = 4  # bytes of the checksum
OPEN = 8192
"""So many prepared columns stay mapped: addresses, not memory."""
_SIZES = (8, pa.int8()), (16, pa.int16()), (32, pa.int32()), (64, pa.int64())


def pieces(path: Path, home: Path | None, columns: Sequence[str], worded: Sequence[str]) -> Iterator[pa.Table]:
    """The rows of one stored file, piece by piece. ``home``: the folder of what is prepared; None: nothing is.

    Texts of ``worded`` columns come as places in lists of words; columns that the file does not have are left out.
    """
    names, rows = _contents(path)
    there = [name for name in columns if name in names]
    if home is None or rows > MOST or not there:
        yield from _stored(path, there, worded)
        return
    folder = home / f"{path.parent.name}-{path.stem}"
    whole = _whole(path, folder, there)
    schema = pa.schema([column.schema.field(0) for column in whole])
    for start in range(0, rows, BLOCK):
        yield pa.Table.from_arrays([column.column(0).slice(start, BLOCK) for column in whole], schema=schema)


@lru_cache(maxsize=100_000)
def _contents(path: Path) -> tuple[frozenset[str], int]:
    """Names of the columns and how many rows."""
    found = pq.read_metadata(path)
    return frozenset(found.schema.to_arrow_schema().names), int(found.num_rows)


def _stored(path: Path, columns: Sequence[str], worded: Sequence[str]) -> Iterator[pa.Table]:
    with pq.ParquetFile(path, read_dictionary=[name for name in worded if name in columns]) as file:
        for group in range(file.num_row_groups):
            yield file.read_row_group(group, columns=list(columns), use_threads=False)


def _whole(path: Path, folder: Path, names: Sequence[str]) -> list[pa.Table]:
    """Columns of a file, each as it was prepared or made now; the file is opened once for all that are made."""
    found = {name: _ready(folder / f"{name}.arrow") for name in names}
    for name, made in _made(path, [name for name in names if found[name] is None]):
        found[name] = made
        with suppress(OSError):
            _keep(made, folder / f"{name}.arrow")
    return [found[name] for name in names]


def _ready(target: Path) -> pa.Table | None:
    with suppress(OSError, pa.ArrowInvalid):
        seen = target.stat()
        return _kept(target, seen.st_ino, seen.st_size, seen.st_mtime_ns)
    return None


@lru_cache(maxsize=OPEN)
def _kept(target: Path, *_seen: int) -> pa.Table:
    """A prepared column, held against its checksum when this process first sees the file (as told by ``_seen``: its
    number, size and time). Raises OSError, ArrowInvalid."""
    with pa.memory_map(str(target)) as file:  # never written to in its place, so it cannot shrink under us
        data = file.read_buffer()
    body, check = data[:-CHECK], data[-CHECK:].to_pybytes()
    if crc32(body) != int.from_bytes(check, "big"):
        raise OSError(f"{target} is damaged")
    return ipc.open_file(body).read_all()


def _made(path: Path, names: Sequence[str]) -> Iterator[tuple[str, pa.Table]]:
    if not names:
        return
    words = [field.name for field in pq.read_schema(path) if field.name in names and pa.types.is_string(field.type)]
    rows = pq.read_table(path, columns=list(names), read_dictionary=words)
    for name in names:
        column, marks = _spread(rows.column(name))
        yield name, pa.Table.from_arrays([column], schema=pa.schema([pa.field(name, column.type, metadata=marks)]))


def _keep(column: pa.Table, target: Path) -> None:
    """Written beside its place first: whoever looks sees all of it or nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    sink = pa.BufferOutputStream()
    with ipc.new_file(sink, column.schema) as file:
        file.write_table(column, max_chunksize=BLOCK)
    body = sink.getvalue()
    beside = target.with_suffix(f".{os.getpid()}")
    try:
        with beside.open("wb") as out:
            out.write(body)
            out.write(crc32(body).to_bytes(CHECK, "big"))
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _spread(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, dict[str, str]]:
    """A column as it is prepared, and marks that say what its numbers stand for."""
    kind = column.type
    if pa.types.is_decimal(kind) and kind.precision <= DIGITS:
        return _narrow(pa.chunked_array(map(units, column.chunks), pa.int64())), {SCALE: str(kind.scale)}
    if pa.types.is_integer(kind):
        return _narrow(column), {}
    if pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("us")), {}
    if not pa.types.is_dictionary(kind):
        return column, {}
    column = column.unify_dictionaries()
    words = column.chunk(0).dictionary if column.num_chunks else pa.array([], pa.string())
    if len(words) > FEW and (length := digits(words)) is not None:
        numbers = words.cast(pa.int64())
        return _narrow(pa.chunked_array(numbers.take(one.indices) for one in column.chunks)), {LENGTH: str(length)}
    if 2 * len(words) > max(len(column), FEW):
        return column.cast(pa.string()), {}
    kind = pa.int8() if len(words) < 2**7 else pa.int16() if len(words) < 2**15 else pa.int32()
    return column.cast(pa.dictionary(kind, pa.string())), {}


def _narrow(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whole numbers in as few bytes as hold all of them."""
    ends = [abs(end) for end in pc.min_max(column).as_py().values() if end is not None]
    bits = max(ends, default=0).bit_length()
    return column.cast(next(kind for size, kind in _SIZES if bits < size))
