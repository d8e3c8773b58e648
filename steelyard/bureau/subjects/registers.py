"""The organisation as the record knows it: register rows with the time since which each is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from steelyard.engine.organisation import Organisation, build
from steelyard.lake.record.snapshot import Snapshot

UNITS = ("units", "unit_attributes", "successions")
EVERYBODY = (*UNITS, "posts", "persons", "holdings")


def organisation(snapshot: Snapshot, registers: Sequence[str] = EVERYBODY) -> Organisation:
    """Built from every version of every register row, so that it can be asked what was known when.

    ``registers``: `UNITS` where no person is asked for; a province has ten times more persons than units.
    Raises `Refused` with all contradictions found.
    """
    return build({name: list(_rows(snapshot, name)) for name in registers if name in snapshot.sources})


def _rows(snapshot: Snapshot, name: str) -> Iterator[Mapping[str, Any]]:
    for path in snapshot.sources[name].files:
        table: pa.Table = pq.read_table(path)
        for row in table.to_pylist():
            yield {**row, "known_at": row["_known_at"]}
