"""Typed rows in memory as the tables that runners read."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa

from steelyard.engine.model.facts import FactTable
from steelyard.lake.record.types import arrow_type

if TYPE_CHECKING:
    from steelyard.engine.trying.outcomes import Rows


def arrow(table: FactTable, rows: Rows) -> pa.Table:
    """Typed rows as the table that a runner reads."""
    types = {name: arrow_type(column.type) for name, column in table.columns.items()}
    columns = {name: pa.array([_plain(row.get(name), kind) for row in rows], kind) for name, kind in types.items()}
    return pa.table(columns)


def _plain(value: object, kind: pa.DataType) -> object:
    return int(value) if isinstance(value, Decimal) and pa.types.is_integer(kind) else value
