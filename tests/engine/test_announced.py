"""Notices of the State Council, as they were published, against the days that were entered by hand from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from steelyard.engine.calendar import read_calendar
from steelyard.engine.calendar.announced import announced, written
from steelyard.engine.calendar.reading import official
from steelyard.engine.problems import Refused
from steelyard.engine.reading import read

FILE = Path(__file__).parent / "cases" / "notices.yaml"
NOTICES: dict[str, str] = {str(one["year"]): one["text"] for one in read(FILE.read_text("utf-8"), FILE.name)[0].tree}  # type: ignore[index, union-attr, call-overload]
BY_HAND = {notice.year: notice for notice in official().notices if notice.year is not None}


@pytest.mark.parametrize("year", NOTICES)
def test_a_published_notice_is_read_as_it_was_entered_by_hand(year: str) -> None:
    found, known = announced(NOTICES[year]), BY_HAND[int(year)]
    assert (found.basis, found.issued, found.year) == (known.basis, known.issued, known.year)
    assert {day for one in found.off for day in one.days()} == {day for one in known.off for day in one.days()}
    assert found.work == known.work


def test_what_is_written_of_a_notice_is_read_by_the_calendar_again() -> None:
    head = 'name: 局\nweekend: [6, 7]\nhours: {"01-01": ["09:00-17:00"]}\nnotices:\n'
    calendar = read_calendar(head + written(announced(NOTICES["2026"])), "calendar.yaml")
    days = {date(2026, 2, 14): True, date(2026, 2, 15): False, date(2026, 2, 23): False, date(2026, 2, 24): True}
    assert {day: calendar.is_workday(day) for day in days} == days
    assert calendar.basis == ("国办发明电〔2025〕7号",)


def test_a_notice_that_gives_leave_or_takes_it_only_is_written_without_the_other() -> None:
    """A single day off needs no make-up day; a notice may also only make a day a working day."""
    notice = announced(NOTICES["2026"])
    assert "work:" not in written(replace(notice, work=()))
    assert "off:" not in written(replace(notice, off=()))


def test_where_the_first_day_of_a_holiday_is_none_the_others_are_not_guessed_from_it() -> None:
    with pytest.raises(Refused) as refused:
        announced(NOTICES["2026"].replace("1月1日（周四）", "13月1日", 1))
    assert "announced-date" in {one.code for one in refused.value.problems}


@pytest.mark.parametrize(
    ("said", "instead", "code", "params"),
    [
        ("1月1日（周四）", "1月1日（周五）", "announced-weekday", {"said": "五", "found": "四"}),
        ("放假调休，共9天", "放假调休，共8天", "announced-count", {"said": 8, "found": 9}),
        ("5月9日（周六）上班", "5月9日视情况上班", "announced-clause", {"text": "5月9日视情况上班"}),
        ("2月14日（周六）", "2月34日（周六）", "announced-date", {"text": "2月34日（周六）"}),
        ("国办发明电〔2025〕7号", "", "announced-basis", {}),
        ("2026年\n部分", "部分", "announced-year", {}),
        ("2025年11月4日", "", "announced-issued", {}),
        ("2025年11月4日", "2025年13月4日", "announced-issued", {}),
        ("：", "；", "announced-none", {}),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused_with_what_it_says(
    said: str, instead: str, code: str, params: dict[str, Any]
) -> None:
    assert said in NOTICES["2026"]
    with pytest.raises(Refused) as refused:
        announced(NOTICES["2026"].replace(said, instead, -1 if said == "：" else 1))
    (problem,) = refused.value.problems
    assert problem.code == code
    assert {name: problem.params[name] for name in params} == params


def test_what_is_no_notice_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        announced("关于延长2020年春节假期的通知 国办发明电〔2020〕1号 2月3日起正常上班。2020年1月26日")
    assert "announced-year" in {one.code for one in refused.value.problems}
    with pytest.raises(Refused) as empty:
        announced("")
    assert {one.code for one in empty.value.problems} == {"announced-year", "announced-basis", "announced-issued"}
