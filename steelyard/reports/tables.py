"""Tables as text that a spreadsheet may open: formula injection guarded, re-import loses nothing (R-27).

The guard is an apostrophe in front of the text, the spreadsheets' own mark for "this is text". It is put before any
text that a spreadsheet could take for a formula, also behind blanks, also full-width, and before a text that
already begins with an apostrophe, so that taking one apostrophe away always gives the original back.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from steelyard.reports.book import ResultBook
from steelyard.reports.sheet import IndicatorRow, RowState, UnitSheet

Cell = str | int | Decimal | None

_STARTS = frozenset("=+-@|%＝＋－＠\N{MINUS SIGN}﹢﹣﹦﹫")
_BLANKS = " \t\r\n\v\f\x00\x1f\u00a0\u1680\u2007\u202f\u205f\u3000\ufeff\u200b\u200e\u200f\u2060" + "".join(
    chr(code) for code in range(0x2000, 0x200B)
)

HEADER = (
    *("周期", "分组", "单位代码", "单位", "位次", "位次下限", "位次上限", "总分", "指标编号", "指标", "指标族"),
    *("实际值", "分子", "分母", "目标值", "得分", "满分", "失分", "指标位次", "状态"),
)

STATES: Mapping[RowState, str] = {
    "scored": "计分",
    "not_applicable": "不适用",
    "no_data": "缺数据",
    "provisional": "暂定",
}
"""The word of each state in the last column."""


@lru_cache(maxsize=2**12)  # names and codes stand in every line of their table
def guarded(text: str) -> str:
    """The text, with an apostrophe where a spreadsheet might run it."""
    stripped = text.lstrip(_BLANKS)
    risky = text.startswith(("'", "\t", "\r", "\n")) or (stripped[:1] in _STARTS and stripped != "")
    return f"'{text}" if risky else text


def unguarded(text: str) -> str:
    """The original of a guarded text; what any reader of our own exports calls."""
    return text[1:] if text.startswith("'") else text


def cell(value: Cell) -> str:
    """Numbers plain and typed as numbers (a leading ASCII minus is a number, not a formula), text guarded."""
    if value is None:
        return ""
    return guarded(value) if isinstance(value, str) else f"{value:f}" if isinstance(value, Decimal) else str(value)


def write_csv(book: ResultBook, path: Path) -> None:
    """One line for each unit and indicator, UTF-8 with a mark so that office programs read the Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(HEADER)
        writer.writerows([cell(value) for value in line] for line in lines(book))


def lines(book: ResultBook) -> Iterator[Iterable[Cell]]:
    """The cells of each line: exact numbers, no formatting."""
    for unit in book.ranked():
        head = _head(unit)
        for row in unit.indicators:
            yield (*head, *_row(row))


def _head(unit: UnitSheet) -> tuple[Cell, ...]:
    place = unit.place
    names = (unit.run.period, unit.class_name.zh, unit.code, unit.name.zh)
    ends = (None, None) if place.confidence is None else (place.low, place.high)
    return (*names, place.place, *ends, unit.total)


def _row(row: IndicatorRow) -> tuple[Cell, ...]:
    measures = (row.value, row.numerator, row.denominator, row.target)
    values = tuple(one.number if one else None for one in measures)
    return (row.id, row.name.zh, row.family.zh, *values, row.points, row.full, row.lost, row.place, STATES[row.state])
