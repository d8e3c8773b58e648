"""Values of past periods in the structure of any day, with the sums that show that nothing was lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias, TypeVar

from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import system_of
from steelyard.bureau.structures.amounts import Cells, additive, month_numbers, monthly
from steelyard.bureau.structures.arithmetic import arithmetic, evaluated
from steelyard.bureau.subjects.registers import organisation
from steelyard.engine.expressions.nodes import Aggregate, Node, Window, walk
from steelyard.engine.expressions.parse import parse
from steelyard.engine.expressions.windows import windowed
from steelyard.engine.organisation import Line, Organisation, Restated, restate
from steelyard.engine.periods import Period
from steelyard.engine.planning.totals import window_days
from steelyard.lake.record.snapshot import snapshot

Key = TypeVar("Key")
Sums: TypeAlias = Mapping[Aggregate, tuple[Fraction, ...]]
"""Each total of the value, one number a period."""


@dataclass(frozen=True)
class Row:
    """One line of a structure, or a unit above (``line`` None); values by period, None where there is none.

    ``moved``: the line is not simply one unit that was there all the time.
    """

    code: str
    name: str
    values: tuple[Fraction | None, ...]
    line: Line | None = None
    moved: bool = False


@dataclass(frozen=True)
class Seen:
    """One structure: its lines, the units above them with what stands below, and the sums of all lines."""

    on: date
    rows: tuple[Row, ...]
    above: tuple[Row, ...]
    sums: Sums


@dataclass(frozen=True)
class View:
    """``reported``: the sums as they were reported, before any structure. Every structure has the same."""

    value: Node
    periods: tuple[Period, ...]
    reported: Sums
    seen: tuple[Seen, ...]

    @property
    def reconciled(self) -> bool:
        return all(seen.sums == self.reported for seen in self.seen)


def view(
    bureau: Bureau, value: str, periods: Sequence[str], days: Sequence[date], order: Order, joined: bool = False
) -> View:
    """``days``: by default two, the first and the last of the periods.

    ``joined``: make one line of lines that share a unit, as a value that looks into the past always needs.
    Raises `Refused`.
    """
    tables, system = bureau.tables(), system_of(bureau.book())
    facts = snapshot(bureau.record, as_of_batch=order.as_of_batch, known_at=order.known_at)
    org, when = organisation(facts), tuple(system.parse(text) for text in periods)
    tree = arithmetic(windowed(parse(value), {}))
    totals = tuple(dict.fromkeys(node for node in walk(tree) if isinstance(node, Aggregate)))
    additive(totals)
    stretches = [window_days(total.window, period) for total in totals for period in when]
    months = month_numbers(min(one.start for one in stretches), max(one.end for one in stretches))
    cells = monthly(facts, tables, org, totals, months, order)
    joined = joined or any(total.window != Window() for total in totals)
    work = _Work(org, tree, totals, when, cells, joined)
    days = days or (min(period.start for period in when), max(period.end for period in when) - timedelta(days=1))
    return View(tree, when, work.reported(), tuple(work.seen(day) for day in days))


ByMonth: TypeAlias = Mapping[int, Decimal]


@dataclass(frozen=True)
class _Work:
    """``joined``: lines that share a unit are one, so that a line means the same in all periods."""

    organisation: Organisation
    tree: Node
    totals: tuple[Aggregate, ...]
    periods: tuple[Period, ...]
    cells: Mapping[Aggregate, Cells]
    joined: bool

    def reported(self) -> Sums:
        return {total: self._sums(self.cells[plain(total)], total) for total in self.totals}

    def seen(self, on: date) -> Seen:
        anew = {total: self._restated(total, on) for total in self.totals}
        lines = {line.key: line for restated in anew.values() for line in restated.lines}
        sums = {total: self._sums(anew[total].values, total) for total in self.totals}
        by_line = {total: _by_first(anew[total].values) for total in self.totals}
        rows = [self._row(lines[key], by_line) for key in sorted(lines)]
        return Seen(
            on,
            tuple(row for row in rows if any(value is not None for value in row.values)),
            tuple(self._above(on, anew)),
            sums,
        )

    def _restated(self, total: Aggregate, on: date) -> Restated[Decimal]:
        found = restate(self.organisation, self.cells[plain(total)], on)
        return found.comparable() if self.joined else found

    def _sums(self, cells: Mapping[tuple[Any, int], Decimal], total: Aggregate) -> tuple[Fraction, ...]:
        months = [_months(total, period) for period in self.periods]
        return tuple(sum((Fraction(v) for (_, m), v in cells.items() if m in own), Fraction(0)) for own in months)

    def _row(self, line: Line, by_line: Mapping[Aggregate, Mapping[Line, ByMonth]]) -> Row:
        moved = line.kind != "unit" or any(self._changed(unit) for unit in line.units)
        values = self._values({total: by_line[total].get(line, {}) for total in self.totals})
        return Row(line.key, " + ".join(self.organisation.units[u][-1].name for u in line.units), values, line, moved)

    def _above(self, on: date, anew: Mapping[Aggregate, Restated[Decimal]]) -> Iterator[Row]:
        """Units that hold others in this structure, with all that their lines have."""
        structure = self.organisation.structure(on)
        by_unit = {total: _by_first(anew[total].by_unit()) for total in self.totals}
        for code in (code for code in structure.units if code in structure.children):
            values = self._values({total: by_unit[total].get(code, {}) for total in self.totals})
            yield Row(code, structure.units[code].name, values)

    def _values(self, cells: Mapping[Aggregate, ByMonth]) -> tuple[Fraction | None, ...]:
        found = []
        for period in self.periods:
            sums = {total: _within(cells[total], _months(total, period)) for total in self.totals}
            found.append(evaluated(self.tree, sums))
        return tuple(found)

    def _changed(self, unit: str) -> bool:
        events = self.organisation.lineage.events
        return any(unit in event.forward or unit in event.backward for event in events)


def plain(total: Aggregate) -> Aggregate:
    """The total without its window: what is added up month by month."""
    return replace(total, window=Window())


def _months(total: Aggregate, period: Period) -> range:
    months = window_days(total.window, period).months
    assert months is not None  # periods are whole months
    return months


def _within(cells: ByMonth, months: range) -> Fraction | None:
    """The sum over these months; None when there was no such line in any of them."""
    found = [Fraction(cells[month]) for month in months if month in cells]
    return sum(found, Fraction(0)) if found else None


def _by_first(cells: Mapping[tuple[Key, int], Decimal]) -> dict[Key, dict[int, Decimal]]:
    found: dict[Key, dict[int, Decimal]] = {}
    for (key, month), value in cells.items():
        found.setdefault(key, {})[month] = value
    return found
