"""Which year the calendar lacks, told before anybody needs it."""

from __future__ import annotations

from datetime import date, timedelta

from steelyard.engine.problems import Refused
from steelyard.web.library.rules import bureau

WARNED = timedelta(days=60)


def lacking(today: date) -> int | None:
    """The year of which nothing is arranged though it is here, or begins within sixty days; None while all is well, and
    where there is no calendar at all or it cannot be read."""
    try:
        calendar = bureau().calendar()
    except Refused:
        return None
    soon = (today + WARNED).year
    return None if calendar is None or calendar.last.year >= soon else calendar.last.year + 1
