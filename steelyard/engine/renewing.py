"""Some periods of a result weighed anew, the others kept: peers meet within a period, so none asks another (N4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from steelyard.engine.arithmetic.compute import Column
from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.arithmetic.truths import Texts, Truths
from steelyard.engine.evaluate import Result, evaluate, names_of
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.item import PUBLISHED
from steelyard.engine.ranking.places import Places
from steelyard.engine.scoring.recipe import Step
from steelyard.engine.weighing.items import Before, Weighed
from steelyard.engine.weighing.panel import Totals
from steelyard.engine.weighing.scope import Scope
from steelyard.engine.weighing.vetoing import vetoes

Index = npt.NDArray[np.intp]
C = TypeVar("C", bound=Column)


@dataclass(frozen=True)
class Fresh:
    """What is new. ``totals`` of all periods of the panel, and ``chosen``, the same of the renewed periods only;
    ``periods``: places of these in the panel; ``tables``: by every word for them, those that changed; ``stale``: the
    indicators that rest on these, near or far."""

    totals: Totals
    chosen: Totals
    periods: Sequence[int]
    tables: Collection[str]
    stale: Collection[str]


def renewed(old: Result, book: RuleBook, fresh: Fresh) -> Result:
    """The result as a full evaluation of the new totals gives it. Book and plan are those of the old result."""
    if not fresh.periods:
        return replace(old, scope=replace(old.scope, totals=fresh.totals))
    at = old.panel.places_of(fresh.periods)
    known = {id: one for id, one in old.indicators.items() if id not in fresh.stale}
    whole = {id for id in known if any(veto.bars for veto in vetoes(book.indicators[id]))}
    taken = {id: _taken(one, at, id in whole) for id, one in known.items()}
    before = Before([(step, column.take(at)) for step, column in old.steps], names_of(taken), fresh.tables)
    part = evaluate(book, old.plan, old.panel.of(fresh.periods), fresh.chosen, taken, before)
    for id in old.indicators:
        part.scope.indicator("value", id)  # one that only other periods asked for
    if part.indicators.keys() - old.indicators.keys():  # one that nobody asked for before
        return evaluate(book, old.plan, old.panel, fresh.totals, known)
    return _Patch(old, part, at, fresh).result()


@dataclass(frozen=True)
class _Patch:
    """Columns of the renewed periods laid over those of all periods. ``at``: where they belong."""

    old: Result
    part: Result
    at: Index
    fresh: Fresh

    def result(self) -> Result:
        old, part = self.old, self.part
        indicators = {id: self._indicator(id) for id in old.indicators}
        return replace(
            old,
            indicators=indicators,
            steps=self._steps(old.steps, part.steps),
            total=self._column(old.total, part.total),
            places=self._ranked(),
            lists={name: self._laid(mask, part.lists[name]) for name, mask in old.lists.items()},
            segments=self._laid(old.segments, part.segments),
            grade=None if old.grade is None else self._column(old.grade, cast(Texts, part.grade)),
            scope=self._scope(indicators),
            barred={name: self._laid(mask, part.barred[name]) for name, mask in old.barred.items()},
        )

    def _scope(self, indicators: Mapping[str, Weighed]) -> Scope:
        old, part = self.old.scope, self.part.scope
        scope = Scope(old.panel, self.fresh.totals, lambda what, id: _published(indicators[id], what))
        for name, column in old.steps.items():
            id, _, what = name.rpartition(".")
            known = id in indicators
            scope.steps[name] = _published(indicators[id], what) if known else self._column(column, part.steps[name])
        for total, found in old.memory.items():
            moved = total.table in self.fresh.tables
            scope.memory[total] = self._column(found, part.total(total)) if moved else found
        return scope

    def _indicator(self, id: str) -> Weighed:
        old = self.old.indicators[id]
        return self._weighed(old, self.part.indicators[id]) if id in self.fresh.stale else old

    def _weighed(self, old: Weighed, new: Weighed) -> Weighed:
        parts = tuple(self._weighed(*pair) for pair in zip(old.parts, new.parts, strict=True))
        variants = tuple(
            (name, self._weighed(one, other))
            for (name, one), (_, other) in zip(old.variants, new.variants, strict=True)
        )
        common = None if old.common is None else self._weighed(old.common, cast(Weighed, new.common))
        return replace(old, steps=self._steps(old.steps, new.steps), parts=parts, variants=variants, common=common)

    def _steps(
        self, old: tuple[tuple[Step, Column], ...], new: tuple[tuple[Step, Column], ...]
    ) -> tuple[tuple[Step, Column], ...]:
        pairs = zip(old, new, strict=True)
        return tuple((step, self._column(before, after)) for (step, before), (_, after) in pairs)

    def _ranked(self) -> Places:
        pairs = {one.name: (getattr(self.old.places, one.name), getattr(self.part.places, one.name))
                 for one in fields(Places)}  # fmt: skip
        return Places(**{name: self._laid(*pair) for name, pair in pairs.items()})

    def _column(self, old: C, new: C) -> C:
        found: Column
        if isinstance(old, Numbers) and isinstance(new, Numbers):
            found = self._numbers(old, new)
        elif isinstance(old, Texts) and isinstance(new, Texts):
            found = Texts(self._laid(old.value, new.value), self._laid(old.state, new.state))
        else:
            found = self._truths(cast(Truths, old), cast(Truths, new))
        return cast(C, found)

    def _numbers(self, old: Numbers, new: Numbers) -> Numbers:
        below, other = old.denominator, new.denominator
        if not (isinstance(below, int) and isinstance(other, int) and below == other):
            below, other = np.broadcast_to(below, len(old)), np.broadcast_to(other, len(new))
            below = self._laid(below, other)
        return Numbers(self._laid(old.numerator, new.numerator), below, self._laid(old.state, new.state))

    def _truths(self, old: Truths, new: Truths) -> Truths:
        return Truths(
            self._laid(old.value, new.value), self._laid(old.known, new.known), self._laid(old.reason, new.reason)
        )

    def _laid(self, old: npt.NDArray[Any], new: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Python's integers (object) where either side has outgrown 63 bits; one number for all stays one."""
        if old.strides == new.strides == (0,) and old.size and new.size and old[0] == new[0] and old.dtype == new.dtype:
            return old
        found = old.astype(object if object in (old.dtype, new.dtype) else old.dtype)
        found[self.at] = new
        return found


def _published(weighed: Weighed, what: str) -> Column:
    return cast(Column, weighed.column(what))


def _taken(weighed: Weighed, at: Index, whole: bool) -> Weighed:
    """What others may read of an indicator that stays as it is; its veto may read the ``whole`` of it."""
    read = [(step, column) for step, column in weighed.steps if whole or step.name in PUBLISHED]
    return replace(weighed, steps=tuple((step, column.take(at)) for step, column in read))
