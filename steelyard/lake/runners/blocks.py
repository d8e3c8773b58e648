"""Stored rows as blocks of numbers; files of other days are not opened."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache, reduce
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from steelyard.engine.totalling.column import Block, Column, Days, Mask
from steelyard.engine.totalling.steps import EPOCH, days
from steelyard.lake.record.replaced import WHICH, Keys, between, key, replaced
from steelyard.lake.record.snapshot import TableSource
from steelyard.lake.record.types import written_type
from steelyard.lake.runners.numbering import Numbering, among, column, stored
from steelyard.lake.runners.prepared import pieces
from steelyard.lake.runners.source import Replaced, Source


class StoredBlocks:
    """See `engine.totalling.column.Blocks`. Only the files of these sources are ever opened."""

    def __init__(self, sources: Mapping[str, Source], prepared: Path | None = None) -> None:
        self._sources, self._prepared = sources, prepared

    def rows(self, table: str) -> int:
        source = self._sources[table]
        if isinstance(source, pa.Table):
            return int(source.num_rows)
        return source.rows if isinstance(source, TableSource) else source.source.rows

    def blocks(self, table: str, columns: Sequence[str], numbered: Sequence[str], days: Days) -> Iterator[Block]:
        source, numbers = of_days(self._sources[table], days), {name: Numbering() for name in numbered}
        types, worded = _types(source), [name for name in columns if name not in numbered]
        for rows in _pieces(source, self._prepared, columns, worded):
            found = {name: _column(rows, name, types.get(name, ""), numbers.get(name)) for name in columns}
            yield Block(rows.num_rows, found)


def around(
    source: TableSource, prepared: Path | None, owner: str, codes: Collection[str], when: Days, names: Sequence[str]
) -> pa.Table:
    """The live rows of these owners on these days, in files' order: the named columns in the types in which they are
    declared (empty where a file is older than a column), ``_batch`` and ``_row``."""
    types = {**source.columns, **dict.fromkeys(WHICH, "integer")}
    wanted = list(dict.fromkeys((*names, *WHICH)))
    schema = pa.schema([(name, written_type(types[name])) for name in wanted])
    texts = [name for name in wanted if types[name] == "text"]
    found, codes = [schema.empty_table()], frozenset(codes)  # a whole region has hundreds of them
    for rows in _pieces(of_days(source, when), prepared, list(dict.fromkeys((*wanted, owner, when.column))), texts):
        kept = np.flatnonzero(_owned(rows, owner, codes) & _dated(rows, when, types[when.column]))
        if len(kept):
            found.append(_declared(rows.take(kept), schema, types))
    return pa.concat_tables(found)


def _owned(rows: pa.Table, owner: str, codes: Collection[str]) -> Mask:
    """Rows of one of the owners; nobody's where a file does not say whose they are."""
    if owner not in rows.column_names:
        return np.zeros(rows.num_rows, np.bool_)
    return among(_whole(rows.column(owner)), codes, _marks(rows, owner))


def _dated(rows: pa.Table, when: Days, declared: str) -> Mask:
    """Rows of one of the days."""
    found = _column(rows, when.column, declared, None)
    day = days(found.values, "datetime" if declared == "datetime" else "date")
    ends = [(one.start.toordinal() - EPOCH, one.end.toordinal() - EPOCH) for one in when.stretches]
    inside = reduce(np.logical_or, ((first <= day) & (day < end) for first, end in ends))
    return inside if found.known is None else inside & found.known


def _declared(rows: pa.Table, schema: pa.Schema, types: Mapping[str, str]) -> pa.Table:
    columns = [
        stored(_whole(rows.column(field.name)), types[field.name], _marks(rows, field.name))
        if field.name in rows.column_names
        else pa.nulls(rows.num_rows, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def of_days(source: Source, days: Days) -> Source:
    """Only the files that hold one of the days."""
    if isinstance(source, pa.Table):
        return source
    stored = source.source if isinstance(source, Replaced) else source
    stored = replace(stored, files=tuple(path for path in stored.files if _holds(path, days)))
    return replace(source, source=stored) if isinstance(source, Replaced) else stored


def _holds(path: Path, days: Days) -> bool:
    """Whether a file may hold one of the days, by what Parquet notes of its columns."""
    ends = _ends(path, days.column)
    return ends is None or days.meet(*map(_day, ends))


@lru_cache(maxsize=100_000)
def _ends(path: Path, column: str) -> tuple[Any, Any] | None:
    """The least and the greatest of a column; None where the file does not say. A file of the record never changes."""
    stored = pq.read_metadata(path)
    if column not in stored.schema.names:
        return None
    at = stored.schema.names.index(column)
    noted = [stored.row_group(group).column(at).statistics for group in range(stored.num_row_groups)]
    if not noted or any(one is None or not one.has_min_max for one in noted):
        return None
    return min(one.min for one in noted), max(one.max for one in noted)


def _day(noted: date | datetime) -> date:
    return noted.date() if isinstance(noted, datetime) else noted


def _types(source: Source) -> Mapping[str, str]:
    if isinstance(source, pa.Table):
        return {}
    return (source.source if isinstance(source, Replaced) else source).columns


def _column(rows: pa.Table, name: str, declared: str, numbering: Numbering | None) -> Column:
    """A column that a file does not have yet is unknown in every row."""
    if name not in rows.column_names:
        return column(pa.nulls(rows.num_rows), declared, numbering, {})
    return column(_whole(rows.column(name)), declared, numbering, _marks(rows, name))


def _marks(rows: pa.Table, name: str) -> dict[str, str]:
    """What the numbers of a column made ready stand for."""
    return {mark.decode(): said.decode() for mark, said in (rows.schema.field(name).metadata or {}).items()}


def _whole(parts: pa.ChunkedArray) -> pa.Array:
    return parts.chunk(0) if parts.num_chunks == 1 else _together(parts.combine_chunks())


def _together(found: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Arrow itself puts parts of one type together, but for texts with several lists of words."""
    return found if isinstance(found, pa.Array) else pa.concat_arrays(found.chunks)


def _pieces(source: Source, prepared: Path | None, columns: Sequence[str], worded: Sequence[str]) -> Iterator[pa.Table]:
    """The rows that count, piece by piece; texts of ``worded`` columns as places in lists of words."""
    if isinstance(source, pa.Table):
        yield source.select([name for name in columns if name in source.column_names])
        return
    stored, gone, only = _sieve(source)
    for path in stored.files:
        out, chosen = _within(path, gone), None if only is None else _within(path, only)
        if chosen is not None and not len(chosen):
            continue
        which = WHICH if chosen is not None or len(out) else ()
        for rows in pieces(path, prepared, list(dict.fromkeys((*columns, *which))), worded):
            found = _sifted(rows, out, chosen) if which else rows
            if found.num_rows:
                yield found


def _sieve(source: TableSource | Replaced) -> tuple[TableSource, Keys, Keys | None]:
    """The files, the rows in them to leave out, and (for replaced rows) the only ones to take."""
    if isinstance(source, TableSource):
        return source, replaced(source.superseded), None
    return source.source, replaced(source.before), replaced(source.source.superseded)


def _within(path: Path, keys: Keys) -> Keys:
    """Those of the keys that may be rows of this file."""
    ends = _ends(path, WHICH[0])
    return keys if ends is None else between(keys, *ends)


def _sifted(rows: pa.Table, gone: Keys, only: Keys | None) -> pa.Table:
    keys = key(rows)
    out = _places(keys, gone)
    if only is not None:
        return rows.take(pa.array(np.setdiff1d(_places(keys, only), out)))
    if not len(out):
        return rows
    keep = np.ones(len(keys), np.bool_)
    keep[out] = False
    return rows.filter(pa.array(keep))


def _places(keys: Keys, few: Keys) -> Keys:
    """Where a few stand among the keys: these are looked up in the rows, which a file keeps in order."""
    if (keys[1:] <= keys[:-1]).any():
        return np.flatnonzero(np.isin(keys, few))
    at = np.searchsorted(keys, few)
    at, few = at[at < len(keys)], few[at < len(keys)]
    found: Keys = at[keys[at] == few]
    return found
