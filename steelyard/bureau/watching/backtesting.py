"""回测: what watching would have said month by month of a year that has closed, held against what became of it (N12).

Beside it stands the rule that needs no forecast: whether the year so far meets the target of the year.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from steelyard.analysis.monitoring.calibration import Calibration, brier, calibration
from steelyard.analysis.monitoring.cards import colours
from steelyard.analysis.uncertainty import Flags, Floats
from steelyard.bureau.watching.reaching import Reach
from steelyard.bureau.watching.series import Watchable

FIRST = 3
"""Months after which forecasts begin."""
Judged = tuple[Floats, Flags, Floats, list[str | None]]


@dataclass(frozen=True, slots=True)
class Backtest:
    """``threshold``: the Brier score of the rule that needs no forecast; ``red``: how many cards were red, and of them
    the share that failed; ``green``: the same of green ones."""

    months: int
    found: Calibration
    threshold: float
    red: tuple[int, float]
    green: tuple[int, float]


def backtest(of: Watchable) -> Backtest:
    """``of``: a year whose months have all closed; every month from the third to the one before its last is judged."""
    every = [one for month in range(FIRST, of.count) for one in _month(of, month)]
    chance, met, now = (np.concatenate([one[at] for one in every]) for at in (0, 1, 2))
    cards = np.array([card or "" for one in every for card in one[3]])
    return Backtest(
        of.count - FIRST, calibration(chance, met), brier(now, met), _failed(cards == "red", met),
        _failed(cards == "green", met),
    )  # fmt: skip


def _failed(shown: Flags, met: Flags) -> tuple[int, float]:
    count = int(shown.sum())
    return count, float((~met[shown]).mean()) if count else float("nan")


def _month(of: Watchable, month: int) -> Iterator[Judged]:
    """Of every series whose year follows from its months, and whose end is known."""
    for one in of.series:
        seen = Reach(one, month, of.count)
        if not seen.projectable:
            continue
        chance, met, now = seen.outlook.chance, seen.met(), seen.meets_now()
        known = np.isfinite(chance) & np.isfinite(met) & np.isfinite(now)
        if known.any():
            cards = colours(chance[known], seen.needed[known])
            yield chance[known], met[known] == 1, now[known], [*cards]
