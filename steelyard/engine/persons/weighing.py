"""个人绩效: stage scores frozen at every change of post, carried on by exact day shares, and own indicators."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from steelyard.engine.arithmetic.rounding import Rounding, rounded
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.organisation.holdings import Stage
from steelyard.engine.organisation.rows import Post
from steelyard.engine.periods import Period
from steelyard.engine.persons.carrying import Carried, amount, parts
from steelyard.engine.persons.confirming import Assignment, Confirmed
from steelyard.engine.problems import refuse


@dataclass(frozen=True, slots=True)
class UnitScore:
    """A unit's result at one moment: points and full marks by indicator, and its total."""

    points: Mapping[str, tuple[Fraction, Fraction]]
    total: Fraction
    full: Fraction


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the personal account: an indicator of the unit, or the unit's total, in one stage.

    ``assigned``: the row that confirmed it, where the plan asks for one. ``line``: points of the unit below which an
    assisting post without a share gets nothing (一票否决).
    """

    indicator: str
    worth: Fraction
    unit_points: Fraction
    unit_full: Fraction
    points: Fraction
    assigned: Assignment | None = None
    line: Fraction | None = None

    @property
    def vetoed(self) -> bool:
        return self.line is not None and self.unit_points < self.line

    def at(self, unit_points: Fraction) -> Fraction:
        """What it would come to with so many points of the unit, before rounding."""
        if not self.unit_full or (self.line is not None and unit_points < self.line):
            return Fraction(0)
        return self.worth * unit_points / self.unit_full


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
class Terms:
    """What a plan rests on besides itself: confirmed assignments where it asks for them, and the plans for persons of
    earlier periods, the last one first, where it keeps to them."""

    confirmed: Confirmed | None = None
    earlier: Sequence[PersonsPlan] = ()

    def cuts(self, post: str) -> Sequence[date]:
        """Days on which what a post answers for may change, and with them a stage."""
        return () if self.confirmed is None else self.confirmed.cuts(post)

    def answers(self, post: str, day: date) -> dict[str, Assignment] | None:
        return None if self.confirmed is None else self.confirmed.on(post, day)


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
    terms: Terms | None = None,
) -> PersonScore:
    """``own``: points (None where there was nothing to count) and full marks of the person's own indicators.

    Days in a unit without a score do not count, as days without a post do not: the others make up the whole.
    Raises `Refused` (``own-empty-unsaid``, ``persons-not-divisible``).
    """
    weigh = _Stages(plan, posts, sum((mark for _, mark in own.values()), Fraction(0)), terms or Terms())
    results = [scores(stage.unit, stage_period(stage, period)) for stage in stages]
    counted = sum((stage.weight for stage, unit in zip(stages, results, strict=True) if unit), Fraction(0))
    weighed = tuple(
        weigh.stage(stage, stage_period(stage, period), unit, counted)
        for stage, unit in zip(stages, results, strict=True)
    )
    own_points = own_score(plan, own)
    total = sum((stage.carried for stage in weighed), own_points)
    return PersonScore(person, weighed, own, own_points, at(total, plan.places, plan.rounding) if counted else None)


@dataclass(frozen=True, slots=True)
class _Stages:
    """``own``: full marks of the person's own indicators."""

    plan: PersonsPlan
    posts: Mapping[str, Post]
    own: Fraction
    terms: Terms

    def stage(self, stage: Stage, frozen: Period, unit: UnitScore | None, counted: Fraction) -> StageScore:
        if unit is None or not counted:  # days off alone count for nothing, whatever the unit
            return StageScore(stage, frozen, (), Fraction(0), Fraction(0))
        entries = tuple(self._entries(stage, unit))
        points = sum((entry.points for entry in entries), Fraction(0))
        return StageScore(stage, frozen, entries, points, stage.weight / counted)

    def _entries(self, stage: Stage, unit: UnitScore) -> Iterator[Entry]:
        post = self.posts[stage.post]
        answers = self.terms.answers(stage.post, stage.start)
        for part in parts(self.plan, post, list(unit.points), answers, self.terms.earlier, self.own):
            got, full = unit.points[part.indicator] if part.indicator else (unit.total, unit.full)
            yield self._entry(part, got, full)

    def _entry(self, part: Carried, got: Fraction, full: Fraction) -> Entry:
        line = veto_line(self.plan, part.assigned, full)
        found = Entry(part.indicator, Fraction(part.worth), got, full, Fraction(0), part.assigned, line)
        return replace(found, points=at(found.at(got), self.plan.places, self.plan.rounding))


def veto_line(plan: PersonsPlan, assigned: Assignment | None, full: Fraction) -> Fraction | None:
    """Points of the unit below which the post gets nothing; None for whoever has a share."""
    if assigned is None or assigned.share or plan.veto is None:
        return None
    return full * amount(plan.veto)


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
