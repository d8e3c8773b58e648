"""The rows behind a total of one subject, straight from the record of facts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from steelyard.bureau.runs.behind import rows_around
from steelyard.bureau.runs.running import Ran
from steelyard.engine.expressions.schema import TableSchema, schema_of
from steelyard.engine.planning.listing import Cell, Listing, ordered
from steelyard.engine.planning.subjects import Subjects


def rows_of(ran: Ran, asked: Listing, codes: Collection[str]) -> list[list[Cell]]:
    """Every row that units with these codes have in a listing's days, in the one order of `ordered`."""
    found = rows_around(ran.snapshot, ran.tables[asked.table], codes, asked.days, asked.names)
    columns = [map(_exact, found.column(name).to_pylist()) for name in asked.names]
    return ordered(asked, map(list, zip(*columns, strict=True)))


def _exact(cell: Any) -> Cell:
    number = isinstance(cell, int | Decimal) and not isinstance(cell, bool)
    return Fraction(cell) if number else cell


def members(ran: Ran) -> Mapping[str, Sequence[str]]:
    """For each subject the codes whose rows count for it: its own and those of the units below it."""
    found: dict[str, list[str]] = {code: [] for code in ran.result.panel.subjects}
    for code, subject in Subjects.rolled(ran.result.panel.subjects, ran.parents).members:
        found[str(subject)].append(str(code))
    return found


def schemas(ran: Ran) -> dict[str, TableSchema]:
    return {name: schema_of(table) for name, table in ran.tables.items()}
