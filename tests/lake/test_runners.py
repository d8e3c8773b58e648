"""Runners see the files of the declared tables and nothing else; what an engine cannot do exactly is a problem."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from steelyard.engine.expressions.nodes import Window
from steelyard.engine.expressions.schema import ColumnType, TableSchema
from steelyard.engine.periods import CALENDAR_YEARS
from steelyard.engine.planning.collecting import collect
from steelyard.engine.planning.runner import Runner
from steelyard.engine.planning.scans import plan
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.problems import Refused
from steelyard.lake.record.snapshot import TableSource
from steelyard.lake.runners import duckdb_runner, spark_runner
from steelyard.lake.runners.columns import exact
from tests.engine.small_books import aggregate

COLUMNS = {"id": "text", "unit": "text", "day": "date", "at": "datetime", "amount": "decimal(18,2)", "n": "integer",
           "late": "boolean"}  # fmt: skip
TAX = TableSchema(
    "tax",
    {"id": ColumnType("text"), "unit": ColumnType("text"), "day": ColumnType("date"), "at": ColumnType("datetime"),
     "amount": ColumnType("number", 2, 10**18 - 1), "n": ColumnType("number"), "late": ColumnType("boolean")},
    unit="unit", date="day", key=("id",),
)  # fmt: skip
YEAR = CALENDAR_YEARS.parse("2026")


def _stored(path: Path, rows: list[dict[str, Any]], **more: pa.DataType) -> Path:
    schema = pa.schema({
        "id": pa.string(), "unit": pa.string(), "day": pa.date32(), "amount": pa.decimal128(18, 2), "n": pa.int64(),
        **more, "_batch": pa.int32(), "_row": pa.int32(), "_known_at": pa.timestamp("s"),
    })  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows, schema), path)
    return path


@pytest.fixture
def source(tmp_path: Path) -> TableSource:
    """Two batches; the second knows more columns and corrects the first row of the first."""
    day, seen = date(2026, 3, 31), datetime(2026, 1, 31, 23, 59, 59)
    first = _stored(tmp_path / "it's first.parquet", [
        {"id": "1", "unit": "01", "day": day, "amount": Decimal("1.10"), "n": 1, "_batch": 1, "_row": 0},
        {"id": "2", "unit": "01", "day": day, "amount": Decimal("2.20"), "n": 2**62, "_batch": 1, "_row": 1},
    ])  # fmt: skip
    second = _stored(tmp_path / "second.parquet", [
        {"id": "1", "unit": "01", "day": day, "amount": Decimal("-9.90"), "n": 2**62, "at": seen,
         "_batch": 2, "_row": 0},
        {"id": "3", "unit": "1", "day": day, "amount": Decimal("9999999999999999.99"), "n": 0, "_batch": 2, "_row": 1},
    ], at=pa.timestamp("s"))  # fmt: skip
    replaced = pa.table({"_batch": pa.array([1], pa.int32()), "_row": pa.array([0], pa.int32())})
    pq.write_table(replaced, tmp_path / "superseded.parquet")
    return TableSource((first, second), tmp_path / "superseded.parquet", COLUMNS, 3)


def numbers(runner: Runner, text: str) -> list[int]:
    total = aggregate(text, Window())
    cells = collect(plan([total], {"tax": TAX}, [YEAR]), runner, Subjects.alone(["01", "1"]))
    found: list[int] = cells.numbers(total, YEAR).numerators.tolist()
    return found


def reads_the_record(runner: Runner) -> None:
    assert numbers(runner, "sum(tax.amount)") == [-770, 999999999999999999]
    assert numbers(runner, "sum(tax.n)") == [2**63, 0]
    assert numbers(runner, "count(tax where days(date '2026-01-01', at) = 30)") == [1, 0]
    assert numbers(runner, "count(tax where late is null)") == [2, 1]
    assert numbers(runner, "count(tax where n > 99999999999999999999)") == [0, 0]
    assert numbers(runner, "sum(tax.n * 10)") == [10 * 2**63, 0]


def test_duckdb_reads_the_record_as_corrected(source: TableSource) -> None:
    with duckdb_runner.connect({"tax": source}) as runner:
        reads_the_record(runner)


def test_a_table_without_files_is_empty() -> None:
    with duckdb_runner.connect({"tax": TableSource((), None, COLUMNS, 0)}) as runner:
        assert numbers(runner, "count(tax)") == [0, 0]
        assert numbers(runner, "sum(tax.amount where late)") == [0, 0]


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_the_count_of_threads_changes_nothing(source: TableSource, threads: int) -> None:
    with duckdb_runner.connect({"tax": source}, threads=threads, memory="500MB") as runner:
        reads_the_record(runner)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{canary}')",
        "SELECT * FROM read_csv('{canary}')",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM '{canary}'",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "ATTACH '{folder}/new.db' AS other",
        "INSTALL httpfs",
        "LOAD '{canary}'",
        "SET threads = 8",
        "RESET enable_external_access",
        "PRAGMA enable_profiling = 'json'",
        "SET python_enable_replacements = true",
        "SELECT * FROM python_variable",
        "SELECT * FROM read_parquet('http://127.0.0.1:1/x.parquet')",
    ],
)
def test_the_locked_connection_reaches_nothing_else(source: TableSource, tmp_path: Path, sql: str) -> None:
    python_variable = pa.table({"secret": [1]})
    assert python_variable.num_rows
    canary = tmp_path / "canary.txt"
    canary.write_text("secret", "utf8")
    before = sorted(tmp_path.iterdir())
    with duckdb_runner.connect({"tax": source}) as runner, pytest.raises(Refused) as refused:
        runner.answer(sql.format(canary=canary, folder=tmp_path))
    assert [problem.code for problem in refused.value.problems] == ["engine-failed"]
    assert sorted(tmp_path.iterdir()) == before


HOSTILE = [
    "' or 1=1 --",
    '"',
    "\\",
    "\\' or 1=1 --",
    "${env:HOME}",
    "${spark.app.name}",
    "{{x}}",
    "$1",
    "?",
    "%s",
    ";--",
    "/*",
]


def counts_hostile_texts(runner: Runner) -> None:
    """A text stands for itself: it finds its own row and no other."""
    for text in HOSTILE:
        if "'" not in text:
            assert numbers(runner, f"count(tax where id = '{text}' or id in ('{text}', 'none'))") == [1, 0]


def hostile_table() -> pa.Table:
    rows = [{"id": text, "unit": "01", "day": date(2026, 1, 1)} for text in HOSTILE]
    return pa.Table.from_pylist(rows, pa.schema({"id": pa.string(), "unit": pa.string(), "day": pa.date32()}))


def test_hostile_texts_stay_texts() -> None:
    with duckdb_runner.connect({"tax": hostile_table()}) as runner:
        counts_hostile_texts(runner)


@pytest.mark.parametrize(("rows", "fits"), [(4, True), (6, False), (10, False)])
def test_a_total_beyond_38_digits_is_refused(rows: int, fits: bool) -> None:
    """The widest integer of DuckDB holds some numbers of 39 digits; Spark's does not, so neither may say them."""
    one = {"unit": "01", "day": date(2026, 1, 1), "n": 2**62}
    table = pa.Table.from_pylist([one] * rows, pa.schema({"unit": pa.string(), "day": pa.date32(), "n": pa.int64()}))
    with duckdb_runner.connect({"tax": table}) as runner:
        if fits:
            assert numbers(runner, "sum(tax.n * n)") == [rows * 2**124, 0]
            return
        with pytest.raises(Refused) as refused:
            numbers(runner, "sum(tax.n * n)")
        assert [problem.code for problem in refused.value.problems] == ["engine-overflow"]


def test_an_answer_that_takes_too_long_is_stopped() -> None:
    with duckdb_runner.connect({}, timeout=0.05) as runner, pytest.raises(Refused) as refused:
        runner.answer("SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range % 7 = b.range % 11")
    assert [problem.code for problem in refused.value.problems] == ["engine-timeout"]


def test_an_answer_that_needs_too_much_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with duckdb_runner.connect({}, memory="30MB") as runner, pytest.raises(Refused) as refused:
        runner.answer("SELECT list(range) FROM range(20000000)")
    assert [problem.code for problem in refused.value.problems] == ["engine-memory"]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [".lock"]


@pytest.mark.parametrize(
    "column",
    [pa.array([1.5]), pa.array([1, None]), pa.array([Decimal("1.50")]), pa.array([date(2026, 1, 1)])],
)
def test_an_answer_that_is_not_whole_is_refused(column: pa.Array) -> None:
    with pytest.raises(Refused) as refused:
        exact(pa.table({"a0": column}), "DuckDB")
    assert [problem.code for problem in refused.value.problems] == ["engine-not-whole"]


def test_whole_numbers_arrive_as_whole_numbers() -> None:
    wide, empty = pa.array([Decimal(2**70)], pa.decimal128(38, 0)), pa.array([], pa.decimal128(38, 0))
    assert exact(pa.table({"a": wide}), "DuckDB")["a"][0] == 2**70
    narrow = exact(pa.table({"a": pa.array([Decimal(7)], pa.decimal128(38, 0))}), "DuckDB")["a"]
    assert isinstance(narrow, np.ndarray)
    assert narrow.dtype == np.int64
    assert len(exact(pa.table({"a": empty}), "DuckDB")["a"]) == 0
    assert exact(pa.table({"t": pa.array(["01"], pa.large_string())}), "DuckDB")["t"] == ["01"]


# -- Spark -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spark(java: str) -> Iterator[spark_runner.SparkRunner]:
    pytest.importorskip("pyspark", reason="pyspark is not installed: Spark is not tested (steelyard[spark])")
    assert java
    options = {"spark.sql.codegen.wholeStage": "false", "spark.sql.ansi.enabled": "false"}
    with spark_runner.connect({}, master="local[2]", threads=1, memory="1g", options=options) as runner:
        yield runner


@pytest.mark.xdist_group("spark")
def test_spark_reads_the_record_as_corrected(spark: spark_runner.SparkRunner, source: TableSource) -> None:
    spark.register("tax", source)
    reads_the_record(spark)


@pytest.mark.xdist_group("spark")
def test_spark_leaves_hostile_texts_alone(spark: spark_runner.SparkRunner) -> None:
    spark.register("tax", hostile_table())
    counts_hostile_texts(spark)
    spark.register("tax", TableSource((), None, COLUMNS, 0))
    assert numbers(spark, "count(tax)") == [0, 0]


@pytest.mark.xdist_group("spark")
def test_spark_says_what_it_could_not_do(spark: spark_runner.SparkRunner) -> None:
    for sql, code in (
        ("SELECT CAST(1 AS BIGINT) + 9223372036854775807 AS a", "engine-overflow"),
        ("SELECT * FROM nowhere", "engine-failed"),
    ):
        with pytest.raises(Refused) as refused:
            spark.answer(sql)
        assert [problem.code for problem in refused.value.problems] == [code]


@pytest.mark.xdist_group("spark")
def test_spark_stops_after_the_time_limit(spark: spark_runner.SparkRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "_timeout", 1)
    with pytest.raises(Refused) as refused:
        spark.answer("SELECT sum(a.id * b.id % 7) AS a FROM range(1000000) a, range(100000) b")
    assert [problem.code for problem in refused.value.problems] == ["engine-timeout"]
