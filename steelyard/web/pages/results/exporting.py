"""Any table of these pages as a workbook: numbers as numbers, text never a formula, and where the data stand on top."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from urllib.parse import quote

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from steelyard.reports import formats
from steelyard.reports.sheet import Measure, Words
from steelyard.reports.tables import guarded
from steelyard.web.cycles.results import Reading
from steelyard.web.look.choosing import chosen
from steelyard.web.look.reading import language
from steelyard.web.trail.recording import seen as read

Cell = str | int | Decimal | Measure | Words | None
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 60


@dataclass(frozen=True)
class Table:
    """``name`` is that of the file and the sheet; rows have a cell for each word of the head."""

    name: Words
    head: Sequence[Words]
    rows: Iterable[Sequence[Cell]]


def workbook(request: HttpRequest, seen: Reading, table: Table) -> HttpResponse:
    """The answer that a browser saves. Taking results away is on record."""
    title = table.name.of(language())
    answer = HttpResponse(_written(seen, table, title), content_type=KIND)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}-{seen.version.period}.xlsx"
    read(
        "export", at=timezone.now(), by=seen.asker.by("results", seen.target("")), target=f"version:{seen.version.pk}",
        address=request.META.get("REMOTE_ADDR", ""), table=request.path,
    )  # fmt: skip
    return answer


def _written(seen: Reading, table: Table, title: str) -> bytes:
    out, run = BytesIO(), seen.views.overview.run
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as file:
        sheet = file.add_worksheet()
        head = file.add_format({"bold": True, "bg_color": "#1454B8", "font_color": "#FFFFFF", "text_wrap": True})
        looks = {"ratio": file.add_format({"num_format": "0.0%"}), "points": file.add_format({"num_format": "0.00"})}
        sheet.write_string(0, 0, guarded(title), file.add_format({"bold": True, "font_size": 14}))
        stand = (run.plan.of(language()), formats.period(run.period, language()), formats.day(run.as_of, language()))
        state = chosen(seen.version, "stage").of(language())
        sheet.write_string(1, 0, guarded(" · ".join((*stand, state, run.digest[:12]))))
        for column, words in enumerate(table.head):
            sheet.write_string(2, column, guarded(words.of(language())), head)
        widths = [len(words.of(language())) * 2 for words in table.head]
        for number, row in enumerate(table.rows, start=3):
            for column, cell in enumerate(row):
                widths[column] = max(widths[column], _write(sheet, number, column, cell, looks))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(width + 2, WIDEST))
        sheet.freeze_panes(3, 1)
    return out.getvalue()


def share(part: float) -> Measure:
    """A part of one, from statistics, as a cell."""
    return Measure(Decimal(f"{part:.4f}"), "ratio")


def _write(sheet: object, row: int, column: int, cell: Cell, looks: dict[str, object]) -> int:
    """Writes one cell; gives its width."""
    if isinstance(cell, Measure):
        sheet.write_number(row, column, cell.number, looks["ratio"] if cell.kind == "ratio" else None)  # type: ignore[attr-defined]
        return 12
    if isinstance(cell, Decimal | int):
        sheet.write_number(row, column, cell, looks["points"] if isinstance(cell, Decimal) else None)  # type: ignore[attr-defined]
        return 10
    text = cell.of(language()) if isinstance(cell, Words) else cell or ""
    sheet.write_string(row, column, guarded(text))  # type: ignore[attr-defined]
    return len(text.encode("gb18030", "replace"))
