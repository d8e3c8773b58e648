"""Assessment periods (考评周期): ``2026``, ``2026H1``, ``2026Q1``, ``2026-03``, single or cumulative.

A `PeriodSystem` says where a year starts. In the calendar system years start in January; England's council tax has
years from April, written ``FY2010`` for April 2010 to March 2011. Months are calendar months in every system.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from steelyard.engine.problems import CATALOGUE, NOWHERE, Place, Problem, Refused, refuse

CATALOGUE.add(
    {
        "period-unreadable": (
            "周期“{text}”无法识别；请写成 {examples}，累计在后面加 YTD 或“累计”",
            "period '{text}' cannot be read; write {examples}, and add YTD for a cumulative one",
        ),
        "period-not-divisible": (
            "周期 {period} 不能再分为{kind_zh}；请选更短的节点",
            "period {period} cannot be divided into {kind_en}; choose shorter checkpoints",
        ),
        "period-system-month": (
            "年度起始月份应为 1 至 12，现为 {month}",
            "the first month of a year must be 1 to 12, not {month}",
        ),
        "period-system-prefix": (
            "起始月份不是 1 月的年度须有英文前缀（如 FY），以免与公历年混淆；现为“{prefix}”",
            "years that do not start in January need a prefix of capital letters (such as FY), to tell them from "
            "calendar years; it is '{prefix}'",
        ),
    }
)

Kind = Literal["year", "half", "quarter", "month"]
LENGTH: dict[Kind, int] = {"year": 12, "half": 6, "quarter": 3, "month": 1}
"""Months in a period of each kind, longest first."""

_KIND_WORDS: dict[Kind, tuple[str, str]] = {
    "year": ("年", "years"),
    "half": ("半年", "halves"),
    "quarter": ("季度", "quarters"),
    "month": ("月", "months"),
}
_MONTHS = "January,February,March,April,May,June,July,August,September,October,November,December"
_WRITTEN = re.compile(r"([A-Z]*)([0-9]{4})(?:H([12])|Q([1-4])|-(0[1-9]|1[0-2]))?(YTD|累计)?\Z")


@dataclass(frozen=True, slots=True)
class PeriodSystem:
    """``named_after``: the calendar year that names a year, that of its first month or that of its last."""

    first_month: int
    prefix: str = ""
    named_after: Literal["start", "end"] = "start"

    def __post_init__(self) -> None:
        problems = []
        if not 1 <= self.first_month <= 12:
            problems.append(Problem("period-system-month", params={"month": self.first_month}))
        if not re.fullmatch("[A-Z]*" if self.first_month == 1 else "[A-Z]+", self.prefix):
            problems.append(Problem("period-system-prefix", params={"prefix": self.prefix}))
        if problems:
            raise Refused(problems)

    def parse(self, text: str, place: Place = NOWHERE) -> Period:
        """Raises `Refused` (``period-unreadable``) with the forms that this system knows."""
        found = _WRITTEN.match(text)
        month = found and found[5]
        if not found or found[1] != ("" if month else self.prefix) or not 1 < int(found[2]) < date.max.year - 1:
            raise refuse("period-unreadable", place, text=text, examples=self._examples())
        year, cumulative = int(found[2]), bool(found[6])
        if month:
            return self._month_period(year * 12 + int(month) - 1, cumulative)
        if found[3]:
            return Period(self, "half", year, int(found[3]) - 1, cumulative)
        if found[4]:
            return Period(self, "quarter", year, int(found[4]) - 1, cumulative)
        return Period(self, "year", year, 0, cumulative)

    def containing(self, day: date, kind: Kind) -> Period:
        """The period of a kind that holds a day."""
        month = self._month_period(day.year * 12 + day.month - 1, False)
        return replace(month, kind=kind, index=month.index // LENGTH[kind])

    def first_month_number(self, year: int) -> int:
        """Months since year 0 of the first month of a year of this system."""
        begins = year if self.named_after == "start" or self.first_month == 1 else year - 1
        return begins * 12 + self.first_month - 1

    def _month_period(self, number: int, cumulative: bool) -> Period:
        year = number // 12 - 1
        while self.first_month_number(year + 1) <= number:
            year += 1
        return Period(self, "month", year, number - self.first_month_number(year), cumulative)

    def _examples(self) -> str:
        return f"{self.prefix}2026、{self.prefix}2026H1、{self.prefix}2026Q1、2026-03"


@dataclass(frozen=True, slots=True)
class Period:
    """One period. ``index`` counts from 0 within the year; ``cumulative`` (累计) starts at the year's first day."""

    system: PeriodSystem
    kind: Kind
    year: int
    index: int
    cumulative: bool = field(default=False)

    def __str__(self) -> str:
        ending = "YTD" if self.cumulative else ""
        if self.kind == "month":
            year, month = divmod(self._last_month(), 12)
            return f"{year:04}-{month + 1:02}{ending}"
        part = {"year": "", "half": f"H{self.index + 1}", "quarter": f"Q{self.index + 1}"}[self.kind]
        return f"{self.system.prefix}{self.year:04}{part}{ending}"

    # -- extent ---------------------------------------------------------------------------------------------------

    @property
    def month_numbers(self) -> range:
        """Months since year 0 (``year * 12 + month - 1``); consecutive, so they index arrays after a subtraction."""
        last = self._last_month()
        own = self.system.first_month_number(self.year) if self.cumulative else last - LENGTH[self.kind] + 1
        return range(own, last + 1)

    @property
    def start(self) -> date:
        return first_day(self.month_numbers[0])

    @property
    def end(self) -> date:
        """The first day after the period."""
        return first_day(self._last_month() + 1)

    @property
    def months(self) -> tuple[Period, ...]:
        return tuple(self.system._month_period(number, False) for number in self.month_numbers)

    def contains(self, what: date | Period) -> bool:
        if isinstance(what, Period):
            return self.start <= what.start and what.end <= self.end
        return self.start <= what < self.end

    # -- neighbours -----------------------------------------------------------------------------------------------

    @property
    def parent(self) -> Period | None:
        """The next longer period around it, None for a year: month, quarter, half, year."""
        kinds = list(LENGTH)
        if self.kind == "year":
            return None
        longer = kinds[kinds.index(self.kind) - 1]
        return replace(self, kind=longer, index=self.index * LENGTH[self.kind] // LENGTH[longer])

    @property
    def previous(self) -> Period:
        """The period of the same kind just before (环比)."""
        return self._moved(-1)

    @property
    def next(self) -> Period:
        return self._moved(1)

    @property
    def last_year(self) -> Period:
        """The same period of the year before (同比)."""
        return replace(self, year=self.year - 1)

    @property
    def to_date(self) -> Period:
        """From the year's first day to the end of this period (累计)."""
        return replace(self, cumulative=True)

    @property
    def alone(self) -> Period:
        """The period without what was before it in the year."""
        return replace(self, cumulative=False)

    def parts(self, kind: Kind) -> tuple[Period, ...]:
        """Its periods of a shorter kind, in order. Raises ``period-not-divisible`` when it has no whole ones."""
        months = self.month_numbers
        if len(months) % LENGTH[kind]:
            chinese, english = _KIND_WORDS[kind]
            raise refuse("period-not-divisible", period=str(self), kind_zh=chinese, kind_en=english)
        return tuple(self.system.containing(first_day(number), kind) for number in months[:: LENGTH[kind]])

    def checkpoints(self, kind: Kind) -> tuple[Period, ...]:
        """The cumulative periods at which a yearly target is looked at, e.g. 25/50/75/100 % at the quarters."""
        return tuple(part.to_date for part in self.parts(kind))

    # -- words ----------------------------------------------------------------------------------------------------

    def words(self, language: Literal["zh", "en"]) -> str:
        return self._chinese() if language == "zh" else self._english()

    def _chinese(self) -> str:
        year = f"{self.year}财年" if self.system.prefix else f"{self.year}年"
        if self.cumulative:
            return f"{year}{self._span_chinese()}累计"
        match self.kind:
            case "year":
                return year
            case "half":
                return f"{year}{'上下'[self.index]}半年"
            case "quarter":
                return f"{year}{'一二三四'[self.index]}季度"
            case _:
                number, month = divmod(self._last_month(), 12)
                return f"{number}年{month + 1}月"

    def _span_chinese(self) -> str:
        first, last = self.month_numbers[0], self._last_month()
        over = "次年" if last // 12 > first // 12 else ""
        return f"{first % 12 + 1}月" if first == last else f"{first % 12 + 1}月至{over}{last % 12 + 1}月"

    def _english(self) -> str:
        year = f"{self.system.prefix} {self.year}".strip()
        if self.cumulative:
            return f"{_month_words(self.month_numbers[0])} to {_month_words(self._last_month())}, cumulative"
        match self.kind:
            case "year":
                return year
            case "half":
                return f"half {self.index + 1} of {year}"
            case "quarter":
                return f"Q{self.index + 1} {year}"
            case _:
                return _month_words(self._last_month())

    def _last_month(self) -> int:
        return self.system.first_month_number(self.year) + (self.index + 1) * LENGTH[self.kind] - 1

    def _moved(self, steps: int) -> Period:
        a_year = 12 // LENGTH[self.kind]
        year, index = divmod(self.year * a_year + self.index + steps, a_year)
        return replace(self, year=year, index=index)


CALENDAR_YEARS = PeriodSystem(first_month=1)
"""Years from January, as Chinese bureaus use them."""


def first_day(month_number: int) -> date:
    """Of a month counted from year 0: ``year * 12 + month - 1``."""
    return date(month_number // 12, month_number % 12 + 1, 1)


def _month_words(number: int) -> str:
    return f"{_MONTHS.split(',')[number % 12]} {number // 12}"
