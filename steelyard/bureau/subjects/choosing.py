"""Who is assessed and whose rows count for whom: as organised in each period, or as on one day for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from steelyard.bureau.subjects.panel import attribute_column, unit_names, unit_panel
from steelyard.engine.arithmetic.numbers import State
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.model.plan import Plan
from steelyard.engine.organisation import Organisation, unit_table
from steelyard.engine.organisation.following import superiors
from steelyard.engine.periods import Period
from steelyard.engine.planning.stretches import Stretch
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.planning.totals import window_days
from steelyard.engine.weighing.panel import Panel


@dataclass(frozen=True)
class Chosen:
    """``parents``: unit -> the one that its rows are counted for too. ``on``: day of the structure, None: as it was."""

    organisation: Organisation
    plan: Plan
    on: date | None
    parents: Mapping[str, str | None]

    def panel(self, periods: Sequence[Period], attributes: Iterable[str]) -> Panel:
        """The assessed units over these periods."""
        if self.on is None:
            return unit_panel(self.organisation, self.plan.classes, periods, attributes)
        return self._on(self.on, periods, attributes)

    def names(self, periods: Sequence[Period]) -> dict[str, str]:
        structure = {} if self.on is None else self.organisation.structure(self.on).units
        return {**unit_names(self.organisation, periods), **{code: unit.name for code, unit in structure.items()}}

    def _on(self, on: date, periods: Sequence[Period], attributes: Iterable[str]) -> Panel:
        """Units of that day in all periods; absent where neither they nor what became them existed."""
        classes = self.plan.classes
        units = self.organisation.structure(on).units
        subjects = [code for code, unit in units.items() if unit.unit_class in classes]
        own = np.array([classes.index(str(units[code].unit_class)) for code in subjects], dtype=np.intp)
        tables = [unit_table(self.organisation, period) for period in periods]
        states = [self._states(subjects, set(table.codes)) for table in tables]
        return Panel(
            tuple(subjects),
            tuple(str(period) for period in periods),
            tuple(period.end - timedelta(days=1) for period in periods),
            tuple(classes),
            np.tile(own, len(periods)),
            np.concatenate(states),
            {name: attribute_column(name, tables, subjects) for name in attributes},
        )

    def _states(self, subjects: Sequence[str], there: set[str]) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
        members = Subjects.rolled(subjects, self.parents).members
        present = {subject for code, subject in members if code in there}
        return np.array([State.KNOWN if code in present else State.ABSENT for code in subjects], dtype=np.uint8)


def choose(
    organisation: Organisation, plan: Plan, on: date | None, wanted: Iterable[Aggregate], periods: Sequence[Period]
) -> Chosen:
    """Raises `Refused` (``history-divided``) where the structure of a day cannot say whose the rows are."""
    if on is None:
        return Chosen(organisation, plan, None, as_it_was(organisation, periods))
    units = organisation.structure(on).units
    assessed = {code for code, unit in units.items() if unit.unit_class in plan.classes}
    days = read_days(wanted, periods)
    return Chosen(organisation, plan, on, superiors(organisation, on, days.start, days.end, assessed))


def as_it_was(organisation: Organisation, periods: Sequence[Period]) -> dict[str, str | None]:
    """Each unit's superior at the end of the last period in which it exists, else the last that it ever had.

    So what an abolished unit did still counts for those above it.
    """
    parents = {code: rows[-1].parent for code, rows in organisation.units.items()}
    for period in periods:
        table = unit_table(organisation, period)
        above = (None if place < 0 else table.codes[place] for place in table.parent_index.tolist())
        parents.update(zip(table.codes, above, strict=True))
    return parents


def read_days(wanted: Iterable[Aggregate], periods: Sequence[Period]) -> Stretch:
    """From the first to the last day that these totals read."""
    windows = dict.fromkeys(total.window for total in wanted)
    days = [window_days(window, period) for window in windows for period in periods]
    days += [Stretch(period.start, period.end) for period in periods]
    return Stretch(min(one.start for one in days), max(one.end for one in days))
