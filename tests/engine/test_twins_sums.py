"""DuckDB and Spark agree with plain Python on every total, to the last digit."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.engine.expressions.measures import measure
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.periods import CALENDAR_YEARS, Period
from steelyard.engine.planning.cells import Cells, Numbers
from steelyard.engine.planning.scans import By, plan
from steelyard.engine.planning.stretches import stretch
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.problems import Refused
from steelyard.engine.reference.rows import number
from steelyard.engine.sql.collecting import collect
from steelyard.lake.runners import duckdb_runner, spark_runner
from tests.engine.small_books import AGGREGATES, BELOW, CASES, TABLES, UNITS, WINDOWS, aggregate, arrow

TABLE = {"cases": CASES}
PERIODS = [CALENDAR_YEARS.parse(text) for text in ("2026-01", "2026-02", "2026Q1", "2026-02YTD", "2025")]


def sensible(total: Aggregate) -> bool:
    """Neither dividing by a written 0 nor too big; any other refusal of a generated expression is a mistake of ours."""
    try:
        measure(resolve(total, TABLE), CASES)
    except Refused as refused:
        if {problem.code for problem in refused.problems} <= {"expression-row-zero", "expression-row-number"}:
            return False
        raise
    return True


BOOKS = st.lists(st.builds(aggregate, AGGREGATES, WINDOWS).filter(sensible), min_size=1, max_size=4)
SOME = st.lists(st.sampled_from(PERIODS), min_size=1, max_size=3, unique=True)
OFFICERS = Subjects.alone(["x", "y", "nobody"])
PAIRS = Subjects.alone([("a", "x"), ("a", "y"), ("b", "x"), ("p", "y")])


def fractions(numbers: Numbers) -> list[Fraction | None]:
    size = len(numbers.numerators)
    below = [numbers.denominators] * size if isinstance(numbers.denominators, int) else list(numbers.denominators)
    return [
        None if empty else Fraction(int(top), int(bottom))
        for top, bottom, empty in zip(numbers.numerators, below, numbers.empty, strict=True)
    ]


def differences(
    cells: Cells[Period], book: list[Aggregate], rows: list[dict[str, Any]], periods: list[Period]
) -> list[str]:
    found = []
    for total in book:
        resolved = resolve(total, TABLE)
        for period in periods:
            days = stretch(total.window, period)
            mine = [BELOW.get(code, {code}) for code in cells.subjects.codes]
            expected = [number(resolved, CASES, rows, whose, days.start, days.end) for whose in mine]
            got = fractions(cells.numbers(total, period))
            if got != expected:
                found.append(f"{total} {period}: {got} is not {expected}")
    return found


@settings(max_examples=300)
@given(TABLES, BOOKS, SOME)
def test_duckdb_and_plain_python_agree_on_units_at_every_level(
    rows: list[dict[str, Any]], book: list[Aggregate], periods: list[Period]
) -> None:
    made = plan(book, TABLE, periods)
    with duckdb_runner.connect({"cases": arrow(rows)}) as runner:
        assert differences(collect(made, runner, UNITS), book, rows, periods) == []
        assert runner.scans == len(made.scans)


@settings(max_examples=60)
@given(TABLES, BOOKS, SOME, st.sampled_from([("officer", OFFICERS), ("officer_in_unit", PAIRS)]))
def test_duckdb_and_plain_python_agree_on_officers(
    rows: list[dict[str, Any]], book: list[Aggregate], periods: list[Period], whose: tuple[By, Subjects]
) -> None:
    by, subjects = whose
    made = plan(book, TABLE, periods, by=by)
    with duckdb_runner.connect({"cases": arrow(rows)}) as runner:
        assert differences(collect(made, runner, subjects), book, rows, periods) == []


@pytest.fixture(scope="module")
def spark(java: str) -> Iterator[spark_runner.SparkRunner]:
    pytest.importorskip("pyspark", reason="pyspark is not installed: Spark is not tested (steelyard[spark])")
    assert java
    quick = {"spark.sql.codegen.wholeStage": "false", "spark.sql.adaptive.enabled": "false"}  # for a handful of rows
    with spark_runner.connect({}, master="local[2]", threads=1, memory="1g", options=quick) as runner:
        yield runner


@pytest.mark.xdist_group("spark")
@settings(max_examples=6)
@given(TABLES, st.lists(st.builds(aggregate, AGGREGATES, WINDOWS).filter(sensible), min_size=6, max_size=10), SOME)
def test_spark_and_plain_python_agree(
    spark: spark_runner.SparkRunner, rows: list[dict[str, Any]], book: list[Aggregate], periods: list[Period]
) -> None:
    spark.register("cases", arrow(rows))
    assert differences(collect(plan(book, TABLE, periods), spark, UNITS), book, rows, periods) == []
