"""Tables as workbooks, read by somebody else's reader."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils import translation
from openpyxl import load_workbook

from steelyard.reports.sheet import Words
from steelyard.web.look.exporting import XLSX, Column, exported, workbook

COLUMNS = (
    Column(Words("单位", "Unit")),
    Column(Words("得分", "Total"), "points"),
    Column(Words("完成率", "Rate"), "percent"),
    Column(Words("日期", "Day"), "day"),
)
ROWS: list[tuple[Any, ...]] = [
    ("甲局", Decimal("91.54"), Decimal("0.987"), date(2026, 9, 30)),
    ("=1+1", None, Decimal(1), datetime(2026, 9, 30, 16, 5, tzinfo=UTC)),
    ("http://a/", 3, None, None),
]


def cells(content: bytes) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).active.iter_rows()]


def test_numbers_and_dates_stay_what_they_are_and_text_is_never_a_formula() -> None:
    read = cells(workbook("a", COLUMNS, ROWS, Words("数据截至 9 月", "as of September")))
    assert read[0] == ["单位", "得分", "完成率", "日期"]
    assert read[1] == ["甲局", 91.54, 0.987, datetime(2026, 9, 30)]
    assert read[2] == ["'=1+1", None, 1, datetime(2026, 10, 1, 0, 5)]
    assert read[3] == ["http://a/", 3, None, None]
    assert read[5][0] == "数据截至 9 月"


def test_heads_are_in_the_language_of_the_reader() -> None:
    with translation.override("en"):
        assert cells(workbook("a", COLUMNS, ROWS))[0] == ["Unit", "Total", "Rate", "Day"]


def test_the_same_table_gives_the_same_bytes() -> None:
    assert workbook("a", COLUMNS, ROWS) == workbook("a", COLUMNS, ROWS)


def test_a_table_of_nothing_and_a_name_that_excel_forbids() -> None:
    assert cells(workbook("[一]:*?/二" * 9, COLUMNS, [])) == [["单位", "得分", "完成率", "日期"], [None] * 4][:1]
    book = load_workbook(io.BytesIO(workbook("[]", COLUMNS, [])))
    assert book.sheetnames == ["1"]


def test_the_answer_is_a_file_with_a_name_in_chinese() -> None:
    answer = exported("红黑榜", COLUMNS, ROWS)
    assert answer["Content-Type"] == XLSX
    assert answer["Content-Disposition"].endswith("filename*=UTF-8''%E7%BA%A2%E9%BB%91%E6%A6%9C.xlsx")
