"""Which rows replace which: doubled keys inside the file, and keys that the record already has.

Rules: rows of one file that are equal in everything count once; rows with one key that say different things are all
rejected, because nobody can tell which is right. A row that says what the record already says is left out, so that
an export sent twice stays on time; any other row with a known key replaces the earlier one, which stays readable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from steelyard.lake.intake.columns.marks import Cells, Mask, as_mask
from steelyard.lake.intake.job import Job
from steelyard.lake.intake.loading.output import SUPERSEDED
from steelyard.lake.intake.loading.rows import Finding

Indices = npt.NDArray[np.int64]


@dataclass
class Settled:
    """``drop``: rows of the written file to leave out; ``rejected`` and ``unchanged`` say why."""

    drop: Mask
    rejected: Mask
    unchanged: int = 0
    revised: int = 0
    findings: list[Finding] = field(default_factory=list)
    superseded: Cells | None = None


def settle(job: Job, written: Path, columns: Sequence[str]) -> Settled:
    """Compares the written rows with each other and with what is there. ``columns``: all but the reserved ones."""
    count = pq.ParquetFile(written).metadata.num_rows
    nothing = np.zeros(count, dtype=bool)
    settled = Settled(nothing.copy(), nothing.copy())
    if not job.table.key or not count:
        return settled
    table = _read(written, *job.table.key, "_row")
    keys, rows = _keys(table, job.table.key), table.column("_row").to_numpy()
    _settle_doubles(settled, keys, rows, written, columns, job.table.key)
    if job.earlier.files:
        _settle_earlier(settled, job, keys, rows, written, columns)
    return settled


def _keys(table: Cells, key: Sequence[str]) -> Cells:
    """One text a row; parts of a longer key are joined by a character that cells cannot hold."""
    parts = [table.column(name).cast(pa.string()).combine_chunks() for name in key]
    return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, "\x1f")


def _settle_doubles(
    settled: Settled, keys: Cells, rows: Indices, written: Path, columns: Sequence[str], key: Sequence[str]
) -> None:
    if _ascending(keys) or pc.count_distinct(keys).as_py() == len(keys):
        return
    codes = keys.dictionary_encode().indices.to_numpy()
    doubled = np.flatnonzero(np.bincount(codes)[codes] > 1)
    first_of = np.full(codes.max() + 1, len(codes), dtype=np.int64)
    np.minimum.at(first_of, codes[doubled], doubled)
    first = first_of[codes[doubled]]
    same = _same(written, doubled, written, first, columns)
    quarrel = np.isin(codes[doubled], codes[doubled][~same])
    for at, conflicting in zip(doubled.tolist(), quarrel.tolist(), strict=True):
        repeat = not conflicting and at != first_of[codes[at]]
        if conflicting or repeat:
            settled.drop[at] = settled.rejected[at] = True
            code = "row-doubled" if repeat else "key-doubled"
            settled.findings.append(Finding(int(rows[at]), " ".join(key), "reject", code, _shown(keys[at].as_py())))


def _shown(key: str) -> str:
    return key.replace("\x1f", " | ")[:200]


def _ascending(keys: Cells) -> bool:
    """Most exports come in the order of their key, and then no two are equal."""
    return len(keys) < 2 or bool(pc.all(pc.less(keys[:-1], keys[1:])).as_py())


def _settle_earlier(
    settled: Settled, job: Job, keys: Cells, rows: Indices, written: Path, columns: Sequence[str]
) -> None:
    there = _read(Path(job.earlier.superseded)) if job.earlier.superseded else SUPERSEDED.empty_table()
    replaced = [there]
    new = pc.min_max(keys)
    for batch, path in job.earlier.files:
        if _apart(Path(path), job.table.key, new):
            continue
        old, now, old_rows = _meetings(Path(path), batch, job.table.key, keys, there)
        alive = ~settled.rejected[now]
        old, now, old_rows = old[alive], now[alive], old_rows[alive]
        if not len(now):
            continue
        same = _same(Path(path), old, written, now, columns)
        settled.drop[now[same]] = True
        settled.unchanged += int(same.sum())
        settled.revised += int((~same).sum())
        replaced.append(_replaced(batch, old_rows[~same], job.batch, rows[now[~same]]))
    if settled.revised:
        settled.superseded = pa.concat_tables(replaced).sort_by([("_batch", "ascending"), ("_row", "ascending")])


def _replaced(batch: int, rows: Indices, by: int, by_rows: Indices) -> Cells:
    columns = [np.full(len(rows), batch), rows, np.full(len(rows), by), by_rows]
    return pa.table([pa.array(column, pa.int32()) for column in columns], schema=SUPERSEDED)


def _apart(path: Path, key: Sequence[str], new: Cells) -> bool:
    """Whether a file's keys lie wholly before or after the new ones (one text column; from its statistics)."""
    file = pq.ParquetFile(path)
    index = file.schema_arrow.get_field_index(key[0])
    if len(key) != 1 or index < 0 or not pa.types.is_string(file.schema_arrow.field(index).type):
        return False
    groups = [file.metadata.row_group(n).column(index).statistics for n in range(file.num_row_groups)]
    if not all(group is not None and group.has_min_max for group in groups):
        return False
    lowest, highest = new["min"].as_py(), new["max"].as_py()
    return all(group.max < lowest or group.min > highest for group in groups)


def _meetings(
    path: Path, batch: int, key: Sequence[str], keys: Cells, there: Cells
) -> tuple[Indices, Indices, Indices]:
    """Live rows of a file whose key is among the new ones: their index, the new row's index, their `_row`."""
    if not set(key) <= set(pq.read_schema(path).names):
        none = np.zeros(0, dtype=np.int64)
        return none, none, none
    table = _read(path, *key, "_row")
    rows = table.column("_row").to_numpy()
    met = pc.index_in(_keys(table, key), value_set=keys)
    dead = there.filter(pc.equal(there.column("_batch"), batch)).column("_row").to_numpy()
    old = np.flatnonzero(as_mask(met.is_valid()) & ~np.isin(rows, dead))
    return old, met.take(pa.array(old)).to_numpy().astype(np.int64), rows[old]


def _same(left: Path, left_at: Indices, right: Path, right_at: Indices, columns: Sequence[str]) -> Mask:
    """Whether rows of two files say the same, column by column so that memory stays small."""
    same = np.ones(len(left_at), dtype=bool)
    known = set(pq.read_schema(left).names)
    for name in columns:
        if name not in known:
            return np.zeros(len(left_at), dtype=bool)
        a, b = _taken(left, name, left_at), _taken(right, name, right_at)
        both_empty = as_mask(pc.and_(a.is_null(), b.is_null()))
        same &= as_mask(pc.equal(a, b)) | both_empty
    return same


def _taken(path: Path, column: str, at: Indices) -> Cells:
    return _read(path, column).column(column).take(pa.array(at)).combine_chunks()


def _read(path: Path, *columns: str) -> Cells:
    """Some columns, or all; not as a data set, which takes longer to set up than to read."""
    return pq.ParquetFile(path).read(columns=list(columns) or None)


@lru_cache(maxsize=8)
def live(files: tuple[tuple[int, str], ...], superseded: str | None, column: str) -> Cells:
    """The values of one column in rows that count; for registers, which are small and asked by every file."""
    there = _read(Path(superseded)) if superseded else SUPERSEDED.empty_table()
    return pa.concat_arrays(list(_live(files, there, column))) if files else pa.array([], pa.string())


def _live(files: Sequence[tuple[int, str]], there: Cells, column: str) -> Iterator[Cells]:
    for batch, path in files:
        table = _read(Path(path), column, "_row")
        dead = there.filter(pc.equal(there.column("_batch"), batch)).column("_row")
        keep = pc.invert(pc.is_in(table.column("_row"), value_set=dead.combine_chunks()))
        yield table.filter(keep).column(column).cast(pa.string()).combine_chunks()
