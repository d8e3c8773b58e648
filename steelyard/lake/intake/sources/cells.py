"""The cells of a sheet as they come out of its XML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

from steelyard.engine.problems import NOWHERE, refuse
from steelyard.lake.intake.limits import Limits
from steelyard.lake.intake.sources.chunks import DATE, NUMBER, TEXT
from steelyard.lake.intake.sources.package import unreadable
from steelyard.lake.intake.sources.workbook import Workbook

MAX_CELLS = 30_000_000
MAX_MERGED = 100_000
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\Z")
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})\Z")


class Cell(NamedTuple):
    """``spoilt``: why it must not be read, or nothing."""

    text: str
    kind: int = TEXT
    spoilt: str = ""


@dataclass(frozen=True, slots=True)
class Range:
    """A merged area: rows from 1, columns from 0, ends included."""

    text: str
    top: int
    bottom: int
    left: int
    right: int

    def covers(self, column: int) -> bool:
        return self.left <= column <= self.right


class CellReader:
    """Collects ``rows[row][column]`` while the XML goes by."""

    def __init__(self, book: Workbook, limits: Limits) -> None:
        self.book, self.limits = book, limits
        self.rows: dict[int, dict[int, Cell]] = {}
        self.merged: list[Range] = []
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[int] = []
        self._row, self._column, self._count = 0, -1, 0
        self._type, self._style, self._value, self._formula, self._text = "n", 0, "", False, ""
        self._phonetic = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        match name:
            case "c":
                self._open_cell(attributes)
            case "row":
                self._open_row(attributes)
            case "f":
                self._formula = True
            case "rPh":
                self._phonetic = True
            case "col" if attributes.get("hidden") in ("1", "true"):
                first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
                self.hidden_columns += range(first - 1, min(last, first + self.limits.columns))
            case "mergeCell":
                self._merge(attributes.get("ref", ""))

    def end(self, name: str, text: str) -> None:
        match name:
            case "v":
                self._value = text
            case "t" if not self._phonetic:  # a phonetic hint is not part of the text
                self._text += text
            case "rPh":
                self._phonetic = False
            case "c":
                self._close_cell()

    def _open_row(self, attributes: Mapping[str, str]) -> None:
        row = attributes.get("r", str(self._row + 1))
        if not row.isdigit() or int(row) <= self._row or int(row) > self.limits.workbook_rows:
            raise unreadable(f"row {row}")
        self._row, self._column = int(row), -1
        if attributes.get("hidden") in ("1", "true"):
            self.hidden_rows.append(self._row)

    def _open_cell(self, attributes: Mapping[str, str]) -> None:
        reference = attributes.get("r")
        column = self._column + 1
        if reference:
            row, column = position(reference)
            if row != self._row or column <= self._column:
                raise unreadable(f"cell {reference}")
        self._column = column
        self._type = attributes.get("t", "n")
        style = attributes.get("s", "0")
        self._style = int(style) if style.isdigit() else 0
        self._value, self._text, self._formula = "", "", False

    def _close_cell(self) -> None:
        cell = self._cell()
        if not cell.text and not cell.spoilt:
            return
        self._count += 1
        if self._count > MAX_CELLS:
            raise refuse("file-limit", NOWHERE, what="单元格 cells", found=self._count, limit=MAX_CELLS)
        self.rows.setdefault(self._row, {})[self._column] = cell

    def _cell(self) -> Cell:
        if self._formula:
            return Cell(self._value, TEXT, "cell-formula")
        match self._type:
            case "s":
                return Cell(self._shared())
            case "inlineStr":
                return Cell(self._text)
            case "b":
                return Cell({"1": "true", "0": "false"}.get(self._value, self._value))
            case "e":
                return Cell(self._value, TEXT, "cell-error")
            case "n":
                return self._number()
            case "d":
                return Cell(self._value.replace("T", " "), DATE)
            case _:
                return Cell(self._value)

    def _shared(self) -> str:
        if not self._value.isdigit() or int(self._value) >= len(self.book.texts):
            raise unreadable(f"shared text {self._value[:20]}")
        return self.book.texts[int(self._value)]

    def _number(self) -> Cell:
        if not self._value:
            return Cell("")
        if not _NUMBER.match(self._value) or not isfinite(float(self._value)):
            return Cell(self._value, TEXT, "cell-error")
        if self._style < len(self.book.dates) and self.book.dates[self._style]:
            return moment(self._value, self.book.since_1904)
        return Cell(plain_number(self._value), NUMBER)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        (top, left), (bottom, right) = position(first), position(last or first)
        self.merged.append(Range(reference, top, bottom, left, right))
        if len(self.merged) > MAX_MERGED:
            raise refuse("file-limit", NOWHERE, what="合并区域 merges", found=len(self.merged), limit=MAX_MERGED)


def position(reference: str) -> tuple[int, int]:
    """``BT350`` -> (350, 71): row from 1, column from 0."""
    match = _REFERENCE.match(reference)
    if not match:
        raise unreadable(f"cell {reference[:20]}")
    return int(match[2]), _column(match[1])


@lru_cache(maxsize=1_000)
def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1


def coordinates(row: int, column: int) -> str:
    """(350, 71) -> ``BT350``."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def plain_number(text: str) -> str:
    """The number that the cell shows. A file may hold 6544022.8899999997 for 6544022.89: the shortest decimal that
    means the same binary number is what was typed (up to 15 digits; a longer number was not exact when saved)."""
    plain = format(Decimal(repr(float(text))), "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def moment(text: str, since_1904: bool) -> Cell:
    """A serial day number as ISO text. Before March 1900 the numbering of days is wrong in most programs: refused."""
    serial = Decimal(repr(float(text)))
    days = int(serial) + (1462 if since_1904 else 0)
    seconds = (serial - int(serial)) * 86_400
    whole = round(seconds)
    if days < 61 or days > 2_958_465 or abs(seconds - whole) > Decimal("0.01"):
        return Cell(text, TEXT, "cell-no-such-day")
    at = datetime(1899, 12, 30) + timedelta(days=days, seconds=whole)
    return Cell(at.isoformat(sep=" ") if whole else at.date().isoformat(), DATE)
