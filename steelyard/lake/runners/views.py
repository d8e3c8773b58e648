"""One view per table: its files put together, its declared types, without the rows that were replaced later."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pyarrow.parquet as pq

from steelyard.lake.record.snapshot import TableSource

_TYPES = {
    "duckdb": {"text": "VARCHAR", "integer": "BIGINT", "date": "DATE", "datetime": "TIMESTAMP", "boolean": "BOOLEAN"},
    "spark": {"text": "STRING", "integer": "BIGINT", "date": "DATE", "datetime": "TIMESTAMP_NTZ", "boolean": "BOOLEAN"},
}
Dialect = Literal["duckdb", "spark"]


def quoted(name: str, dialect: Dialect) -> str:
    mark = '"' if dialect == "duckdb" else "`"
    return mark + name.replace(mark, mark * 2) + mark


def literal(text: str) -> str:
    """For DuckDB only, where a doubled quote is all that a text needs."""
    return "'" + text.replace("'", "''") + "'"


def listed(source: TableSource, dialect: Dialect) -> str:
    """The columns of a view in their declared types; a column that no file has yet is unknown in every row."""
    stored = {name for file in source.files for name in pq.read_schema(file).names}
    columns = []
    for name, declared in source.columns.items():
        kind = _TYPES[dialect].get(declared, declared.upper())
        value = quoted(name, dialect) if name in stored else "NULL"
        columns.append(f"CAST({value} AS {kind}) AS {quoted(name, dialect)}")
    return ", ".join(columns)


def empty(columns: Mapping[str, str], dialect: Dialect) -> str:
    """A table that was declared but never filled."""
    kinds = ", ".join(
        f"CAST(NULL AS {_TYPES[dialect].get(kind, kind.upper())}) AS {quoted(name, dialect)}"
        for name, kind in columns.items()
    )
    return f"SELECT {kinds} WHERE FALSE"


def paths(source: TableSource) -> list[Path]:
    return [*source.files, *([source.superseded] if source.superseded else [])]
