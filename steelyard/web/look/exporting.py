"""Any table of a page as a workbook: numbers stay numbers, text is never a formula, same table, same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone

from steelyard.reports.sheet import Words
from steelyard.reports.tables import guarded
from steelyard.web.look.reading import language

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CREATED = datetime(2000, 1, 1)  # a workbook carries a date; ours says nothing about when it was asked for
Kind = Literal["text", "points", "number", "percent", "day"]
Cell = str | int | Decimal | date | None
FORMATS = {"points": "#,##0.00", "number": "#,##0.######", "percent": "0.00%", "day": "yyyy-mm-dd", "text": "@"}


@dataclass(frozen=True)
class Column:
    words: Words
    kind: Kind = "text"
    width: int = 16


def workbook(name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], below: Words | None = None) -> bytes:
    """One sheet with a fixed head, filters, and ``below`` a line that says where the data stand.

    ``percent`` cells are ratios. Text that a spreadsheet could take for a formula is guarded.
    """
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"created": CREATED})
    sheet = book.add_worksheet(_title(name))
    head = book.add_format({"bold": True, "bg_color": "#E8F0FC", "bottom": 1, "text_wrap": True, "valign": "vcenter"})
    styles = {kind: book.add_format({"num_format": shape}) for kind, shape in FORMATS.items()}
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width, styles[column.kind])
        sheet.write_string(0, at, column.words.of(language()), head)
    last = 0
    for last, row in enumerate(rows, 1):
        for at, (column, value) in enumerate(zip(columns, row, strict=True)):
            _write(sheet, last, at, value, styles[column.kind])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
    if below is not None:
        sheet.write_string(last + 2, 0, below.of(language()))
    book.close()
    return file.getvalue()


def exported(
    name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], below: Words | None = None
) -> HttpResponse:
    """The answer of a view that was asked for its table as a file: ``?as=xlsx``."""
    answer = HttpResponse(workbook(name, columns, rows, below), content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename=\"table.xlsx\"; filename*=UTF-8''{quote(name)}.xlsx"
    return answer


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, at: int, value: Cell, style: object) -> None:
    match value:
        case None:
            sheet.write_blank(row, at, None, style)
        case str():
            sheet.write_string(row, at, guarded(value), style)
        case datetime():
            sheet.write_datetime(row, at, timezone.localtime(value).replace(tzinfo=None), style)
        case date():
            sheet.write_datetime(row, at, value, style)
        case _:
            sheet.write_number(row, at, value, style)


def _title(name: str) -> str:
    """What Excel allows as the name of a sheet."""
    return "".join(" " if sign in r"[]:*?/\'" else sign for sign in name)[:31].strip() or "1"
