"""Places with their uncertainty for every class and period, and what it means for lists."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from steelyard.analysis import lists
from steelyard.analysis.lists import Membership
from steelyard.analysis.places import Standing, standing
from steelyard.bureau.runs.uncertainty import Errors
from steelyard.engine.arithmetic.numbers import State
from steelyard.engine.evaluate import Result
from steelyard.engine.model.plan import Cut
from steelyard.engine.ranking.cuts import quota


@dataclass(frozen=True)
class Group:
    """One class in one period: the panel's places of its units, their standing, and each list's verdicts.

    ``measured``: whether intervals and chances mean anything, or the facts hold totals only.
    """

    name: str
    period: str
    index: np.ndarray[tuple[int], np.dtype[np.intp]]
    standing: Standing
    lists: Mapping[str, Membership]
    measured: bool = True

    def row(self, place: int) -> int:
        """Where a place of the panel stands in this group."""
        return int(np.flatnonzero(self.index == place)[0])


def groups(result: Result, errors: Errors) -> list[Group]:
    """Every class and period with at least one ranked unit; draws are seeded by their names, so a rerun agrees."""
    found = []
    for t, period in enumerate(result.panel.periods):
        for c, name in enumerate(result.panel.class_names):
            here = (result.panel.period_index == t) & (result.panel.classes == c) & result.places.ranked
            index = np.flatnonzero(here & (result.total.state == State.KNOWN))
            if len(index):
                found.append(_group(result, errors, name, period, index))
    return found


def _group(
    result: Result, errors: Errors, name: str, period: str, index: np.ndarray[tuple[int], np.dtype[np.intp]]
) -> Group:
    scores = [result.total.fraction(int(place)) or Fraction(0) for place in index]
    seed = int.from_bytes(hashlib.sha256(f"{name}:{period}".encode()).digest()[:8], "big")
    place = standing(scores, errors.total[index], seed=seed, spread="fitted" if errors.measured else "none")
    found = {cut.list: member for cut in result.plan.lists if (member := _member(cut, place, len(index))) is not None}
    return Group(name, period, index, place, found, errors.measured)


def _member(cut: Cut, place: Standing, size: int) -> Membership | None:
    if cut.at_least is not None:
        return lists.at_least(place.scores, place.errors, float(cut.at_least.value))
    share = cut.bottom if cut.top is None else cut.top
    if share is None or cut.within != "class":
        return None
    count = int(quota(share.value, np.array([size]), cut.rounding)[0])
    return lists.bottom(place, count) if cut.top is None else lists.top(place, count)
