"""The only way a batch comes into being: files flushed and named first, then one row of the ledger.

Killed before the row, nothing happened: files without a row are never read. Killed after it,
the batch is there whole. There is no moment between.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from steelyard.lake.intake.assign import Task
from steelyard.lake.intake.job import Outcome
from steelyard.lake.record.batch import Batch, StoredFile
from steelyard.lake.record.durable import digest, place
from steelyard.lake.record.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Arrived:
    """What is known of a batch before its file was read."""

    number: int
    task: Task
    raw: StoredFile
    declaration: str
    known_at: datetime


def commit(
    record: Path, ledger: Ledger, arrived: Arrived, outcome: Outcome, folder: Path, on_step: Callable[[str], None]
) -> Batch:
    """Names the files of ``folder`` and appends the batch."""
    assert outcome.counts
    raw = arrived.raw.model_copy(update={"rows": outcome.counts.rows})
    place(folder / "raw", record / raw.path)
    on_step("raw placed")
    counted = {"facts": outcome.counts.stored, "findings": outcome.findings, "superseded": outcome.superseded}
    stored = {}
    for kind, rows in counted.items():
        if rows or kind == "facts":
            stored[kind] = _keep(record, arrived, folder / f"{kind}.parquet", rows)
            on_step(f"{kind} placed")
    batch = Batch(
        number=arrived.number,
        table=arrived.task.table.table,
        file=arrived.task.name,
        raw=raw,
        declaration=arrived.declaration,
        known_at=arrived.known_at,
        columns=outcome.columns,
        counts=outcome.counts,
        totals=outcome.totals,
        reasons=outcome.reasons,
        **stored,
    )
    on_step("ready to commit")
    ledger.append(batch)
    on_step("committed")
    return batch


def _keep(record: Path, arrived: Arrived, temporary: Path, rows: int) -> StoredFile:
    sha256, size = digest(temporary), temporary.stat().st_size
    kind, table = temporary.stem, arrived.task.table.table
    path = f"{kind}/{table}/{arrived.number:08d}-{sha256[:12]}.parquet"
    place(temporary, record / path)
    return StoredFile(path=path, sha256=sha256, size=size, rows=rows)
