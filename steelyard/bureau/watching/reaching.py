"""Targets at risk: what each year comes to, the chance that it meets its target, and how long that can still be turned.

The level of the rest is that of the last twelve months; how many cases are to come, from what came after this month
last year among all peers. The best level is the best that a peer with no fewer cases than most has reached this year.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from steelyard.analysis.monitoring import reach
from steelyard.analysis.monitoring.reach import Goal, Outlook, needed_rest
from steelyard.analysis.uncertainty import Floats, Ints
from steelyard.bureau.watching.series import Series
from steelyard.engine.expressions.nodes import Aggregate

LEVEL = 12
"""Months from which the level of the rest is estimated."""
ALL_OR_NOTHING = 0.05
"""Part of months in which a ratio is 0 or 1, from which its amounts are taken as cases that are in order or not."""


@dataclass(frozen=True)
class Reach:
    """One series seen after so many months of its year. ``ends``: how many months the year has, or fewer to look back
    at one that has not closed. Shape (units of the series,)."""

    one: Series
    month: int
    ends: int

    @property
    def _period(self) -> int:
        return self.one.of.to_date(self.month - 1)

    @cached_property
    def target(self) -> Floats | None:
        """Of the whole year."""
        found: Floats | None = None if self.one.target is None else self.one.target[-1]
        return found

    @property
    def projectable(self) -> bool:
        """Whether a year follows from its months: not where distinct cases are counted, nor for percentiles."""
        trees = (self.one.made.above, self.one.made.below)
        distinct = any(isinstance(tree, Aggregate) and tree.kind == "distinct" for tree in trees)
        return self.target is not None and self.one.made.kind != "level" and not distinct

    @cached_property
    def peers(self) -> Ints:
        return self.one.of.classes[self.one.index]

    @cached_property
    def now(self) -> Floats:
        """The value of the year so far."""
        found: Floats = self.one.value[self._period]
        return found

    @cached_property
    def up(self) -> bool:
        return self.one.leaf.rule.direction == "higher"

    @cached_property
    def rows(self) -> slice:
        """The months behind the level of the rest."""
        until = self.one.of.past + self.month
        return slice(max(until - LEVEL, 0), until)

    @cached_property
    def own(self) -> slice:
        """The months of this year."""
        return slice(self.one.of.past, self.one.of.past + self.month)

    @cached_property
    def cases(self) -> tuple[Floats, Floats] | None:
        """Part and whole by period; a ratio of amounts that is often nothing or all is a share of as many cases as the
        amounts are worth. None for everything else."""
        one = self.one
        if one.made.kind == "share" and one.above is not None and one.below is not None:
            return np.nan_to_num(one.above), np.nan_to_num(one.below)
        if one.made.kind != "ratio" or one.cases is None:
            return None
        value, whole = np.nan_to_num(one.value / one.scale), np.nan_to_num(one.cases)
        ends = np.mean((value[self.rows] <= 0) | (value[self.rows] >= 1))
        return (value * whole, whole) if value.min() >= 0 and value.max() <= 1 and ends > ALL_OR_NOTHING else None

    @cached_property
    def size(self) -> Floats:
        """By month, of what the value is: cases, or a month each."""
        kind = self.one.made.kind
        if kind == "share" and self.one.below is not None:
            return np.nan_to_num(self.one.below)
        if kind in ("mean", "ratio") and self.one.cases is not None:
            return np.nan_to_num(self.one.cases)
        return np.isfinite(self.one.value).astype(np.float64)

    @cached_property
    def season(self) -> Floats:
        """How many times as much came after this month as before it, last year among the peers."""
        of, kind = self.one.of, self.one.made.kind
        volume = self.one.above if kind == "count" else self.one.value if kind == "sum" else self.size
        assert volume is not None
        year: Floats = np.nan_to_num(volume[: of.past])
        before, after = self._among_peers(year[: self.month]), self._among_peers(year[self.month : self.ends])
        plain = (self.ends - self.month) / self.month
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where((before > 0) & (after > 0), after / before, plain)

    def _among_peers(self, months: Floats) -> Floats:
        totals: Floats = np.bincount(self.peers, months.sum(axis=0)).astype(np.float64)
        return totals[self.peers]

    @cached_property
    def done(self) -> Floats:
        """Of what the year so far is."""
        done: Floats = self.size[self.own].sum(axis=0)
        return done

    @cached_property
    def rest(self) -> Floats:
        return self.done * self.season

    @cached_property
    def outlook(self) -> Outlook:
        assert self.target is not None
        one, up = self.one, np.full(self.now.shape, self.up)
        scale = one.scale[self._period]
        with np.errstate(invalid="ignore", divide="ignore"):
            plain = Goal(self.target / scale, up)
        match one.made.kind:
            case _ if self.cases is not None:
                part, whole = self.cases[0][self.rows], self.cases[1][self.rows]
                done = self.cases[0][self._period], self.cases[1][self._period]
                found = reach.share(part, whole, done, done[1] * self.season, plain, self.peers)
                return Outlook(found.projected * scale, found.chance)
            case "count":
                assert one.above is not None
                number = one.above[self.rows]
                months = np.isfinite(number).sum(axis=0).astype(np.float64), self.month * self.season
                found = reach.count(number, one.above[self._period], months, plain, self.peers)
                return Outlook(found.projected * scale, found.chance)
            case "sum":
                goal = Goal(self.target, up)
                return reach.total(one.value[self.rows], self.now, self.month * self.season, goal, self.peers)
            case _:
                goal = Goal(self.target, up)
                weight = np.where(self.size > 0, self.size, np.nan)[self.rows]
                return reach.mean(one.value[self.rows], weight, (self.now, self.done), self.rest, goal, self.peers)

    @cached_property
    def best(self) -> Floats:
        """What the year comes to when all the rest goes at the best level."""
        level = self._best_level()
        if self.one.made.kind in ("count", "sum"):
            return self.now + level * self.season
        with np.errstate(invalid="ignore", divide="ignore"):
            share = self.rest / (self.done + self.rest)
        return (1 - share) * self.now + share * level

    def _best_level(self) -> Floats:
        """Of the year so far, among peers with no fewer cases than half of them have."""
        found = np.full(self.now.shape, np.nan)
        for group in np.unique(self.peers):
            mine = np.flatnonzero((self.peers == group) & np.isfinite(self.now) & (self.done > 0))
            if mine.size:
                many = mine[self.done[mine] >= np.median(self.done[mine])]
                found[self.peers == group] = (np.max if self.up else np.min)(self.now[many])
        return found

    @cached_property
    def needed(self) -> Floats:
        """The part of the rest of the year that has to go at the best level; above 1: out of reach."""
        assert self.target is not None
        return needed_rest(self.outlook.projected, self.best, self.target)

    def met(self) -> Floats:
        """What became of it by the end: 1 met, 0 missed, NaN where there is no value."""
        assert self.target is not None
        value = self.one.value[self.one.of.to_date(self.ends - 1)]
        met = value >= self.target if self.up else value <= self.target
        return np.where(np.isfinite(value) & np.isfinite(self.target), met, np.nan)

    def meets_now(self) -> Floats:
        """The threshold rule: whether the year so far meets the target of the year, at its pace where it adds up."""
        assert self.target is not None
        pace = 1 + self.season if self.one.made.kind in ("count", "sum") else 1.0
        met = self.now * pace >= self.target if self.up else self.now * pace <= self.target
        return np.where(np.isfinite(self.now), met, np.nan)
