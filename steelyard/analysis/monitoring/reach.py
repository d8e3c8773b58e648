"""What a year comes to on the way it goes, and the chance that it meets its target (N12).

The rest of the year is predicted from the months so far: the level that they let expect, drawn towards the peers where
a unit has few cases, and the scatter of the rest around it. For a mean of which the rest is the share f this is
f² σ² (1/rest + 1/past), for a sum σ² (rest + rest²/past); shares are beta-binomial and counts gamma-Poisson instead,
which says the same for many cases and is right for few. Arrays of months have shape (months, series).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from steelyard.analysis.monitoring.lines import successive
from steelyard.analysis.monitoring.tails import at_least, at_most, beta, beyond
from steelyard.analysis.uncertainty import Flags, Floats, Ints

STEADY = 1e4
"""Cases that the level of the peers counts at most, where nothing tells units apart."""
BORROWED = 4.0
"""Degrees of freedom that the scatter of the peers counts beside a unit's own."""


@dataclass(frozen=True, slots=True)
class Goal:
    """``up``: the target is met by as much or more, otherwise by as much or less. Shape (series,)."""

    target: Floats
    up: Flags


@dataclass(frozen=True, slots=True)
class Outlook:
    """``projected``: what the year comes to; ``chance``: that it meets the target. NaN where nothing is known."""

    projected: Floats
    chance: Floats


def share(part: Floats, whole: Floats, done: tuple[Floats, Floats], rest: Floats, goal: Goal, peers: Ints) -> Outlook:
    """``done``: part and whole of the year so far; ``rest``: the cases still to come."""
    n, k = np.nansum(whole, axis=0), np.nansum(part, axis=0)
    level, weight = _drawn(k, n, peers)
    scatter = _pooled(_unevenness(part, whole), peers)
    own = (k + weight * level) / (n + weight)
    size = rest * (n + weight + 1) / ((n + weight + rest) * scatter)
    with np.errstate(invalid="ignore", divide="ignore"):
        year = done[1] + rest
        projected = (done[0] + rest * own) / year
        needed = goal.target * year - done[0]
        exact = size / rest
    more = at_least(np.minimum(np.clip(needed + 0.5, 0, rest) * exact, size), size, own)
    most = needed - 0.5
    less = np.where(needed < 0, 0.0, at_most(np.maximum(most, 0) * exact, size, own))
    more = np.where(needed <= 0, 1.0, np.where(needed > rest + 1e-9, 0.0, more))
    less = np.where(needed >= rest, 1.0, less)
    return _told(projected, np.where(goal.up, more, less), year > 0)


def count(number: Floats, done: Floats, months: tuple[Floats, Floats], goal: Goal, peers: Ints) -> Outlook:
    """``months``: how many the past and the rest count for, seasons included."""
    past, rest = months
    total = np.nansum(number, axis=0)
    scatter = _pooled(_bursts(number), peers)
    level, weight = _usual(total, past, peers)
    shape, time = total + level * weight, past + weight
    with np.errstate(invalid="ignore", divide="ignore"):
        projected = done + rest * shape / time
        part = rest / (rest + time)
    needed = goal.target - done
    more = np.where(needed <= 0, 1.0, _more(np.maximum(np.ceil(needed - 1e-9), 1e-9), shape, part, scatter))
    less = np.where(needed < 0, 0.0, 1 - _more(np.floor(np.maximum(needed, 0) + 1e-9) + 1, shape, part, scatter))
    return _told(projected, np.where(goal.up, more, less), np.isfinite(done))


def mean(value: Floats, weight: Floats, done: tuple[Floats, Floats], rest: Floats, goal: Goal, peers: Ints) -> Outlook:
    """``done``: the value of the year so far and the weight that it is of; ``rest``: the weight still to come."""
    level, variance, degrees, past = _ways(value, weight, peers)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = rest / (done[1] + rest)
        projected = (1 - share) * done[0] + share * level
        error = share * np.sqrt(variance * (1 / rest + 1 / past))
    return _normal(projected, error, degrees, goal)


def total(value: Floats, done: Floats, rest: Floats, goal: Goal, peers: Ints) -> Outlook:
    """Of sums by month; ``rest``: the months still to come, seasons included."""
    level, variance, degrees, past = _ways(value, np.where(np.isfinite(value), 1.0, np.nan), peers)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(variance * rest * (1 + rest / past))
    return _normal(done + rest * level, error, degrees, goal)


def needed_rest(projected: Floats, best: Floats, target: Floats) -> Floats:
    """The part of the rest of the year that has to go at the best level, for the target still to be met: below 0 where
    nothing needs to change, above 1 where it is out of reach. ``best``: what the year comes to with all the rest so."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (target - projected) / (best - projected)
    return np.where(best == projected, np.where(target == projected, 0.0, np.inf), found)


def _told(projected: Floats, chance: Floats, known: Flags) -> Outlook:
    fine = known & np.isfinite(projected) & np.isfinite(chance)
    return Outlook(np.where(fine, projected, np.nan), np.where(fine, np.clip(chance, 0.0, 1.0), np.nan))


def _normal(projected: Floats, error: Floats, degrees: Floats, goal: Goal) -> Outlook:
    gap = np.where(goal.up, projected - goal.target, goal.target - projected)
    some = np.isfinite(gap) & np.isfinite(error)
    noise = np.where(some & (error > 0), error, 1.0)
    chance = 1 - beyond(np.where(some, gap, 0.0) / noise, degrees)
    return _told(projected, np.where(error > 0, chance, (gap >= 0).astype(np.float64)), some)


def _sums(values: Floats, peers: Ints) -> Floats:
    """Of each group, told to each of its series."""
    found: Floats = np.bincount(peers, np.nan_to_num(values)).astype(np.float64)[peers]
    return found


def _drawn(k: Floats, n: Floats, peers: Ints) -> tuple[Floats, Floats]:
    """Level of the peers and how many cases it counts, by the method of moments."""
    known = n > 0
    cases, groups = _sums(n, peers), _sums(known.astype(np.float64), peers)
    with np.errstate(invalid="ignore", divide="ignore"):
        level = (_sums(k, peers) + 0.5) / (cases + 1)
        rate = np.where(known, k / n, level)
        between = _sums(n * (rate - level) ** 2, peers) - (groups - 1) * level * (1 - level)
        variance = between / (cases - _sums(n**2, peers) / cases)
        weight = level * (1 - level) / variance - 1
    told = np.where(variance > 0, np.clip(weight, 1.0, STEADY), STEADY)
    return level, np.where(groups > 2, told, 1.0)


def _usual(total: Floats, past: Floats, peers: Ints) -> tuple[Floats, Floats]:
    """The same of counts by month: the level of the peers, and how many months it counts."""
    months, groups = _sums(past, peers), _sums((past > 0).astype(np.float64), peers)
    with np.errstate(invalid="ignore", divide="ignore"):
        level = (_sums(total, peers) + 0.5) / months
        between = _sums(past * (total / past - level) ** 2, peers) - (groups - 1) * level
        variance = between / (months - _sums(past**2, peers) / months)
        weight = level / variance
    return level, np.where((groups > 2) & (variance > 0), np.clip(weight, 0.1, 100.0), np.where(groups > 2, 100.0, 0.1))


def _more(needed: Floats, shape: Floats, part: Floats, scatter: Floats) -> Floats:
    """P(X >= needed) of a negative binomial, more scattered where the past was."""
    fine = (shape > 0) & (part > 0) & np.isfinite(needed + shape + part)
    found = np.zeros(shape.shape)
    found[fine] = beta(part[fine], (needed / scatter)[fine], (shape / scatter)[fine])
    return found


def _unevenness(part: Floats, whole: Floats) -> tuple[Floats, Floats]:
    with np.errstate(invalid="ignore", divide="ignore"):
        level = (np.nansum(part, axis=0) + 0.5) / (np.nansum(whole, axis=0) + 1)
        return successive((part - whole * level) / np.sqrt(whole * level * (1 - level)))


def _bursts(number: Floats) -> tuple[Floats, Floats]:
    level = np.nanmean(np.where(np.isfinite(number).any(axis=0), number, 0.0), axis=0)
    return successive((number - level) / np.sqrt(np.maximum(level, 0.05)))


def _pooled(found: tuple[Floats, Floats], peers: Ints) -> Floats:
    """Scatter of all peers together: one unit's own is too uncertain. Never less than that of chance alone."""
    variance, degrees = found
    known = np.isfinite(variance)
    return np.maximum(_sums(np.where(known, variance * degrees, 0.0), peers) / _sums(known * degrees, peers), 1.0)


def _ways(value: Floats, weight: Floats, peers: Ints) -> tuple[Floats, Floats, Floats, Floats]:
    """Level, variance of one unit of weight, its degrees of freedom, and the weight of the past."""
    with np.errstate(invalid="ignore", divide="ignore"):
        past = np.nansum(np.where(np.isfinite(value), weight, np.nan), axis=0)
        level = np.nansum(value * weight, axis=0) / past
        own, degrees = successive((value - level) * np.sqrt(weight))
    known = np.isfinite(value).sum(axis=0) > 1
    own, degrees = np.where(known, own, 0.0), np.where(known, degrees, 0.0)
    shared = _sums(own * degrees, peers) / np.maximum(_sums(degrees, peers), 1.0)
    return level, (BORROWED * shared + degrees * own) / (BORROWED + degrees), BORROWED + degrees, past
