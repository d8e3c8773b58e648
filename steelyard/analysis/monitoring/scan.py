"""Triggers gathered where they are dense: one indicator in many units, one unit with many indicators, one city.

The densest place is found as scan statistics find it (Kulldorff 1997, Communications in Statistics 26(6)): by how much
likelier its triggers are with a rate of its own than with the rate elsewhere. Its triggers are put aside and the next
place is looked for, until nothing stands out or there are places enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from steelyard.analysis.uncertainty import Flags, Floats, Ints

LEAST = 2
"""Triggers below which a place is none."""


@dataclass(frozen=True, slots=True)
class Place:
    """``kind``: which way of telling places apart; ``key``: which of them; ``rows``: the triggers gathered there."""

    kind: str
    key: int
    rows: Ints


def gathered(keys: Mapping[str, Ints], sizes: Mapping[str, Floats], most: int) -> tuple[list[Place], Ints]:
    """At most so many places, and the rows that are left. ``keys`` (rows,): the place of each trigger, in every way of
    telling places apart, the narrower first; ``sizes``: how many series each place has."""
    count = len(next(iter(keys.values()), ()))
    left, found = np.ones(count, dtype=np.bool_), list[Place]()
    while len(found) < most and left.any():
        place = _densest(keys, sizes, left)
        if place is None:
            break
        found.append(place)
        left[place.rows] = False
    return found, np.flatnonzero(left)


def _densest(keys: Mapping[str, Ints], sizes: Mapping[str, Floats], left: Flags) -> Place | None:
    best: tuple[float, str, int] | None = None
    for kind, key in keys.items():
        if not sizes[kind].size:
            continue
        here = np.bincount(key[left], minlength=sizes[kind].size).astype(np.float64)
        gain = np.where(here >= LEAST, _gain(here, sizes[kind], float(left.sum())), 0.0)
        at = int(np.argmax(gain))
        if gain[at] > (0.0 if best is None else best[0] * (1 + 1e-12)):
            best = float(gain[at]), kind, at
    if best is None:
        return None
    return Place(best[1], best[2], np.flatnonzero(left & (keys[best[1]] == best[2])))


def _gain(here: Floats, size: Floats, total: float) -> Floats:
    """The logarithm of the likelihood ratio of Poisson rates inside and outside, nothing where it is thinner inside."""
    whole = np.maximum(size.sum(), 1.0)
    usual = total * size / whole
    with np.errstate(invalid="ignore", divide="ignore"):
        inside = here * np.log(here / usual)
        outside = np.where(total > here, (total - here) * np.log((total - here) / (total - usual)), 0.0)
    return np.where(here > usual, np.nan_to_num(inside + outside), 0.0)
