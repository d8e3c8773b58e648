"""What health checks of one run share, worked out once a class: totals, months and rates of everybody, exact."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isqrt
from typing import Any

from steelyard.bureau.views.overview import IndicatorLine, Overview, UnitLine
from steelyard.bureau.views.rates import PastRates
from steelyard.bureau.views.reading import Views
from steelyard.reports.sheet import UnitSheet

FEWEST = 3
"""Months that a span needs at least, so that it has a mean and a scatter."""
Row = tuple[Fraction | None, ...]


@dataclass(frozen=True)
class Spans:
    """The two latest spans of equal length: places of their months among all of them."""

    first: range
    second: range


def spans_of(months: int) -> Spans | None:
    """The halves of the months there are, the latest ones; None where a half would say nothing."""
    half = months // 2
    if half < FEWEST:
        return None
    return Spans(range(months - 2 * half, months - half), range(months - half, months))


def mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def variance(values: Sequence[Fraction]) -> Fraction:
    """Of a sample of at least two."""
    middle = mean(values)
    return sum(((value - middle) ** 2 for value in values), Fraction(0)) / (len(values) - 1)


def median(values: Sequence[Fraction]) -> Fraction:
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def root(value: Fraction) -> Fraction:
    """Square root to six decimals, rounded down: the same digits for whoever works it out again."""
    return Fraction(isqrt(value.numerator * 10**12 // value.denominator), 10**6)


def known(row: Row, places: range) -> list[Fraction] | None:
    """The values at these places; None where one of them is missing."""
    found = [value for at in places if (value := row[at]) is not None]
    return found if len(found) == len(places) else None


class ClassBasis:
    """One class of units: its lines, and everything about all of them that reports compare with."""

    def __init__(self, views: Views, name: str) -> None:
        self.views, self.name = views, name
        overview = views.overview
        self.lines = [line for line in overview.units if line.class_name == name]
        self.line = {line.code: line for line in self.lines}
        self.months = overview.months
        self.spans = spans_of(len(self.months))
        self.segments = overview.segments
        self.halves: dict[str, Mapping[str, Any]] = {}
        self.spreads: list[Any] | None = None
        self._families: dict[str, Fraction] = {}
        self._points: dict[str, Fraction] = {}

    @cached_property
    def totals(self) -> Mapping[str, Fraction]:
        return {line.code: Fraction(line.total) for line in self.lines}

    @cached_property
    def by_month(self) -> Mapping[str, Row]:
        """Totals of the months by unit."""
        return {
            line.code: tuple(None if total is None else Fraction(total) for total in line.months) for line in self.lines
        }

    @cached_property
    def month_means(self) -> Row:
        """Of everybody who has the month."""
        columns = ([row[at] for row in self.by_month.values() if row[at] is not None] for at in range(len(self.months)))
        return tuple(mean([value for value in column if value is not None]) if column else None for column in columns)

    @cached_property
    def _ordered(self) -> Sequence[Sequence[Fraction]]:
        """The totals of each month, lowest first."""
        columns = ([row[at] for row in self.by_month.values()] for at in range(len(self.months)))
        return [sorted(value for value in column if value is not None) for column in columns]

    def place_in(self, month: int, code: str) -> int | None:
        """By the total of that month among the class as it is now; equal totals share a place."""
        own, ordered = self.by_month[code][month], self._ordered[month]
        return None if own is None else 1 + len(ordered) - bisect_right(ordered, own)

    def gaps(self, code: str) -> Row:
        """Differences from the class's mean, month by month."""
        pairs = zip(self.by_month[code], self.month_means, strict=True)
        return tuple(None if own is None or mid is None else own - mid for own, mid in pairs)

    @cached_property
    def span_gaps(self) -> tuple[Mapping[str, list[Fraction]], ...]:
        """For each of the two spans: the differences of those who have all its months."""
        gaps = {code: self.gaps(code) for code in self.line}
        spans = () if self.spans is None else (self.spans.first, self.spans.second)
        return tuple({code: found for code, row in gaps.items() if (found := known(row, span))} for span in spans)

    @cached_property
    def span_spreads(self) -> tuple[Fraction, ...]:
        """How far the class lies apart in each span: the standard deviation of mean differences."""
        means = [[mean(values) for values in gaps.values()] for gaps in self.span_gaps]
        return tuple(root(variance(values)) if len(values) > 1 else Fraction(0) for values in means)

    @cached_property
    def rises(self) -> Mapping[str, Fraction]:
        """Second span's mean less the first one's, of those who have all their months."""
        found = {}
        for code, row in self.by_month.items() if self.spans else ():
            first, second = known(row, self.spans.first), known(row, self.spans.second)  # type: ignore[union-attr]
            if first is not None and second is not None:
                found[code] = mean(second) - mean(first)
        return found

    @cached_property
    def indicators(self) -> Mapping[str, Mapping[str, IndicatorLine]]:
        """Indicator -> code -> line, of those of the class who were scored on it."""
        found: dict[str, dict[str, IndicatorLine]] = {}
        for rule in self.views.overview.rules:
            lines = self.views.indicator(rule.id).lines
            mine = {one.code: one for one in lines if one.class_name == self.name and one.state == "scored"}
            if mine:
                found[rule.id] = mine
        return found

    def family_mean(self, name: str) -> Fraction:
        """The mean rate on a family, of everybody to whom it gives full marks."""
        if name not in self._families:
            families = (family for line in self.lines for family in line.families if family.name.zh == name)
            rates = [Fraction(family.points) / Fraction(family.full) for family in families if family.full]
            self._families[name] = mean(rates)
        return self._families[name]

    def points_mean(self, indicator: str) -> Fraction:
        """Of everybody who was scored on it."""
        if indicator not in self._points:
            self._points[indicator] = mean([Fraction(one.points) for one in self.indicators[indicator].values()])
        return self._points[indicator]


class Basis:
    """One run, for the health checks of all its units."""

    def __init__(self, views: Views) -> None:
        self.views = views
        self._classes: dict[str, ClassBasis] = {}

    @cached_property
    def overview(self) -> Overview:
        return self.views.overview

    @cached_property
    def past(self) -> PastRates | None:
        return self.views.rates

    def class_of(self, name: str) -> ClassBasis:
        if name not in self._classes:
            self._classes[name] = ClassBasis(self.views, name)
        return self._classes[name]

    def rates(self, code: str, indicator: str) -> Row | None:
        """Month by month; None where the run kept none of them."""
        found = None if self.past is None else self.past.units.get(code, {}).get(indicator)
        return None if found is None else tuple(None if one is None else Fraction(one) for one in found[1:])

    def of(self, code: str, closed: bool = False) -> About:
        """Raises `KeyError` for a unit that was not assessed."""
        sheet = self.views.unit(code)
        return About(self, sheet, self.views.lines[code], self.class_of(sheet.class_name.zh), closed)

    def codes(self) -> Iterator[str]:
        """Everybody, by class, place and code."""
        return (line.code for line in self.overview.units)


@dataclass(frozen=True)
class About:
    """One unit with everything it is compared with. ``closed``: nothing by which peers would be known."""

    basis: Basis
    sheet: UnitSheet
    line: UnitLine
    peers: ClassBasis
    closed: bool = False

    @property
    def code(self) -> str:
        return self.sheet.code

    def at(self, path: str) -> str:
        """A place on the unit's own sheet, as a source."""
        return f"units/{self.code}#{path}"

    def whole(self, path: str) -> str:
        """A place on its line of the overview."""
        return f"overview#units/{self.code}/{path}"

    def beside(self, path: str) -> str:
        """A place in the records that came with the results."""
        return f"beside#units/{self.code}/{path}"

    def all(self, path: str, what: str) -> str:
        """Something worked out from everybody of its class."""
        return f"{what}(overview#units[{self.peers.name}]/{path})"
