"""The rows behind a total of one subject, straight from the record of facts."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from steelyard.bureau.runs.behind import rows_around
from steelyard.bureau.runs.running import Ran
from steelyard.engine.expressions.schema import TableSchema, schema_of
from steelyard.engine.planning.listing import Cell, Listing, ordered


def rows_of(ran: Ran, asked: Listing, codes: Collection[str], prepared: Path | None = None) -> list[list[Cell]]:
    """Every row that units with these codes have in a listing's days, in the one order of `ordered`. ``prepared``: see
    `rows_around`."""
    found = rows_around(ran.snapshot, ran.tables[asked.table], codes, asked.days, asked.names, prepared)
    columns = [map(_exact, found.column(name).to_pylist()) for name in asked.names]
    return ordered(asked, map(list, zip(*columns, strict=True)))


def _exact(cell: Any) -> Cell:
    number = isinstance(cell, int | Decimal) and not isinstance(cell, bool)
    return Fraction(cell) if number else cell


def schemas(ran: Ran) -> dict[str, TableSchema]:
    return {name: schema_of(table) for name, table in ran.tables.items()}
