"""Periods by name: extent, neighbours, checkpoints, words; calendar and fiscal years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.engine.periods import CALENDAR_YEARS, LENGTH, Period, PeriodSystem, first_day
from steelyard.engine.problems import Refused

COUNCIL_TAX = PeriodSystem(first_month=4, prefix="FY")
NAMED_BY_END = PeriodSystem(first_month=10, prefix="FY", named_after="end")


def names(periods: tuple[Period, ...]) -> list[str]:
    return [str(period) for period in periods]


@pytest.mark.parametrize(
    ("system", "text", "start", "end"),
    [
        (CALENDAR_YEARS, "2026", date(2026, 1, 1), date(2027, 1, 1)),
        (CALENDAR_YEARS, "2026H1", date(2026, 1, 1), date(2026, 7, 1)),
        (CALENDAR_YEARS, "2026H2", date(2026, 7, 1), date(2027, 1, 1)),
        (CALENDAR_YEARS, "2026Q1", date(2026, 1, 1), date(2026, 4, 1)),
        (CALENDAR_YEARS, "2026-02", date(2026, 2, 1), date(2026, 3, 1)),
        (CALENDAR_YEARS, "2026Q3YTD", date(2026, 1, 1), date(2026, 10, 1)),
        (CALENDAR_YEARS, "2026-12YTD", date(2026, 1, 1), date(2027, 1, 1)),
        (COUNCIL_TAX, "FY2010", date(2010, 4, 1), date(2011, 4, 1)),
        (COUNCIL_TAX, "FY2010Q4", date(2011, 1, 1), date(2011, 4, 1)),
        (COUNCIL_TAX, "FY2010H2", date(2010, 10, 1), date(2011, 4, 1)),
        (COUNCIL_TAX, "2011-03", date(2011, 3, 1), date(2011, 4, 1)),
        (COUNCIL_TAX, "2011-03YTD", date(2010, 4, 1), date(2011, 4, 1)),
        (NAMED_BY_END, "FY2010", date(2009, 10, 1), date(2010, 10, 1)),
        (NAMED_BY_END, "FY2010Q1", date(2009, 10, 1), date(2010, 1, 1)),
        (PeriodSystem(first_month=1, named_after="end"), "2026", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_period_has_a_first_day_and_a_day_after(system, text, start, end):
    period = system.parse(text)
    assert (str(period), period.start, period.end) == (text, start, end)
    days = (start - timedelta(days=1), start, end - timedelta(days=1), end)
    assert [period.contains(day) for day in days] == [False, True, True, False]


def test_cumulative_may_be_written_in_chinese():
    assert str(CALENDAR_YEARS.parse("2026Q3累计")) == "2026Q3YTD"


@pytest.mark.parametrize(
    ("system", "text"),
    [
        *(
            (CALENDAR_YEARS, text)
            for text in ("", "26", "2026Q5", "2026H3", "2026-13", "2026-1", "2026q1", "FY2026", "0001")
        ),
        *((CALENDAR_YEARS, text) for text in ("2026Q1 ", "2026YTDYTD", "9999", "２０２６", "2026\n")),
        *((COUNCIL_TAX, text) for text in ("2010", "2010Q1", "FY2010-04", "AB2010")),
    ],
)
def test_what_is_no_period_is_refused_with_examples(system, text):
    with pytest.raises(Refused) as refused:
        system.parse(text)
    (problem,) = refused.value.problems
    assert problem.code == "period-unreadable"
    assert f"{system.prefix}2026Q1" in problem.text("zh")


def test_neighbours_of_a_period():
    quarter = CALENDAR_YEARS.parse("2026Q1")
    assert [str(p) for p in (quarter.previous, quarter.next, quarter.last_year, quarter.parent)] == [
        *("2025Q4", "2026Q2", "2025Q1", "2026H1"),
    ]
    month = COUNCIL_TAX.parse("2011-01")
    assert [str(p) for p in (month.previous, month.next, month.last_year, month.parent)] == [
        *("2010-12", "2011-02", "2010-01", "FY2010Q4"),
    ]
    assert str(COUNCIL_TAX.parse("FY2010Q4").parent) == "FY2010H2"
    assert str(CALENDAR_YEARS.parse("2026H2").parent) == "2026"
    assert CALENDAR_YEARS.parse("2026").parent is None
    assert str(CALENDAR_YEARS.parse("2026-01YTD").previous) == "2025-12YTD"


def test_months_and_parts_of_a_period():
    assert names(CALENDAR_YEARS.parse("2026Q1").months) == ["2026-01", "2026-02", "2026-03"]
    assert names(COUNCIL_TAX.parse("FY2010").parts("quarter")) == ["FY2010Q1", "FY2010Q2", "FY2010Q3", "FY2010Q4"]
    assert names(CALENDAR_YEARS.parse("2026Q3YTD").parts("quarter")) == ["2026Q1", "2026Q2", "2026Q3"]
    assert names(CALENDAR_YEARS.parse("2026").checkpoints("quarter")) == [
        "2026Q1YTD",
        "2026Q2YTD",
        "2026Q3YTD",
        "2026Q4YTD",
    ]
    assert CALENDAR_YEARS.parse("2026Q1").month_numbers == range(2026 * 12, 2026 * 12 + 3)
    assert first_day(2026 * 12 + 1) == date(2026, 2, 1)


@pytest.mark.parametrize(("text", "kind"), [("2026Q1", "half"), ("2026-01", "quarter"), ("2026Q3YTD", "half")])
def test_a_period_is_only_divided_into_whole_parts(text, kind):
    with pytest.raises(Refused) as refused:
        CALENDAR_YEARS.parse(text).parts(kind)
    assert [problem.code for problem in refused.value.problems] == ["period-not-divisible"]
    assert "{" not in refused.value.problems[0].text("en")


def test_a_period_contains_shorter_ones():
    year, quarter = CALENDAR_YEARS.parse("2026"), CALENDAR_YEARS.parse("2026Q2")
    assert year.contains(quarter)
    assert not quarter.contains(year)
    assert not quarter.contains(CALENDAR_YEARS.parse("2026Q2YTD"))
    assert quarter.to_date.contains(CALENDAR_YEARS.parse("2026Q1"))
    assert quarter.to_date.alone == quarter


@pytest.mark.parametrize(
    ("system", "text", "chinese", "english"),
    [
        (CALENDAR_YEARS, "2026", "2026年", "2026"),
        (CALENDAR_YEARS, "2026H1", "2026年上半年", "half 1 of 2026"),
        (CALENDAR_YEARS, "2026H2", "2026年下半年", "half 2 of 2026"),
        (CALENDAR_YEARS, "2026Q1", "2026年一季度", "Q1 2026"),
        (CALENDAR_YEARS, "2026Q4", "2026年四季度", "Q4 2026"),
        (CALENDAR_YEARS, "2026-03", "2026年3月", "March 2026"),
        (CALENDAR_YEARS, "2026Q3YTD", "2026年1月至9月累计", "January 2026 to September 2026, cumulative"),
        (CALENDAR_YEARS, "2026-01YTD", "2026年1月累计", "January 2026 to January 2026, cumulative"),
        (COUNCIL_TAX, "FY2010", "2010财年", "FY 2010"),
        (COUNCIL_TAX, "FY2010Q4", "2010财年四季度", "Q4 FY 2010"),
        (COUNCIL_TAX, "2011-01", "2011年1月", "January 2011"),
        (COUNCIL_TAX, "2011-01YTD", "2010财年4月至次年1月累计", "April 2010 to January 2011, cumulative"),
        (COUNCIL_TAX, "2010-05YTD", "2010财年4月至5月累计", "April 2010 to May 2010, cumulative"),
    ],
)
def test_words_for_people(system, text, chinese, english):
    period = system.parse(text)
    assert (period.words("zh"), period.words("en")) == (chinese, english)


@pytest.mark.parametrize(
    ("month", "prefix", "codes"),
    [
        (0, "FY", ["period-system-month"]),
        (13, "", ["period-system-month", "period-system-prefix"]),
        (4, "", ["period-system-prefix"]),
        (4, "fy", ["period-system-prefix"]),
        (1, "2", ["period-system-prefix"]),
    ],
)
def test_a_year_that_does_not_start_in_january_is_told_apart(month, prefix, codes):
    with pytest.raises(Refused) as refused:
        PeriodSystem(month, prefix)
    assert [problem.code for problem in refused.value.problems] == codes


systems = st.sampled_from([CALENDAR_YEARS, COUNCIL_TAX, NAMED_BY_END, PeriodSystem(7, "F")])


@given(systems, st.dates(date(1990, 1, 1), date(2050, 1, 1)), st.sampled_from(sorted(LENGTH)), st.booleans())
def test_a_name_read_back_is_the_same_period(system, day, kind, cumulative):
    period = system.containing(day, kind)
    period = period.to_date if cumulative else period
    assert period.contains(day)
    assert system.parse(str(period)) == period
    assert period.previous.next == period
    assert period.alone.previous.end == period.alone.start
    assert len(period.alone.months) == LENGTH[kind]
    assert period.parent is None or period.parent.contains(period)
