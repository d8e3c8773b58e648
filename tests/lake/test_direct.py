"""Our own totalling over stored files opens no more of them than it must, and mixes no two meanings of a column."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from steelyard.engine.expressions.nodes import Window
from steelyard.engine.expressions.schema import ColumnType, TableSchema
from steelyard.engine.periods import CALENDAR_YEARS
from steelyard.engine.planning.collecting import collect
from steelyard.engine.planning.scans import plan
from steelyard.engine.planning.subjects import Subjects
from steelyard.lake.record.snapshot import TableSource
from steelyard.lake.runners import direct_runner
from tests.engine.small_books import aggregate

TYPES = {
    "unit": ColumnType("text"),
    "due": ColumnType("date"),
    "kind": ColumnType("text"),
    "amount": ColumnType("number"),
}
SCHEMA = TableSchema("cases", TYPES, unit="unit", date="due")
COLUMNS = {"unit": "text", "due": "date", "kind": "text", "amount": "integer"}
JANUARY = CALENDAR_YEARS.parse("2026-01")


def _stored(path: Path, due: date | None, *rows: tuple[str, int]) -> Path:
    kinds, amounts = zip(*rows, strict=True)
    days, units = pa.array([due] * len(rows), pa.date32()), ["a"] * len(rows)
    pq.write_table(pa.table({"unit": units, "due": days, "kind": kinds, "amount": amounts}), path)
    return path


def _totals(files: list[Path], *texts: str) -> list[int]:
    book = [aggregate(text, Window()) for text in texts]
    source = TableSource(tuple(files), None, COLUMNS, len(files))
    with direct_runner.connect({"cases": source}) as runner:
        found = collect(plan(book, {"cases": SCHEMA}, [JANUARY]), runner, Subjects.alone(["a"]))
    return [int(found.numbers(one, JANUARY).numerators[0]) for one in book]


def test_files_of_other_days_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    days = {
        "before": date(2025, 12, 31),
        "first": date(2026, 1, 1),
        "last": date(2026, 1, 31),
        "after": date(2026, 2, 1),
    }
    files = [_stored(tmp_path / f"{name}.parquet", day, ("x", 1)) for name, day in days.items()]
    undated = _stored(tmp_path / "undated.parquet", None, ("x", 1))
    opened: list[str] = []
    known = pq.ParquetFile

    def noted(path: Path, **more: object) -> pq.ParquetFile:
        opened.append(path.stem)
        return known(path, **more)

    monkeypatch.setattr(pq, "ParquetFile", noted)
    assert _totals([*files, undated], "count(cases)") == [2]
    assert opened == ["first", "last", "undated"], "a file that does not say its days is read"


def test_texts_that_are_counted_keep_their_order_for_those_that_ask_for_it(tmp_path: Path) -> None:
    """The kinds turn up in the wrong order: the first is the first of the alphabet all the same."""
    file = _stored(tmp_path / "cases.parquet", date(2026, 1, 5), ("y", 1), ("x", 2), ("z", 3))
    assert _totals([file], "distinct(cases.kind)", "first(cases.amount by kind)") == [3, 2]
