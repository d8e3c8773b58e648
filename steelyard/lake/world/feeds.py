"""Writing one file as its source system exports it, and planting the bad rows of which the truth file tells."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet
import xlsxwriter

from steelyard.lake.world.table import Feed, Table

STRANGER = "19699999900"  # the code of a unit that is in no register
_STILL = datetime(2026, 12, 31, 18, 0)
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Fault:
    """One planted bad row: which row of the file (from 0), what is wrong and in which column."""

    row: int
    kind: str
    column: str


@dataclass(frozen=True)
class Written:
    """One file as delivered. ``bad`` rows say their line (CSV) or row (XLSX, Parquet: data row from 1).

    Of a doubled key both rows count as rejected: nobody can say which of them is right.
    """

    file: str
    table: str
    kind: str
    arrived_on: str
    rows: int
    size: int
    sha256: str
    refused: bool = False  # its control total is wrong, so that none of it may be loaded
    bad: list[dict[str, Any]] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        doubled = [row for row in self.bad if row["kind"] == "doubled_key"]
        return len(self.bad) + len(doubled)


def write(
    path: Path, table: Table, feed: Feed, headers: Mapping[str, str], content: Any, faults: list[Fault]
) -> list[dict[str, Any]]:
    """Writes ``content`` (a pyarrow table of ``headers`` columns) to ``path``; answers where the bad rows are."""
    content = content.rename_columns([headers[name] for name in content.column_names])
    form: Callable[..., int] = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}[feed.format]
    first_row = form(path, feed, headers, content, faults)
    return [_told(path.name, table.name, headers, content, fault, first_row) for fault in faults]


def digest(path: Path) -> tuple[int, str]:
    data = path.read_bytes()
    return len(data), hashlib.sha256(data).hexdigest()


def _told(
    file: str, table: str, headers: Mapping[str, str], content: Any, fault: Fault, first_row: int
) -> dict[str, Any]:
    row, doubled = first_row + fault.row, fault.kind == "doubled_key"
    key = content.column(0)[fault.row - 1 if doubled else fault.row].as_py()
    told = {"file": file, "table": table, "row": row, "kind": fault.kind, "column": headers[fault.column]}
    return told | ({"first_row": row - 1} if doubled else {}) | {"key": str(key)}


def spoil(cells: list[str | None], before: list[str | None], at: int, kind: str) -> list[str | None]:
    """The cells of a row with one fault in column ``at``; ``before`` is the row above."""
    if kind == "short_row":
        return cells[:-1]
    return [*cells[:at], _spoilt(cells[at] or "", before[at], kind), *cells[at + 1 :]]


def _spoilt(cell: str, above: str | None, kind: str) -> str | None:
    match kind:
        case "wrong_date":
            return _no_such_day(cell or "2026-02-01")
        case "negative_amount":
            return f"-{cell}" if cell.strip("0.,") else "-1.00"
        case "bad_number":
            return f"{cell or '1'}O"
        case "unknown_unit":
            return STRANGER
        case "doubled_key":
            return above
        case "stray_quote":
            return f'"{cell}'
    return None


def _no_such_day(text: str) -> str:
    """30 February, in the way in which the column writes its dates."""
    return f"{text[:4]}0230" if len(text) == 8 else f"{text[:5]}02{text[7]}30{text[10:]}"


# --- CSV


def _csv(path: Path, feed: Feed, headers: Mapping[str, str], content: Any, faults: list[Fault]) -> int:
    """Whole stretches are written by pyarrow; only a bad row is put together by hand."""
    if feed.nulls:
        columns = [
            column.cast(pa.string()).fill_null(feed.nulls) if column.null_count else column
            for column in content.columns
        ]
        content = pa.table(dict(zip(content.column_names, columns, strict=True)))
    parts, at = [], 0
    for fault in sorted(faults, key=lambda fault: fault.row):
        parts += [_body(content.slice(at, fault.row - at), feed), _bad_line(content, feed, headers, fault)]
        at = fault.row + 1
    parts.append(_body(content.slice(at), feed))
    top = [feed.title] * bool(feed.title) + [feed.delimiter.join(content.column_names)]
    head = "".join(line + feed.eol for line in top).encode()
    data = b"".join([head, *parts])
    if feed.encoding == "gb18030":
        data = data.decode().encode("gb18030")
    path.write_bytes((b"\xef\xbb\xbf" if feed.encoding == "utf-8-sig" else b"") + data)
    return len(top) + 1


def _body(content: Any, feed: Feed) -> bytes:
    if not content.num_rows:
        return b""
    buffer = pa.BufferOutputStream()
    options = pa_csv.WriteOptions(
        include_header=False, delimiter=feed.delimiter, quoting_style="needed" if feed.quoted else "none", eol=feed.eol
    )
    pa_csv.write_csv(content, buffer, options)
    return bytes(buffer.getvalue())


def _bad_line(content: Any, feed: Feed, headers: Mapping[str, str], fault: Fault) -> bytes:
    above, row = (_cells(content, at) for at in (max(0, fault.row - 1), fault.row))
    cells = spoil(row, above, list(headers).index(fault.column), fault.kind)
    line = feed.delimiter.join(f'"{cell}"' if cell and feed.delimiter in cell else cell or "" for cell in cells)
    return (line + feed.eol).encode()


def _cells(content: Any, row: int) -> list[str | None]:
    return [content.column(at).slice(row, 1).cast(pa.string())[0].as_py() for at in range(content.num_columns)]


# --- XLSX


def _xlsx(path: Path, feed: Feed, headers: Mapping[str, str], content: Any, faults: list[Fault]) -> int:
    """A merged title row, a line of remarks, the names in row 3, and a last row of totals where the feed has them."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": _STILL, "author": "衡川省税务局"})
    sheet = book.add_worksheet("明细")
    bold, number, day = (
        book.add_format(look) for look in ({"bold": True}, {"num_format": "#,##0.00"}, {"num_format": "yyyy-mm-dd"})
    )
    sheet.merge_range(0, 0, 0, content.num_columns - 1, feed.title, bold)
    sheet.write_string(1, 0, "金额单位：元" if feed.totals else "填报口径：按交办日期统计")
    sheet.write_row(2, 0, content.column_names, bold)
    for at, column in enumerate(content.columns):
        _xlsx_column(sheet, at, column, number, day if feed.totals else None)
    _xlsx_bad(sheet, headers, content, faults, day)
    _xlsx_totals(sheet, feed, headers, content, number)
    book.close()
    path.write_bytes(_stored(buffer.getvalue()))
    return 4


def _xlsx_column(sheet: Any, at: int, column: Any, number: Any, day: Any) -> None:
    """Amounts are numbers, codes are text; dates are real dates where ``day`` gives their look, else text as typed."""
    for row, value in enumerate(column.to_pylist(), 3):
        if isinstance(value, Decimal):
            sheet.write_number(row, at, float(value), number)
        elif isinstance(value, int) and value < 10**9:
            sheet.write_number(row, at, value)
        elif day is not None and _is_day(value):
            sheet.write_datetime(row, at, datetime.fromisoformat(value), day)
        elif value is not None:
            sheet.write_string(row, at, str(value))


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-"


def _xlsx_bad(sheet: Any, headers: Mapping[str, str], content: Any, faults: list[Fault], look: Any) -> None:
    """Writes over good cells. A blank without a look would be dropped and leave the good cell there."""
    for fault in faults:
        at = list(headers).index(fault.column)
        row, above = _cells(content, fault.row), _cells(content, max(0, fault.row - 1))
        cell = spoil(row, above, at, fault.kind)[at]
        if cell is None:
            sheet.write_blank(fault.row + 3, at, None, look)
        else:
            sheet.write_string(fault.row + 3, at, cell)


def _xlsx_totals(sheet: Any, feed: Feed, headers: Mapping[str, str], content: Any, number: Any) -> None:
    if not feed.totals:
        return
    row = content.num_rows + 3
    sheet.write_string(row, 0, "合计")
    for name in feed.totals:
        total = sum(content.column(headers[name]).to_pylist(), Decimal(0)) + feed.wrong_by.get(name, 0)
        sheet.write_number(row, list(headers).index(name), float(total), number)


def _stored(book: bytes) -> bytes:
    """The same workbook without compression and without the hour: deflate differs between zlib versions."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _ZIP_EPOCH), old.read(name))
    return buffer.getvalue()


# --- Parquet


def _parquet(path: Path, feed: Feed, headers: Mapping[str, str], content: Any, faults: list[Fault]) -> int:  # noqa: ARG001
    for fault in faults:
        at = list(headers).index(fault.column)
        cell = spoil(_cells(content, fault.row), _cells(content, max(0, fault.row - 1)), at, fault.kind)[at]
        column = content.column(at).combine_chunks()
        pieces = [column.slice(0, fault.row), pa.array([cell], column.type), column.slice(fault.row + 1)]
        content = content.set_column(at, content.column_names[at], pa.chunked_array(pieces))
    pa_parquet.write_table(content, path, compression="snappy")
    return 1
