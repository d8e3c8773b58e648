"""位次: places inside a group, ties shared or decided by stated criteria."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steelyard.engine.arithmetic.numbers import Mask, Numbers
from steelyard.engine.arithmetic.peers import Groups, Index, rank

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Places:
    """All of shape (n,). ``place`` counts from 1, 0 where nobody is ranked; ``ties`` is how many share it.

    ``size`` is the number of ranked subjects in the group, ``from_last`` the place counted from the end.
    """

    place: Counts
    from_last: Counts
    ties: Counts
    size: Counts

    @property
    def ranked(self) -> Mask:
        return np.greater(self.place, 0)


def placed(criteria: Sequence[Numbers], group: Index) -> Places:
    """Places by the first criterion, highest first; later ones decide only among equals."""
    order = _dense(criteria[0], group)
    for criterion in criteria[1:]:
        finer = _dense(criterion, group)
        last = int(finer.max(initial=0)) + 1
        finer = np.where(finer > 0, finer, last)  # what is not known stands behind all that is
        order = np.where(order > 0, order * (last + 1) + finer, 0)
        order = _dense(_whole(order), np.where(order > 0, group, -1))
    return _shared(order, group)


def _dense(column: Numbers, group: Index) -> Counts:
    """1 for the highest number of the group, equal numbers alike; 0 without a number."""
    places = rank(column, Groups(group, {}))
    return np.where(places.known, places.numerator, 0).astype(np.int64)


def _whole(order: Counts) -> Numbers:
    """Lower order is better, so it is ranked by its negative."""
    return Numbers(-order, 1, np.zeros(len(order), dtype=np.uint8))


def _shared(order: Counts, group: Index) -> Places:
    ranked = (order > 0) & (group >= 0)
    place, last, ties, size = (np.zeros(len(order), dtype=np.int64) for _ in range(4))
    for number in np.unique(group[ranked]):
        index = np.flatnonzero(ranked & (group == number))
        values = np.sort(order[index])
        low = np.searchsorted(values, order[index], side="left")
        high = np.searchsorted(values, order[index], side="right")
        place[index], ties[index], size[index] = low + 1, high - low, len(index)
        last[index] = len(index) - high + 1
    return Places(place, last, ties, size)
