"""What moves all peers in the same month is nobody's own signal: it is taken out of each, and told once of them all.

``peers`` (series,): which series are beside each other; arrays have shape (points, series).
"""

from __future__ import annotations

import numpy as np

from steelyard.analysis.uncertainty import Flags, Floats, Ints

ENOUGH = 8
"""Peers below which nobody can say what moved them all."""


def sums(values: Floats, peers: Ints, count: int) -> Floats:
    """Of each of so many groups at each point, (points, groups); what is not known adds nothing."""
    return np.stack([np.bincount(peers, np.nan_to_num(row), count) for row in values])


def medians(values: Floats, peers: Ints, count: int) -> Floats:
    """Of each of so many groups at each point; NaN where nobody has a value."""
    order = np.argsort(peers, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(peers[order])) + 1)
    found = np.full((len(values), count), np.nan)
    for part in parts:
        own = values[:, part]
        some = np.isfinite(own).any(axis=1)
        found[some, peers[part[0]]] = np.nanmedian(own[some], axis=1)
    return found


def differences(level: Floats, known: Floats, peers: Ints) -> Floats:
    """By how much the level of a group (points, groups) lies above its usual one, for each of its series."""
    usual = np.nan_to_num(level - _middle(level))
    return np.where(_many(known, peers, level.shape[1]), usual, 0.0)[:, peers]


def times(level: Floats, known: Floats, peers: Ints) -> Floats:
    """The same as how many times the usual one; once where a group had nothing at all."""
    with np.errstate(invalid="ignore", divide="ignore"):
        usual = level / _middle(level)
    return np.where(_many(known, peers, level.shape[1]) & (usual > 0) & np.isfinite(usual), usual, 1.0)[:, peers]


def _many(known: Floats, peers: Ints, count: int) -> Flags:
    """Where enough of a group have a value."""
    return sums(np.isfinite(known).astype(np.float64), peers, count) >= ENOUGH


def _middle(level: Floats) -> Floats:
    """The mean over the points that are known."""
    some = np.isfinite(level)
    found: Floats = np.sum(np.where(some, level, 0.0), axis=0) / np.maximum(some.sum(axis=0), 1)
    return found
