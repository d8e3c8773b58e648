"""The promise of planning is the number of times a table is read."""

from __future__ import annotations

from datetime import date

import pytest

from steelyard.engine.expressions.nodes import Aggregate, Window
from steelyard.engine.expressions.schema import TableSchema
from steelyard.engine.periods import CALENDAR_YEARS, PeriodSystem
from steelyard.engine.planning.scans import Plan, plan
from steelyard.engine.planning.stretches import Stretch, batches, stretch
from steelyard.engine.problems import Refused
from steelyard.engine.sql.scans import render
from tests.conftest import Golden
from tests.engine.small_books import CASES, aggregate

MONTHS = [CALENDAR_YEARS.parse(f"2026-{month:02}") for month in range(1, 13)]
TABLE = {"cases": CASES}
WHOLE_YEAR = Window("year")
TO_DATE = Window("to_date")


def book(*texts: str, window: Window = Window()) -> list[Aggregate]:  # noqa: B008
    return [aggregate(text, window) for text in texts]


def additive() -> list[Aggregate]:
    return [
        *book("count(cases where urgent)", "sum(案件.金额)"),
        *book("avg(cases.minutes where points > 0)", "max(cases.points)"),
        *book("sum(cases.amount)", "count(cases)", window=TO_DATE),
        *book("sum(cases.amount)", window=Window("period", years=1)),
    ]


def test_all_additive_totals_on_one_table_share_one_scan() -> None:
    made = plan(additive(), TABLE, MONTHS)
    assert [(scan.table, scan.monthly, scan.stretches) for scan in made.scans] == [
        ("cases", True, (Stretch(date(2025, 1, 1), date(2027, 1, 1)),))
    ]


def test_an_atom_that_many_totals_need_is_read_once() -> None:
    made = plan(book("sum(cases.amount)", "avg(cases.amount)", "sum(案件.金额)"), TABLE, MONTHS)
    assert [len(scan.atoms) for scan in made.scans] == [2]


def test_each_table_is_read_for_itself() -> None:
    other = TableSchema("other", CASES.columns, unit="unit", date="due")
    made = plan([*additive(), *book("count(other)")], TABLE | {"other": other}, MONTHS)
    assert [scan.table for scan in made.scans] == ["cases", "other"]


def test_distinct_counts_of_twelve_months_share_one_scan() -> None:
    made = plan(book("distinct(cases.officer)", "distinct(cases.officer where urgent)"), TABLE, MONTHS)
    assert [len(scan.stretches) for scan in made.scans] == [12]


def test_cumulative_windows_overlap_and_take_one_scan_each() -> None:
    made = plan(book("distinct(cases.officer)", window=TO_DATE), TABLE, MONTHS)
    assert [len(scan.stretches) for scan in made.scans] == [1] * 12


def test_the_same_stretch_meant_twice_is_read_once() -> None:
    made = plan(book("percentile(cases.minutes, 90)", window=WHOLE_YEAR), TABLE, MONTHS)
    assert [scan.stretches for scan in made.scans] == [(Stretch(date(2026, 1, 1), date(2027, 1, 1)),)]


def test_days_that_are_no_whole_months_are_read_for_themselves() -> None:
    days = Stretch(date(2026, 1, 10), date(2026, 2, 20))
    made = plan(book("count(cases)", "sum(cases.amount)"), TABLE, [days])
    assert [(scan.monthly, scan.stretches, len(scan.atoms)) for scan in made.scans] == [(False, (days,), 2)]


def test_no_batch_holds_two_stretches_that_share_a_day() -> None:
    one, two, both = (Stretch(date(2026, a, 1), date(2026, b, 1)) for a, b in ((1, 2), (2, 3), (1, 3)))
    assert batches([both, two, one, two]) == [(one, two), (both,)]


@pytest.mark.parametrize(
    ("window", "period", "expected"),
    [
        (Window(), "2026Q1", ("2026-01-01", "2026-04-01")),
        (Window("to_date"), "2026Q2", ("2026-01-01", "2026-07-01")),
        (Window("year"), "2026-05", ("2026-01-01", "2027-01-01")),
        (Window("period", years=1), "2026-02", ("2025-02-01", "2025-03-01")),
        (Window("period", periods=2), "2026Q1", ("2025-07-01", "2025-10-01")),
        (Window("to_date", years=1, periods=1), "2026-01", ("2024-01-01", "2025-01-01")),
        (Window(), "2026-03YTD", ("2026-01-01", "2026-04-01")),
        (Window("year", years=1), "2026-03YTD", ("2025-01-01", "2026-01-01")),
    ],
)
def test_windows_are_seen_from_the_period(window: Window, period: str, expected: tuple[str, str]) -> None:
    days = stretch(window, CALENDAR_YEARS.parse(period))
    assert (str(days.start), str(days.end)) == expected


def test_a_fiscal_year_starts_where_its_system_says() -> None:
    england = PeriodSystem(4, "FY")
    assert str(stretch(Window("year"), england.parse("FY2010Q3"))) == "2010-04-01..2011-04-01"


@pytest.mark.parametrize(
    ("window", "period", "code"),
    [
        (Window(years=10**9), MONTHS[0], "window-too-far"),
        (Window(periods=101), MONTHS[0], "window-too-far"),
        (Window(years=99), CALENDAR_YEARS.parse("0100"), "window-too-far"),
        (Window(checkpoint="Q1"), MONTHS[0], "window-checkpoint-open"),
        (Window("to_date"), Stretch(date(2026, 1, 2), date(2026, 2, 1)), "window-of-days"),
    ],
)
def test_a_window_without_a_meaning_is_refused(window: Window, period: object, code: str) -> None:
    with pytest.raises(Refused) as refused:
        plan([aggregate("count(cases)", window)], TABLE, [period])
    assert [problem.code for problem in refused.value.problems] == [code]


def test_planning_reports_all_problems_and_each_once() -> None:
    undated = TableSchema("undated", CASES.columns, unit="unit")
    texts = ["count(undated)", "sum(undated.points)", "count(nothing)", "sum(cases.amount + kind)"]
    with pytest.raises(Refused) as refused:
        plan(book(*texts), TABLE | {"undated": undated}, MONTHS, by="officer_in_unit")
    assert sorted(problem.code for problem in refused.value.problems) == [
        "expression-type", "expression-unknown-table", "planning-no-column", "planning-no-column",
    ]  # fmt: skip


# -- SQL that people read in review ------------------------------------------------------------------------------------

EXAMPLES: dict[str, Plan[object]] = {
    "monthly": plan(additive(), TABLE, MONTHS),
    "distinct": plan(book("distinct(cases.officer where urgent)", "distinct(cases.officer)"), TABLE, MONTHS[:2]),
    "per": plan(book("sum(max(cases.points where urgent) per kind)"), TABLE, MONTHS[:1]),
    "percentile": plan(book("percentile(cases.minutes, 90 where kind in ('x', 'y'))"), TABLE, MONTHS[:1]),
    "last": plan(book("last(cases.amount by done)"), TABLE, MONTHS[:1], by="officer"),
    "nested": plan(book("count(cases where amount < avg(cases.amount) / 2)"), TABLE, MONTHS[:1]),
}


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_scans_read_well(name: str, dialect: str, golden: Golden) -> None:
    (scan,) = EXAMPLES[name].scans
    golden.compare(f"scans/{name}.{dialect}.sql", render(scan, dialect, pretty=True) + "\n")  # type: ignore[arg-type]
