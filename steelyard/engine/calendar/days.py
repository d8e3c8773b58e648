"""Counting working days and working minutes, one at a time or a whole column at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from steelyard.engine.calendar.hours import Hours
from steelyard.engine.problems import CATALOGUE, refuse

CATALOGUE.add(
    {
        "calendar-year-unknown": (
            "{day} 不在“{name}”工作日历已知的年份内（{first} 至 {last}）；请补充该年的放假安排，或更正日期",
            "{day} lies outside the years that calendar '{name}' knows ({first} to {last}); "
            "add that year's arrangement or correct the date",
        ),
    }
)

Ints: TypeAlias = npt.NDArray[np.int64]
Moments: TypeAlias = "npt.NDArray[np.datetime64]"

_MINUTE, _DAY = "datetime64[m]", "datetime64[D]"


@dataclass(frozen=True, slots=True)
class Calendar:
    """``working`` holds one byte a day from ``start`` on: 1 for a working day. Nothing outside is known.

    Every question about an unknown day is refused with ``calendar-year-unknown``.
    """

    name: str
    start: date
    working: bytes
    hours: Hours
    basis: tuple[str, ...]
    _days: Ints = field(init=False, repr=False, compare=False)  # working days up to and including day i
    _minutes: Ints = field(init=False, repr=False, compare=False)  # working minutes before day i
    _season: Ints = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        open_days = np.frombuffer(self.working, dtype=np.uint8).astype(np.int64)
        season = np.array([self.hours.season(self._day(index)) for index in range(len(open_days))], dtype=np.int64)
        length = np.array([self.hours.minutes(number) for number in range(len(self.hours.seasons))], dtype=np.int64)
        minutes = open_days * length[season]
        self._keep("_days", open_days.cumsum())
        self._keep("_minutes", minutes.cumsum() - minutes)
        self._keep("_season", season)

    def _keep(self, name: str, numbers: Ints) -> None:
        numbers.setflags(write=False)
        object.__setattr__(self, name, numbers)

    @property
    def last(self) -> date:
        """The last known day."""
        return self._day(len(self.working) - 1)

    @property
    def digest(self) -> str:
        """SHA-256 over all that decides an answer, for the record of a run."""
        told = f"{self.name}\n{self.start}\n{self.hours.seasons}\n{self.basis}\n".encode()
        return hashlib.sha256(told + self.working).hexdigest()

    # -- days -----------------------------------------------------------------------------------------------------

    def is_workday(self, day: date) -> bool:
        return self.working[self._index(day)] == 1

    def workday_number(self, day: date) -> int:
        """How many working days from `start` up to and including ``day``."""
        return int(self._days[self._index(day)])

    def workday_numbers(self, start: date, count: int) -> Ints:
        """`workday_number` of ``count`` days in a row; shape (count,), read-only."""
        if count <= 0:
            return self._days[:0]
        first, last = self._index(start), self._index(start + timedelta(days=count - 1))
        return self._days[first : last + 1]

    def workdays(self, a: date, b: date) -> int:
        """Working days after ``a`` up to and including ``b``; negative when ``b`` lies before ``a``."""
        return self.workday_number(b) - self.workday_number(a)

    def workdays_between(self, a: Moments, b: Moments) -> Ints:
        """`workdays` for two columns of dates. Rows without a date must be left out by the caller."""
        return self._days[self._indices(b.astype(_DAY))] - self._days[self._indices(a.astype(_DAY))]

    def days_within(self, first: date, end: date) -> int:
        """Working days from ``first`` to the day before ``end``."""
        return self._before(end) - self._before(first)

    def add_workdays(self, day: date, n: int) -> date:
        """The n-th working day after ``day``; with n < 0 the n-th before it.

        With n = 0 the day itself or, when it is a day off, the next working day (民法典第二百零三条: a period that
        ends on a day off ends on the day after the leave).
        """
        if n < 0:
            target = self._before(day) + n + 1
        else:
            target = self.workday_number(day) + (n or 1 - self.working[self._index(day)])
        index = int(np.searchsorted(self._days, target)) if target > 0 else -1
        if not 0 <= index < len(self._days):
            raise self._unknown(f"{day} {n:+d}")
        return self._day(index)

    # -- minutes --------------------------------------------------------------------------------------------------

    def workminutes(self, a: datetime, b: datetime) -> int:
        """Working minutes from ``a`` to ``b``, negative when ``b`` lies before ``a``.

        Both moments are first cut to their minute, so that parts of a case add up to the whole.
        """
        moments = np.array([a, b], dtype=_MINUTE)
        first, second = self.minute_numbers(moments)
        return int(second - first)

    def workminutes_between(self, a: Moments, b: Moments) -> Ints:
        """`workminutes` for two columns of moments. Rows without a moment must be left out by the caller."""
        return self.minute_numbers(b) - self.minute_numbers(a)

    def minute_numbers(self, moments: Moments) -> Ints:
        """Working minutes from `start` up to each moment; shape as given."""
        minutes = moments.astype(_MINUTE)
        days = minutes.astype(_DAY)
        index = self._indices(days)
        within = (minutes - days).astype(np.int64)
        return self._minutes[index] + self._open(index) * self._elapsed(self._season[index], within)

    def add_workminutes(self, moment: datetime, n: int) -> datetime:
        """The first moment by which ``n`` (at least 1) working minutes have passed since ``moment``."""
        (before,) = self.minute_numbers(np.array([moment], dtype=_MINUTE))
        target = int(before) + n
        index = int(np.searchsorted(self._minutes, target)) - 1  # the day that begins before it and ends at it or later
        last = self._minutes[-1] + self._open(np.array([-1]))[0] * self.hours.minutes(int(self._season[-1]))
        if target > last:
            raise self._unknown(f"{moment} {n:+d}")
        left = target - int(self._minutes[index])
        spans = self.hours.seasons[int(self._season[index])][1]
        worked = accumulate(end - start for start, end in spans)
        by = next(end - (so_far - left) for (_, end), so_far in zip(spans, worked, strict=True) if left <= so_far)
        return _at(self._day(index), by)

    def close(self, day: date) -> datetime:
        """When the working hours of a day end."""
        return _at(day, self.hours.seasons[int(self._season[self._index(day)])][1][-1][1])

    def _elapsed(self, season: Ints, within: Ints) -> Ints:
        """Working minutes that a working day of each season has behind it at minute ``within``."""
        passed = np.zeros_like(within)
        for number, (_, spans) in enumerate(self.hours.seasons):
            here = sum((np.clip(within - start, 0, end - start) for start, end in spans), np.zeros_like(within))
            passed = np.where(season == number, here, passed)
        return passed

    def _open(self, index: Ints) -> Ints:
        return np.frombuffer(self.working, dtype=np.uint8)[index].astype(np.int64)

    # -- where a day lies -----------------------------------------------------------------------------------------

    def _day(self, index: int) -> date:
        return self.start + timedelta(days=index)

    def _before(self, day: date) -> int:
        """Working days before a day; the day after the last known one may be asked."""
        return 0 if day == self.start else self.workday_number(day - timedelta(days=1))

    def _index(self, day: date) -> int:
        index = day.toordinal() - self.start.toordinal()
        if not 0 <= index < len(self.working):
            raise self._unknown(day)
        return index

    def _indices(self, days: Moments) -> Ints:
        index = (days - np.datetime64(self.start, "D")).astype(np.int64)
        outside = (index < 0) | (index >= len(self.working))
        if outside.any():
            raise self._unknown(days[outside].min())
        return index

    def _unknown(self, day: object) -> Exception:
        return refuse("calendar-year-unknown", day=str(day), name=self.name, first=self.start, last=self.last)


def _at(day: date, minute: int) -> datetime:
    """Minute 1440 is the midnight after it."""
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
