"""The bitemporal organisation: asked for a day, or seen as it was known at an earlier moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from steelyard.engine.organisation.checks import check
from steelyard.engine.organisation.dating import dated
from steelyard.engine.organisation.known import exists, grouped, known
from steelyard.engine.organisation.rows import (
    Attribute,
    Holding,
    Person,
    PlainRow,
    Post,
    Register,
    Unit,
    read_register,
)
from steelyard.engine.organisation.structure import Structure
from steelyard.engine.organisation.succession import Lineage
from steelyard.engine.periods import Period
from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse

CATALOGUE.add(
    {
        "unit-not-registered": (
            "登记表中没有单位 {unit}；请核对代码",
            "unit {unit} is not registered; check the code",
        ),
        "attribute-not-registered": (
            "没有单位登记过“{attribute}”；可用：{choices}",
            "no unit has an attribute '{attribute}'; known: {choices}",
        ),
        "post-not-registered": (
            "登记表中没有岗位 {post}；请核对代码，或换一个更晚的知悉时间",
            "post {post} is not registered; check the code, or name a later knowledge time",
        ),
        "person-not-registered": (
            "登记表中没有人员 {person}；请核对代码",
            "person {person} is not registered; check the code",
        ),
    }
)


def build(tables: Mapping[str, Sequence[PlainRow]]) -> Organisation:
    """From the register tables units, unit_attributes, successions, posts, persons and holdings.

    The rows' form is told by `read_register`. Raises `Refused` with every problem found, each at its row.
    """
    return _known(read_register(tables), None)


@dataclass(frozen=True)
class Organisation:
    """``everything`` is all that was ever told; the other fields are what was known at ``known_at`` (None: at the end).

    Rows of one unit and of one person are in the order of time; ``warnings`` name what is odd but possible.
    """

    everything: Register
    known_at: datetime | None
    units: Mapping[str, tuple[Unit, ...]]
    attributes: Mapping[str, Mapping[str, tuple[Attribute, ...]]]
    posts: Mapping[str, Post]
    persons: Mapping[str, Person]
    holdings: Mapping[str, tuple[Holding, ...]]
    lineage: Lineage
    warnings: tuple[Problem, ...]

    @cached_property
    def tables(self) -> dict[Period, Any]:
        """The units of periods that were asked for, drawn up once each (`table.unit_table`)."""
        return {}

    @cached_property
    def of_post(self) -> Mapping[str, tuple[Holding, ...]]:
        """Everybody who ever held a post, in the order of time and then of persons."""
        every = sorted((one for own in self.holdings.values() for one in own), key=lambda one: (one.start, one.person))
        return grouped(every, lambda holding: holding.post)

    def holders(self, post: str, on: date) -> tuple[Holding, ...]:
        """Who holds a post on a day, as it is known. Raises ``post-not-registered``."""
        if post not in self.posts:
            raise refuse("post-not-registered", post=post)
        return tuple(one for one in self.of_post.get(post, ()) if one.start <= on < one.end)

    def as_known(self, at: datetime) -> Organisation:
        """What this organisation would have been, had one asked at ``at``. Raises `Refused` as `build` does."""
        return _known(self.everything, at)

    def structure(self, on: date) -> Structure:
        return Structure.of(
            on, (unit for rows in self.units.values() for unit in rows if unit.valid_from <= on < unit.end)
        )

    def unit_on(self, code: str, on: date) -> Unit | None:
        """The row that holds on a day, None when the unit does not exist then. Raises ``unit-not-registered``."""
        return next((unit for unit in self._rows(code) if unit.valid_from <= on < unit.end), None)

    def unit_in(self, code: str, period: Period) -> Unit | None:
        """The row of the last day of a period on which the unit exists, None when it never does."""
        return last_within(self._rows(code), period.start, period.end)

    def units_in(self, period: Period) -> Mapping[str, Unit]:
        """The same of every unit that exists in the period, in the order of the codes."""
        start, end = period.start, period.end
        found = ((code, last_within(self.units[code], start, end)) for code in sorted(self.units))
        return {code: unit for code, unit in found if unit is not None}

    def class_of(self, code: str, period: Period) -> str | None:
        """The class (同类分组) of the last day of the period on which the unit exists."""
        unit = self.unit_in(code, period)
        return unit.unit_class if unit else None

    def attribute(self, code: str, name: str, on: date) -> Decimal | None:
        """The value stated last before or on a day, None when none is. Raises ``attribute-not-registered``."""
        self._rows(code)
        return stated(self.attribute_rows(name).get(code, ()), on)

    def attribute_rows(self, name: str) -> Mapping[str, tuple[Attribute, ...]]:
        """By unit, what was ever stated of an attribute. Raises ``attribute-not-registered``."""
        if name not in self.attributes:
            raise refuse("attribute-not-registered", attribute=name, choices="、".join(sorted(self.attributes)))
        return self.attributes[name]

    def holdings_of(self, person: str) -> tuple[Holding, ...]:
        if person not in self.persons:
            raise refuse("person-not-registered", person=person)
        return self.holdings.get(person, ())

    def _rows(self, code: str) -> tuple[Unit, ...]:
        if code not in self.units:
            raise refuse("unit-not-registered", unit=code)
        return self.units[code]


def last_within(rows: Sequence[Unit], start: date, end: date) -> Unit | None:
    """The last row that holds on some day from ``start`` up to ``end``; rows in the order of time."""
    for unit in reversed(rows):
        if unit.valid_from < end and unit.end > start:
            return unit
    return None


def stated(rows: Sequence[Attribute], on: date) -> Decimal | None:
    """The value that was stated last before or on a day; rows in the order of time."""
    for row in reversed(rows):
        if row.valid_from <= on:
            return row.value
    return None


def _known(everything: Register, at: datetime | None) -> Organisation:
    register = dated(known(everything, at))
    problems = list(check(register))
    if any(problem.severity == "error" for problem in problems):
        raise Refused(problems)
    by_attribute = grouped(register.unit_attributes, lambda row: row.attribute)
    attributes = {name: grouped(rows, lambda row: row.unit) for name, rows in by_attribute.items()}
    units = grouped(register.units, lambda unit: unit.code)
    return Organisation(
        everything=everything,
        known_at=at,
        units=units,
        attributes=attributes,
        posts={post.code: post for post in register.posts},
        persons={person.code: person for person in register.persons},
        holdings=grouped(register.holdings, lambda holding: holding.person),
        lineage=Lineage.of(register.successions, lambda code, on: exists(units, code, on)),
        warnings=tuple(problems),
    )
