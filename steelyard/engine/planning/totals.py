"""The totals of an evaluation as columns over its whole panel, whoever answers the SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from steelyard.engine.arithmetic.numbers import Mask, Numbers, State, States, all_in
from steelyard.engine.expressions.nodes import Aggregate, Window
from steelyard.engine.expressions.schema import TableSchema
from steelyard.engine.periods import Kind, Period
from steelyard.engine.planning.cells import Cells
from steelyard.engine.planning.collecting import collect_all
from steelyard.engine.planning.runner import Runner
from steelyard.engine.planning.scans import By, Plan, plan
from steelyard.engine.planning.stretches import Stretch, stretch
from steelyard.engine.planning.subjects import Subjects

_KINDS: Mapping[str, Kind] = {"H": "half", "Q": "quarter", "M": "month"}


def window_days(window: Window, period: Period) -> Stretch:
    """The days of a window; with a part of the year (``Q1``, ``H2``, ``M06``) seen from that part, not the period."""
    if window.checkpoint is None:
        return stretch(window, period)
    return stretch(replace(window, checkpoint=None), part_of_year(window.checkpoint, period))


def part_of_year(part: str, period: Period) -> Period:
    """That part of the period's year as a period of its own."""
    year = Period(period.system, "year", period.year, 0)
    return year.parts(_KINDS[part[0]])[int(part[1:]) - 1]


def not_due(window: Window, period: Period) -> bool:
    """A part of the year that has not ended yet; counted alone, also one that was over before the period began."""
    if window.checkpoint is None:
        return False
    part = part_of_year(window.checkpoint, period)
    return part.end > period.end or (window.reach == "period" and part.start < period.start)


@dataclass(frozen=True)
class PanelTotals:
    """``sparse``: tables of which nothing may have happened anywhere in a period without data being awaited."""

    cells: Cells[Period]
    periods: Sequence[Period]
    sparse: Set[str]

    def column(self, aggregate: Aggregate) -> Numbers:
        found = self.cells.side_by_side(aggregate, self.periods)
        return Numbers(found.numerators, found.denominators, self._states(aggregate, found.empty))

    def _states(self, aggregate: Aggregate, empty: Mask) -> States:
        not_yet = np.array([not_due(aggregate.window, period) for period in self.periods])
        due = aggregate.table in self.sparse or self._arrived(arrivals(aggregate))
        if not (empty.any() or not_yet.any()) and np.all(due):
            return all_in(State.KNOWN, len(empty))
        states = np.where(empty, np.uint8(State.EMPTY), np.uint8(State.KNOWN)).reshape(len(self.periods), -1)
        states[~np.asarray(due) & np.ones_like(not_yet)] = State.AWAITED
        states[not_yet] = State.OUTSIDE
        return states.ravel()

    def _arrived(self, count: Aggregate) -> Mask:
        """For each period whether anything came; found out once for all totals of a table."""
        key = count.table, count.window
        if key not in self._known:
            rows = self.cells.side_by_side(count, self.periods).numerators
            self._known[key] = np.logical_or.reduce(rows.reshape(len(self.periods), -1), axis=1)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[str, Window], Mask]:
        return {}


def arrivals(aggregate: Aggregate) -> Aggregate:
    """How many rows of the table there are at all, in the same stretch of time."""
    return Aggregate("count", aggregate.table, window=aggregate.window)


class Wanted(NamedTuple):
    """Totals for everybody of ``subjects`` in each period."""

    aggregates: Sequence[Aggregate]
    periods: Sequence[Period]
    subjects: Subjects
    by: By = "unit"


def read_totals(
    several: Sequence[Wanted], tables: Mapping[str, TableSchema], runner: Runner, sparse: Set[str]
) -> list[PanelTotals]:
    """Plans the scans for totals and has all of them answered at once. ``sparse``: see `PanelTotals`. Raises `Refused`
    with all problems of names and types."""
    called = {title for name in sparse if (title := tables[name].title)}  # rules may call a table by its Chinese name
    found = collect_all([(_scans(one, tables), one.subjects) for one in several], runner)
    return [PanelTotals(cells, tuple(one.periods), sparse | called) for cells, one in zip(found, several, strict=True)]


def _scans(wanted: Wanted, tables: Mapping[str, TableSchema]) -> Plan[Period]:
    aggregates = dict.fromkeys([*wanted.aggregates, *map(arrivals, wanted.aggregates)])
    return plan(aggregates, tables, wanted.periods, by=wanted.by, windows=window_days)
