"""Lists, segments and tiers under uncertainty: who is certainly on a list, who is on its boundary, who is out.

The engine decides who is listed; this file says how firmly. A list cut at 40 % is a line through a cloud: units near
it would change sides if the year were repeated, and the page must say which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt

from steelyard.analysis.places import Number, Standing
from steelyard.analysis.uncertainty import Flags, Floats, Ints, complaint, enough, finite, within
from steelyard.engine.arithmetic.rounding import ROUNDINGS, Rounding
from steelyard.engine.ranking.cuts import quota

State = Literal["certain", "boundary", "out"]


@dataclass(frozen=True, slots=True)
class Membership:
    """One list: ``listed`` by published places or scores, ``chance`` of truly belonging, and the verdict per unit.

    ``crowd`` counts units that share the place on which the cut falls when not all of them fit (0 otherwise): the
    rules must say what happens to them.
    """

    listed: Flags
    chance: Floats
    state: tuple[State, ...]
    crowd: int


def top(standing: Standing, count: int, *, firm: float = 0.95) -> Membership:
    """The list of the first ``count`` places of a class. ``firm``: chance from which membership counts as certain.

    Chances come from ``Standing.chances`` (Lin et al. 2006, section 2.4: probability of being above a percentile)."""
    return top_of(standing.place, standing.chances, count, firm=firm)


def top_of(place: Ints, chances: Floats, count: int, *, firm: float = 0.95) -> Membership:
    """The same from published places (units,) and any chances of places (units, places), such as those of
    ``places.chances_over`` when the question is what other defensible rules would have given."""
    crowd = int(np.sum(place == _place_at(place, count)))
    fits = int(np.sum(place <= count)) <= count
    return _membership(place <= count, chances[:, :count].sum(axis=1), firm, 0 if fits else crowd)


def bottom(standing: Standing, count: int, *, firm: float = 0.95) -> Membership:
    """The list of the last ``count`` places; shared places count from below (the last two of 1, 2, 2 are the tied)."""
    behind = np.sum(standing.place[:, None] < standing.place[None, :], axis=1)
    listed = behind < count
    chance = standing.chances[:, standing.place.size - count :].sum(axis=1) if count else np.zeros(behind.size)
    crowd = int(np.sum(behind == np.max(behind[listed], initial=-1))) if int(listed.sum()) > count else 0
    return _membership(listed, chance, firm, crowd)


def at_least(scores: npt.ArrayLike, errors: npt.ArrayLike, threshold: float, *, firm: float = 0.95) -> Membership:
    """The list of scores at or above a line; chance that the true score is there (normal, around the published)."""
    values = finite("scores", scores)
    chance = _above(values, within("errors", errors, 0, np.inf, values.shape), threshold)
    return _membership(values >= threshold, chance, firm, 0)


def _place_at(place: Ints, count: int) -> int:
    """The last place that is still listed, 0 when none is."""
    return int(np.max(place[place <= count], initial=0))


def _membership(listed: Flags, chance: Floats, firm: float, crowd: int) -> Membership:
    if not 0.5 < firm <= 1:
        raise complaint("analysis-out-of-range", "firm", position=1, found=firm, allowed="(0.5, 1]")
    states: tuple[State, ...] = tuple(
        "certain" if p >= firm else "out" if p <= 1 - firm else "boundary" for p in chance.tolist()
    )
    return Membership(listed, chance, states, crowd)


def _above(values: Floats, errors: Floats, line: float) -> Floats:
    normal = NormalDist()
    pairs = zip(values.tolist(), errors.tolist(), strict=True)
    return np.array([normal.cdf((v - line) / e) if e > 0 else float(v >= line) for v, e in pairs])


@dataclass(frozen=True, slots=True)
class Tiers:
    """One tier rule applied: ``tier`` (units,) from 1 = best, ``chance`` (units, tiers), ``own`` chance of own tier."""

    tier: Ints
    chance: Floats

    @property
    def own(self) -> Floats:
        return np.asarray(self.chance[np.arange(self.tier.size), self.tier - 1])


def by_quota(standing: Standing, shares: Sequence[Decimal | Fraction], rounding: Rounding) -> Tiers:
    """Tiers by shares of the places, best first; the shares add up to 1. Cumulated shares are rounded, not each one,
    so that the tiers always fill the class. Shared places stay together in the better tier."""
    exact = [Fraction(share) for share in shares]
    if sum(exact) != 1:
        raise complaint("analysis-out-of-range", "sum of shares", position=1, found=sum(shares), allowed="[1, 1]")
    if min(exact) <= 0:
        raise complaint("analysis-out-of-range", "shares", position=1, found=min(shares), allowed="(0, 1]")
    if rounding not in ROUNDINGS:
        raise complaint("analysis-unknown-choice", "rounding", found=rounding, allowed=", ".join(ROUNDINGS))
    size = standing.place.size
    reached = [sum(exact[:k], Fraction(0)) for k in range(1, len(exact))]
    ends = [*(int(quota(share, np.array([size]), rounding)[0]) for share in reached), size]
    tier = np.searchsorted(np.array(ends), standing.place, side="left") + 1
    below = np.concatenate([np.zeros((size, 1)), np.cumsum(standing.chances, axis=1)], axis=1)
    return Tiers(tier, np.diff(below[:, [0, *ends]], axis=1))


def by_threshold(scores: Sequence[Number], errors: npt.ArrayLike, lines: Sequence[Number]) -> Tiers:
    """Tiers by score lines, best first (descending): tier 1 is score >= lines[0]. Compared exactly."""
    if list(lines) != sorted(set(lines), reverse=True):
        raise complaint("analysis-unknown-choice", "lines", found=list(lines), allowed="90 > 80 > 60 ...")
    values = finite("scores", [float(score) for score in scores])
    noise = within("errors", errors, 0, np.inf, values.shape)
    tier = np.array([1 + sum(score < line for line in lines) for score in scores], dtype=np.int64)
    above = [np.zeros(values.size), *(_above(values, noise, float(line)) for line in lines), np.ones(values.size)]
    return Tiers(tier, np.diff(np.stack(above, axis=1), axis=1))


def by_breaks(scores: Sequence[Number], errors: npt.ArrayLike, tiers: int) -> Tiers:
    """Tiers by natural breaks: the cut that leaves least squared distance inside the tiers, found exactly by dynamic
    programming over distinct scores. The breaks are held fixed when chances are computed.
    Source: Fisher (1958), JASA 53(284), "On grouping for maximum homogeneity"."""
    return by_threshold(scores, errors, natural_breaks(scores, tiers))


def natural_breaks(scores: Sequence[Number], tiers: int) -> tuple[Number, ...]:
    """Lowest score of each tier but the last, best first."""
    values = sorted(set(scores), reverse=True)
    enough("distinct scores", len(values), tiers)
    weight = np.array([scores.count(value) for value in values], dtype=float)
    cost = _inside(np.array([float(value) for value in values]), weight)
    best, cut = cost[0].copy(), []
    for _ in range(tiers - 1):
        options = best[:-1, None] + cost[1:, :]  # first tiers end at row, the last one runs from row + 1 to column
        cut.append(np.argmin(options, axis=0))
        best = options[cut[-1], np.arange(best.size)]
    lines, end = [], len(values) - 1
    for starts in reversed(cut):
        end = int(starts[end])
        lines.append(values[end])
    return tuple(reversed(lines))


def _inside(values: Floats, weight: Floats) -> Floats:
    """cost[i, j]: squared distance of values i..j from their mean; infinite where j < i."""
    centred = values - np.average(values, weights=weight)
    n, s, q = (np.concatenate([[0.0], np.cumsum(part)]) for part in (weight, weight * centred, weight * centred**2))
    count, total, square = ((side[None, 1:] - side[:-1, None]) for side in (n, s, q))
    runs = count > 0
    cost = np.maximum(square - np.divide(total**2, count, out=np.zeros_like(total), where=runs), 0)
    return np.where(runs, cost, np.inf)


def tier_changes(rules: Mapping[str, Tiers]) -> Flags:
    """Units whose tier depends on the rule chosen, shape (units,)."""
    table = np.stack([result.tier for result in rules.values()])
    return np.asarray(np.any(table != table[0], axis=0))
