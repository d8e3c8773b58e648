"""The rows behind a total: which columns of which table over which days, so that anyone can add them up again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from steelyard.engine.expressions.nodes import Aggregate, Name, walk
from steelyard.engine.expressions.schema import Kind, TableSchema
from steelyard.engine.planning.stretches import Stretch

Cell: TypeAlias = Fraction | str | date | bool | None


@dataclass(frozen=True, slots=True)
class Listing:
    """``columns``: names and kinds, the business key first. ``owner`` says whose a row is, ``dated`` when it was."""

    table: str
    owner: str
    dated: str
    key: tuple[str, ...]
    columns: tuple[tuple[str, Kind], ...]
    days: Stretch

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.columns)


def listing(table: TableSchema, aggregates: Iterable[Aggregate], days: Stretch) -> Listing:
    """What these resolved totals over one table need to see of each row of a stretch, and not a column more."""
    assert table.unit is not None  # the plan of the totals has refused tables without
    assert table.date is not None
    needed = {column for aggregate in aggregates for column in columns_of(aggregate)}
    first = dict.fromkeys((*table.key, table.unit, table.date))
    names = (*first, *sorted(needed - set(first)))
    kinds = tuple((name, table.columns[name].kind) for name in names)
    return Listing(table.name, table.unit, table.date, table.key, kinds, days)


def columns_of(aggregate: Aggregate) -> set[str]:
    """The columns that a resolved total speaks of, totals inside its condition included."""
    found = {*aggregate.per, *([aggregate.order] if aggregate.order else [])}
    for part in (aggregate.argument, aggregate.where):
        nodes = [] if part is None else list(walk(part))
        found.update(node.text for node in nodes if isinstance(node, Name))
    return found


def ordered(listing: Listing, rows: Iterable[list[Cell]]) -> list[list[Cell]]:
    """By the business key, then by every column: the same rows always stand in the same order."""
    first = [listing.names.index(name) for name in listing.key]

    def place(row: list[Cell]) -> list[tuple[bool, Cell]]:
        cells = [*(row[index] for index in first), *row]
        return [(cell is not None, 0 if cell is None else cell) for cell in cells]  # type: ignore[misc]

    return sorted(rows, key=place)
