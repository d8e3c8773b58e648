"""Notices in, one yes or no for every day out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from steelyard.engine.calendar.days import Calendar
from steelyard.engine.calendar.hours import Hours
from steelyard.engine.problems import CATALOGUE, NOWHERE, Place, Problem, Refused

CATALOGUE.add(
    {
        "calendar-year-doubled": (
            "{year} 年有两份安排（{first} 与 {basis}）；改动原安排的通知请写 amends",
            "{year} is arranged twice ({first} and {basis}); a notice that changes an earlier one says amends",
        ),
        "calendar-year-gap": (
            "缺 {year} 年的安排，前后年份却都有；请补上该年的通知，否则跨年的工作日无从计算",
            "no arrangement of {year} between known years; add its notice, or days across it cannot be counted",
        ),
        "calendar-no-year": (
            "截至 {known} 没有任何年度安排；请至少给出一年的通知",
            "no year is arranged as known on {known}; give the notice of at least one year",
        ),
        "calendar-amends-unknown": (
            "{basis} 改动的 {amends} 不在本日历中；请核对文号：{choices}",
            "{basis} amends {amends}, which this calendar does not have; check the number: {choices}",
        ),
        "calendar-leave-reversed": (
            "{name} 的末日 {last} 早于首日 {first}；请核对",
            "{name} ends on {last}, before it begins on {first}; check both",
        ),
        "calendar-off-and-work": (
            "{basis} 把 {day} 同时列为放假和上班；请删去一处",
            "{basis} lists {day} both as off and as worked; remove one",
        ),
        "calendar-work-on-weekday": (
            "{basis} 把 {day} 列为调休上班，但这一天本来就是工作日；请核对日期",
            "{basis} lists {day} as a make-up day, but it is a working day anyway; check the date",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Leave:
    """Days off, both ends included."""

    name: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        return map(date.fromordinal, range(self.first.toordinal(), self.last.toordinal() + 1))


@dataclass(frozen=True, slots=True)
class Notice:
    """One document. It either arranges a ``year`` or amends an earlier one (``amends`` is that document's 文号)."""

    basis: str
    issued: date
    year: int | None
    amends: str | None
    off: tuple[Leave, ...]
    work: tuple[date, ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What a calendar is made from. ``weekend`` counts Monday as 1."""

    name: str
    weekend: frozenset[int]
    notices: tuple[Notice, ...]


def arrange(arrangement: Arrangement, hours: Hours, known: date | None = None) -> Calendar:
    """The calendar as known on a day (None: with every notice). Later notices prevail. Raises `Refused`."""
    notices = [n for n in arrangement.notices if known is None or n.issued <= known]
    problems = [*_doubled(notices), *_years(notices, known), *_notice_problems(notices, arrangement.weekend)]
    if problems:
        raise Refused(problems)
    years = [n.year for n in notices if n.year is not None]
    return _days(arrangement, hours, sorted(notices, key=lambda n: n.issued), min(years), max(years))


def _days(arrangement: Arrangement, hours: Hours, notices: Sequence[Notice], first: int, last: int) -> Calendar:
    start, end = date(first, 1, 1), date(last + 1, 1, 1)
    said: dict[date, bool] = {}
    for notice in notices:
        said |= {day: False for leave in notice.off for day in leave.days()} | dict.fromkeys(notice.work, True)
    days = (date.fromordinal(number) for number in range(start.toordinal(), end.toordinal()))
    working = bytes(said.get(day, day.isoweekday() not in arrangement.weekend) for day in days)
    return Calendar(arrangement.name, start, working, hours, tuple(notice.basis for notice in notices))


def _doubled(notices: Sequence[Notice]) -> Iterator[Problem]:
    first: dict[int, str] = {}
    for notice in notices:
        if notice.year is not None and first.setdefault(notice.year, notice.basis) != notice.basis:
            params = {"year": notice.year, "first": first[notice.year], "basis": notice.basis}
            yield Problem("calendar-year-doubled", notice.place, params)


def _years(notices: Sequence[Notice], known: date | None) -> Iterator[Problem]:
    years = {notice.year for notice in notices if notice.year is not None}
    if not years:
        yield Problem("calendar-no-year", NOWHERE, {"known": known or "∞"})
        return
    for year in sorted(set(range(min(years), max(years))) - years):
        yield Problem("calendar-year-gap", NOWHERE, {"year": year})


def _notice_problems(notices: Sequence[Notice], weekend: frozenset[int]) -> Iterator[Problem]:
    numbers = [notice.basis for notice in notices]
    for notice in notices:
        if notice.amends is not None and notice.amends not in numbers:
            params = {"basis": notice.basis, "amends": notice.amends, "choices": "、".join(numbers)}
            yield Problem("calendar-amends-unknown", notice.place, params)
        yield from _day_problems(notice, weekend)


def _day_problems(notice: Notice, weekend: frozenset[int]) -> Iterator[Problem]:
    for leave in notice.off:
        if leave.last < leave.first:
            params = {"name": leave.name, "first": leave.first, "last": leave.last}
            yield Problem("calendar-leave-reversed", notice.place, params)
    off = {day for leave in notice.off for day in leave.days()}
    for day in notice.work:
        if day in off:
            yield Problem("calendar-off-and-work", notice.place, {"basis": notice.basis, "day": day})
        elif notice.year is not None and day.isoweekday() not in weekend:
            yield Problem("calendar-work-on-weekday", notice.place, {"basis": notice.basis, "day": day})
