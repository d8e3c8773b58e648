"""The result workbook: six sheets, numbers as numbers, text never a formula, the same bytes every time.

Written row by row in constant memory. ``write_string`` is used for every text, so a spreadsheet shows ``=1+1`` and
does not run it; the guard of `tables` is added on top for those who save the sheet as CSV.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from steelyard.engine.problems import Language
from steelyard.reports import formats
from steelyard.reports.book import ResultBook
from steelyard.reports.columns import PAGES, Column, Page
from steelyard.reports.tables import guarded

_FACE = "微软雅黑"
_LINE = 15  # points that one line of text takes
_STYLES: dict[str, dict[str, object]] = {
    "text": {"valign": "vcenter"},
    "wrap": {"valign": "vcenter", "text_wrap": True},
    "points": {"num_format": "0.00", "valign": "vcenter"},
    "marks": {"num_format": "0.00", "valign": "vcenter", "text_wrap": True},
    "signed": {"num_format": "+0.00;-0.00;0.00", "valign": "vcenter"},
    "percent": {"num_format": "0.0%", "valign": "vcenter"},
    "chance": {"num_format": '[>0.99]">99%";[<0.01]"<1%";0%', "valign": "vcenter"},
    "count": {"num_format": "0", "valign": "vcenter"},
    "head": {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": "#1454B8",
        "text_wrap": True,
        "align": "center",
        "valign": "vcenter",
    },
    "title": {"bold": True, "font_size": 16, "font_color": "#0B3A86"},
    "quiet": {"font_color": "#5A6478"},
}
# A fixed moment: the file says when the data stood, the file system when it was written.
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def write_workbook(book: ResultBook, path: Path, language: Language = "zh") -> None:
    """总览, 指标得分, 失分清单, 名单, 指标说明, 说明. Raises `OSError` when the file cannot be written."""
    try:
        _save(book, path, language)
    except FileCreateError as error:  # wraps what the disk said
        raise OSError(f"{path}: {error}") from error


def _save(book: ResultBook, path: Path, language: Language) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as file:
        file.set_properties({"title": guarded(book.run.title.of(language)), "created": _CREATED})
        face = {"font_name": _FACE, "font_size": 10}
        styles = {name: file.add_format({**face, **look}) for name, look in _STYLES.items()}
        for page in (make(book, language) for make in PAGES):
            _write(file.add_worksheet(page.name), page, book, styles, language)


def _write(sheet: Any, page: Page, book: ResultBook, styles: dict[str, Any], language: Language) -> None:
    _set_up(sheet, page, styles)
    run = book.run
    sheet.write_string(0, 0, guarded(f"{run.title.of(language)} · {page.name}"), styles["title"])
    sheet.set_row(0, 26)
    stand = f"{formats.period(run.period, language)} · {formats.day(run.as_of, language)} · {run.rule_version}"
    sheet.write_string(1, 0, guarded(" · ".join(filter(None, (stand, page.note)))), styles["quiet"])
    for index, column in enumerate(page.columns):
        sheet.write_string(2, index, guarded(column.name), styles["head"])
    for number, line in enumerate(page.lines, 3):
        _line(sheet, number, page.columns, line, styles)


def _line(sheet: Any, number: int, columns: Sequence[Column], line: Sequence[object], styles: dict[str, Any]) -> None:
    wrapped = (_lines(value, column.width) for column, value in zip(columns, line, strict=True) if column.wraps)
    tall = max(wrapped, default=1)
    if tall > 1:
        sheet.set_row(number, tall * _LINE)
    for index, (column, value) in enumerate(zip(columns, line, strict=True)):
        style = styles[column.style]
        if isinstance(value, str):
            sheet.write_string(number, index, guarded(value), style)
        elif isinstance(value, Decimal | int):
            sheet.write_number(number, index, value, style)


def _lines(value: object, width: int) -> int:
    """Lines that a wrapped text needs; a Chinese character is as wide as two digits."""
    wide = len(str(value or "").encode("gb18030", "replace"))  # two bytes where a character is twice as wide
    return -(-wide // max(width - 2, 1))


def _set_up(sheet: Any, page: Page, styles: dict[str, Any]) -> None:
    """Widths, frozen panes, filter, print titles, bars."""
    last, count = len(page.columns) - 1, len(page.lines)
    sheet.hide_gridlines(2)
    for index, column in enumerate(page.columns):
        sheet.set_column(index, index, column.width, styles[column.style])
    sheet.freeze_panes(3, page.frozen)
    sheet.repeat_rows(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    if page.wide:
        sheet.repeat_columns(0, page.frozen - 1)
    else:
        sheet.fit_to_pages(1, 0)
    sheet.set_row(2, 48 if page.wide else 20)
    sheet.set_footer("&C&P / &N")
    if page.filtered and count:
        sheet.autofilter(2, 0, 2 + count, last)
    for index, column in enumerate(page.columns):
        if count and column.look:
            sheet.conditional_format(3, index, 2 + count, index, dict(column.look))
