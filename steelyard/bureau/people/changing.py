"""个人计划变动: other links, or other confirmations, and whose personal plans they change, person by person (C18)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from steelyard.bureau.people.confirmed import terms
from steelyard.bureau.runs.running import system_of
from steelyard.bureau.subjects.registers import organisation
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.organisation import Organisation
from steelyard.engine.periods import Period
from steelyard.engine.persons.confirming import Confirmed
from steelyard.engine.persons.planned import Part, Personal, Planned, touched
from steelyard.engine.problems import Problem
from steelyard.lake.record.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Changed:
    """One indicator on one post of a person, or the unit's total (``indicator`` is empty); worths are None where it is
    not carried. ``last``: the last day."""

    post: str
    unit: str
    first: date
    last: date
    indicator: str
    old: Fraction | None
    new: Fraction | None


@dataclass(frozen=True, slots=True)
class PersonChanged:
    person: str
    name: str
    lines: tuple[Changed, ...]


@dataclass(frozen=True)
class PlansChanged:
    """``touched`` were drawn up anew, of so many ``persons`` with a plan; ``changed`` are those that now say something
    else; ``problems``: who would carry nothing, or something twice, ``already`` of them as before.

    ``everybody``: keys of the plan by which all of them are weighed otherwise, whatever they carry.
    """

    plan: str
    name: str
    persons: int
    touched: tuple[str, ...]
    changed: tuple[PersonChanged, ...]
    problems: tuple[Problem, ...]
    already: int = 0
    everybody: tuple[str, ...] = ()


OF_EVERYBODY = ("plan", "total", "places", "rounding", "own", "own_empty", "days", "veto", "grades", "lists")
"""What a plan says of everybody alike; whatever else it says is seen in what people carry."""


def plans_changed(
    snapshot: Snapshot,
    old: tuple[RuleBook, PersonsPlan],
    new: tuple[RuleBook, PersonsPlan],
    period: Period | None = None,
    proposed: Confirmed | None = None,
) -> PlansChanged:
    """``period``: by default the year of the units' plan. ``proposed``: assignments that would stand in place of those
    of the record. Raises `Refused` (``persons-not-divisible``)."""
    org = organisation(snapshot)
    book, plan = new
    when = period or year_of(book, plan)
    before = planned(snapshot, *old, org, when, None)
    after = planned(snapshot, *new, org, when, proposed)
    people = touched(before, after)
    changed = (_person(org, person, before.person(person), after.person(person)) for person in people)
    everybody = [person for person in sorted(org.persons) if after.person(person)]
    problems = tuple(problem for person in everybody for problem in after.objections(person))
    already = _already(before, problems)
    keys = tuple(key for key in OF_EVERYBODY if getattr(old[1], key) != getattr(plan, key))
    told = tuple(one for one in changed if one.lines)
    return PlansChanged(plan.id, plan.name, len(everybody), people, told, problems, already, keys)


def year_of(book: RuleBook, plan: PersonsPlan) -> Period:
    return system_of(book).parse(book.plans[plan.plan].year)


def _already(before: Planned, problems: Sequence[Problem]) -> int:
    """How many of the problems were there before the change."""
    people = {str(problem.params["person"]) for problem in problems}
    there = {(one.code, *one.params.values()) for person in people for one in before.objections(person)}
    return sum((one.code, *one.params.values()) in there for one in problems)


def planned(
    snapshot: Snapshot,
    book: RuleBook,
    plan: PersonsPlan,
    org: Organisation,
    period: Period,
    proposed: Confirmed | None,
) -> Planned:
    return Planned(plan, book.plans[plan.plan], org, period, terms(snapshot, org, book, plan, proposed)[0])


def _person(org: Organisation, person: str, before: Personal, after: Personal) -> PersonChanged:
    days = sorted({day for part in (*before, *after) for day in (part.start, part.end)})
    lines = [line for first, end in pairwise(days) for line in _day(before, after, first, end)]
    return PersonChanged(person, org.persons[person].name, tuple(_joined(lines)))


def _day(before: Personal, after: Personal, first: date, end: date) -> Iterator[Changed]:
    """What differs on a stretch of days on which nothing begins or ends."""
    old, new = _worths(before, first), _worths(after, first)
    for key in sorted({*old, *new}):
        if old.get(key) != new.get(key):
            post, unit, indicator = key
            yield Changed(post, unit, first, end - timedelta(days=1), indicator, old.get(key), new.get(key))


def _worths(plan: Personal, day: date) -> dict[tuple[str, str, str], Fraction]:
    there: Iterator[Part] = (part for part in plan if part.start <= day < part.end)
    return {(part.post, part.unit, line.indicator): line.worth for part in there for line in part.lines}


def _joined(lines: list[Changed]) -> Iterator[Changed]:
    """The same change on days that follow each other is one."""
    found: dict[tuple[object, ...], Changed] = {}
    for line in lines:
        key = (line.post, line.indicator, line.old, line.new, line.first)
        before = found.pop(key, None)
        first = line.first if before is None else before.first
        joined = Changed(line.post, line.unit, first, line.last, line.indicator, line.old, line.new)
        found[line.post, line.indicator, line.old, line.new, line.last + timedelta(days=1)] = joined
    yield from sorted(found.values(), key=lambda line: (line.first, line.post, line.indicator))
