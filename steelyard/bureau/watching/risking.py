"""Rows of targets at risk: the chance to meet each by the end of the year, its card, the last day when it can still be
met, and the smallest step that would bring the points back (N12, C51, C84)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from steelyard.analysis.monitoring.cards import colours
from steelyard.bureau.sheets.losses import Losses
from steelyard.bureau.watching.reaching import Reach
from steelyard.bureau.watching.series import Series, Watchable
from steelyard.bureau.watching.settings import Terms
from steelyard.bureau.watching.watched import Colour, Row
from steelyard.engine.calendar import Calendar
from steelyard.engine.periods import Period
from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words

MONTHS = 12


class Risks:
    """Asks for steps once an indicator, for all units together."""

    def __init__(self, of: Watchable, terms: Terms, calendar: Calendar | None) -> None:
        self.of, self.terms, self.calendar = of, terms, calendar
        self._losses = Losses(of.ran.result.scope, of.ran.vocabulary)

    def told(self, one: Series, row: Row, at: int, seen: Reach, colour: str) -> Row:
        """``row``: as every row of the unit begins; ``at``: the unit among those of the series."""
        acts = colour in ("red", "yellow")
        shown: Colour = "red" if colour == "red" else "yellow" if colour == "yellow" else "none"
        return replace(
            row, rule="reach", target=_plain(seen.target[at]) if seen.target is not None else None,
            projected=_plain(seen.outlook.projected[at]), meets=_plain(seen.outlook.chance[at]), colour=shown,
            last_day=self._last(float(seen.needed[at])), step=self._step(one, int(one.index[at])) if acts else None,
            first_seen=str(self.of.months[-1]),
        )  # fmt: skip

    def at_risk(self, one: Series) -> Iterator[tuple[int, Reach, str]]:
        """Units of the series whose chance is below what the bureau asks for, with their cards."""
        seen = Reach(one, self.of.count, MONTHS)
        if self.of.count == MONTHS or not seen.projectable:
            return
        least = self.terms.of(one.indicator).reach
        meets = seen.outlook.chance
        found = colours(meets, seen.needed)
        for at in np.flatnonzero(meets < least).tolist():
            colour = found[at]
            if colour is not None:
                yield at, seen, colour

    def _last(self, needed: float) -> str | None:
        """From that day on all the rest has to go at the best level that a peer has reached; None where it is out of
        reach, where nothing needs to change, or where the calendar does not know the rest of the year."""
        if self.calendar is None or not 0 < needed <= 1:
            return None
        begins, ends = self.of.months[-1].end, _year(self.of.months[-1]).end
        try:
            days = int(np.ceil(needed * self.calendar.days_within(begins, ends)))
            return self.calendar.add_workdays(ends, -days).isoformat() if days else None
        except Refused:
            return None

    def _step(self, one: Series, unit: int) -> Words | None:
        panel = self.of.ran.result.panel
        index = panel.at(panel.subjects[unit], str(self.of.months[-1].to_date))
        found = self._losses.remedy(self.of.ran.result.indicators[one.indicator.id], index)
        return None if found is None else found.text


def _year(month: Period) -> Period:
    found = month
    while (upper := found.parent) is not None:
        found = upper
    return found


def _plain(value: float) -> float:
    return float(f"{float(value):.8g}")
