"""Rows that later batches say otherwise: what a file once corrected, and what stands in its place now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from steelyard.engine.model.facts import RESERVED
from steelyard.lake.record.batch import Batch
from steelyard.lake.record.snapshot import Snapshot

Key = tuple[int, int]
"""A row's batch, and its number in it."""


@dataclass(frozen=True, slots=True)
class Overtaken:
    """``said``: the columns of a row that once counted; ``by``: the batch whose row counts now and says otherwise."""

    said: Mapping[str, Any]
    by: int


def overtaken(found: Snapshot, table: str, first: int, last: int, after: int) -> list[Overtaken]:
    """Rows of the batches ``first`` to ``last`` of a table that counted until a batch after ``after`` came, in whose
    place stands something else now. A row that was replaced and then said again, column for column, still stands."""
    source = found.sources.get(table)
    if source is None or source.superseded is None:
        return []
    pairs = pq.read_table(source.superseded, filters=[("_batch", ">=", first)]).to_pylist()
    next_of = {(one["_batch"], one["_row"]): (one["_by"], one["_by_row"]) for one in pairs}
    gone = [key for key, by in next_of.items() if key[0] <= last and by[0] > after]
    now = {key: _last(key, next_of) for key in gone}
    rows = _rows(found, {*gone, *now.values()})
    return [Overtaken(rows[key], now[key][0]) for key in gone if not _says(rows[now[key]], rows[key])]


def _last(key: Key, next_of: Mapping[Key, Key]) -> Key:
    while key in next_of:
        key = next_of[key]
    return key


def _says(row: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Whether a row says all that another one said; it may have columns that were declared later."""
    return all(name in row and row[name] == value for name, value in said.items())


def _rows(found: Snapshot, keys: Collection[Key]) -> dict[Key, Mapping[str, Any]]:
    batches = {batch.number: batch for batch in found.batches}
    read = {
        number: stored_rows(found.record, batches[number], (row for batch, row in keys if batch == number))
        for number in {batch for batch, _ in keys}
    }
    return {
        (batch, row): {name: value for name, value in read[batch][row].items() if name not in RESERVED}
        for batch, row in keys
    }


def stored_rows(record: Path, batch: Batch, rows: Iterable[int]) -> Mapping[int, Mapping[str, Any]]:
    """Stored rows of a batch by their number."""
    numbers = sorted(set(rows))
    if not numbers:
        return {}
    table = pq.read_table(record / batch.facts.path)
    kept = table.filter(pc.is_in(table.column("_row"), value_set=pa.array(numbers, pa.int32())))
    return {row["_row"]: row for row in kept.to_pylist()}
