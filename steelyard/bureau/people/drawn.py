"""个人计划书 of one person before anybody has a score: what he carries on each post, from when to when, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from steelyard.bureau.folder import Bureau
from steelyard.bureau.people.assessing import counting
from steelyard.bureau.people.changing import planned, year_of
from steelyard.bureau.subjects.registers import organisation
from steelyard.engine.expressions.nodes import Number
from steelyard.engine.model.basis import DutyItem
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.model.plan import Entry
from steelyard.engine.organisation import Organisation, Stage, stages
from steelyard.engine.periods import Period
from steelyard.engine.persons.carrying import amount
from steelyard.engine.persons.confirming import Role
from steelyard.engine.persons.planned import Line, Planned
from steelyard.engine.problems import Problem
from steelyard.engine.sources.duties import carried
from steelyard.lake.record.snapshot import snapshot


@dataclass(frozen=True, slots=True)
class Cited:
    """Why a duty carries an indicator: its item, and the clauses that both rest on."""

    item: DutyItem
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Carries:
    """One indicator on a post, or the unit's total (``indicator`` is empty).

    ``worth`` is None where the plan asks for a confirmation that has not come: it counts for nobody.
    ``role``, ``share``, ``since``: as what and from which day on it was confirmed.
    """

    indicator: str
    name: str
    worth: Fraction | None
    cited: Cited | None = None
    role: Role | None = None
    share: Fraction | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A time on one post in which nothing changes. ``weight``: its part of all the person's days that count, 0 in a
    unit that the plan does not assess. ``last``: its last day."""

    post: str
    name: str
    duty: str
    unit: str
    first: date
    last: date
    days: int
    weight: Fraction
    assessed: bool
    lines: tuple[Carries, ...]

    @property
    def points(self) -> Fraction:
        """What the post can bring at most, before its share of days."""
        return sum((line.worth for line in self.lines if line.worth is not None), Fraction(0))


@dataclass(frozen=True)
class OwnMark:
    """An indicator of the person's own. ``full`` is None where it is worked out from facts."""

    indicator: str
    name: str
    full: Fraction | None


@dataclass(frozen=True)
class Drawn:
    """``own_full``: what own indicators are worth together; ``problems``: posts that carry nothing, or something
    twice."""

    plan: PersonsPlan
    period: Period
    held: tuple[Held, ...]
    own: tuple[OwnMark, ...]
    own_full: Fraction
    problems: tuple[Problem, ...]

    @property
    def assessed(self) -> bool:
        return any(held.assessed for held in self.held)

    @property
    def total(self) -> Fraction:
        return amount(self.plan.total)

    def missing(self, held: Held) -> Fraction:
        """Points that nothing on a post carries; 0 where lines and own indicators add up to the total."""
        return self.total - self.own_full - held.points


def drawn(bureau: Bureau, book: RuleBook, plan: PersonsPlan, person: str) -> Drawn | None:
    """None for somebody who holds no post in the year of the plan.

    Raises `Refused`: ``persons-not-divisible``, ``persons-no-calendar``, and what contradicts itself in the registers.
    """
    facts = snapshot(bureau.record)
    org, period = organisation(facts), year_of(book, plan)
    if person not in org.persons:
        return None
    found = _Drawing(planned(facts, book, plan, org, period, None), book, org)
    own = stages(org, person, period, counting(plan, bureau.calendar()), found.planned.terms.cuts)
    if not own:
        return None
    theirs = {person, org.posts[own[-1].post].duty}
    meant = (one for one in plan.own if not one.only or theirs & {*one.only})
    marks = tuple(OwnMark(one.indicator, book.indicators[one.indicator].name, _full(book, one)) for one in meant)
    rest = amount(plan.total) - amount(plan.linked) - amount(plan.unit)
    return Drawn(plan, period, tuple(found.held(own)), marks, rest, tuple(found.planned.objections(person)))


def _full(book: RuleBook, entry: Entry) -> Fraction | None:
    full = entry.full or book.indicators[entry.indicator].full
    return full.value if isinstance(full, Number) else None


@dataclass(frozen=True)
class _Drawing:
    planned: Planned
    book: RuleBook
    org: Organisation

    def held(self, own: tuple[Stage, ...]) -> Iterator[Held]:
        spans = [self._span(stage) for stage in own]
        counted = sum((stage.weight for stage, span in zip(own, spans, strict=True) if span is not None), Fraction(0))
        for stage, span in zip(own, spans, strict=True):
            post = self.org.posts[stage.post]
            lines = () if span is None else tuple(self._lines(stage, span))
            weight = stage.weight / counted if span is not None and counted else Fraction(0)
            yield Held(
                stage.post, post.name, post.duty or "", stage.unit, stage.start, stage.end - timedelta(days=1),
                stage.days, weight, span is not None, lines,
            )  # fmt: skip

    def _span(self, stage: Stage) -> tuple[Line, ...] | None:
        """What the post carries then; None in a unit that the plan does not assess."""
        spans = self.planned.post(stage.post)
        return next((lines for first, end, lines in spans if first <= stage.start < end), None)

    def _lines(self, stage: Stage, span: tuple[Line, ...]) -> Iterator[Carries]:
        """What counts, what would if somebody confirmed it, and last the unit's total."""
        answers = self.planned.terms.answers(stage.post, stage.start) or {}
        for line in span:
            if line.indicator:
                since = answers[line.indicator].start if line.indicator in answers else None
                more = (self._cited(stage.post, line.indicator), line.role, line.share, since)
                yield Carries(line.indicator, self.book.indicators[line.indicator].name, line.worth, *more)
        counts = {line.indicator for line in span}
        for id in self.planned.waiting(stage.post):
            if id not in counts:
                yield Carries(id, self.book.indicators[id].name, None, self._cited(stage.post, id))
        yield from (Carries("", "", line.worth) for line in span if not line.indicator)

    @cached_property
    def _duties(self) -> dict[str, dict[str, Cited]]:
        return {}

    def _cited(self, post: str, indicator: str) -> Cited | None:
        """None where no duty is written for the post, or none of its items says anything of the indicator."""
        name = self.org.posts[post].duty or ""
        if name not in self._duties:
            duty = next((one for one in self.book.duties.values() if one.name == name), None)
            found = carried(self.book, duty) if duty else ()
            self._duties[name] = {one.indicator.id: Cited(one.item, one.clauses) for one in found if one.item}
        return self._duties[name].get(indicator)
