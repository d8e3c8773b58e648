"""Working days and minutes on the official calendar."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.engine.calendar import Calendar, Hours, china, read_calendar
from steelyard.engine.problems import Refused
from steelyard.engine.reading import read

OFFICE = Hours.daily("09:00-12:00", "13:30-18:00")
CHINA = china(OFFICE)
CASES_FILE = Path(__file__).parent / "cases" / "workdays.yaml"
CASES: dict[str, list[dict[str, Any]]] = read(CASES_FILE.read_text("utf-8"), CASES_FILE.name)[0].tree  # type: ignore[assignment]


def cases(kind: str) -> Any:
    return pytest.mark.parametrize("case", [pytest.param(case["what"], id=case["case"]) for case in CASES[kind]])


def codes(text: str, known: date | None = None) -> list[str]:
    with pytest.raises(Refused) as refused:
        read_calendar(text, "calendar.yaml", known)
    for problem in refused.value.problems:
        assert not re.search(r"\{\w+\}", problem.text("zh") + problem.text("en"))
    return [problem.code for problem in refused.value.problems]


def test_there_are_thirty_cases():
    assert sum(map(len, CASES.values())) >= 30


@cases("days")
def test_workdays_counted_by_hand(case):
    a, b, expected = case
    assert CHINA.workdays(date.fromisoformat(a), date.fromisoformat(b)) == expected


@cases("minutes")
def test_workminutes_counted_by_hand(case):
    a, b, expected = case
    assert CHINA.workminutes(datetime.fromisoformat(a), datetime.fromisoformat(b)) == expected


@cases("add")
def test_a_number_of_workdays_away(case):
    day, n, expected = case
    assert CHINA.add_workdays(date.fromisoformat(day), int(n)) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("year", "workdays"),
    # weekdays of the year − weekdays off + make-up days, from the notices
    list(enumerate([250, 249, 250, 249, 250, 250, 249, 250, 249, 249, 251, 248, 248], 2014)),
)
def test_workdays_of_every_known_year(year, workdays):
    assert CHINA.days_within(date(year, 1, 1), date(year + 1, 1, 1)) == workdays


def test_days_that_no_notice_arranges_are_refused_never_guessed():
    asked = [
        lambda: CHINA.is_workday(date(2027, 1, 4)),
        lambda: CHINA.workdays(date(2013, 12, 31), date(2014, 1, 2)),
        lambda: CHINA.add_workdays(date(2026, 12, 30), 3),
        lambda: CHINA.add_workdays(date(2014, 1, 2), -1),
        lambda: CHINA.workminutes(datetime(2026, 12, 31, 9), datetime(2027, 1, 1, 9)),
        lambda: CHINA.workday_numbers(date(2026, 12, 1), 32),
        lambda: CHINA.days_within(date(2026, 1, 1), date(2027, 1, 2)),
        lambda: CHINA.workdays_between(
            np.array(["2013-12-31"], "datetime64[D]"), np.array(["2014-01-02"], "datetime64[D]")
        ),
    ]
    for ask in asked:
        with pytest.raises(Refused) as refused:
            ask()
        assert [problem.code for problem in refused.value.problems] == ["calendar-year-unknown"]


def test_the_extension_of_2020_was_not_known_before_it_was_issued():
    before, after = china(OFFICE, known=date(2020, 1, 25)), china(OFFICE, known=date(2020, 1, 26))
    saturday, friday = date(2020, 2, 1), date(2020, 1, 31)
    assert (before.is_workday(saturday), before.is_workday(friday)) == (True, True)
    assert (after.is_workday(saturday), after.is_workday(friday)) == (False, False)
    assert before.last == date(2020, 12, 31)


def test_a_calendar_names_the_notices_it_rests_on_and_its_digest_tells_changes():
    assert "国办发明电〔2020〕1号" in CHINA.basis
    assert CHINA.digest == china(OFFICE).digest
    assert CHINA.digest != china(Hours.daily("09:00-12:00", "13:30-17:30")).digest
    assert CHINA.digest != china(OFFICE, known=date(2025, 1, 1)).digest
    assert china(OFFICE) == CHINA


def test_numbers_of_days_in_a_row_are_those_of_each_day():
    numbers = CHINA.workday_numbers(date(2026, 2, 10), 20)
    assert numbers.tolist() == [CHINA.workday_number(date(2026, 2, 10) + timedelta(days=i)) for i in range(20)]
    assert numbers.dtype == np.int64
    assert not numbers.flags.writeable
    assert CHINA.workday_numbers(date(2026, 2, 10), 0).tolist() == []
    assert CHINA.workday_number(date(2014, 1, 1)) == 0
    assert CHINA.days_within(date(2014, 1, 1), date(2014, 1, 3)) == 1


SEASONS = Hours.read({"10-01": ["08:30-12:00", "13:30-17:30"], "05-01": ["08:30-12:00", "14:30-18:00"]})
SEASONAL = china(SEASONS)


def test_summer_and_winter_hours_change_on_their_day():
    days = {"2026-04-30": 450, "2026-05-06": 420, "2026-09-30": 420, "2026-10-08": 450, "2026-01-05": 450}
    for day, minutes in days.items():
        start = datetime.fromisoformat(day)
        assert SEASONAL.workminutes(start, start + timedelta(days=1)) == minutes
    assert SEASONAL.workminutes(datetime(2026, 4, 30, 14), datetime(2026, 5, 6, 15)) == 210 + 210 + 30


moments = st.datetimes(datetime(2014, 1, 1), datetime(2026, 12, 31, 23, 59))


def by_hand(calendar: Calendar, spans: list[tuple[int, int]], a: datetime, b: datetime) -> int:
    """Minute by minute."""
    a, b = (moment.replace(second=0, microsecond=0) for moment in (a, b))
    count = 0
    while a < b:
        minute = a.hour * 60 + a.minute
        count += calendar.is_workday(a.date()) and any(start <= minute < end for start, end in spans)
        a += timedelta(minutes=1)
    return count


@given(moments, st.integers(0, 4000))
def test_workminutes_equal_a_count_minute_by_minute(a, minutes):
    b = min(a + timedelta(minutes=minutes), datetime(2026, 12, 31, 23, 59))
    assert CHINA.workminutes(a, b) == by_hand(CHINA, [(540, 720), (810, 1080)], a, b)


@given(st.lists(st.tuples(moments, moments), min_size=1, max_size=5))
def test_columns_give_what_single_questions_give(pairs):
    a = np.array([pair[0] for pair in pairs], "datetime64[s]")
    b = np.array([pair[1] for pair in pairs], "datetime64[s]")
    assert SEASONAL.workminutes_between(a, b).tolist() == [SEASONAL.workminutes(*pair) for pair in pairs]
    days = [(first.date(), second.date()) for first, second in pairs]
    assert SEASONAL.workdays_between(a, b).tolist() == [SEASONAL.workdays(*pair) for pair in days]


@given(st.dates(date(2014, 3, 1), date(2026, 10, 1)), st.integers(1, 40))
def test_adding_workdays_is_the_reverse_of_counting_them(day, n):
    later = CHINA.add_workdays(day, n)
    assert CHINA.is_workday(later)
    assert CHINA.workdays(day, later) == n
    earlier = CHINA.add_workdays(day, -n)
    assert CHINA.is_workday(earlier)
    assert CHINA.days_within(earlier, day) == n


@given(moments.filter(lambda moment: moment < datetime(2026, 10, 1)), st.integers(1, 5000))
def test_adding_workminutes_gives_the_first_moment_by_which_they_have_passed(moment, n):
    later = SEASONAL.add_workminutes(moment, n)
    assert SEASONAL.workminutes(moment, later) == n
    assert SEASONAL.workminutes(moment, later - timedelta(minutes=1)) == n - 1


def test_a_deadline_in_working_minutes_steps_over_nights_leave_and_the_break_at_noon() -> None:
    """Spring Festival 2026: 15 to 23 February off, 28 February a working Saturday (国办发明电〔2025〕7号)."""
    friday = datetime(2026, 2, 13, 17, 30)
    assert CHINA.add_workminutes(friday, 30) == datetime(2026, 2, 13, 18)
    assert CHINA.add_workminutes(friday, 31) == datetime(2026, 2, 14, 9, 1)
    assert CHINA.add_workminutes(datetime(2026, 2, 14, 17), 60 + 180 + 1) == datetime(2026, 2, 24, 13, 31)
    assert CHINA.close(date(2026, 2, 24)) == datetime(2026, 2, 24, 18)
    with pytest.raises(Refused) as refused:
        CHINA.add_workminutes(datetime(2026, 12, 31, 17), 61)
    assert refused.value.problems[0].code == "calendar-year-unknown"
    assert CHINA.add_workminutes(datetime(2026, 12, 31, 17), 60) == datetime(2026, 12, 31, 18)


# -- an office's own file ----------------------------------------------------------------------------------------------

OWN = """
name: 某自治区税务局
base: china
hours: {"01-01": ["09:30-13:30", "15:30-19:00"]}
notices:
  - amends: 国办发明电〔2025〕7号
    basis: 某办发〔2026〕3号
    issued: 2026-03-01
    off: [{name: 地方节日, from: 2026-04-20, to: 2026-04-21}]
    work: [2026-04-25]
"""


def test_an_office_adds_its_own_days_and_hours_to_the_official_calendar():
    calendar = read_calendar(OWN, "calendar.yaml")
    assert [calendar.is_workday(date(2026, 4, day)) for day in (19, 20, 21, 22, 25)] == [
        False,
        False,
        False,
        True,
        True,
    ]
    assert calendar.workminutes(datetime(2026, 4, 22), datetime(2026, 4, 23)) == 450
    assert calendar.name == "某自治区税务局"
    assert calendar.basis[-1] == "某办发〔2026〕3号"
    assert read_calendar(OWN, "calendar.yaml", date(2026, 2, 28)).is_workday(date(2026, 4, 20))


def test_a_calendar_can_stand_alone_with_another_weekend():
    text = """
    name: 海外
    weekend: [5, 6]
    hours: {"01-01": ["08:00-24:00"]}
    notices: [{year: 2026, basis: 通告一, issued: 2025-12-01, work: [2026-01-02]}]
    """
    calendar = read_calendar(text, "calendar.yaml")
    assert [calendar.is_workday(date(2026, 1, day)) for day in (2, 3, 4, 9)] == [True, False, True, False]


ARRANGED = "year: 2026, basis: 一, issued: 2025-11-04"
THREE_SPANS = ["calendar-hours-span"] * 3
STANDALONE = 'name: 甲\nweekend: [6, 7]\nhours: {"01-01": ["09:00-17:00"]}\nnotices:\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["calendar-hours-missing", "calendar-value"]),
        ("[1]", ["calendar-hours-missing", "calendar-value"]),
        ("name: 甲", ["calendar-hours-missing", "calendar-missing", "calendar-missing"]),
        ("name: 甲\nbase: china", ["calendar-hours-missing"]),
        ("name: 甲\nbase: china\nhours: [09:00-12:00]", ["calendar-value"]),
        ('name: 甲\nbase: china\nhours: {"01-01": 9}', ["calendar-value"]),
        ('name: 甲\nbase: china\nhours: {"01-01": []}', ["calendar-hours-missing"]),
        ('name: 甲\nbase: mars\nhours: {"01-01": ["09:00-12:00"]}', ["calendar-value"]),
        ('name: 1\nbase: china\nhour: 1\nhours: {"01-01": ["09:00-12:00"]}', ["calendar-value", "calendar-key"]),
        ('name: 甲\nbase: china\nnotices: 无\nhours: {"01-01": ["09:00-12:00"]}', ["calendar-value"]),
        ('name: 甲\nbase: china\nweekend: [8, 0.5]\nhours: {"01-01": ["09:00-12:00"]}', ["calendar-key"]),
        (STANDALONE.replace("6, 7", "8, 0.5") + "  - {" + ARRANGED + "}", ["calendar-value"] * 2),
        (STANDALONE + "  - {year: 2026, basis: 一, issued: 2025-11-04, off: [节]}", ["calendar-value"]),
        (STANDALONE + "  - {year: 2026, issued: 2025-11-04}", ["calendar-missing"]),
        (STANDALONE + "  - {year: 2026, basis: 一, issued: 明天}", ["calendar-value"]),
        (STANDALONE + "  - {year: 2026, basis: 一, issued: 5}", ["calendar-value"]),
        (STANDALONE + "  - {year: 二〇二六, basis: 一, issued: 2025-11-04}", ["calendar-value"]),
        (STANDALONE + "  - {basis: 一, issued: 2025-11-04}", ["calendar-year-or-amends"]),
        (STANDALONE + "  - {year: 2026, amends: 二, basis: 一, issued: 2025-11-04}", ["calendar-year-or-amends"]),
        (STANDALONE + "  - {year: 2026, basis: 一, issued: 2025-11-04, off: [{name: 节}]}", ["calendar-missing"] * 2),
        (STANDALONE + "  - 2026", ["calendar-value"]),
        ('name: 甲\nbase: china\nhours: {"13-01": ["09:00-12:00"]}', ["calendar-hours-season"]),
        ('name: 甲\nbase: china\nhours: {"一月": ["09:00-12:00"]}', ["calendar-hours-season"]),
        ('name: 甲\nbase: china\nhours: {"01-01": ["9-12", "13:00-12:00", "20:00-24:30"]}', THREE_SPANS),
        ('name: 甲\nbase: china\nhours: {"01-01": ["09:00-12:00", "11:00-13:00"]}', ["calendar-hours-overlap"]),
    ],
)  # fmt: skip
def test_a_calendar_file_is_refused_with_every_reason(text, expected):
    found = codes(text)
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize(
    ("notices", "expected"),
    [
        (
            ["year: 2026, basis: 一, issued: 2025-11-04", "year: 2026, basis: 二, issued: 2025-11-05"],
            "calendar-year-doubled",
        ),
        (
            ["year: 2024, basis: 一, issued: 2023-11-04", "year: 2026, basis: 二, issued: 2025-11-05"],
            "calendar-year-gap",
        ),
        (
            ["year: 2026, basis: 一, issued: 2025-11-04", "amends: 三, basis: 二, issued: 2026-01-05"],
            "calendar-amends-unknown",
        ),
        (
            ["year: 2026, basis: 一, issued: 2025-11-04, off: [{name: 节, from: 2026-02-02, to: 2026-02-01}]"],
            "calendar-leave-reversed",
        ),
        (
            [f"{ARRANGED}, off: [{{name: 节, from: 2026-02-01, to: 2026-02-01}}], work: [2026-02-01]"],
            "calendar-off-and-work",
        ),
        (["year: 2026, basis: 一, issued: 2025-11-04, work: [2026-02-02]"], "calendar-work-on-weekday"),
    ],
)
def test_notices_that_contradict_each_other_are_refused(notices, expected):
    assert codes(STANDALONE + "".join(f"  - {{{notice}}}\n" for notice in notices)) == [expected]


def test_a_calendar_without_any_known_year_is_refused():
    text = STANDALONE + "  - {year: 2026, basis: 一, issued: 2025-11-04}"
    assert codes(text, date(2025, 11, 3)) == ["calendar-no-year"]
    assert codes('name: 甲\nweekend: []\nhours: {"01-01": ["09:00-17:00"]}\nnotices: []') == ["calendar-no-year"]


def test_hours_must_be_stated():
    with pytest.raises(Refused) as refused:
        Hours.daily()
    assert [problem.code for problem in refused.value.problems] == ["calendar-hours-missing"]
    with pytest.raises(Refused):
        Hours.read({})
