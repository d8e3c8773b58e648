"""Signals of the newest points of many series: the rules of the XmR chart, each as long or as far as the chance allows.

The chance of a false alarm is divided among the rules that are on. ``outside``: the tail of the newest point is smaller
than half of that part; ``three``: that of the newest three taken as one (where the published rule wants two of three
near a limit, which fires three times as often as it should when limits are estimates). ``run``: so many points lie on
one side of the median of all, which points in any order do so rarely (hypergeometric, whatever the distribution);
``trend``: so many rise or fall one after the other. `analysis.signals` has the published rules for one series, with
fixed lengths and about three false alarms in a hundred points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, factorial
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from steelyard.analysis.monitoring.lines import NEWEST, RECENT, TOGETHER, Lines
from steelyard.analysis.uncertainty import Flags, Floats, Ints

Rule = Literal["outside", "three", "run", "trend"]
RULES: tuple[Rule, ...] = get_args(Rule)
UP, DOWN = 1, -1


@dataclass(frozen=True, slots=True)
class Signals:
    """Shape (series,): ``rule`` is the index in `RULES` of the least likely one that fired, -1 for none; ``side`` is
    `UP` or `DOWN`; ``chance`` that of a stable series to look so."""

    rule: Ints
    side: Ints
    chance: Floats

    @property
    def fired(self) -> Flags:
        return self.rule >= 0


def newest(lines: Lines, chance: float, rules: Sequence[Rule]) -> Signals:
    """The signal of every series at its newest point. ``chance``: of a false alarm at one point, all rules together."""
    size = lines.points.size
    best = Signals(np.full(size, -1), np.zeros(size, dtype=np.int64), np.ones(size))
    for rule in RULES:
        if rule in rules:
            for side in (UP, DOWN):
                best = _better(best, RULES.index(rule), side, *_RULES[rule](lines, side, chance / len(rules)))
    fired = np.zeros(size, dtype=np.bool_)
    fired[lines.judged] = True
    return Signals(np.where(fired, best.rule, -1), np.where(fired, best.side, 0), np.where(fired, best.chance, 1.0))


def _better(best: Signals, rule: int, side: int, fired: Flags, chance: Floats) -> Signals:
    take = fired & ((best.rule < 0) | (chance < best.chance))
    return Signals(
        *(np.where(take, new, old) for new, old in ((rule, best.rule), (side, best.side), (chance, best.chance)))
    )


def _outside(lines: Lines, side: int, part: float) -> tuple[Flags, Floats]:
    return _tail(lines, side, part, NEWEST)


def _three(lines: Lines, side: int, part: float) -> tuple[Flags, Floats]:
    return _tail(lines, side, part, TOGETHER)


def _tail(lines: Lines, side: int, part: float, what: int) -> tuple[Flags, Floats]:
    chance = 2 * lines.chance("high" if side == UP else "low", what)
    return chance <= part, np.minimum(chance, 1.0)


def _run(lines: Lines, side: int, part: float) -> tuple[Flags, Floats]:
    with np.errstate(all="ignore"):
        above = np.sign(lines.apart - np.nanmedian(np.where(np.isnan(lines.apart).all(0), 0.0, lines.apart), axis=0))
    length = _lasting(above == side)
    chance = _table(lines)[np.sum(np.isfinite(lines.apart), axis=0), length]
    return chance <= part, chance


def _trend(lines: Lines, side: int, part: float) -> tuple[Flags, Floats]:
    length = 1 + _lasting(np.sign(np.diff(lines.apart, axis=0)) == side)
    chance = np.array([1.0, 1.0, *(2 / factorial(n) for n in range(2, len(lines.apart) + 1))])[length]
    return chance <= part, chance


def _lasting(flags: npt.NDArray[np.bool_]) -> Ints:
    """How many of the last in a row are true."""
    found: Ints = np.sum(np.logical_and.accumulate(flags[::-1], axis=0), axis=0)
    return found


def _table(lines: Lines) -> Floats:
    """By number of points and length: the chance that the last so many of them lie on one side of their median."""
    most = len(lines.apart)
    found = np.ones((most + 1, most + 1))
    for points in range(RECENT, most + 1):
        for length in range(1, points // 2 + 1):
            found[points, length] = 2 * comb(points // 2, length) / comb(points, length)
    return found


_RULES = {"outside": _outside, "three": _three, "run": _run, "trend": _trend}
