"""What data cleaning touched: every rejected, repaired, questioned and corrected value with its rule, before and after.

Read from the findings that intake left beside each batch, and from the rows that newer rows replaced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from steelyard.engine.model.facts import RESERVED, FactTable
from steelyard.lake.record.batch import Batch
from steelyard.lake.record.behind import Spot, spot
from steelyard.lake.record.overtaken import stored_rows
from steelyard.lake.record.snapshot import Snapshot

REJECT, REPAIR, WARN, CORRECT = "reject", "repair", "warn", "correct"
LEVELS = (REJECT, REPAIR, CORRECT, WARN)


@dataclass(frozen=True, slots=True)
class Touched:
    """``rule``: the code of the finding, or ``corrected``; ``column``: its name, or what the failed check says.

    ``at``: where the cell was first said. ``after`` is None where nothing of it counts; for a correction, what the
    newer file says, and ``by`` where.
    """

    level: str
    rule: str
    table: str
    at: Spot
    column: str
    before: Any
    after: Any
    by: Spot | None = None


def touched(found: Snapshot, tables: Mapping[str, FactTable]) -> Iterator[Touched]:
    """Batch by batch, then table by table what was corrected later."""
    for batch in found.batches:
        if batch.findings is not None and batch.table in tables:
            yield from _findings(found.record, batch, tables[batch.table])
    for name, table in tables.items():
        if name in found.sources:
            yield from _corrections(found, table)


def _findings(record: Path, batch: Batch, table: FactTable) -> Iterator[Touched]:
    assert batch.findings
    rows = pq.read_table(record / batch.findings.path).to_pylist()
    repaired = stored_rows(record, batch, (row["_row"] for row in rows if row["level"] == REPAIR))
    for row in rows:
        after = None if row["level"] == REJECT else row["raw"]
        if row["level"] == REPAIR:
            after = repaired.get(row["_row"], {}).get(row["column"])
        at = spot(table, batch.file, row["_row"])
        yield Touched(row["level"], row["code"], table.table, at, row["column"], row["raw"], after)


def _corrections(found: Snapshot, table: FactTable) -> Iterator[Touched]:
    """One for each value that a newer row says otherwise, in the order of the older rows."""
    source = found.sources[table.table]
    if source.superseded is None:
        return
    pairs = pq.read_table(source.superseded).to_pylist()
    batches = {batch.number: batch for batch in found.batches}
    wanted: dict[int, set[int]] = {}
    for pair in pairs:
        wanted.setdefault(pair["_batch"], set()).add(pair["_row"])
        wanted.setdefault(pair["_by"], set()).add(pair["_by_row"])
    rows = {number: stored_rows(found.record, batches[number], wanted[number]) for number in sorted(wanted)}
    for pair in pairs:
        old, new = rows[pair["_batch"]][pair["_row"]], rows[pair["_by"]][pair["_by_row"]]
        at = spot(table, batches[pair["_batch"]].file, pair["_row"])
        by = spot(table, batches[pair["_by"]].file, pair["_by_row"])
        for column in new:
            if column not in RESERVED and old.get(column) != new[column]:
                yield Touched(CORRECT, "corrected", table.table, at, column, old.get(column), new[column], by)
