"""Past values seen in an old or a new structure, reconciling with what was reported (沿革口径还原)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from steelyard.engine.organisation.lines import Line, LineKind, Restated, nearest_common
from steelyard.engine.organisation.organisation import Organisation
from steelyard.engine.organisation.sharing import Amount, share_out
from steelyard.engine.organisation.succession import Members, Shares
from steelyard.engine.periods import first_day
from steelyard.engine.problems import CATALOGUE, Problem, Refused

CATALOGUE.add(
    {
        "value-of-unknown-unit": (
            "有 {unit} 的数值，但登记表中没有这个单位；请先登记",
            "there are values of {unit}, which is not registered; register it first",
        ),
        "value-before-or-after-unit": (
            "{unit} 在 {month} 有数值，但该月这个单位并不存在；请核对数值或单位起止日期",
            "{unit} has a value for {month}, a month in which it does not exist; check the value or the unit's dates",
        ),
    }
)

_ONE_DAY = timedelta(days=1)


def restate(organisation: Organisation, values: Mapping[tuple[str, int], Amount], target: date) -> Restated[Amount]:
    """Values by (unit, month number) in the structure of ``target``, an earlier or a later day.

    ``values`` are amounts (int, Decimal or Fraction) of units that do not contain each other; a month number is
    ``year * 12 + month - 1`` as in `Period.month_numbers`. Mergers add up; splits go by the stated shares, decimals and
    whole numbers by largest remainder; without stated shares the amount stays on one line of the units together.
    Raises `Refused` with every value that has no unit.
    """
    problems = list(_without_unit(organisation, values))
    if problems:
        raise Refused(problems)
    view = View(organisation, target)
    pieces = (piece for cell in sorted(values) for piece in view.pieces(*cell, values[cell]))
    return Restated.of(view.structure, pieces)


def _without_unit(organisation: Organisation, cells: Iterable[tuple[str, int]]) -> Iterator[Problem]:
    for unit, month in sorted(cells):
        if unit not in organisation.units:
            yield Problem("value-of-unknown-unit", params={"unit": unit})
        elif not _days(organisation, unit, month):
            params = {"unit": unit, "month": f"{month // 12:04}-{month % 12 + 1:02}"}
            yield Problem("value-before-or-after-unit", params=params)


def _days(organisation: Organisation, unit: str, month: int) -> tuple[date, date] | None:
    """The first and the last day of a month on which a unit exists."""
    start, end = first_day(month), first_day(month + 1)
    within = [row for row in organisation.units[unit] if row.valid_from < end and row.end > start]
    return (max(start, within[0].valid_from), min(end, within[-1].end) - _ONE_DAY) if within else None


class View:
    """The organisation seen in the structure of one day."""

    def __init__(self, organisation: Organisation, target: date) -> None:
        self.organisation = organisation
        self.target = target
        self.structure = organisation.structure(target)
        self._traced: dict[tuple[str, date], Shares] = {}
        self._lines: dict[Members, Line] = {}

    def pieces(self, unit: str, month: int, value: Amount) -> Iterator[tuple[Line, int, Amount]]:
        shares = self._shares(unit, month)
        ordered = sorted(shares, key=sorted)
        parts = share_out(value, [shares[members] for members in ordered])
        return ((self._line(members), month, part) for members, part in zip(ordered, parts, strict=True))

    def _shares(self, unit: str, month: int) -> Shares:
        """One answer for the whole month; if the unit changed within it, all that it led to, together."""
        first, last = _days(self.organisation, unit, month) or (self.target, self.target)
        days = [first, *self.organisation.lineage.dates(first, last)]
        answers = [self._trace(unit, day) for day in days]
        if all(answer == answers[0] for answer in answers):
            return answers[0]
        return {frozenset(code for answer in answers for members in answer for code in members): Fraction(1)}

    def _trace(self, unit: str, day: date) -> Shares:
        if (unit, day) not in self._traced:
            self._traced[unit, day] = self.organisation.lineage.trace(unit, day, self.target)
        return self._traced[unit, day]

    def _line(self, members: Members) -> Line:
        if members not in self._lines:
            units = tuple(sorted(members))
            self._lines[members] = Line(units, self._kind(units), nearest_common([self.above(unit) for unit in units]))
        return self._lines[members]

    def _kind(self, units: Sequence[str]) -> LineKind:
        if len(units) > 1:
            return "together"
        if units[0] in self.structure:
            return "unit"
        return "ended" if self.organisation.units[units[0]][0].valid_from <= self.target else "founded"

    def above(self, unit: str) -> tuple[str, ...]:
        """Units above, nearest first, in the target structure; of a unit not in it, those that its own became."""
        if unit in self.structure:
            return self.structure.ancestors(unit)
        rows = self.organisation.units[unit]
        day = rows[0].valid_from if rows[0].valid_from > self.target else rows[-1].end - _ONE_DAY
        above = self.organisation.structure(day).ancestors(unit)
        became = (self._trace(code, day) for code in above)
        found = [next(iter(shares)) for shares in became if len(shares) == 1]
        return tuple(code for members in found if len(members) == 1 for code in members if code in self.structure)
