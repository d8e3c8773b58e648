"""The rows behind a total, as the engine that added them up sees them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from steelyard.engine.expressions import rows as steps
from steelyard.engine.expressions.measures import condition
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.expressions.schema import TableSchema
from steelyard.engine.model.facts import FactTable
from steelyard.engine.planning.scans import By
from steelyard.engine.planning.stretches import Stretch
from steelyard.engine.reference.rows import value
from steelyard.engine.totalling.column import Days
from steelyard.engine.totalling.steps import Steps
from steelyard.lake.record.behind import placed
from steelyard.lake.record.replaced import WHICH
from steelyard.lake.record.snapshot import PREPARED, Snapshot
from steelyard.lake.runners.blocks import StoredBlocks, around


def rows_around(
    facts: Snapshot,
    table: FactTable,
    codes: Collection[str],
    stretch: Stretch,
    names: Sequence[str],
    by: By = "unit",
    prepared: Path | None = None,
) -> pa.Table:
    """The live rows that units, or officers, with these codes have on these days, by file and line: the named columns,
    ``_batch`` and ``_row``. For a table whose rows have a date and whom they are counted for. ``prepared``: where
    columns are kept ready for reading; by default in the record."""
    source = facts.sources.get(table.table)
    if source is None:  # nothing has arrived
        return pa.table({name: pa.nulls(0) for name in (*names, *WHICH)})
    days, owner = Days(str(table.date), (stretch,)), str(getattr(table, by))
    return placed(facts, around(source, prepared or facts.record / PREPARED, owner, codes, days, names))


def counted(total: Aggregate, schema: TableSchema, rows: pa.Table) -> pa.Table:
    """Those of the rows of a unit's stretch that meet the condition of a resolved total.

    Where the condition speaks of a total itself, each row is asked on its own.
    """
    met = condition(total, schema)
    if met is None or not rows.num_rows:
        return rows
    if steps.totals(met):
        plain: list[dict[str, Any]] = rows.to_pylist()
        return rows.filter(pa.array([value(total.where, row, plain, schema) is True for row in plain]))
    (block,) = StoredBlocks({schema.name: rows}).blocks(schema.name, rows.column_names, (), Days("", ()))
    return rows.take(np.flatnonzero(np.broadcast_to(Steps(block).true(met), rows.num_rows)))
