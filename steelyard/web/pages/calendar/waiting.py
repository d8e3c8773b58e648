"""What the calendar waits for, for the home page of the office: the arrangement of a year that begins soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from steelyard.reports.sheet import Words
from steelyard.web.library.calendar.lacking import lacking
from steelyard.web.pages.answering import Waiting
from steelyard.web.people.asking import Asker


def of_calendar(who: Asker, now: datetime) -> Iterator[Waiting]:
    if not who.may("calendar-lacking"):
        return
    today = timezone.localdate(now)
    year = lacking(today)
    if year is not None:
        words = Words(f"{year} 年放假安排还没有写进工作日历", f"{year} is not arranged in the working calendar")
        late = year <= today.year
        yield Waiting(words, "", reverse("calendar-write"), now, "bad" if late else "warn", late)
