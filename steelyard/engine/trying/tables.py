"""Tables as people write them in a case file: columns between bars, one row a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from steelyard.engine.model.facts import ColumnType
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused

CATALOGUE.add(
    {
        "case-row-length": (
            "这一行有 {found} 格，表头有 {expected} 列：{row}",
            "this row has {found} cells, the header {expected}: {row}",
        ),
        "case-cell": ("“{found}”不是 {type}（列 {column}）", "'{found}' is not {type} (column {column})"),
        "case-column": (
            "没有声明列“{column}”；已声明：{allowed}",
            "column '{column}' is not declared; there are: {allowed}",
        ),
    }
)

Cell = str | Decimal | date | datetime | bool | None


@dataclass(frozen=True, slots=True)
class TextTable:
    """``header`` and rows of the same length; cells are text, None where nothing stands between the bars."""

    header: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]

    def records(self) -> list[dict[str, str | None]]:
        return [dict(zip(self.header, row, strict=True)) for row in self.rows]


def table(text: str, place: Place) -> TextTable:
    """Raises `Refused` with every row that does not fit the header."""
    lines = [line for line in text.splitlines() if line.strip()]
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in lines] or [[]]
    problems = [
        Problem("case-row-length", place, {"found": len(row), "expected": len(header), "row": " | ".join(row)})
        for row in rows
        if len(row) != len(header)
    ]
    if problems:
        raise Refused(problems)
    return TextTable(tuple(header), tuple(tuple(cell or None for cell in row) for row in rows))


def typed(given: TextTable, columns: Mapping[str, ColumnType], place: Place) -> list[dict[str, Cell]]:
    """Rows with typed cells; columns of the declaration that are not written are null."""
    problems = [
        Problem("case-column", place, {"column": name, "allowed": "、".join(columns)})
        for name in given.header
        if name not in columns
    ]
    if problems:
        raise Refused(problems)
    rows: list[dict[str, Cell]] = []
    for record in given.records():
        row: dict[str, Cell] = dict.fromkeys(columns)
        for name, text in record.items():
            try:
                row[name] = None if text is None else cell(text, columns[name])
            except (ValueError, KeyError, InvalidOperation):
                params = {"found": text, "type": columns[name], "column": name}
                problems.append(Problem("case-cell", place, params))
        rows.append(row)
    if problems:
        raise Refused(problems)
    return rows


def cell(text: str, kind: ColumnType) -> Cell:
    """One cell by its declared type; raises ValueError, KeyError or InvalidOperation."""
    match kind.kind:
        case "text":
            return text
        case "integer":
            return Decimal(int(text))
        case "decimal":
            return _fitting(Decimal(text), kind.scale)
        case "date":
            return date.fromisoformat(text)
        case "datetime":
            return datetime.fromisoformat(text)
        case _:
            return {"是": True, "true": True, "1": True, "否": False, "false": False, "0": False}[text]


def _fitting(value: Decimal, scale: int) -> Decimal:
    if value != round(value, scale):
        raise ValueError("more decimals than declared")
    return value
