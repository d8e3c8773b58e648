"""Many units taken together: families by their points over full marks, months by their means, losses by their sums."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from steelyard.bureau.views.overview import Overview, UnitLine
from steelyard.reports.sheet import FamilyScore, TrendPoint, Words


def scores_together(lines: Sequence[UnitLine]) -> list[FamilyScore]:
    """Families that have full marks: the sum of points over the sum of full marks, never a mean of rates; the best
    unit's rate beside it."""
    found: dict[str, list[FamilyScore]] = defaultdict(list)
    for line in lines:
        for one in line.families:
            if one.full:
                found[one.name.zh].append(one)
    return [_together(same) for same in found.values()]


def _together(same: Sequence[FamilyScore]) -> FamilyScore:
    """One family of several units."""
    points, full = (sum((getattr(one, name) for one in same), Decimal(0)) for name in ("points", "full"))
    best = max(same, key=lambda one: one.points / one.full)
    return FamilyScore(best.name, points, full, Decimal(0), best.rate or Decimal(0))


def months_together(lines: Sequence[UnitLine], overview: Overview) -> list[TrendPoint]:
    """The mean of these units month by month over the middle half of all units."""
    found = []
    for at, month in enumerate(overview.months):
        these = [total for line in lines if line.months and (total := line.months[at]) is not None]
        every = sorted(total for line in overview.units if line.months and (total := line.months[at]) is not None)
        if these and every:
            low, middle, high = (every[(len(every) - 1) * quarter // 4] for quarter in (1, 2, 3))
            mean = sum(every, Decimal(0)) / len(every)
            found.append(TrendPoint(month, sum(these, Decimal(0)) / len(these), None, mean, middle, low, high))
    return found


@dataclass(frozen=True)
class Together:
    """An indicator that stands among the largest losses of several units."""

    id: str
    name: Words
    points: Decimal
    units: int
    share: Decimal = Decimal(0)


def losses_together(lines: Sequence[UnitLine]) -> list[Together]:
    """By the points that it cost those of whom it is one of the largest losses."""
    points: dict[str, Decimal] = defaultdict(Decimal)
    units: dict[str, int] = defaultdict(int)
    names: dict[str, Words] = {}
    for line in lines:
        for loss in line.losses:
            points[loss.indicator] += loss.points
            units[loss.indicator] += 1
            names[loss.indicator] = loss.name
    most = max(points.values(), default=Decimal(1))
    found = [Together(id, names[id], lost, units[id], lost / most) for id, lost in points.items()]
    return sorted(found, key=lambda one: (-one.points, one.id))
