"""Our own totalling reads each table once, from files made ready or from the record itself, to the same digit."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from steelyard.engine.expressions.nodes import Window
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.expressions.schema import ColumnType, TableSchema
from steelyard.engine.periods import CALENDAR_YEARS
from steelyard.engine.planning.collecting import collect
from steelyard.engine.planning.runner import Runner
from steelyard.engine.planning.scans import plan
from steelyard.engine.planning.stretches import Stretch
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.reference.rows import number
from steelyard.engine.totalling.column import Days
from steelyard.lake.record.ledger import Ledger
from steelyard.lake.record.snapshot import PREPARED, TableSource
from steelyard.lake.record.verify import sweep
from steelyard.lake.runners import direct_runner, duckdb_runner
from steelyard.lake.runners.blocks import StoredBlocks, around
from tests.engine.small_books import aggregate

COLUMNS = {"id": "text", "unit": "text", "day": "date", "payer": "text", "amount": "decimal(18,2)"}
CASES = TableSchema(
    "cases",
    {"id": ColumnType("text"), "unit": ColumnType("text"), "day": ColumnType("date"), "payer": ColumnType("text"),
     "amount": ColumnType("number", 2, 10**18 - 1)},
    unit="unit", date="day", key=("id",),
)  # fmt: skip
YEAR = CALENDAR_YEARS.parse("2026")
BOOK = [
    "count(cases)", "sum(cases.amount)", "distinct(cases.payer)", "percentile(cases.amount, 50)",
    "count(cases where payer = '0000000000000007')", "last(cases.amount by day)",
    "max(count(cases) per payer)", "avg(cases.amount where amount > 3)",
]  # fmt: skip
WORDS = ["7", "07", "007", "0000000000000007", "12345678901234567890", "91440101MA59", "－7", "", "9" * 18]


def stored_schema(**more: pa.DataType) -> pa.Schema:
    own = {"id": pa.string(), "unit": pa.string(), "day": pa.date32(), "payer": pa.string()}
    return pa.schema({**own, "amount": pa.decimal128(18, 2), **more})


def stored(path: Path, batch: int, payers: Sequence[str | None]) -> Path:
    schema = stored_schema(_batch=pa.int32(), _row=pa.int32(), _known_at=pa.timestamp("s"))
    rows = [
        {"id": f"{batch}-{row}", "unit": "ab"[row % 2], "day": date(2026, 1 + row % 12, 1), "payer": payer,
         "amount": row % 9, "_batch": batch, "_row": row}
        for row, payer in enumerate(payers)
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows, schema), path, row_group_size=3000, store_decimal_as_integer=True)
    return path


@pytest.fixture
def source(tmp_path: Path) -> TableSource:
    """The first file has thousands of payers of digits, the second few of every kind; two rows are replaced."""
    files = (
        stored(tmp_path / "1.parquet", 1, [f"{number % 5000:016d}" for number in range(7000)]),
        stored(tmp_path / "2.parquet", 2, [*WORDS, None, *WORDS]),
    )
    replaced = pa.table({"_batch": pa.array([1, 2], pa.int32()), "_row": pa.array([6, 1], pa.int32())})
    pq.write_table(replaced, tmp_path / "superseded.parquet")
    return TableSource(files, tmp_path / "superseded.parquet", COLUMNS, 7017)


def numbers(runner: Runner) -> list[list[int]]:
    book = [aggregate(text, Window()) for text in BOOK]
    cells = collect(plan(book, {"cases": CASES}, [YEAR]), runner, Subjects.alone(["a", "b", "nobody"]))
    return [[*cells.numbers(total, YEAR).numerators.tolist()] for total in book]


def direct(source: TableSource, prepared: Path | None = None, **more: Any) -> list[list[int]]:
    with direct_runner.connect({"cases": source}, prepared=prepared, **more) as runner:
        return numbers(runner)


@pytest.fixture
def expected(source: TableSource) -> list[list[int]]:
    with duckdb_runner.connect({"cases": source}) as runner:
        return numbers(runner)


def test_files_made_ready_say_what_the_record_says(
    source: TableSource, expected: list[list[int]], tmp_path: Path
) -> None:
    assert direct(source) == expected
    assert direct(source, tmp_path / "ready") == expected
    assert len(list((tmp_path / "ready").iterdir())) == 2
    assert direct(source, tmp_path / "ready") == expected


def spoiled(file: Path, how: str) -> bytes:
    data = bytearray(file.read_bytes())
    if how == "one bit":
        data[len(data) // 2] ^= 1
        return bytes(data)
    return bytes(data[: {"empty": 0, "begun": 100, "cut": -200, "short": -1}[how]])


@pytest.mark.parametrize("how", ["empty", "begun", "cut", "short", "one bit"])
def test_what_a_disk_spoils_is_made_again(
    source: TableSource, expected: list[list[int]], tmp_path: Path, how: str
) -> None:
    ready = tmp_path / "ready"
    direct(source, ready)
    right = {file: file.read_bytes() for file in ready.rglob("*.arrow")}
    for file in right:
        file.write_bytes(spoiled(file, how))
    assert direct(source, ready) == expected
    assert {file: file.read_bytes() for file in ready.rglob("*.arrow")} == right


def test_large_files_are_read_from_the_record(
    source: TableSource, expected: list[list[int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("steelyard.lake.runners.prepared.MOST", 100)
    assert direct(source, tmp_path / "ready") == expected
    assert {file.parent.name for file in (tmp_path / "ready").rglob("*.arrow")} == {f"{tmp_path.name}-2"}


def test_a_column_that_an_older_file_lacks_is_unknown_there(source: TableSource, tmp_path: Path) -> None:
    older = tmp_path / "0.parquet"
    pq.write_table(pq.read_table(source.files[1]).drop_columns(["payer"]), older)
    wider = replace(source, files=(older, *source.files), superseded=None)
    (tmp_path / "way").write_text("not a folder")
    with duckdb_runner.connect({"cases": wider}) as runner:
        expected = numbers(runner)
    assert [direct(wider, home) for home in (None, tmp_path / "ready", tmp_path / "way")] == [expected] * 3


def test_decimals_that_are_declared_finer_since_are_read_as_they_were_meant(
    source: TableSource, tmp_path: Path
) -> None:
    finer = replace(source, columns={**COLUMNS, "amount": "decimal(18,3)"})
    schema = replace(CASES, columns={**CASES.columns, "amount": ColumnType("number", 3, 10**18 - 1)})
    total = aggregate("sum(cases.amount)", Window())

    def summed(answering: Runner) -> list[Fraction]:
        cells = collect(plan([total], {"cases": schema}, [YEAR]), answering, Subjects.alone(["a", "b"]))
        found = cells.numbers(total, YEAR)
        return [Fraction(int(one), int(found.denominators)) for one in found.numerators]

    with duckdb_runner.connect({"cases": finer}) as runner:
        expected = summed(runner)
    for home in (None, tmp_path / "ready"):
        with direct_runner.connect({"cases": finer}, prepared=home) as direct:
            assert summed(direct) == expected
    assert sum(expected) == sum(row % 9 for row in [*range(7000), *range(19)]) - 6 - 1  # two rows are replaced


def test_rows_of_a_unit_and_some_days_come_as_declared_with_where_they_stand(
    source: TableSource, tmp_path: Path
) -> None:
    older = tmp_path / "0.parquet"
    pq.write_table(pq.read_table(source.files[1]).drop_columns(["payer"]), older)
    stateless = tmp_path / "00.parquet"
    pq.write_table(pq.read_table(source.files[1]).drop_columns(["unit"]), stateless)
    finer = replace(source, files=(stateless, older, *source.files), columns={**COLUMNS, "amount": "decimal(18,3)"})
    days = Days("day", (Stretch(date(2026, 2, 1), date(2026, 4, 1)),))
    names = ["id", "payer", "amount"]
    rows = [
        {"id": f"{batch}-{row}", "payer": payer, "amount": Decimal(row % 9), "_batch": batch, "_row": row}
        for batch, payers in ((2, [None] * 19), (1, [f"{number % 5000:016d}" for number in range(7000)]),
                              (2, [*WORDS, None, *WORDS]))
        for row, payer in enumerate(payers)
        if row % 2 and row % 12 in (1, 2) and (batch, row) not in ((1, 6), (2, 1))
    ]  # fmt: skip
    for home in (None, tmp_path / "ready", tmp_path / "ready"):
        found = around(finer, home, "unit", {"b", "nobody"}, days, names)
        assert found.to_pylist() == rows
        assert found.schema.field("amount").type == pa.decimal128(18, 3)
    assert around(finer, None, "unit", {"nobody"}, days, names).num_rows == 0


def test_without_room_rows_are_read_from_the_record(
    source: TableSource, expected: list[list[int]], tmp_path: Path
) -> None:
    (tmp_path / "ready").write_text("not a folder")
    assert direct(source, tmp_path / "ready") == expected


def test_what_was_left_half_prepared_is_swept_when_it_is_old(source: TableSource, tmp_path: Path) -> None:
    record = tmp_path / "record"
    Ledger(record, create=True)
    direct(source, record / PREPARED)
    half, earlier = record / PREPARED / "amount.4711", record / "prepared" / "2"
    half.write_bytes(b"half")
    earlier.mkdir()
    for path in (half, earlier):
        os.utime(path, (0, 0))
    assert sweep(record, datetime(2027, 1, 1)) == [half, earlier]
    assert len(list((record / PREPARED).rglob("*.arrow"))) > 2


def test_a_table_is_read_once_for_everything_that_is_asked_of_it(
    source: TableSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    blocks = StoredBlocks.blocks

    def counting(self: StoredBlocks, table: str, *more: Any) -> Any:
        read.append(table)
        return blocks(self, table, *more)

    monkeypatch.setattr(StoredBlocks, "blocks", counting)
    direct(source)
    assert read == ["cases"]


def test_what_does_not_fit_into_memory_is_left_to_the_database(
    source: TableSource, expected: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    connect = duckdb_runner.connect

    def counting(*sources: Any, **more: Any) -> Any:
        asked.append("database")
        return connect(*sources, **more)

    monkeypatch.setattr(duckdb_runner, "connect", counting)
    assert direct(source) == expected
    assert asked == []
    monkeypatch.setattr(direct_runner, "BYTES_HELD", 10**9)
    assert direct(source) == expected
    assert asked == ["database"]


AMOUNTS = [("x", "8888888888888.00"), ("x", "-9999999999999.00"), ("y", "3"), ("y", "1")]
LARGE = [
    {"id": str(row), "unit": "a", "day": date(2026, 1, 1), "payer": payer, "amount": Decimal(amount)}
    for row, (payer, amount) in enumerate(AMOUNTS)
]
WIDE = [
    "sum(cases.amount * amount)", "min(cases.amount * amount where amount > 3)", "max(-cases.amount * amount)",
    "sum(min(cases.amount * amount where payer = 'x') per payer)", "max(max(-cases.amount * amount) per payer)",
    "percentile(cases.amount * amount, 50)", "last(cases.amount * amount by id)",
    "count(cases where amount * amount > 9)", "sum(cases.amount * 100000000000)",
]  # fmt: skip


@pytest.mark.parametrize("text", WIDE)
def test_numbers_beyond_a_machine_word_are_the_same_on_every_engine(text: str) -> None:
    total, schema = aggregate(text, Window()), stored_schema()
    made = plan([total], {"cases": CASES}, [YEAR])
    found = []
    for connect in (direct_runner.connect, duckdb_runner.connect):
        with connect({"cases": pa.Table.from_pylist(LARGE, schema)}) as runner:
            cells = collect(made, runner, Subjects.alone(["a"])).numbers(total, YEAR)
        found.append(Fraction(int(cells.numerators[0]), cells.denominators))  # type: ignore[arg-type]
    slow = number(resolve(total, {"cases": CASES}), CASES, LARGE, ["a"], YEAR.start, YEAR.end)
    assert found == [slow, slow]


def test_more_conditions_than_bits_are_answered_as_well() -> None:
    book = [aggregate(f"distinct(cases.payer where amount > {number})", Window()) for number in range(70)]
    made = plan(book, {"cases": CASES}, [YEAR])
    with direct_runner.connect({"cases": pa.Table.from_pylist(LARGE, stored_schema())}) as runner:
        cells = collect(made, runner, Subjects.alone(["a"]))
    assert [int(cells.numbers(total, YEAR).numerators[0]) for total in book] == [2, 2, 2, *[1] * 67]


def test_a_command_does_not_wait_for_a_database_that_it_may_never_ask() -> None:
    loaded = "import sys, steelyard.commands.demo; print({'duckdb', 'sqlglot'} & {*sys.modules})"
    said = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert said.stdout == "set()\n"
