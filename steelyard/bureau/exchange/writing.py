"""Files of the contract, written from a record and a run: the same cells whether as CSV or as a workbook."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pyarrow.parquet as pq
import xlsxwriter

from steelyard.bureau.exchange.contract import ACCOUNTS, FILES, REGISTERS, RESULTS, registers
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.replaying import manifest_in
from steelyard.bureau.runs.saving import whole
from steelyard.engine.model.facts import FactTable
from steelyard.lake.record.replaced import standing_rows
from steelyard.lake.record.snapshot import Snapshot, snapshot
from steelyard.reports.tables import guarded

Kind = Literal["csv", "xlsx"]
KINDS: tuple[Kind, ...] = ("csv", "xlsx")
Row = Mapping[str, Any]
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""The same rows make the same bytes."""


def export(
    bureau: Bureau, out: Path, kind: Kind, known_at: datetime | None = None, run: Path | None = None
) -> list[Path]:
    """Registers as they are known, and the results and accounts of a run where one is named.

    Raises `Refused`: ``exchange-declaration``, ``run-missing``.
    """
    found = snapshot(bureau.record, known_at=known_at)
    tables = registers(bureau.tables(), [name for name in REGISTERS if name in found.sources])
    if run is not None:
        manifest_in(run)
    out.mkdir(parents=True, exist_ok=True)
    paths = [write(table, rows_of(found, table), out, kind) for table in tables]
    if run is not None:
        paths += [
            write(RESULTS, rows_in(run / "persons.parquet", RESULTS), out, kind),
            write(ACCOUNTS, rows_in(run / "accounts.parquet", ACCOUNTS), out, kind),
        ]
    return paths


def rows_of(found: Snapshot, table: FactTable) -> list[Row]:
    """What stands in a register, by its key; rows that were taken back are gone."""
    source = found.sources.get(table.table)
    rows = [] if source is None else list(standing_rows(source.files, source.superseded))
    kept = ({id: row.get(id) for id in table.columns} for row in rows if not row.get("withdrawn"))
    return sorted(kept, key=lambda row: tuple(str(row[id]) for id in table.key or table.columns))


def rows_in(path: Path, table: FactTable) -> list[Row]:
    """Of a file of a run; one that weighed nobody has none. An empty text is nothing, as in any file."""
    if not path.is_file():
        return []
    rows = pq.read_table(path).to_pylist()
    return [{id: None if row.get(id) == "" else row.get(id) for id in table.columns} for row in rows]


def write(table: FactTable, rows: Iterable[Row], out: Path, kind: Kind) -> Path:
    """Raises `OSError` when the file cannot be written."""
    path = out / f"{FILES[table.table]}.{kind}"
    lines = [[column.name for column in table.columns.values()], *_lines(table, rows)]
    with whole(path) as temporary:
        (_csv if kind == "csv" else _workbook)(temporary, lines)
    return path


def _lines(table: FactTable, rows: Iterable[Row]) -> Iterator[list[str]]:
    for row in rows:
        yield [text(table, id, row[id]) for id in table.columns]


def text(table: FactTable, id: str, value: object) -> str:
    """A cell as intake reads it back."""
    match value:
        case None:
            return ""
        case bool():
            column = table.columns[id]
            return (column.true if value else column.false)[0]
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
        case str():
            return guarded(value)
        case _:
            return str(value)


def _csv(path: Path, lines: Sequence[Sequence[str]]) -> None:
    """UTF-8 with a mark, so that office programs read the Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out, lineterminator="\r\n").writerows(lines)


def _workbook(path: Path, lines: Sequence[Sequence[str]]) -> None:
    """Every cell is text: a code keeps its zeros, a decimal its digits."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _CREATED})
        sheet = book.add_worksheet("数据")
        for number, line in enumerate(lines):
            for at, cell in enumerate(line):
                if cell:
                    sheet.write_string(number, at, cell)
