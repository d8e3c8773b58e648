"""个人绩效: stage scores frozen at every change of post, carried on by exact day shares, and own indicators."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from steelyard.engine.arithmetic.rounding import Rounding, rounded
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.organisation.holdings import Stage
from steelyard.engine.organisation.rows import Post
from steelyard.engine.periods import Period
from steelyard.engine.persons.carrying import amount, carried
from steelyard.engine.problems import refuse


@dataclass(frozen=True, slots=True)
class UnitScore:
    """A unit's result at one moment: points and full marks by indicator, and its total."""

    points: Mapping[str, tuple[Fraction, Fraction]]
    total: Fraction
    full: Fraction


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the personal account: an indicator of the unit, or the unit's total, in one stage."""

    indicator: str
    worth: Fraction
    unit_points: Fraction
    unit_full: Fraction
    points: Fraction


@dataclass(frozen=True, slots=True)
class StageScore:
    """One stage on one post. ``frozen`` is the period whose score counts: the last one closed before the change.

    ``weight`` is the stage's part of all days that count; 0 where the unit has no score (``entries`` are empty then).
    """

    stage: Stage
    frozen: Period
    entries: tuple[Entry, ...]
    points: Fraction
    weight: Fraction

    @property
    def carried(self) -> Fraction:
        """What the stage brings into the total."""
        return self.points * self.weight


@dataclass(frozen=True, slots=True)
class PersonScore:
    """``total`` = stages by their day shares + own indicators, scaled where some of them do not apply.

    ``total`` is None for somebody whose units all have no score.
    """

    person: str
    stages: tuple[StageScore, ...]
    own: Mapping[str, tuple[Fraction | None, Fraction]]
    own_points: Fraction
    total: Fraction | None


Scores: TypeAlias = Callable[[str, Period], UnitScore | None]
"""``(unit, cumulative period)`` -> its result, None where the unit has none."""


def stage_period(stage: Stage, period: Period) -> Period:
    """The whole period for the last stage; else up to the last month that was closed when the post changed.

    A month that is not over has no score yet, so a change within a month freezes the months before it. A change
    within the first month has nothing to freeze and takes that month.
    """
    if stage.end >= period.end:
        return period
    closed = [month for month in period.months if month.end <= stage.end]
    return (closed[-1] if closed else period.months[0]).to_date


def weigh_person(
    plan: PersonsPlan,
    person: str,
    stages: Sequence[Stage],
    posts: Mapping[str, Post],
    period: Period,
    scores: Scores,
    own: Mapping[str, tuple[Fraction | None, Fraction]],
) -> PersonScore:
    """``own``: points (None where there was nothing to count) and full marks of the person's own indicators.

    Days in a unit without a score do not count, as days without a post do not: the others make up the whole.
    """
    results = [scores(stage.unit, stage_period(stage, period)) for stage in stages]
    counted = sum((stage.weight for stage, unit in zip(stages, results, strict=True) if unit), Fraction(0))
    weighed = tuple(
        _stage(plan, stage, posts[stage.post], stage_period(stage, period), unit, counted)
        for stage, unit in zip(stages, results, strict=True)
    )
    own_points = own_score(plan, own)
    total = sum((stage.carried for stage in weighed), own_points)
    return PersonScore(person, weighed, own, own_points, at(total, plan.places, plan.rounding) if counted else None)


def _stage(
    plan: PersonsPlan, stage: Stage, post: Post, frozen: Period, unit: UnitScore | None, counted: Fraction
) -> StageScore:
    if unit is None:
        return StageScore(stage, frozen, (), Fraction(0), Fraction(0))
    entries = tuple(_entries(plan, post, unit))
    points = sum((entry.points for entry in entries), Fraction(0))
    return StageScore(stage, frozen, entries, points, stage.weight / counted)


def _entries(plan: PersonsPlan, post: Post, unit: UnitScore) -> list[Entry]:
    lines = []
    for part in carried(plan, post, list(unit.points)):
        got, full = unit.points[part.indicator]
        lines.append(_entry(plan, part.indicator, Fraction(part.worth), got, full))
    return [*lines, _entry(plan, "", amount(plan.unit), unit.total, unit.full)]


def _entry(plan: PersonsPlan, indicator: str, worth: Fraction, got: Fraction, full: Fraction) -> Entry:
    points = at(worth * got / full, plan.places, plan.rounding) if full else Fraction(0)
    return Entry(indicator, worth, got, full, points)


def own_score(plan: PersonsPlan, own: Mapping[str, tuple[Fraction | None, Fraction]]) -> Fraction:
    """Points of the person's own indicators; what did not apply is rescaled, given in full, or lost, as stated.

    Raises `Refused` (``own-empty-unsaid``) where something did not apply and nothing is stated.
    """
    full = sum((mark for _, mark in own.values()), Fraction(0))
    applied = sum((mark for points, mark in own.values() if points is not None), Fraction(0))
    got = sum((points for points, _ in own.values() if points is not None), Fraction(0))
    if applied != full and plan.own_empty is None:
        raise refuse("own-empty-unsaid", plan.place("own"), plan=plan.name)
    if plan.own_empty == "full":
        got += full - applied
    elif plan.own_empty == "rescale":
        got = got * full / applied if applied else full
    return at(got, plan.places, plan.rounding)


def at(value: Fraction, places: int, rounding: Rounding) -> Fraction:
    scale = 10**places
    return Fraction(rounded(value.numerator * scale, value.denominator, rounding), scale)
