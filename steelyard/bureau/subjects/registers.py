"""The organisation as the record knows it: register rows with the time since which each is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from steelyard.engine.organisation import Organisation, build
from steelyard.engine.organisation.rows import PlainRow
from steelyard.engine.persons.confirming import COLUMNS, Confirmed, read_assignments
from steelyard.engine.problems import Place
from steelyard.lake.record.replaced import standing_rows
from steelyard.lake.record.snapshot import Snapshot

UNITS = ("units", "unit_attributes", "successions")
EVERYBODY = (*UNITS, "posts", "persons", "holdings")


def organisation(snapshot: Snapshot, registers: Sequence[str] = EVERYBODY) -> Organisation:
    """Built from every version of every register row, so that it can be asked what was known when.

    ``registers``: `UNITS` where no person is asked for; a province has ten times more persons than units.
    Raises `Refused` with all contradictions found. Files of the record never change: of the same ones it is built once.
    """
    stored = [(batch.table, batch.facts) for batch in snapshot.batches if batch.table in registers and batch.facts.rows]
    return _built(tuple((table, snapshot.record / file.path, file.sha256) for table, file in stored))


@lru_cache(maxsize=4)
def _built(files: tuple[tuple[str, Path, str], ...]) -> Organisation:
    """``files``: of each its table, where it lies, and the hash that the ledger has of it."""
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for table, path, _ in files:
        rows.setdefault(table, []).extend(_rows(path))
    return build(rows)


def assignments(snapshot: Snapshot, table: str) -> Confirmed:
    """What is confirmed as of a snapshot; nothing where no row has come. A row with ``withdrawn`` takes one back."""
    source = snapshot.sources.get(table)
    if source is None:
        return Confirmed(())
    files = tuple((batch.number, batch.file) for batch in snapshot.batches if batch.table == table)
    return _assigned(source.files, source.superseded, files)


def assignments_with(snapshot: Snapshot, table: str, more: Iterable[PlainRow]) -> Confirmed:
    """The same once these rows have come, too: each in place of the one of the same unit, indicator, post and day."""
    source = snapshot.sources.get(table)
    standing = standing_rows(source.files, source.superseded) if source else ()
    kept = {_key(row): row for row in standing if not row.get("withdrawn")}
    return read_assignments({**kept, **{_key(row): row for row in more}}.values())


def _key(row: PlainRow) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("unit", "indicator", "post", "from"))


@lru_cache(maxsize=4)
def _assigned(paths: tuple[Path, ...], superseded: Path | None, files: tuple[tuple[int, str], ...]) -> Confirmed:
    """``files``: what the file of each batch is called. Files of the record never change."""
    called = dict(files)
    standing = (row for row in standing_rows(paths, superseded) if not row.get("withdrawn"))
    return read_assignments(
        {**{name: row[name] for name in COLUMNS}, "place": Place(called[row["_batch"]], row["_row"])}
        for row in standing
    )


def forget() -> None:
    """The next one is built from the files again: for a measurement that must count that, too."""
    _built.cache_clear()
    _assigned.cache_clear()


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    table: pa.Table = pq.read_table(path)
    for row in table.to_pylist():
        yield {**row, "known_at": row["_known_at"]}
