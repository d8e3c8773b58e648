"""Warning limits (`warn:`) held against the year so far, and against the pace of the year where a value adds up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np

from steelyard.analysis.monitoring.limits import chance_at, few_and_likely
from steelyard.analysis.monitoring.lines import Side
from steelyard.analysis.uncertainty import Flags, Floats, Ints
from steelyard.bureau.watching.series import Series, Watchable
from steelyard.bureau.watching.settings import Terms
from steelyard.engine.arithmetic.compute import Column, number, truth
from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.expressions.nodes import Call, Name, Node, walk
from steelyard.engine.expressions.windows import windowed
from steelyard.engine.weighing.needs import values_of

_SIDES: dict[str, Side] = {">": "high", ">=": "high", "<": "low", "<=": "low"}
_TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}


@dataclass(frozen=True)
class Compared:
    """``value`` beside a limit, as it stands in a warning."""

    side: Side
    limit: Node


def compared(warn: Node) -> list[Compared]:
    """Every comparison of the value in a condition."""
    found = []
    for node in walk(warn):
        match node:
            case Call(op=op, args=(Name(parts=("value",)), limit)) if op in _SIDES:
                found.append(Compared(_SIDES[op], limit))
            case Call(op=op, args=(limit, Name(parts=("value",)))) if op in _SIDES:
                found.append(Compared(_SIDES[_TURNED[op]], limit))
    return found


@dataclass(frozen=True)
class Warning:
    """The warning of one indicator. ``series``: its own value, or None where only its items have one."""

    of: Watchable
    indicator: str
    series: tuple[Series, ...]
    terms: Terms

    @cached_property
    def met(self) -> Flags:
        """(periods, units): where the condition holds, few cases not yet told apart."""
        rule = self.of.ran.book.indicators[self.indicator]
        tree = windowed(cast(Node, rule.warn), values_of(self.of.ran.book))
        found: Flags = truth(tree, self.of.ran.result.scope.inner(self._names())).met
        return found.reshape(len(self.of.ran.result.panel.periods), -1)

    def _names(self) -> dict[str, Column]:
        weighed = self.of.ran.result.indicators[self.indicator]
        names: dict[str, Column] = {step.name: column for step, column in weighed.steps}
        for part in weighed.parts:
            names |= {f"{part.item}.{step.name}": column for step, column in part.steps}
        if isinstance(value := names.get("value"), Numbers):
            names["value"] = self._at_pace(value)
        return names

    def _at_pace(self, value: Numbers) -> Numbers:
        """What adds up is taken as the year that it comes to at the pace of the year so far."""
        adds = np.zeros(len(self.of.units), dtype=np.bool_)
        for one in self.series:
            adds[one.index] = one.made.kind in ("count", "sum")
        whole, pace = (
            len(self.of.ran.periods[-1].months),
            np.ones((len(self.of.ran.result.panel.periods), len(adds)), np.int64),
        )
        below = pace.copy()
        for month in range(self.of.count):
            pace[self.of.to_date(month), adds], below[self.of.to_date(month), adds] = whole, month + 1
        return value * Numbers(pace.ravel(), below.ravel(), np.zeros(value.state.shape, dtype=np.uint8))

    @cached_property
    def comparison(self) -> Compared | None:
        found = compared(cast(Node, self.of.ran.book.indicators[self.indicator].warn))
        return found[0] if len(found) == 1 else None

    @cached_property
    def limit(self) -> Floats | None:
        """(periods, units)."""
        if self.comparison is None:
            return None
        tree = windowed(self.comparison.limit, values_of(self.of.ran.book))
        return self.of.table(number(tree, self.of.ran.result.scope.inner(self._names())))

    def fired(self, month: int) -> Flags:
        """Which units stand beyond the limit after so many months, chance left aside where cases are few."""
        period = self.of.to_date(month)
        found: Flags = self.met[period] & self._mine
        for one in self.series:
            found[one.index] &= ~self._likely(one, period)
        return found

    @cached_property
    def _mine(self) -> Flags:
        found: Flags = np.zeros(len(self.of.units), dtype=np.bool_)
        for one in self.series:
            found |= one.units
        return found

    def _likely(self, one: Series, period: int) -> Flags:
        cases = self.cases(one, period)
        if cases is None:
            return np.zeros(one.index.size, dtype=np.bool_)
        part, whole, limit, side = cases
        return few_and_likely(part, whole, limit, side, self.terms.chance, self.terms.small)

    def cases(self, one: Series, period: int) -> tuple[Floats, Floats, Floats, Side] | None:
        """Part, whole and limit of a share; None for everything else."""
        if one.made.kind != "share" or self.limit is None or self.comparison is None:
            return None
        assert one.above is not None
        assert one.below is not None
        part, whole = (np.nan_to_num(column[period]) for column in (one.above, one.below))
        return part, whole, np.nan_to_num(self.limit[period, one.index] / one.scale[period]), self.comparison.side

    def chance(self, one: Series, period: int) -> Floats | None:
        """Of a share so far beyond the limit if the true one were the limit."""
        cases = self.cases(one, period)
        return None if cases is None else chance_at(*cases)


def warnings(of: Watchable, terms: Terms) -> Iterator[Warning]:
    """Of every indicator that has one; items count for the indicator that they belong to."""
    for id in of.ran.result.indicators:
        rule = of.ran.book.indicators[id]
        if rule.warn is not None:
            yield Warning(of, id, tuple(one for one in of.series if one.indicator.id == id), terms.of(rule))


def worse_is_up(indicator_warn: Node | None, direction: str) -> bool:
    """Which way is worse: a warning says so better than the direction, which deductions leave unsaid."""
    sides = {one.side for one in compared(indicator_warn)} if indicator_warn is not None else set()
    return sides == {"high"} if len(sides) == 1 else direction == "lower"


def first_seen(fired: Flags) -> Ints:
    """(months, n) -> the first month of the unbroken stretch up to the newest."""
    lasting: Ints = np.sum(np.logical_and.accumulate(fired[::-1], axis=0), axis=0)
    return len(fired) - lasting
