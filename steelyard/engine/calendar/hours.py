"""Working hours of a working day (作息时间), which in many offices differ between summer and winter."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from steelyard.engine.problems import CATALOGUE, NOWHERE, Place, Problem, Refused

CATALOGUE.add(
    {
        "calendar-hours-span": (
            "作息时间“{text}”无法识别；请写成 09:00-12:00 这样的时段，迟的在后，不跨零点",
            "working hours '{text}' cannot be read; write spans such as 09:00-12:00, later time last, within one day",
        ),
        "calendar-hours-overlap": (
            "作息时段“{text}”与前一时段重叠或次序颠倒；请按先后排列",
            "working span '{text}' overlaps or precedes the span before it; list spans in order",
        ),
        "calendar-hours-season": (
            "作息起始日“{text}”无法识别；请写成 05-01 这样的月-日（02-29 除外）",
            "season start '{text}' cannot be read; write month-day such as 05-01 (02-29 is not possible)",
        ),
        "calendar-hours-missing": (
            '没有写明作息时间；请给出工作时段，例如 hours: {{"01-01": ["09:00-12:00", "13:30-18:00"]}}',
            'no working hours are stated; give them, for example hours: {{"01-01": ["09:00-12:00", "13:30-18:00"]}}',
        ),
    }
)

Span = tuple[int, int]
"""Minutes since midnight: first working minute, first minute after it."""
MonthDay = tuple[int, int]

_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])\Z")
_SEASON = re.compile(r"([0-9]{2})-([0-9]{2})\Z")
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """``seasons``: (month, day) from which the spans hold, every year, until the next season starts.

    The last season of a year goes on into January, up to the first start.
    """

    seasons: tuple[tuple[MonthDay, tuple[Span, ...]], ...]

    @staticmethod
    def daily(*spans: str) -> Hours:
        """The same hours all year: ``Hours.daily("09:00-12:00", "13:30-18:00")``."""
        return Hours.read({"01-01": spans})

    @staticmethod
    def read(seasons: Mapping[str, Sequence[str]], place: Place = NOWHERE) -> Hours:
        """From ``{"01-01": ["09:00-12:00", ...], "05-01": [...]}``. Raises `Refused` with every problem."""
        problems: list[Problem] = []
        if not seasons or not all(seasons.values()):
            problems.append(Problem("calendar-hours-missing", place))
        starts = [_month_day(start, place, problems) for start in seasons]
        spans = [_spans(texts, place, problems) for texts in seasons.values()]
        if problems:
            raise Refused(problems)
        return Hours(tuple(sorted(zip(starts, spans, strict=True))))

    def season(self, day: date) -> int:
        """Which of ``seasons`` holds on a day."""
        place = bisect_right([start for start, _ in self.seasons], (day.month, day.day))
        return (place - 1) % len(self.seasons)

    def minutes(self, season: int) -> int:
        """Working minutes of one working day."""
        return sum(end - start for start, end in self.seasons[season][1])


def _month_day(text: str, place: Place, problems: list[Problem]) -> MonthDay:
    found = _SEASON.match(text)
    try:
        start = date(2001, int(found[1]), int(found[2])) if found else None  # 2001: a year without 29 February
    except ValueError:
        start = None
    if start is None:
        problems.append(Problem("calendar-hours-season", place, {"text": text}))
        return (1, 1)
    return (start.month, start.day)


def _spans(texts: Sequence[str], place: Place, problems: list[Problem]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for text in texts:
        span = _span(text)
        if span is None:
            problems.append(Problem("calendar-hours-span", place, {"text": text}))
        elif spans and span[0] < spans[-1][1]:
            problems.append(Problem("calendar-hours-overlap", place, {"text": text}))
        else:
            spans.append(span)
    return tuple(spans)


def _span(text: str) -> Span | None:
    found = _SPAN.match(text)
    if not found:
        return None
    start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    return (start, end) if start < end <= _MINUTES_A_DAY else None
