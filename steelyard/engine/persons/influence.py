"""影响度: how much a point of the unit is worth to each of its people."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from steelyard.engine.persons.weighing import Entry, PersonScore


def influence(score: PersonScore, unit: str, indicator: str = "") -> Fraction:
    """Points of the person's total for one more point of the unit's total, before rounding.

    With an ``indicator``, for one more point of that indicator, which is one more of the unit's total as well. Only
    stages on posts of the unit count, each by its day share; zero for anybody else.
    """
    stages = [stage for stage in score.stages if stage.stage.unit == unit]
    return gained(((stage.weight, entry) for stage in stages for entry in stage.entries), indicator)


def gained(entries: Iterable[tuple[Fraction, Entry]], indicator: str = "") -> Fraction:
    """The same of entries of one unit, each with the day share of its stage."""
    return sum((worth(entry) * share for share, entry in entries if entry.indicator in {"", indicator}), Fraction(0))


def worth(entry: Entry) -> Fraction:
    """Points of the account for one more point of the unit; across a veto's line that may be all of them at once."""
    return entry.at(entry.unit_points + 1) - entry.at(entry.unit_points)
