"""期限: so many working days after a day, by the official calendar as far as it has been announced."""

from __future__ import annotations

from datetime import date, timedelta

from steelyard.engine.calendar import Calendar
from steelyard.engine.problems import Refused

SATURDAY = 5


def workdays_after(calendar: Calendar, day: date, count: int) -> date:
    """The last of ``count`` working days after ``day``, both of which must be positive.

    Next year's holidays are announced in autumn (国务院办公厅放假通知); what lies beyond is counted from Monday to
    Friday until then, and counted again whenever somebody asks.
    """
    try:
        return calendar.add_workdays(day, count)
    except Refused:
        if day < calendar.start:
            raise
    left = count
    if day < calendar.last:
        left -= calendar.workdays(day, calendar.last)
        day = calendar.last
    while left > 0:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day


def workdays_until(calendar: Calendar, day: date, end: date) -> int:
    """Working days after ``day``, no earlier than the calendar, up to and including ``end``: the greatest number by
    which `workdays_after` does not go beyond it."""
    announced = max(day, min(end, calendar.last))
    beyond = (announced + timedelta(days=number) for number in range(1, (end - announced).days + 1))
    inside = calendar.workdays(day, announced) if announced > day else 0
    return inside + sum(one.weekday() < SATURDAY for one in beyond)


def known(calendar: Calendar, day: date) -> bool:
    """Whether the holidays of that day's year have been announced."""
    return day <= calendar.last
