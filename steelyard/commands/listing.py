"""``steelyard explain --rows``: the rows behind each total as text, or all of them as CSV for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from steelyard.bureau.asking.listing import Listed
from steelyard.commands.asked import delivered
from steelyard.engine.expressions.wording import figure
from steelyard.engine.problems import Language
from steelyard.lake.record.behind import letters
from steelyard.reports.tables import cell

_WORDS = {
    "zh": ("{words} = {number}：计入 {n} 行（同期共 {of} 行）", "另有 {n} 行未列出；--limit 0 全部列出"),
    "en": ("{words} = {number}: {n} rows count, of {of} in these days", "{n} more rows; --limit 0 lists them all"),
}
_YES_NO = {"zh": ("是", "否"), "en": ("yes", "no")}
HEADER = ("合计", "来源文件", "工作表", "行", "格")


def rows_told(found: Sequence[Listed], limit: int, language: Language) -> Iterator[str]:
    """At most ``limit`` rows of each total, 0 for all of them: where it stands, then its cells with their names."""
    head, more = _WORDS[language]
    for one in found:
        number = "—" if one.number is None else figure(one.number)
        yield head.format(words=one.words, number=number, n=len(one.rows), of=one.of)
        shown = len(one.rows) if limit == 0 else min(limit, len(one.rows))
        for row, spot in zip(one.rows[:shown], one.spots, strict=False):
            cells = zip(one.columns.values(), row, strict=True)
            yield f"  {spot}  " + "  ".join(f"{title} {text(value, language)}" for title, value in cells)
        if shown < len(one.rows):
            yield "  " + more.format(n=len(one.rows) - shown)


def rows_plain(found: Sequence[Listed], limit: int) -> list[dict[str, Any]]:
    """The same for machines."""
    return [
        {
            "total": one.words,
            "number": None if one.number is None else str(one.number),
            "counted": len(one.rows),
            "of": one.of,
            "columns": list(one.columns),
            "titles": list(one.columns.values()),
            "rows": [
                {"at": str(spot), "cells": [text(value, "en") for value in row]}
                for row, spot in list(zip(one.rows, one.spots, strict=True))[: limit or None]
            ],
        }
        for one in found
    ]


def write_rows(found: Sequence[Listed], path: Path) -> int:
    """Every row of every total as one CSV, UTF-8 with a mark; a column that only one total has is empty elsewhere."""
    columns = list(dict.fromkeys((one.table, name, title) for one in found for name, title in one.columns.items()))
    titles = [title for _, _, title in columns]
    heads = [title if titles.count(title) == 1 else f"{table}·{title}" for table, _, title in columns]
    with delivered(path) as target, target.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow((*HEADER, *map(cell, heads)))
        for one in found:
            at = [list(one.columns).index(name) if table == one.table and name in one.columns else None
                  for table, name, _ in columns]  # fmt: skip
            for row, spot in zip(one.rows, one.spots, strict=True):
                inside = f"{letters(spot.column)}{spot.row}" if spot.column else ""
                stands = (one.words, spot.file, spot.sheet, spot.row, inside)
                values = (None if index is None else typed(row[index]) for index in at)
                writer.writerow([cell(value) for value in (*stands, *values)])
    return sum(len(one.rows) for one in found)


def text(value: Any, language: Language) -> str:
    """One stored value as people write it; nothing where there is none."""
    if isinstance(value, bool):
        return _YES_NO[language][0 if value else 1]
    found = typed(value)
    return f"{found:f}" if isinstance(found, Decimal) else "" if found is None else str(found)


def typed(value: Any) -> str | int | Decimal | None:
    if isinstance(value, bool):
        return _YES_NO["zh"][0 if value else 1]
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else value
