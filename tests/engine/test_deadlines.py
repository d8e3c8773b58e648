"""Working days by the official calendar, and from Monday to Friday where it has not been announced."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from steelyard.engine.calendar import Calendar, read_calendar
from steelyard.engine.calendar.deadlines import known, workdays_after, workdays_until
from steelyard.engine.problems import Refused

HOURS = '{"01-01": ["09:00-12:00", "13:30-17:30"]}'


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return read_calendar(f"name: 局\nbase: china\nhours: {HOURS}\n", "calendar.yaml")


def test_inside_the_calendar_its_holidays_count(calendar: Calendar) -> None:
    assert (
        workdays_after(calendar, date(2026, 9, 30), 1)
        == calendar.add_workdays(date(2026, 9, 30), 1)
        > date(2026, 10, 7)
    )


def test_beyond_it_days_are_counted_from_monday_to_friday(calendar: Calendar) -> None:
    assert calendar.last == date(2026, 12, 31)
    thursday = date(2026, 12, 31)
    assert workdays_after(calendar, thursday, 1) == date(2027, 1, 1)
    assert workdays_after(calendar, thursday, 2) == date(2027, 1, 4)
    assert workdays_after(calendar, date(2026, 12, 30), 3) == date(2027, 1, 4)
    assert workdays_after(calendar, date(2027, 1, 8), 5) == date(2027, 1, 15)
    assert [known(calendar, day) for day in (thursday, date(2027, 1, 1))] == [True, False]


@pytest.mark.parametrize("day", [date(2026, 9, 25), date(2026, 12, 28), date(2026, 12, 31), date(2027, 1, 9)])
def test_days_until_are_the_most_that_do_not_go_beyond(calendar: Calendar, day: date) -> None:
    for end in (day + timedelta(days=number) for number in range(30)):
        count = workdays_until(calendar, day, end)
        assert count == 0 or workdays_after(calendar, day, count) <= end
        assert workdays_after(calendar, day, count + 1) > end


def test_before_it_nothing_is_known(calendar: Calendar) -> None:
    with pytest.raises(Refused):
        workdays_after(calendar, date(2010, 1, 1), 5)
