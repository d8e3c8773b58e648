"""What an expression may know of a table: its columns, their types, and the names that people use for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

Kind = Literal["number", "text", "date", "datetime", "boolean"]

INTEGER_BOUND = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ColumnType:
    """``number``: an integer count of 10**-scale, at most ``bound`` in absolute value."""

    kind: Kind
    scale: int = 0
    bound: int = INTEGER_BOUND


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One table. ``titles``: Chinese names and aliases -> column; ``key``: the columns that name one row.

    ``unit``, ``officer``: columns with the codes of whom a row belongs to; ``date``: the one that decides the period.
    ``by_hand``: people fill its rows in.
    """

    name: str
    columns: Mapping[str, ColumnType]
    title: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    unit: str | None = None
    officer: str | None = None
    date: str | None = None
    key: tuple[str, ...] = ()
    by_hand: bool = False

    def column(self, written: str) -> str | None:
        """The column that somebody means by an identifier, a Chinese name or an alias."""
        return written if written in self.columns else self.titles.get(written)


class DeclaredType(Protocol):
    @property
    def kind(self) -> Literal["text", "integer", "decimal", "date", "datetime", "boolean"]: ...
    @property
    def precision(self) -> int: ...
    @property
    def scale(self) -> int: ...


class DeclaredColumn(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def type(self) -> DeclaredType: ...


class DeclaredTable(Protocol):
    """What a declaration must tell; `engine.model.facts.FactTable` does."""

    @property
    def table(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def columns(self) -> Mapping[str, DeclaredColumn]: ...
    @property
    def derive(self) -> Mapping[str, str]: ...
    @property
    def names(self) -> Mapping[str, str]: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def officer(self) -> str | None: ...
    @property
    def date(self) -> str | None: ...
    @property
    def key(self) -> tuple[str, ...]: ...
    @property
    def filled_by_hand(self) -> bool: ...


def schema_of(table: DeclaredTable) -> TableSchema:
    """The schema of a declared table; derived columns are integers."""
    columns = {name: _type(column.type) for name, column in table.columns.items()}
    derived = dict.fromkeys(table.derive, ColumnType("number"))
    return TableSchema(
        table.table, columns | derived, table.name, _titles(table),
        table.unit, table.officer, table.date, table.key, table.filled_by_hand,
    )  # fmt: skip


def _type(declared: DeclaredType) -> ColumnType:
    match declared.kind:
        case "integer":
            return ColumnType("number")
        case "decimal":
            return ColumnType("number", declared.scale, 10**declared.precision - 1)
        case kind:
            return ColumnType(kind)


def _titles(table: DeclaredTable) -> dict[str, str]:
    """Names before aliases; an alias of two columns names neither, so that nobody gets the wrong one."""
    titles = {column.name: name for name, column in table.columns.items()}
    titles |= {title: name for name, title in table.names.items()}
    claims: dict[str, set[str]] = {}
    for name, column in table.columns.items():
        for alias in column.aliases:
            claims.setdefault(alias, set()).add(name)
    return {alias: min(names) for alias, names in claims.items() if len(names) == 1} | titles
