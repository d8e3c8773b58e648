"""影响度试算: one more point of a unit, and what it changes for each of its people and for all together (C41)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from steelyard.bureau.people.assessing import People
from steelyard.bureau.runs.running import Ran
from steelyard.engine.periods import Period
from steelyard.engine.persons.influence import influence
from steelyard.engine.persons.weighing import PersonScore, UnitScore, weigh_person


@dataclass(frozen=True, slots=True)
class Change:
    """``gain`` is exact; ``before`` and ``after`` are totals as they would be published, rounded line by line."""

    person: str
    name: str
    gain: Fraction
    before: Fraction | None
    after: Fraction | None


@dataclass(frozen=True)
class Mattering:
    """``together``: all gains; by the sum rule they are points per point of the unit × day shares, ``ruled``."""

    unit: str
    indicator: str
    changes: tuple[Change, ...]
    ruled: Fraction

    @property
    def together(self) -> Fraction:
        return sum((one.gain for one in self.changes), Fraction(0))


def mattering(people: People, ran: Ran, unit: str, indicator: str = "") -> Mattering:
    """One more point of the unit's total, or of one of its indicators and with it of the total, at every moment that
    counts for anybody. Everybody of the unit is weighed once more; the others cannot change."""
    touched = {person: score for person, score in people.scores.items() if _concerns(score, unit)}
    changes = tuple(_change(people, ran, person, score, unit, indicator) for person, score in touched.items())
    found = (change for change in changes if change.gain or change.before != change.after)
    ruled = sum((influence(score, unit, indicator) for score in touched.values()), Fraction(0))
    ordered = sorted(found, key=lambda change: (-change.gain, change.person))
    return Mattering(unit, indicator, tuple(ordered), ruled)


def _concerns(score: PersonScore, unit: str) -> bool:
    return any(stage.stage.unit == unit and stage.entries for stage in score.stages)


def _change(people: People, ran: Ran, person: str, score: PersonScore, unit: str, indicator: str) -> Change:
    after = _again(people, ran, score, unit, indicator)
    gain = _exact(after) - _exact(score)
    return Change(person, ran.everybody.persons[person].name, gain, score.total, after.total)


def _exact(score: PersonScore) -> Fraction:
    """What stages bring, before anything is rounded."""
    parts = (entry.at(entry.unit_points) * stage.weight for stage in score.stages for entry in stage.entries)
    return sum(parts, Fraction(0))


def _again(people: People, ran: Ran, score: PersonScore, unit: str, indicator: str) -> PersonScore:
    def raised(code: str, when: Period) -> UnitScore | None:
        now = people.units(code, when)
        return _raised(now, indicator) if now is not None and code == unit else now

    held = [stage.stage for stage in score.stages]
    posts = ran.everybody.posts
    return weigh_person(people.plan, score.person, held, posts, people.period, raised, score.own, people.terms)


def _raised(score: UnitScore, indicator: str) -> UnitScore:
    points = {id: (got + (id == indicator), full) for id, (got, full) in score.points.items()}
    return replace(score, points=points, total=score.total + 1)
