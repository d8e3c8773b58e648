"""How a unit came here: its months with peers and process limits, the year before, and rankings side by side."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import numpy as np

from steelyard.analysis.peers import side_by_side
from steelyard.analysis.signals import chart
from steelyard.bureau.runs.uncertainty import floats
from steelyard.bureau.sheets.figures import peer_stats, plain
from steelyard.bureau.sheets.standing import Group
from steelyard.bureau.showing import decimal
from steelyard.engine.arithmetic.numbers import Mask, Numbers
from steelyard.engine.evaluate import Result
from steelyard.reports.sheet import Dimension, Earlier, RankingView, Signal, TrendPoint

FEWEST = 6
"""Months below which process limits say nothing."""


class History:
    """The months and the year before of one class, seen from the units of a group of the main result."""

    def __init__(self, result: Result, main: Result, group: Group) -> None:
        self.result, self.main, self.group = result, main, group
        count = len(main.panel.subjects)
        self.codes = [main.panel.subjects[int(place) % count] for place in group.index]
        self.members = self._members()
        self.rankings = self._rankings()
        self.table = side_by_side({name: values.tolist() for name, (values, _) in self.rankings.items()})

    def _members(self) -> Mask:
        panel = self.result.panel
        return panel.in_class(self.group.name) & panel.assessed

    def _at(self, code: str, period: str) -> int | None:
        """The unit's place in the panel of history, where it existed then."""
        return self.result.panel.at(code, period) if code in self.result.panel.subjects else None

    def months(self, code: str) -> tuple[TrendPoint, ...]:
        totals = [self._total(code, period) for period in self.result.panel.periods[1:]]
        limits = self._limits(totals)
        points = []
        for t, period in enumerate(self.result.panel.periods[1:], start=1):
            peers = peer_stats(self.result.total, self.members & (self.result.panel.period_index == t))
            if peers is not None:
                low, high, signal = limits[t - 1]
                points.append(
                    TrendPoint(period, totals[t - 1], None, peers.mean, peers.median, peers.lower_quartile,
                               peers.upper_quartile, low, high, signal)
                )  # fmt: skip
        return tuple(points)

    def _limits(self, totals: list[Decimal | None]) -> list[tuple[Decimal | None, Decimal | None, Signal | None]]:
        known = [float(total) for total in totals if total is not None]
        if len(known) < max(FEWEST, len(totals)):
            return [(None, None, None)] * len(totals)
        found = chart(np.array(known))
        words: Mapping[str, Signal] = {"up": "better", "down": "worse"}
        return [
            (plain(low), plain(high), words.get(point.direction or ""))
            for low, high, point in zip(found.lower, found.upper, found.points, strict=True)
        ]

    def _total(self, code: str, period: str) -> Decimal | None:
        at = self._at(code, period)
        value = None if at is None else self.result.total.fraction(at)
        return None if value is None else decimal(value)

    def earlier(self, code: str) -> Earlier | None:
        period = self.result.panel.periods[0]
        at, total = self._at(code, period), self._total(code, period)
        if at is None or total is None:
            return None
        same = bool(self.members[at])
        return Earlier(period, total, int(self.result.places.place[at]) if same else None)

    def _rankings(self) -> Mapping[Dimension, tuple[np.ndarray[tuple[int], np.dtype[np.float64]], int]]:
        """Measures of all units of the class, highest best; ``level`` first, the others compared with it."""
        level = floats(self.main.total)[self.group.index]
        found: dict[Dimension, np.ndarray[tuple[int], np.dtype[np.float64]]] = {"level": level}
        before = np.array([self._float(code, self.result.panel.periods[0]) for code in self.codes])
        if not np.isnan(before).all():
            found["progress"] = level - np.where(np.isnan(before), level, before)
        unadjusted = self.main.column("unadjusted")
        if isinstance(unadjusted, Numbers):
            found["difficulty"] = floats(unadjusted)[self.group.index]
        return {name: (values, index) for index, (name, values) in enumerate(found.items())}

    def _float(self, code: str, period: str) -> float:
        total = self._total(code, period)
        return float("nan") if total is None else float(total)

    def views(self, row: int) -> tuple[RankingView, ...]:
        """The unit's place along each dimension and how much each ranking agrees with the level."""
        views = []
        for name, (values, index) in self.rankings.items():
            agreement = None if name == "level" else plain(float(self.table.agreement[0, index]))
            place = int(self.table.places[row, index])
            views.append(RankingView(name, plain(float(values[row])), place, len(values), agreement))
        return tuple(views)
