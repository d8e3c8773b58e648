"""Names, types and sizes of expressions over rows: what is wrong, where, and what was probably meant."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from steelyard.engine.expressions.measures import Grouped, Measure, Plain, measure
from steelyard.engine.expressions.nodes import Aggregate, Window, call, name
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.expressions.rows import totals, walk
from steelyard.engine.expressions.schema import ColumnType, TableSchema, schema_of
from steelyard.engine.model.facts import Column, FactTable
from steelyard.engine.planning.scans import Scan
from steelyard.engine.planning.stretches import Stretch
from steelyard.engine.problems import Place, Problem, Refused
from steelyard.engine.sql.scans import render
from tests.engine.small_books import CASES, aggregate

OTHER = TableSchema("other", {"x": ColumnType("number")}, title="其他")
TABLES = {"cases": CASES, "other": OTHER}
HERE = Place("rules/a.yaml", 7, 11)


def measured(text: str) -> Measure:
    return measure(resolve(aggregate(text, Window()), TABLES, HERE), CASES, HERE)


def problems(text: str) -> list[Problem]:
    with pytest.raises(Refused) as refused:
        measured(text)
    for problem in refused.value.problems:
        assert problem.text("zh")
        assert problem.text("en")
    return list(refused.value.problems)


# -- names -------------------------------------------------------------------------------------------------------------


def test_chinese_names_and_aliases_mean_the_same_columns() -> None:
    chinese = resolve(aggregate("sum(案件.金额 where 类别 = 'x')", Window()), TABLES)
    assert chinese == resolve(aggregate("sum(cases.amount where cases.kind = 'x')", Window()), TABLES)


def test_a_misspelt_column_has_its_place_and_a_suggestion() -> None:
    (problem,) = problems("count(cases where point > 1)")
    assert problem.code == "expression-unknown-column"
    assert problem.place == Place("rules/a.yaml", 7, 11 + len("count(cases where "))
    assert "是否指“points”" in problem.text("zh")
    assert "points" in str(problem.params["allowed"])


def test_a_misspelt_table_lists_what_there_is() -> None:
    (problem,) = problems("count(case)")
    assert problem.code == "expression-unknown-table"
    assert "cases 案件" in problem.text("zh")
    assert "did you mean 'cases'" in problem.text("en")


def test_a_word_like_nothing_gets_no_suggestion() -> None:
    (problem,) = problems("count(qqqq)")
    assert "did you mean" not in problem.text("en")


def test_without_a_place_a_problem_has_none() -> None:
    with pytest.raises(Refused) as refused:
        resolve(aggregate("count(case)", Window()), TABLES)
    assert refused.value.problems[0].place == Place("")


@pytest.mark.parametrize(
    "text",
    [
        "count(cases where other.x > 1)",
        "sum(cases.points where points > max(other.x))",
        "count(cases where unit.staff > 1)",
    ],
)
def test_columns_of_another_table_are_refused(text: str) -> None:
    assert [problem.code for problem in problems(text)] == ["expression-other-table"]


def test_every_wrong_name_is_reported_at_once() -> None:
    found = problems("sum(max(cases.a where b > 1) per c, kind)")
    assert [problem.params["column"] for problem in found] == ["c", "a", "b"]


def test_a_declared_table_becomes_a_schema() -> None:
    columns = {
        "id": Column(name="序号", type="text"), "n": Column(name="个数", aliases=("数", "共"), type="integer"),
        "m": Column(name="金额", aliases=("共",), type="decimal(18,2)"), "d": Column(name="日期", type="date"),
    }  # fmt: skip
    declared = FactTable(
        table="t", name="表", source="系统", columns=columns, key=("id",), date="d", derive={"late": "days(d, d)"}
    )
    schema = schema_of(declared)
    assert schema.columns["m"] == ColumnType("number", 2, 10**18 - 1)
    assert schema.columns["late"].kind == "number"
    assert [schema.column(written) for written in ("金额", "数", "n", "共")] == ["m", "n", "n", None]
    assert (schema.key, schema.date, schema.unit) == (("id",), "d", None)


# -- types -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("count(cases where amount)", "expression-type"),
        ("count(cases where amount > '1')", "expression-type"),
        ("count(cases where kind + 1 = 2)", "expression-type"),
        ("count(cases where due > '2026-01-01')", "expression-type"),
        ("count(cases where seen > due)", "expression-type"),
        ("count(cases where urgent > (points > 1))", "expression-type"),
        ("count(cases where urgent and kind)", "expression-type"),
        ("count(cases where kind in ('x', 1))", "expression-type"),
        ("count(cases where due - done > 1)", "expression-type"),
        ("count(cases where seen + 1 > seen)", "expression-type"),
        ("count(cases where due + 0.5 > done)", "expression-type"),
        ("count(cases where due + 36601 > done)", "expression-type"),
        ("sum(cases.kind)", "expression-type"),
        ("max(cases.due)", "expression-type"),
        ("sum(if(cases.urgent, 1, kind))", "expression-type"),
        ("sum(if(cases.points, 1, 2))", "expression-type"),
        ("sum(abs(cases.kind))", "expression-type"),
        ("sum(days(cases.due, points))", "expression-type"),
        ("sum(least(cases.points, due))", "expression-type"),
        ("sum(workdays(cases.due, done))", "expression-row-function"),
        ("sum(abz(cases.points))", "expression-row-function"),
        ("sum(abs(cases.points, 1))", "expression-row-arguments"),
        ("sum(least(cases.points))", "expression-row-arguments"),
        ("sum(cases.points / minutes)", "expression-row-division"),
        ("distinct(cases.points / minutes)", "expression-row-division"),
        ("count(cases where least(points / minutes, 1) > 0)", "expression-row-division"),
        ("count(cases where points / 0 > 1)", "expression-row-zero"),
        ("count(cases where minutes * minutes * minutes > 1)", "expression-row-number"),
        ("sum(cases.minutes * minutes * 1000)", "expression-row-number"),
        ("count(cases where minutes * minutes > 0.01)", "expression-row-number"),
        ("percentile(cases.points, 99.1234567)", "expression-level"),
        ("sum(avg(cases.points) per kind)", "expression-per"),
        ("sum(percentile(cases.points, 90) per kind)", "expression-per"),
        ("last(max(cases.points) per kind by due)", "expression-per"),
        ("count(cases where points > distinct(cases.kind))", "expression-row-total"),
        ("count(cases where points > sum(max(cases.points) per kind))", "expression-row-total"),
        ("count(cases where points > sum(cases.points where points > avg(cases.points)))", "expression-row-total"),
        ("count(cases where points > sum(cases.kind))", "expression-type"),
        ("count(cases where minutes * minutes > sum(cases.minutes) * 10000000000)", "expression-row-number"),
    ],
)
def test_what_does_not_fit_is_refused(text: str, code: str) -> None:
    assert [problem.code for problem in problems(text)] == [code]


def test_a_problem_of_types_points_at_the_part() -> None:
    (problem,) = problems("count(cases where urgent and amount > '1')")
    assert problem.place.column == 11 + len("count(cases where urgent and amount > ")


def test_several_problems_are_reported_together() -> None:
    codes = [problem.code for problem in problems("sum(cases.kind where foo(1) > 1 and amount = 'x')")]
    assert sorted(codes) == ["expression-row-function", "expression-type", "expression-type"]


def test_a_total_with_a_window_of_its_own_is_refused_inside_a_condition() -> None:
    inner = aggregate("avg(cases.points)", Window(years=1))
    nested = Aggregate("count", "cases", where=call(">", name("points"), inner))
    with pytest.raises(Refused) as refused:
        measure(resolve(nested, TABLES), CASES)
    assert [problem.code for problem in refused.value.problems] == ["expression-row-total"]


# -- what aggregates need ----------------------------------------------------------------------------------------------


def test_an_average_is_a_sum_and_a_count() -> None:
    found = measured("avg(cases.amount)")
    assert (found.top.kind, found.weight and found.weight.kind, found.scale, found.mean) == ("sum", "count", 100, True)
    assert found.additive


def test_a_distinct_count_is_a_count_of_groups() -> None:
    found = measured("distinct(cases.kind where urgent)")
    assert isinstance(found.shape, Grouped)
    assert found.top.inner is not None
    assert not found.additive


def test_a_comparison_with_a_total_reads_rows_again() -> None:
    found = measured("count(cases where amount < avg(cases.amount) / 2)")
    assert isinstance(found.shape, Plain)
    assert not found.additive
    assert [atom.kind for atom in totals(found.top)] == ["count", "sum"]


def test_factors_of_one_leave_no_trace() -> None:
    assert measured("sum(cases.points * 1)") == measured("sum(cases.points)")


def test_constants_are_folded_exactly() -> None:
    found = measured("sum(cases.points * (1/3 + 0.5 - 5% - 1/(-4)) * 6)")
    (factor,) = [step.value for step in walk(found.top) if step.op == "constant"]
    assert isinstance(factor, int)
    assert Fraction(factor, found.scale) == Fraction(31, 5)


# -- canaries ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fraction", ["month(due)", "if(urgent, 1, 1)"])
def test_nested_divisions_cannot_blow_up(fraction: str) -> None:
    inner = fraction
    for _ in range(30):
        inner = f"1 / ({fraction} + {inner})"
    codes = {problem.code for problem in problems(f"count(cases where {inner} > 0)")}
    assert codes <= {"expression-row-size", "expression-row-number"}
    assert codes


def test_a_column_named_like_sql_stays_a_name() -> None:
    columns = {"select": ColumnType("number"), "from": ColumnType("text"), "d": ColumnType("date")}
    days = Stretch(date(2026, 1, 1), date(2026, 2, 1))
    table = TableSchema("order", columns, unit="from", date="d")
    found = measure(resolve(aggregate("sum(order.select)", Window()), {"order": table}), table)
    scan = Scan("order", ("from",), "d", "date", found.shape, found.atoms, (days,), monthly=True)
    assert 'SUM(CAST("select" AS BIGINT))' in render(scan, "duckdb")
    assert 'FROM "order"' in render(scan, "duckdb")
