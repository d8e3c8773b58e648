"""Working days and office hours of the synthetic years, as arrays.

Work is placed on a line of working minutes (420 a day) and mapped to the clock last, so that nothing happens at night
or on a holiday. Days are counted from 1970-01-01. What would happen after `CUTOFF` has not happened yet: the files are
the export at the end of 2026.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from steelyard.engine.calendar import Hours, china
from steelyard.lake.world.draws import Integers

MINUTES = 420
_MORNING = 180
_OPENS, _LUNCH = 9 * 60, 90
_EPOCH = date(1970, 1, 1)


def day(text: str) -> int:
    """``2026-01-31`` as a day number."""
    return (date.fromisoformat(text) - _EPOCH).days


def day_text(number: int, style: str = "-") -> str:
    """A day number as ``2026-01-31``, ``2026/01/31``, ``20260131`` or ``2026年01月31日`` (style ``年``)."""
    at = _EPOCH + timedelta(days=number)
    if style == "年":
        return f"{at.year:04d}年{at.month:02d}月{at.day:02d}日"
    return f"{at.year:04d}{style}{at.month:02d}{style}{at.day:02d}"


def _workdays() -> npt.NDArray[np.int64]:
    """The official calendar as far as it is known, and after that every Monday to Friday (only ever cut off)."""
    calendar = china(Hours.daily("09:00-12:00", "13:30-17:30"))
    start, end = (calendar.start - _EPOCH).days, day("2030-01-01")
    known = start + np.flatnonzero(np.frombuffer(calendar.working, dtype=np.uint8))
    later = np.arange(start + len(calendar.working), end)
    return np.concatenate([known, later[(later + 3) % 7 < 5]]).astype(np.int64)


WORKDAYS = _workdays()
CUTOFF = day("2026-12-31")


def month_span(year: int, month: int) -> tuple[int, int]:
    """First day of the month and first day of the next."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return day(f"{year:04d}-{month:02d}-01"), (following - _EPOCH).days


def working_minute(days: int | Integers) -> Integers:
    """The opening minute of the first working day on or after each day."""
    return np.asarray(np.searchsorted(WORKDAYS, days), dtype=np.int64) * MINUTES


def clock(minutes: Integers, seconds: int | Integers = 0) -> Integers:
    """Working minutes as seconds since 1970 on the wall clock."""
    within = minutes % MINUTES
    wall = _OPENS + within + np.where(within >= _MORNING, _LUNCH, 0)
    return np.asarray(WORKDAYS[minutes // MINUTES]) * 86400 + wall * 60 + seconds


def on_day(minutes: Integers) -> Integers:
    """The day on which each working minute lies."""
    return np.asarray(WORKDAYS[minutes // MINUTES])


def workday_after(days: int | Integers, count: int | Integers) -> Integers:
    """The ``count``-th working day after each day (0: the same day, or the next that is worked)."""
    return np.asarray(WORKDAYS[np.searchsorted(WORKDAYS, days) + count])
