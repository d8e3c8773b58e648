"""The rows behind a total as a database finds them and the plain twin judges them, beside those that are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from steelyard.bureau.asking.listing import schemas
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.totals import source_of
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.expressions.schema import TableSchema
from steelyard.engine.planning.listing import Cell, Listing, listing
from steelyard.engine.planning.totals import window_days
from steelyard.engine.proof.canonical import Plain, plain
from steelyard.engine.reference.rows import value
from steelyard.lake.runners.duckdb_runner import connect
from tests.listing_by_sql import listed

COUNTS = "counts"


def rows_behind(ran: Ran, aggregate: Aggregate, subject: str, period: str) -> tuple[tuple[str, ...], list[list[Plain]]]:
    """All rows of the subject in the stretch of days that the total reads, in the order of their business keys.

    The first column, ``counts``, says whether the row meets the total's condition; the others are key, unit, date
    and what the total speaks of. Numbers come as exact text, days in ISO form.
    """
    schema = schemas(ran)[resolve(aggregate, schemas(ran)).table]
    total = resolve(aggregate, schemas(ran))
    at = next(one for one in ran.periods if str(one) == period)
    asked = listing(schema, [total], window_days(total.window, at))
    with connect({schema.name: source_of(ran.snapshot, ran.tables[schema.name])}) as database:
        found = listed(asked, database, ran.members[subject])
    met = _counted(total, schema, asked, found)
    return (COUNTS, *asked.names), [[yes, *map(plain, row)] for yes, row in zip(met, found, strict=True)]


def _counted(total: Aggregate, schema: TableSchema, asked: Listing, rows: Iterable[Sequence[Cell]]) -> list[bool]:
    typed = [dict(zip(asked.names, map(_typed, row), strict=True)) for row in rows]
    return [total.where is None or value(total.where, row, typed, schema) is True for row in typed]


def _typed(cell: Cell) -> object:
    """As the plain twin reads rows; every number of the record has finitely many decimals."""
    return Decimal(cell.numerator) / Decimal(cell.denominator) if isinstance(cell, Fraction) else cell
