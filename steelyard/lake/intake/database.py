"""A table of a PostgreSQL database as a source: copied out once as CSV, then read like any other file.

The copy is the raw file of the batch, so that what was read can be looked at for ever. The connection is made outside
the cage, by the process that holds the password; rows are parsed inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import CATALOGUE, Place, refuse

CATALOGUE.add(
    {
        "database-package": (
            "读取 PostgreSQL 需要 psycopg；请在本目录运行 .venv/bin/uv pip install '.[postgres]'",
            "reading PostgreSQL needs psycopg; in the checkout, run .venv/bin/uv pip install '.[postgres]'",
        ),
        "database-failed": (
            "从数据库读取“{table}”失败：{reason}",
            "reading '{table}' from the database failed: {reason}",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class DatabaseTable:
    """``url``: postgresql://… (never written anywhere, it may hold a password). ``table``: ``schema.name``.

    A feed takes it by ``match: schema.name``, ``format: csv``, ``lines: many``.
    """

    url: str = field(repr=False)
    table: str

    @property
    def name(self) -> str:
        return self.table


def copy_out(source: DatabaseTable, declared: FactTable, target: Path) -> None:
    """Writes the table as UTF-8 CSV with a header, in the order of its key: same rows, same bytes."""
    try:
        import psycopg
    except ImportError as error:
        raise refuse("database-package", Place(source.name)) from error
    try:
        with psycopg.connect(source.url, connect_timeout=10) as connection, target.open("wb") as out:
            connection.execute("set transaction isolation level repeatable read read only")
            connection.execute("set local datestyle to 'ISO, YMD'")
            connection.execute("set local timezone to 'UTC'")
            with connection.cursor() as cursor, cursor.copy(_query(cursor, source, declared)) as copy:
                for block in copy:
                    out.write(block)
    except psycopg.Error as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise refuse("database-failed", Place(source.name), table=source.table, reason=reason) from error


def _query(cursor: Any, source: DatabaseTable, declared: FactTable) -> Any:
    """Quoted names only; every value as the database writes it as text."""
    from psycopg import sql

    table = sql.Identifier(*source.table.split("."))
    cursor.execute(sql.SQL("select * from {} limit 0").format(table))
    columns = [column.name for column in cursor.description]
    texts = sql.SQL(", ").join(sql.SQL("{0}::text as {0}").format(sql.Identifier(name)) for name in columns)
    order = sql.SQL(", ").join(
        sql.SQL('{}::text collate "C"').format(sql.Identifier(name)) for name in _ordering(declared, columns)
    )
    return sql.SQL("copy (select {} from {} order by {}) to stdout (format csv, header true)").format(
        texts, table, order
    )


def _ordering(declared: FactTable, columns: Sequence[str]) -> list[str]:
    """The key's columns as the database calls them, or all columns where there is no key."""
    found = []
    for key in declared.key:
        column = declared.columns[key]
        found += [name for name in (column.name, *column.aliases, key) if name in columns][:1]
    return found or list(columns)
