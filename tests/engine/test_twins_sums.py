"""Our own totalling, DuckDB and Spark agree with plain Python on every total, to the last digit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any, get_args

import pyarrow as pa
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.engine.expressions.measures import measure
from steelyard.engine.expressions.nodes import Aggregate, Window
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.expressions.schema import ColumnType
from steelyard.engine.periods import CALENDAR_YEARS, Period
from steelyard.engine.planning.cells import Cells, Numbers
from steelyard.engine.planning.collecting import collect
from steelyard.engine.planning.runner import Dialect, Runner
from steelyard.engine.planning.scans import By, plan
from steelyard.engine.planning.stretches import Stretch, stretch
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.problems import Refused
from steelyard.engine.reference.rows import number
from steelyard.engine.sql.scans import render
from steelyard.lake.runners import direct_runner, duckdb_runner, spark_runner
from tests.engine.small_books import AGGREGATES, ARROW, BELOW, CASES, TABLES, UNITS, WINDOWS, aggregate, arrow

TABLE = {"cases": CASES}
Connect = Callable[[dict[str, Any]], AbstractContextManager[Runner]]
ENGINES: tuple[Connect, ...] = (direct_runner.connect, duckdb_runner.connect)
YEAR = (date(2026, 1, 1), date(2027, 1, 1))
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
    cells: Cells[Any], book: list[Aggregate], rows: list[dict[str, Any]], periods: Sequence[Period | Stretch]
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


@settings(max_examples=150)
@given(TABLES, BOOKS, SOME)
def test_engines_and_plain_python_agree_on_units_at_every_level(
    rows: list[dict[str, Any]], book: list[Aggregate], periods: list[Period]
) -> None:
    made = plan(book, TABLE, periods)
    with duckdb_runner.connect({"cases": arrow(rows)}) as runner:
        assert differences(collect(made, runner, UNITS), book, rows, periods) == []
        assert runner.scans == len(made.scans)
    with direct_runner.connect({"cases": arrow(rows)}) as direct:
        assert differences(collect(made, direct, UNITS), book, rows, periods) == []


@settings(max_examples=40)
@given(TABLES, BOOKS, SOME, st.sampled_from([("officer", OFFICERS), ("officer_in_unit", PAIRS)]))
def test_engines_and_plain_python_agree_on_officers(
    rows: list[dict[str, Any]], book: list[Aggregate], periods: list[Period], whose: tuple[By, Subjects]
) -> None:
    by, subjects = whose
    made = plan(book, TABLE, periods, by=by)
    for connect in ENGINES:
        with connect({"cases": arrow(rows)}) as runner:
            assert differences(collect(made, runner, subjects), book, rows, periods) == []


def full_row(number: int) -> dict[str, Any]:
    """Every combination of small, negative and unknown, twice over."""
    days = [date(2026, 1, 1), date(2026, 1, 31), None, date(2026, 1, 15)]
    return {
        "id": str(number % 7), "unit": "ab"[number % 2], "officer": ["x", None, "y"][number % 3],
        "due": days[number % 2], "done": days[number % 4], "seen": datetime(2026, 1, 1 + number % 28, 12),
        "amount": [None, Decimal("-0.50"), Decimal("1.50"), Decimal("1.50"), Decimal(0)][number % 5],
        "points": [Decimal(2), None, Decimal(-1)][number % 3], "minutes": [0, 3, None, -2][number % 4],
        "kind": ["x", "y", None][number % 3], "urgent": [True, None, False][number % 3],
    }  # fmt: skip


FULL = [full_row(number) for number in range(60)]
CORNERS = [
    "count(cases where points / minutes > amount / minutes)",
    "count(cases where not (points / minutes > amount / minutes))",
    "count(cases where amount / points + 1 / points != amount - 1 / points)",
    "count(cases where (points / minutes) * (amount / points) >= 0.25)",
    "count(cases where points / (amount / minutes) < 3 and points / 3 / -2 < 1)",
    "count(cases where points / minutes is null)",
    "count(cases where least(due, done) = date '2026-01-01' or greatest(due, done) is null)",
    "count(cases where if(urgent, due, done) < date '2026-01-20' and if(urgent, kind, officer) != 'y')",
    "count(cases where if(urgent, points > 1, minutes > 1))",
    "count(cases where seen > if(urgent, seen, greatest(seen, seen)) or days(seen, due) between -3 and 3)",
    "count(cases where year(seen) * 12 + month(due) in (24313, 24314) and kind in ('x', 'z'))",
    "count(cases where 1.5 < amount or amount = -0.5 or 0.001 > amount)",
    "count(cases where urgent = (points > 1))",
    "count(cases where (urgent and points > 1) = (minutes > 0 or not urgent))",
    "count(cases where amount > 99999999999 or amount + 1 < 0.7)",
    "count(cases where minutes * minutes > 8 and -minutes > -1000)",
    "sum(if(cases.urgent, 2000000000, 5) * if(points > 1, 2000000000, 1))",
    "sum(abs(cases.minutes * 100) - least(minutes, points, 0.5) + greatest(minutes * 1.5, 1))",
    "sum(cases.amount / 3 + points * 1/7)",
    "count(cases where days(due, done) >= 0 and done + 3 > due - 1)",
    "count(cases where 1/3 + 1/6 = 0.5 and points = points)",
    "count(cases where minutes < max(cases.minutes where urgent) - 1 or minutes > count(cases) / 20)",
    "percentile(cases.amount, 90 where points > avg(cases.points))",
    "percentile(cases.minutes, 75)",
    "avg(cases.minutes where urgent)",
    "count(cases where points < minutes or kind = officer or due < done)",
    "count(cases where amount < points or amount = amount)",
    "count(cases where points > sum(cases.minutes where kind = 'none'))",
    "count(min(cases.points) per kind)",
    "sum(distinct(cases.amount) per kind)",
    "distinct(cases.kind where points > avg(cases.points))",
    "avg(distinct(cases.officer) per kind)",
    "distinct(max(cases.minutes where urgent) per officer)",
    "max(max(cases.minutes) per officer, kind)",
    "count(min(cases.points) per officer)",
    "count(min(cases.points where urgent) per officer)",
    "avg(sum(cases.amount where points > 0) per kind)",
    "min(count(cases) per kind)",
    "last(cases.minutes by minutes)",
    "first(cases.amount where urgent by kind)",
    "first(cases.amount by done)",
    "last(cases.points where points > 7 by seen)",
]


DAYS: list[Period | Stretch] = [*PERIODS[:2], Stretch(date(2026, 1, 1), date(2026, 1, 16))]


def corners(runner: Runner, text: list[str], days: list[Period | Stretch], by: By, subjects: Subjects) -> list[str]:
    book = [aggregate(one, Window()) for one in text]
    cells = collect(plan(book, TABLE, days, by=by), runner, subjects)
    return differences(cells, book, FULL, days)


@pytest.mark.parametrize("connect", ENGINES)
@pytest.mark.parametrize("text", CORNERS)
def test_every_operation_agrees_on_a_table_of_all_combinations(text: str, connect: Connect) -> None:
    with connect({"cases": arrow(FULL)}) as runner:
        assert corners(runner, [text], DAYS, "unit", UNITS) == []
        assert corners(runner, [text], DAYS, "officer_in_unit", PAIRS) == []


def test_every_operation_is_sql_that_each_engine_reads_back_the_same() -> None:
    for dialect in get_args(Dialect):
        for scan in plan([aggregate(one, Window()) for one in CORNERS], TABLE, DAYS).scans:
            text = render(scan, dialect)
            assert sqlglot.parse_one(text, dialect=dialect).sql(dialect=dialect) == text


def of_minutes(connect: Connect, values: list[int], level: str) -> Fraction | None:
    """A percentile over rows of one unit and day with these minutes."""
    rows = [full_row(0) | {"id": str(place), "minutes": value} for place, value in enumerate(values)]
    total = aggregate(f"percentile(cases.minutes, {level})", Window())
    with connect({"cases": arrow(rows)}) as runner:
        return fractions(collect(plan([total], TABLE, PERIODS[:1]), runner, UNITS).numbers(total, PERIODS[0]))[0]


@pytest.mark.parametrize(
    ("count", "level", "rank"),
    [
        (1, "1", 1),
        (4, "50", 2),
        (5, "50", 3),
        (10, "90", 9),
        (10, "91", 10),
        (100, "7", 7),
        (1000, "99.9", 999),
        (3, "0.5", 1),
    ],
)
@pytest.mark.parametrize("connect", ENGINES)
def test_a_percentile_is_the_nearest_rank(count: int, level: str, rank: int, connect: Connect) -> None:
    assert of_minutes(connect, [10 * place for place in range(count, 0, -1)], level) == 10 * rank


@pytest.mark.parametrize("connect", ENGINES)
def test_a_value_that_occurs_often_counts_as_often(connect: Connect) -> None:
    assert [of_minutes(connect, [5, 7, 7, 7, 9], level) for level in ("20", "21", "80", "81")] == [5, 7, 7, 9]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("first(cases.minutes by done)", 1),
        ("last(cases.minutes by done)", 4),
        ("first(cases.minutes where minutes > 1 by done)", 2),
    ],
)
def test_ties_of_first_and_last_are_broken_by_key_then_value_with_unknown_keys_first(text: str, expected: int) -> None:
    rows = [full_row(0) | {"id": name, "minutes": n} for n, name in ((3, "k"), (2, None), (4, "k"), (1, None))]
    total = aggregate(text, Window())
    for order, connect in product((rows, rows[::-1]), ENGINES):
        with connect({"cases": arrow(order)}) as runner:
            cells = collect(plan([total], TABLE, PERIODS[:1]), runner, UNITS)
            assert fractions(cells.numbers(total, PERIODS[0]))[0] == expected
            assert differences(cells, [total], order, PERIODS[:1]) == []


BIG = 2**62


@pytest.mark.parametrize("connect", ENGINES)
@pytest.mark.parametrize(
    "text", ["distinct(cases.a * cases.n)", "count(cases where a * n > 0)", "max(cases.n * cases.a)"]
)
def test_products_beyond_int64_are_told_apart(text: str, connect: Connect) -> None:
    """Of the four products two are alike; wrapped round at 64 bits, others would be."""
    wide = replace(CASES, columns={**CASES.columns, "a": ColumnType("number"), "n": ColumnType("number")})
    signs = [(BIG, 3), (-BIG, -3), (BIG, -3), (-BIG, 3), (BIG - 1, 3), (BIG, -1)]
    rows = [full_row(0) | {"a": a, "n": n} for a, n in signs]
    schema = ARROW.append(pa.field("a", pa.int64())).append(pa.field("n", pa.int64()))
    total = aggregate(text, Window())
    with connect({"cases": pa.Table.from_pylist(rows, schema)}) as runner:
        cells = collect(plan([total], {"cases": wide}, PERIODS[:1]), runner, UNITS)
    expected = number(resolve(total, {"cases": wide}), wide, rows, {"a"}, date(2026, 1, 1), date(2026, 2, 1))
    assert fractions(cells.numbers(total, PERIODS[0]))[0] == expected
    by_hand = {"distinct": 4, "count": 3, "max": 3 * BIG}
    assert expected == by_hand[text.partition("(")[0]]


def test_no_corner_is_empty_of_meaning() -> None:
    """All but one find something: agreement about nothing proves nothing."""
    totals = {text: resolve(aggregate(text, Window()), TABLE) for text in CORNERS}
    found = {text: number(total, CASES, FULL, {"a", "b"}, *YEAR) for text, total in totals.items()}
    assert [text for text in CORNERS if not found[text]] == ["last(cases.points where points > 7 by seen)"]


@pytest.mark.xdist_group("spark")
@settings(max_examples=4)
@given(TABLES, st.lists(st.builds(aggregate, AGGREGATES, WINDOWS).filter(sensible), min_size=6, max_size=10), SOME)
def test_spark_and_plain_python_agree(
    spark: spark_runner.SparkRunner, rows: list[dict[str, Any]], book: list[Aggregate], periods: list[Period]
) -> None:
    spark.register("cases", arrow(rows))
    assert differences(collect(plan(book, TABLE, periods), spark, UNITS), book, rows, periods) == []


@pytest.mark.xdist_group("spark")
def test_every_operation_agrees_on_spark(spark: spark_runner.SparkRunner) -> None:
    spark.register("cases", arrow(FULL))
    assert corners(spark, CORNERS, DAYS[:1], "unit", UNITS) == []
    assert corners(spark, CORNERS[-8:-4], DAYS[2:], "officer_in_unit", PAIRS) == []
