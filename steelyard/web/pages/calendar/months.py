"""A year as twelve months of weeks, each day with what it is."""

from __future__ import annotations

from calendar import Calendar as Weeks
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from steelyard.engine.calendar import Arrangement, Calendar

OFF, WORK, WEEKEND, USUAL = "off", "work", "weekend", "usual"


@dataclass(frozen=True)
class Day:
    """``kind``: off by a notice, worked on a weekend, a weekend, or as usual; ``holiday``: what the notice calls it;
    ``changed``: it was the other before."""

    day: date
    kind: str
    holiday: str
    today: bool
    changed: bool


@dataclass(frozen=True)
class Month:
    """``weeks``: seven days each, None for those of other months; ``workdays``: how many it has."""

    number: int
    weeks: Sequence[Sequence[Day | None]]
    workdays: int


def months(
    calendar: Calendar, arrangement: Arrangement, year: int, today: date, before: Calendar | None = None
) -> list[Month]:
    """``before``: another calendar against which days are marked."""
    named = {
        day: leave.name for notice in arrangement.notices for leave in notice.off for day in leave.days()
        if day.year == year
    }  # fmt: skip
    weekend = arrangement.weekend

    def said(day: date) -> Day:
        works = calendar.is_workday(day)
        usual = day.isoweekday() not in weekend
        kind = OFF if not works and day in named else WORK if works and not usual else USUAL if works else WEEKEND
        known = before is not None and before.start <= day <= before.last
        changed = known and before is not None and before.is_workday(day) != works
        return Day(day, kind, named.get(day, "") if kind == OFF else "", day == today, changed)

    return [_month(year, number, said) for number in range(1, 13)]


def _month(year: int, number: int, said: object) -> Month:
    assert callable(said)
    weeks = [
        [said(day) if day.month == number else None for day in week]
        for week in Weeks().monthdatescalendar(year, number)
    ]
    return Month(number, weeks, sum(one is not None and one.kind in (WORK, USUAL) for week in weeks for one in week))
