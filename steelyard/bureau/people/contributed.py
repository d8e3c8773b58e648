"""贡献表: whose work the points of a unit's indicator are, by what was confirmed; it adds up to the unit's points."""

from __future__ import annotations

from steelyard.bureau.people.assessing import People, counting_of
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.subjects.registers import assignments
from steelyard.engine.persons.contributing import Contribution, contributions


def contributed(ran: Ran, people: People, unit: str, indicator: str) -> tuple[Contribution, ...] | None:
    """By post and person; None where the plan asks for no confirmation, or the unit has no such points."""
    score = people.units(unit, people.period)
    if people.plan.confirmed is None or score is None or indicator not in score.points:
        return None
    confirmed = assignments(ran.snapshot, people.plan.confirmed)
    rows = confirmed.of_indicator.get((unit, indicator), ())
    points, _ = score.points[indicator]
    return contributions(
        rows, lambda post: ran.everybody.of_post.get(post, ()), people.period, counting_of(ran, people.plan), points
    )
