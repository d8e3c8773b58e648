"""影响度: how much a point of the unit is worth to each of its people."""

from __future__ import annotations

from fractions import Fraction

from steelyard.engine.persons.weighing import Entry, PersonScore


def influence(score: PersonScore, unit: str, indicator: str = "") -> Fraction:
    """Points of the person's total for one more point of the unit's total, before rounding.

    With an ``indicator``, for one more point of that indicator, which is one more of the unit's total as well. Only
    stages on posts of the unit count, each by its day share; zero for anybody else.
    """
    parts = (
        worth(entry) * stage.weight
        for stage in score.stages
        for entry in stage.entries
        if stage.stage.unit == unit and entry.indicator in {"", indicator}
    )
    return sum(parts, Fraction(0))


def worth(entry: Entry) -> Fraction:
    """Points of the account for one more point of the unit; across a veto's line that may be all of them at once."""
    return entry.at(entry.unit_points + 1) - entry.at(entry.unit_points)
