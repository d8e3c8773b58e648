"""The series of a plan: every value of every unit by month, as far as months have closed, and what it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from steelyard.analysis.uncertainty import Flags, Floats, Ints
from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import Ran, chosen, periods_of
from steelyard.bureau.telling import Progress, silent
from steelyard.bureau.watching.kinds import Made, made_of
from steelyard.engine.arithmetic.compute import number
from steelyard.engine.arithmetic.numbers import Numbers, State
from steelyard.engine.expressions.nodes import Node
from steelyard.engine.model.item import Indicator
from steelyard.engine.periods import Period
from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.engine.weighing.items import Weighed

CATALOGUE.add(
    {
        "watching-month": (
            "{found} 不是计划 {plan} 年度里的一个月；请写 {first} 到 {last} 之间的月份",
            "{found} is no month of the year of plan {plan}; name one from {first} to {last}",
        ),
    }
)
Kept = TypeVar("Kept", bound=np.generic)


@dataclass(frozen=True)
class Watchable:
    """A run over the months of last year and of this year so far, the year to each of its months, and the year.

    ``past``: how many months last year had; ``count``: how many months of this year have closed.
    """

    ran: Ran
    months: tuple[Period, ...]
    past: int

    @property
    def count(self) -> int:
        return len(self.months) - self.past

    @cached_property
    def units(self) -> Flags:
        """Who is assessed in the year so far."""
        return self._newest(self.ran.result.panel.assessed)

    @cached_property
    def classes(self) -> Ints:
        return self._newest(self.ran.result.panel.classes).astype(np.int64)

    def _newest(self, column: npt.NDArray[Kept]) -> npt.NDArray[Kept]:
        """Of the year so far."""
        found: npt.NDArray[Kept] = column.reshape(len(self.ran.result.panel.periods), -1)[-2]
        return found

    def to_date(self, month: int) -> int:
        """Where the year up to the so-manieth of its months lies among the periods."""
        return len(self.months) + month

    def table(self, column: Numbers) -> Floats:
        """(periods, units); NaN where there is no number."""
        known = np.asarray(column.denominator, np.float64)
        found = np.where(column.known, column.numerator.astype(np.float64) / known, np.nan)
        return found.reshape(len(self.ran.result.panel.periods), -1)

    @cached_property
    def series(self) -> tuple[Series, ...]:
        """In the order of the plan."""
        return tuple(series for id in self.ran.result.indicators for series in self._of(id))

    def _of(self, id: str) -> Iterator[Series]:
        weighed = self.ran.result.indicators[id]
        mine = self.units.copy()
        if weighed.points is not None:
            mine &= self._newest(weighed.points.state) != State.OUTSIDE
        for leaf, units in self._leaves(weighed, mine):
            if units.any():
                yield Series(self, self.ran.book.indicators[id], leaf, units)

    def _leaves(self, weighed: Weighed, units: Flags) -> Iterator[tuple[Weighed, Flags]]:
        """What has a value, with the units whose class has it so."""
        rest = units
        for name, variant in weighed.variants:
            own = self._newest(self.ran.result.panel.in_class(name))
            yield from self._leaves(variant, rest & own)
            rest = rest & ~own
        if weighed.variants and weighed.common is not None:
            yield from self._leaves(weighed.common, rest)
        elif not weighed.variants and isinstance(weighed.value, Numbers):
            yield weighed, rest
        elif not weighed.variants:
            for part in weighed.parts:
                yield from self._leaves(part, rest)


@dataclass(frozen=True)
class Series:
    """One value for those units that have it. Its columns have shape (periods, units that have it)."""

    of: Watchable
    indicator: Indicator
    leaf: Weighed
    units: Flags

    @property
    def item(self) -> str:
        """Empty for the indicator itself."""
        return "" if self.leaf.item == self.indicator.id else self.leaf.item

    @property
    def name(self) -> str:
        return f"{self.indicator.name}·{self.leaf.name}" if self.item else self.indicator.name

    @cached_property
    def index(self) -> Ints:
        return np.flatnonzero(self.units)

    @cached_property
    def made(self) -> Made:
        tree = next((step.tree for step, _ in self.leaf.steps if step.name == "value"), None)
        return Made("level") if tree is None else made_of(tree)

    @cached_property
    def value(self) -> Floats:
        found = self.leaf.value
        assert isinstance(found, Numbers)
        return self.of.table(found)[:, self.index]

    @cached_property
    def above(self) -> Floats | None:
        return self._part(self.made.above)

    @cached_property
    def below(self) -> Floats | None:
        return self._part(self.made.below)

    @cached_property
    def scale(self) -> Floats:
        """By what above / below is multiplied."""
        found = self._part(self.made.scale)
        return np.ones(self.value.shape) if found is None else found

    @cached_property
    def cases(self) -> Floats | None:
        """How many cases a mean or a ratio is of; amounts count as (sum)² / sum of squares. None where nobody knows."""
        if self.made.kind == "mean":
            found = self.below
        else:
            square = self._part(self.made.square)
            with np.errstate(invalid="ignore", divide="ignore"):
                found = None if square is None or self.below is None else self.below**2 / square
        return None if found is None else np.where(found > 0, found, np.nan)

    @cached_property
    def target(self) -> Floats | None:
        found = self.leaf.column("target")
        return self.of.table(found)[:, self.index] if isinstance(found, Numbers) else None

    def _part(self, tree: Node | None) -> Floats | None:
        if tree is None:
            return None
        return self.of.table(number(tree, self.of.ran.result.scope.inner()))[:, self.index]


def watchable(bureau: Bureau, order: Order, until: str | None, progress: Progress = silent) -> Watchable:
    """``until``: the last month that has closed. Raises `Refused`: ``watching-month``, and what a run refuses."""
    book = bureau.book()
    plan = chosen(book, order.plan)
    year = periods_of(book, plan, ())[0]
    months = {str(month): month for month in year.months}
    if until not in months:
        first, *_, last = months
        raise refuse("watching-month", plan.place("year"), found=until, plan=plan.id, first=first, last=last)
    own = year.months[: list(months).index(until) + 1]
    before = year.last_year.months
    periods = (*before, *own, *(month.to_date for month in own), year)
    order = replace(order, plan=plan.id, periods=tuple(map(str, periods)), history=False, uncertainty=True)
    return Watchable(run(bureau, order, progress), (*before, *own), len(before))
