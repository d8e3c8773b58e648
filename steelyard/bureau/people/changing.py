"""个人计划变动: other links, or other confirmations, and whose personal plans they change, person by person (C18)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from steelyard.bureau.people.confirmed import resting
from steelyard.bureau.runs.running import system_of
from steelyard.bureau.subjects.registers import organisation
from steelyard.engine.expressions.nodes import Number
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.organisation import Organisation
from steelyard.engine.periods import Period
from steelyard.engine.persons.confirming import Confirmed
from steelyard.engine.persons.planned import Planned, Span, touched
from steelyard.engine.problems import CATALOGUE, Problem, refuse
from steelyard.lake.record.snapshot import Snapshot

CATALOGUE.add(
    {
        "persons-unfinished": (
            "“{plan}”还没有写完整（分值、权重须是数，所依据的计划须存在）；改正之后再看谁的个人计划会变，“只检查”列出每一处",
            "'{plan}' is not finished: points and weights must be numbers, and the plan it rests on must exist; mend "
            "it to see whose personal plans change (the check names each place)",
        ),
    }
)


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
    posts = _Posts(before, after)
    changed = (PersonChanged(person, org.persons[person].name, tuple(posts.of(person))) for person in people)
    everybody = [person for person in sorted(org.persons) if after.person(person)]
    problems = tuple(problem for person in everybody for problem in after.objections(person))
    already = _already(before, problems)
    keys = tuple(key for key in OF_EVERYBODY if getattr(old[1], key) != getattr(plan, key))
    told = tuple(one for one in changed if one.lines)
    return PlansChanged(plan.id, plan.name, len(everybody), people, told, problems, already, keys)


def books_changed(
    snapshot: Snapshot, old: RuleBook, new: RuleBook, proposed: Confirmed | None = None
) -> Iterator[PlansChanged]:
    """Every plan for persons of the new book; one that the old book does not have linked nothing before.

    Raises `Refused`: ``persons-unfinished``, ``persons-not-divisible``."""
    for id, plan in sorted(new.persons.items()):
        _finished(new, plan)
        blank = (new, plan.model_copy(update={"links": []}))
        before = (old, old.persons[id]) if id in old.persons else blank
        yield plans_changed(snapshot, before, (new, plan), proposed=proposed)


def _finished(book: RuleBook, plan: PersonsPlan) -> None:
    """While somebody types, points may be no numbers yet and names may lead nowhere; the check names each."""
    amounts = (plan.total, plan.linked, plan.unit, *(link.weight for link in plan.links))
    keep = plan.bounds.keep if plan.bounds else None
    if plan.plan not in book.plans or (keep and keep not in book.persons) or not all(map(_number, amounts)):
        raise refuse("persons-unfinished", plan.place("persons"), plan=plan.name)


def _number(formula: object) -> bool:
    return isinstance(formula, Number)


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
    return Planned(plan, book.plans[plan.plan], org, period, resting(snapshot, org, book, plan, proposed))


class _Posts:
    """What differs on a post is worked out once, however many hold it one after the other."""

    def __init__(self, before: Planned, after: Planned) -> None:
        self.before, self.after = before, after
        self.known: dict[str, tuple[Changed, ...]] = {}

    def of(self, person: str) -> Iterator[Changed]:
        """Cut to the days on which the person is there; the same change on days that follow each other is one."""
        held = self.before.organisation.holdings.get(person, ())
        lines = (_cut(line, one.start, one.end) for one in held for line in self.post(one.post))
        yield from _joined(line for line in lines if line is not None)

    def post(self, code: str) -> tuple[Changed, ...]:
        if code not in self.known:
            old, new = self.before.post(code), self.after.post(code)
            days = sorted({day for first, end, _ in (*old, *new) for day in (first, end)})
            unit = self.before.organisation.posts[code].unit
            found = (line for first, end in pairwise(days) for line in _day(code, unit, old, new, first, end))
            self.known[code] = tuple(_joined(found))
        return self.known[code]


def _day(
    code: str, unit: str, before: Sequence[Span], after: Sequence[Span], first: date, end: date
) -> Iterator[Changed]:
    """What differs on a stretch of days on which nothing begins or ends."""
    old, new = _worths(before, first), _worths(after, first)
    for id in sorted({*old, *new}):
        if old.get(id) != new.get(id):
            yield Changed(code, unit, first, end - timedelta(days=1), id, old.get(id), new.get(id))


def _worths(spans: Sequence[Span], day: date) -> dict[str, Fraction]:
    return {line.indicator: line.worth for first, end, lines in spans if first <= day < end for line in lines}


def _cut(line: Changed, start: date, end: date) -> Changed | None:
    first, last = max(line.first, start), min(line.last, end - timedelta(days=1))
    if (first, last) == (line.first, line.last):
        return line
    return replace(line, first=first, last=last) if first <= last else None


def _joined(lines: Iterable[Changed]) -> list[Changed]:
    """Lines of each post in the order of time; the same change on days that follow each other is one."""
    found: dict[tuple[str, str, date], Changed] = {}
    for line in lines:
        before = found.get((line.post, line.indicator, line.first))
        if before is not None and (before.old, before.new) == (line.old, line.new):
            del found[line.post, line.indicator, line.first]
            line = replace(line, first=before.first)
        found[line.post, line.indicator, line.last + timedelta(days=1)] = line
    return sorted(found.values(), key=lambda line: (line.first, line.post, line.indicator))
