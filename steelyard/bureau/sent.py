"""Rows that another system sends, written as the file that a declaration wants; from there on like any other."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from steelyard.engine.model.facts import FactTable, Feed
from steelyard.engine.problems import CATALOGUE, Place, Problem
from steelyard.lake.intake import Limits
from steelyard.lake.intake.columns.column import read_column

CATALOGUE.add(
    {
        "push-column-unknown": (
            "数据表 {table} 没有列“{column}”；现有：{allowed}",
            "table {table} has no column '{column}'; there are: {allowed}",
        ),
        "push-column-twice": (
            "同一列写了两次：标识“{column}”与中文名“{name}”；请只写一个",
            "one column was sent twice, as '{column}' and as '{name}'; send one of them",
        ),
        "push-empty": ("没有一行数据", "there is not a single row"),
        "push-many": (
            "一次最多 {most} 行，现有 {found} 行；请分几次",
            "at most {most} rows at once, there are {found}",
        ),
    }
)

Row = Mapping[str, str]
MOST = 10_000


def file_of(table: FactTable) -> str:
    return f"api_{table.table}.csv"


def readable(table: FactTable) -> FactTable:
    """The table as it also reads what `text` wrote."""
    return table.model_copy(update={"files": (Feed(match=file_of(table), format="csv", lines="many"), *table.files)})


def unfit(table: FactTable, rows: Sequence[Row], where: str = "rows", most: int = MOST) -> Iterator[Problem]:
    """Everything that speaks against the rows before a cell of them is read. ``where``: how the sender calls them."""
    if not rows:
        yield Problem("push-empty", Place(where))
    if len(rows) > most:
        yield Problem("push-many", Place(where), {"most": most, "found": len(rows)})
    known = {*table.columns, *(column.name for column in table.columns.values())}
    first: dict[str, int] = {}
    for number, row in enumerate(rows):
        for name in row:
            first.setdefault(name, number)
        yield from _twice(table, row, f"{where}[{number}]")
    said = {"table": table.table, "allowed": "、".join(table.columns)}
    for name, number in first.items():
        if name not in known:
            yield Problem("push-column-unknown", Place(f"{where}[{number}].{name}"), {**said, "column": name})


def _twice(table: FactTable, row: Row, where: str) -> Iterator[Problem]:
    for id, column in table.columns.items():
        if id != column.name and id in row and column.name in row:
            yield Problem("push-column-twice", Place(f"{where}.{id}"), {"column": id, "name": column.name})


def cell(table: FactTable, row: Row, column: str) -> str:
    """By identifier or Chinese name; empty where nobody said anything."""
    return row.get(column, row.get(table.columns[column].name, ""))


def values(table: FactTable, rows: Sequence[Row], column: str) -> list[Any]:
    """The cells of a column as intake will read them, None where it will not: many ways of writing are one value."""
    cells, limit = pa.array([cell(table, row, column) for row in rows], pa.string()), Limits().cell_characters
    read = read_column(cells, table.columns[column], encoding="utf-8", nulls=(), typed_cells=False, limit=limit)
    found: list[Any] = read.values.to_pylist()
    return found


def text(table: FactTable, rows: Sequence[Row]) -> str:
    """A file as the declaration wants it: every declared column, empty where nobody said anything."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.name for column in table.columns.values()])
    for row in rows:
        writer.writerow([cell(table, row, id) for id in table.columns])
    return out.getvalue()
