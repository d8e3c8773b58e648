"""Whom the slow twin weighs: the units of one period, their rows, and what an expression may ask of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache, partial
from typing import TypeAlias

from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.expressions.schema import TableSchema
from steelyard.engine.periods import Kind, Period
from steelyard.engine.reference.formulas import Missing, Subject, Value
from steelyard.engine.reference.rows import Row, number, within

PARTS: Mapping[str, Kind] = {"H": "half", "Q": "quarter", "M": "month"}


@dataclass(frozen=True)
class Unit:
    """One unit in one period. ``whose``: codes of the rows that count for it; ``group``: None where not assessed.

    ``attributes`` by name, those of earlier times as ``staff.last_year:1``.
    """

    code: str
    group: str | None
    exists: bool = True
    attributes: Mapping[str, Fraction | None] = field(default_factory=dict)
    whose: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Facts:
    """All rows of all tables. In ``sparse`` tables no rows at all mean that nothing happened."""

    tables: Mapping[str, TableSchema]
    rows: Mapping[str, Sequence[Row]]
    sparse: frozenset[str] = frozenset()


@dataclass(frozen=True)
class When:
    """The stretch of time that totals look at: the period or a part of its year, moved back and widened."""

    period: Period
    part: str = ""
    reach: str = "period"
    years: int = 0
    periods: int = 0
    moved: bool = False

    @property
    def outside(self) -> bool:
        """A part of the year that is still running, or, looked at alone, that was over before."""
        if not self.part:
            return False
        seen = self._seen()
        return seen.end > self.period.end or (self.reach == "period" and seen.start < self.period.start)

    def _seen(self) -> Period:
        if not self.part:
            return self.period
        year = Period(self.period.system, "year", self.period.year, 0)
        return year.parts(PARTS[self.part[0]])[int(self.part[1:]) - 1]

    def days(self) -> tuple[date, date]:
        seen = self._seen()
        for _ in range(self.years):
            seen = seen.last_year
        for _ in range(self.periods):
            seen = seen.previous
        first = seen.to_date.start
        if self.reach == "to_date":
            return first, seen.end
        return (first, date(first.year + 1, first.month, 1)) if self.reach == "year" else (seen.start, seen.end)

    def past(self, op: str, count: int) -> When:
        match op:
            case "last_year":
                return replace(self, years=self.years + count, moved=True)
            case "previous":
                return replace(self, periods=self.periods + count, moved=True)
            case "to_date":
                return replace(self, reach="to_date", moved=True)
            case _:
                return replace(self, reach="year", moved=True)


class Names(dict[str, Value]):
    """What is known by name; whatever is not there yet is looked up when first asked for."""

    def __init__(self, look: Callable[[str], Value]) -> None:
        super().__init__()
        self.look = look

    def __missing__(self, name: str) -> Value:
        return self.look(name)


@dataclass(frozen=True)
class Totals(Mapping[Aggregate, Value]):
    """The totals of one unit in one stretch of time, added up row by row when asked for."""

    facts: Facts
    unit: Unit
    when: When
    everybody: frozenset[str]

    def __getitem__(self, aggregate: Aggregate) -> Value:
        total = resolve(aggregate, self.facts.tables)
        if self.when.outside:
            return Missing.OUTSIDE
        if not self.unit.exists:
            return Missing.ABSENT
        if total.table not in self.facts.sparse and not self._number(Aggregate("count", total.table), self.everybody):
            return Missing.AWAITED
        found = self._number(total, self.unit.whose)
        return Missing.EMPTY if found is None else found

    def _number(self, total: Aggregate, whose: frozenset[str]) -> Fraction | None:
        schema = self.facts.tables[total.table]
        return number(total, schema, self.facts.rows.get(total.table, ()), whose, *self.when.days())

    def __iter__(self) -> Iterator[Aggregate]:
        raise TypeError("totals are added up when asked for")

    __len__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Ratings(Mapping[str, Sequence[Fraction]]):
    """The known numbers of a column ``table.column`` in the unit's rows."""

    totals: Totals

    def __getitem__(self, column: str) -> Sequence[Fraction]:
        table, _, name = column.partition(".")
        facts, unit = self.totals.facts, self.totals.unit
        rows = within(facts.tables[table], facts.rows.get(table, ()), unit.whose, *self.totals.when.days())
        return [Fraction(str(row[name])) for row in rows if row[name] is not None]

    def __iter__(self) -> Iterator[str]:
        raise TypeError("ratings are read when asked for")

    __len__ = None  # type: ignore[assignment]


Result: TypeAlias = Callable[[str, str, int, list[Subject] | None], Value]
"""Answers for another indicator: (value, points or label; indicator; place; everybody in the past, else None)."""


@dataclass(frozen=True)
class World:
    """All units in one period."""

    period: Period
    units: Sequence[Unit]
    facts: Facts

    def subjects(self, when: When, result: Result) -> list[Subject]:
        """The units as formulas see them, all looking at the same stretch of time, each knowing all others."""
        everybody = frozenset(code for unit in self.units for code in unit.whose)
        company: list[Subject] = []
        earlier = cache(lambda op, count: self.subjects(when.past(op, count), result))
        for place, unit in enumerate(self.units):
            totals = Totals(self.facts, unit, when, everybody)
            names = Names(partial(self._look, when, result, company, place))
            past = partial(lambda place, op, count: earlier(op, count)[place], place)
            group = unit.group if unit.exists else None
            company.append(Subject(unit.code, group, names, totals, Ratings(totals), company, past))
        return company

    def _look(self, when: When, result: Result, company: list[Subject], place: int, name: str) -> Value:
        if name == "day":
            return Fraction((self.period.end - timedelta(days=1)).toordinal())
        if name.startswith("unit."):
            moved = f".last_year:{when.years}" if when.years else f".previous:{when.periods}" if when.periods else ""
            found = self.units[place].attributes.get(name.partition(".")[2] + moved)
            return Missing.EMPTY if found is None else found
        what, _, indicator = name.partition("(")
        if not indicator:
            raise KeyError(name)
        return result(what, indicator.removesuffix(")"), place, company if when.moved else None)
