"""Deadlines in working time: they end with the office hours of a day, and minutes are those of the calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from steelyard.engine.calendar import Calendar
from steelyard.web.tasks.models import Task


def ends(calendar: Calendar, day: date) -> datetime:
    """The end of office hours of a day; of a day off, those of the next working day (民法典第二百零三条)."""
    day = calendar.add_workdays(day, 0)
    spans = calendar.hours.seasons[calendar.hours.season(day)][1]
    midnight = datetime(day.year, day.month, day.day)
    return timezone.make_aware(midnight + timedelta(minutes=spans[-1][1]))


def after(calendar: Calendar, moment: datetime, days: int) -> datetime:
    """So many working days after the day of a moment."""
    return ends(calendar, calendar.add_workdays(timezone.localdate(moment), days))


def minutes(calendar: Calendar, first: datetime, second: datetime) -> int:
    """Working minutes between two moments, negative where the second is earlier."""
    return calendar.workminutes(*(timezone.localtime(one).replace(tzinfo=None) for one in (first, second)))


def a_day(calendar: Calendar, moment: datetime) -> int:
    """Working minutes of a working day at that time of the year."""
    return calendar.hours.minutes(calendar.hours.season(timezone.localdate(moment)))


def whole_days(calendar: Calendar, due: datetime, until: datetime) -> int:
    """Whole working days since a deadline."""
    last = timezone.localdate(until)
    found = calendar.workdays(timezone.localdate(due), last)
    unfinished = calendar.is_workday(last) and until < ends(calendar, last)
    return max(0, found - unfinished)


def late(task: Task, calendar: Calendar, until: datetime) -> None:
    """What the task says of its lateness, as of a moment; nothing is saved."""
    if until <= task.due_at:
        task.late_at, task.late_days, task.late_minutes = None, 0, 0
    else:
        task.late_at = task.due_at
        task.late_days = whole_days(calendar, task.due_at, until)
        task.late_minutes = minutes(calendar, task.due_at, until)
