"""手工录入: which indicators of persons rest on what people typed in, and how many keystrokes that is (C20, C43)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from steelyard.bureau.entered import FINDINGS, RATINGS
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.showing import decimal
from steelyard.engine.expressions.wording import figure
from steelyard.engine.model.facts import FactTable
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.periods import Period
from steelyard.engine.problems import Language
from steelyard.engine.weighing.needs import needed
from steelyard.lake.record.replaced import standing_rows

Way = Literal["system", "hand", "judged"]
"""Where facts come from: a business system; somebody who fills them in; people who judge (评定、外部发现)."""


@dataclass(frozen=True, slots=True)
class Source:
    """One indicator of a plan for persons. ``tables``: what it counts; ``own``: of the person, else of the unit."""

    indicator: str
    name: str
    own: bool
    way: Way
    tables: tuple[str, ...]


@dataclass(frozen=True)
class Inputs:
    """``typed``: signs that were typed for own indicators, by person; ``filled``: those that units filled in for the
    indicators that persons carry. Both only where the facts have no system source. ``quarters``: of the period."""

    sources: tuple[Source, ...]
    persons: int
    quarters: Fraction
    typed: Mapping[str, int] = field(default_factory=dict)
    filled: Mapping[str, int] = field(default_factory=dict)

    @property
    def keystrokes(self) -> Fraction:
        """Of a person in a quarter, for indicators of his own."""
        return self._each(sum(self.typed.values()))

    @property
    def of_units(self) -> Fraction:
        """What units fill in for indicators that are carried, for each person in a quarter."""
        return self._each(sum(self.filled.values()))

    def _each(self, signs: int) -> Fraction:
        return Fraction(signs) / self.persons / self.quarters if self.persons else Fraction(0)

    def told(self, language: Language) -> str:
        """One line: how much is typed in for a person's account in a quarter."""
        own, hand = len([one for one in self.sources if one.own]), len(self.by_hand(True))
        carried, filled = len([one for one in self.sources if not one.own]), len(self.by_hand(False))
        keys, units = figure(rounded_to(self.keystrokes)), figure(rounded_to(self.of_units))
        if language == "en":
            return (
                f"typed in: {hand} of {own} own indicators, {keys} keystrokes a person and quarter; {filled} of "
                f"{carried} carried ones, {units}"
            )
        told = f"手工录入：本人指标 {own} 项中 {hand} 项，人均每季 {keys} 键；"
        return told + f"承接指标 {carried} 项中 {filled} 项，折合 {units} 键"

    def by_hand(self, own: bool) -> tuple[Source, ...]:
        return tuple(source for source in self.sources if source.own is own and source.way != "system")


def inputs(ran: Ran, plan: PersonsPlan, period: Period, persons: int) -> Inputs:
    """Of the plan in a period; facts are counted as they stand, whoever typed them first and however often."""
    own = [_source(ran, entry.indicator, True) for entry in plan.own]
    carried = sorted({link.indicator for link in plan.links} & ran.book.indicators.keys())
    sources = (*own, *(_source(ran, id, False) for id in carried))
    typed, filled = _tables(ran, sources, True), _tables(ran, sources, False)
    return Inputs(
        sources,
        persons,
        Fraction(len(period.months), 3),
        _signs(ran, typed, period, "officer"),
        _signs(ran, filled, period, "unit"),
    )


def _source(ran: Ran, indicator: str, own: bool) -> Source:
    names = tuple(dict.fromkeys(total.table for total in needed(ran.book, [indicator])))
    ways = {_way(ran.tables[name]) for name in names}
    way: Way = "hand" if "hand" in ways else "judged" if "judged" in ways else "system"
    return Source(indicator, ran.book.indicators[indicator].name, own, way, names)


def _way(table: FactTable) -> Way:
    if table.table in (RATINGS, FINDINGS):
        return "judged"
    return "hand" if table.filled_by_hand else "system"


def _tables(ran: Ran, sources: tuple[Source, ...], own: bool) -> list[FactTable]:
    """Those that are filled in for own indicators, or for carried ones; what judges enter is nobody's own burden."""
    names = dict.fromkeys(name for source in sources if source.own is own for name in source.tables)
    return [ran.tables[name] for name in names if _way(ran.tables[name]) == "hand"]


def _signs(ran: Ran, tables: list[FactTable], period: Period, whose: Literal["officer", "unit"]) -> dict[str, int]:
    found: dict[str, int] = {}
    for table in tables:
        for row in _rows(ran, table, period):
            who = str(row.get(getattr(table, whose) or "") or "")
            found[who] = found.get(who, 0) + sum(_length(row[name]) for name in table.columns if name in row)
    return found


def _rows(ran: Ran, table: FactTable, period: Period) -> Iterator[Mapping[str, Any]]:
    source = ran.snapshot.sources.get(table.table)
    for row in () if source is None else standing_rows(source.files, source.superseded):
        day = row.get(table.date or "")
        if not isinstance(day, date) or period.start <= date(day.year, day.month, day.day) < period.end:
            yield row


def _length(value: object) -> int:
    """Signs that somebody typed into a cell."""
    return 0 if value is None else 1 if isinstance(value, bool) else len(str(value))


def rounded_to(value: Fraction) -> Fraction:
    """For reading: one decimal."""
    return Fraction(decimal(value, 1))
