"""个人计划书: what everybody carries on which post and from when to when, before anybody has a score (C18)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.model.plan import Plan
from steelyard.engine.organisation.organisation import Organisation
from steelyard.engine.organisation.rows import Holding, Post
from steelyard.engine.periods import Period
from steelyard.engine.persons.carrying import Answers, Carried, amount, parts
from steelyard.engine.persons.confirming import Role
from steelyard.engine.persons.weighing import Terms
from steelyard.engine.problems import CATALOGUE, Problem

CATALOGUE.add(
    {
        "person-without-links": (
            "{name}（{person}）在 {unit} 的岗位 {post} 没有承接任何指标；请把一项指标关联（并认定）给这个岗位或职责",
            "{name} ({person}) carries nothing on post {post} of {unit}; link (and confirm) an indicator to the post "
            "or its duty",
        ),
        "person-linked-twice": (
            "{name}（{person}）在岗位 {post} 由几条关联重复承接“{indicator}”；请留一条，现按其中最大的权重计",
            "several links give '{indicator}' to {name} ({person}) on post {post}; keep one, the largest weight counts",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator that is carried, or the unit's total (``indicator`` is empty). ``role``, ``share``: as confirmed,
    None where the plan asks for no confirmation."""

    indicator: str
    worth: Fraction
    role: Role | None
    share: Fraction | None


Span: TypeAlias = tuple[date, date, tuple[Line, ...]]
"""What a post carries from a day to before another."""


@dataclass(frozen=True, slots=True)
class Part:
    """A time on one post in which nothing changes; ``end`` is the day after."""

    post: str
    unit: str
    start: date
    end: date
    lines: tuple[Line, ...]


Personal: TypeAlias = tuple[Part, ...]
"""Somebody's plan: posts of assessed units in the order of time, cut to the period."""


@dataclass(frozen=True)
class Planned:
    """Every person's plan in a period, drawn up when it is asked for."""

    plan: PersonsPlan
    units: Plan
    organisation: Organisation
    period: Period
    terms: Terms

    @cached_property
    def _spans(self) -> dict[str, tuple[Span, ...]]:
        return {}

    @cached_property
    def _divided(self) -> dict[Hashable, tuple[Line, ...]]:
        return {}

    @cached_property
    def _named(self) -> frozenset[str]:
        """Posts that some plan names by their code: all others carry what their duty does."""
        return frozenset(
            code for plan in (self.plan, *self.terms.earlier) for link in plan.links for code in link.posts
        )

    @cached_property
    def _own(self) -> Fraction:
        """Full marks of everybody's own indicators."""
        return amount(self.plan.total) - amount(self.plan.linked) - amount(self.plan.unit)

    @cached_property
    def _applicable(self) -> dict[str, tuple[str, ...] | None]:
        return {}

    def person(self, person: str) -> Personal:
        found = (part for holding in self.organisation.holdings.get(person, ()) for part in self._parts(holding))
        return tuple(sorted(found, key=lambda part: (part.start, part.post, part.end)))

    def post(self, code: str) -> tuple[Span, ...]:
        """What a post carries; nothing at all where its unit is not assessed. Raises ``persons-not-divisible``."""
        if code not in self._spans:
            self._spans[code] = tuple(self._drawn(self.organisation.posts[code]))
        return self._spans[code]

    def objections(self, person: str) -> Iterator[Problem]:
        """Posts on which somebody carries nothing, or something twice."""
        own, name = self.person(person), self.organisation.persons[person].name
        for post in dict.fromkeys(part.post for part in own):
            named: dict[str, object] = {"person": person, "name": name, "post": post}
            if not any(line.indicator for part in own if part.post == post for line in part.lines):
                unit = self.organisation.posts[post].unit
                yield Problem("person-without-links", self.plan.place("links"), {**named, "unit": unit})
            for indicator in self._twice(self.organisation.posts[post]):
                yield Problem("person-linked-twice", self.plan.place("links"), {**named, "indicator": indicator})

    def waiting(self, post: str) -> tuple[str, ...]:
        """What the plan links to a post of an assessed unit, whether it is confirmed or not."""
        found = self.organisation.posts[post]
        applicable = self._assessed_by(found.unit) or ()
        return tuple(line.indicator for line in self._lines(found, applicable, None) if line.indicator)

    def _twice(self, post: Post) -> Sequence[str]:
        key = self._alike(post)
        if key not in self._doubled:
            links = [link for link in self.plan.links if post.code in link.posts or post.duty in link.duties]
            counts = Counter(link.indicator for link in links)
            self._doubled[key] = sorted(id for id, count in counts.items() if count > 1)
        return self._doubled[key]

    @cached_property
    def _doubled(self) -> dict[Hashable, Sequence[str]]:
        return {}

    def _alike(self, post: Post) -> Hashable:
        """The same for posts that the links do not tell apart."""
        return post.duty, post.code if post.code in self._named else ""

    def _parts(self, holding: Holding) -> Iterator[Part]:
        unit = self.organisation.posts[holding.post].unit
        for first, last, lines in self.post(holding.post):
            start, end = max(first, holding.start), min(last, holding.end)
            if start < end:
                yield Part(holding.post, unit, start, end, lines)

    def _drawn(self, post: Post) -> Iterator[Span]:
        applicable = self._assessed_by(post.unit)
        if applicable is None:
            return
        within = (day for day in self.terms.cuts(post.code) if self.period.start < day < self.period.end)
        for start, end in pairwise([self.period.start, *within, self.period.end]):
            yield start, end, self._lines(post, applicable, self.terms.answers(post.code, start))

    def _lines(self, post: Post, applicable: Sequence[str], answers: Answers | None) -> tuple[Line, ...]:
        """Thousands of posts share a few ways to divide."""
        said = None if answers is None else tuple((id, one.role, one.share) for id, one in sorted(answers.items()))
        key = (self._alike(post), applicable, said)
        if key not in self._divided:
            found = parts(self.plan, post, applicable, answers, self.terms.earlier, self._own)
            self._divided[key] = tuple(_line(part) for part in found if part.indicator or part.worth)
        return self._divided[key]

    def _assessed_by(self, unit: str) -> tuple[str, ...] | None:
        """The indicators of a unit by its class; None for a unit that the plan does not assess."""
        if unit not in self._applicable:
            known = unit in self.organisation.units
            name = self.organisation.class_of(unit, self.period) if known else None
            meant = (one.indicator for one in self.units.entries if not one.only or {name, unit} & {*one.only})
            self._applicable[unit] = tuple(meant) if name in self.units.classes else None
        return self._applicable[unit]


def _line(part: Carried) -> Line:
    role, share = (part.assigned.role, part.assigned.share) if part.assigned else (None, None)
    return Line(part.indicator, Fraction(part.worth), role, share)


def touched(before: Planned, after: Planned) -> tuple[str, ...]:
    """The persons for whom a change may change anything: who holds, in the period, a post that carries something else.

    Both rest on the same organisation. Nobody else's plan is drawn up again.
    """
    posts = [code for code in before.organisation.posts if before.post(code) != after.post(code)]
    held = (holding for code in posts for holding in before.organisation.of_post.get(code, ()))
    period = before.period
    return tuple(sorted({one.person for one in held if one.start < period.end and one.end > period.start}))
