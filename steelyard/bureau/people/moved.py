"""What corrected records do to one person's account: total, place, grade, and every entry that changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from steelyard.bureau.people.assessing import People, assess
from steelyard.bureau.runs.running import Ran
from steelyard.engine.model.persons import UNIT_TOTAL
from steelyard.engine.persons.weighing import PersonScore

Both = tuple[Fraction | None, Fraction | None]


@dataclass(frozen=True, slots=True)
class EntryMoved:
    """An entry by its unit (empty for own indicators) and indicator, before and after."""

    unit: str
    indicator: str
    name: str
    points: Both


@dataclass(frozen=True, slots=True)
class PersonMoved:
    """As published and as it would be: places of ``sizes`` peers; None and 0 where there is no account. ``others``:
    how many other accounts of the plan get another total."""

    plan: str
    period: str
    totals: Both
    places: tuple[int, int]
    sizes: tuple[int, int]
    grades: tuple[str, str]
    entries: tuple[EntryMoved, ...]
    others: int

    @property
    def gain(self) -> Fraction:
        old, new = self.totals
        return (new or Fraction(0)) - (old or Fraction(0))


def person_moved(before: Ran, after: Ran, person: str) -> tuple[PersonMoved, ...]:
    """By plan for persons and period, those in which the person has an account on either side. Raises `Refused`."""
    old = {(one.plan.id, str(one.period)): one for one in assess(before)}
    new = {(one.plan.id, str(one.period)): one for one in assess(after)}
    both = ((key, old[key], new[key]) for key in sorted({*old} & {*new}))
    return tuple(
        _moved(key, (was, comes), person, after) for key, was, comes in both if person in {*was.scores, *comes.scores}
    )


def _moved(key: tuple[str, str], both: tuple[People, People], person: str, ran: Ran) -> PersonMoved:
    scores = [one.scores.get(person) for one in both]
    places, sizes, grades = zip(*(_standing(one, person) for one in both), strict=True)
    return PersonMoved(
        *key, (_total(scores[0]), _total(scores[1])), places, sizes, grades,
        tuple(_entries(scores[0], scores[1], ran)), sum(1 for _ in _others(*both, person)),
    )  # fmt: skip


def _total(score: PersonScore | None) -> Fraction | None:
    return None if score is None else score.total


def _standing(people: People, person: str) -> tuple[int, int, str]:
    if person not in people.scores:
        return 0, 0, ""
    at = list(people.scores).index(person)
    grade = "" if people.grades is None else people.grades.word(at) or ""
    return int(people.places.place[at]), int(people.places.size[at]), grade


def _others(old: People, new: People, person: str) -> Iterator[str]:
    for other in {*old.scores, *new.scores} - {person}:
        if _total(old.scores.get(other)) != _total(new.scores.get(other)):
            yield other


def _entries(old: PersonScore | None, new: PersonScore | None, ran: Ran) -> Iterator[EntryMoved]:
    before, after = dict(_points(old)), dict(_points(new))
    for key in dict.fromkeys((*before, *after)):
        points = before.get(key), after.get(key)
        if points[0] != points[1]:
            unit, indicator, _ = key
            name = ran.book.indicators[indicator].name if indicator != UNIT_TOTAL else ""
            yield EntryMoved(unit, indicator, name, points)


def _points(score: PersonScore | None) -> Iterator[tuple[tuple[str, str, str], Fraction | None]]:
    """Own indicators, then what each stage carries, by the post and day on which it began."""
    if score is None:
        return
    for id, (points, _) in score.own.items():
        yield ("", id, ""), points
    for stage in score.stages:
        for entry in stage.entries:
            yield (
                (stage.stage.unit, entry.indicator or UNIT_TOTAL, f"{stage.stage.post} {stage.stage.start}"),
                entry.points,
            )
