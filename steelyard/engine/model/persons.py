"""Persons: how indicators of the organisation become indicators of the people who carry them (关联与折算)."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from steelyard.engine.arithmetic.rounding import Rounding
from steelyard.engine.model.item import Grade
from steelyard.engine.model.plan import Cut, Entry
from steelyard.engine.model.waiver import Waiver
from steelyard.engine.problems import CATALOGUE
from steelyard.engine.shape import Formula, Id, Written

CATALOGUE.add(
    {
        "own-empty-unsaid": (
            "个人计划“{plan}”有本人指标而没有写 own_empty：没有此类事项的人，这项怎样计？请写 own_empty: rescale"
            "（其余本人指标折算补足）、full（给满分）或 zero（不给分）",
            "plan '{plan}' has own indicators and no own_empty: what are they worth to whoever had nothing of "
            "the kind? Write own_empty: rescale (the others are scaled up), full (the full mark) or zero (no points)",
        ),
    }
)


class Link(Written):
    """An organisation indicator carried by everyone on posts with one of the ``duties``, or on the named ``posts``."""

    indicator: str
    duties: list[str] = Field(default_factory=list)
    posts: list[str] = Field(default_factory=list)
    weight: Formula


UNIT_TOTAL = "unit"
"""What `Limit` calls the part that the unit's total has in the points of a person."""


class Limit(Written):
    """Points that an indicator, or the ``unit``'s total, gets at least, at most, or exactly."""

    indicator: str
    least: Decimal | None = None
    most: Decimal | None = None
    fixed: Decimal | None = None


class LimitedGroup(Written):
    """Indicators that together get at least or at most so many points, on posts that carry any of them."""

    group: str
    indicators: list[str] = Field(min_length=1)
    least: Decimal | None = None
    most: Decimal | None = None


class Bounds(Written):
    """What a division under bounds must keep to. ``divides``: the linked points, or everything but own indicators.

    ``keep`` names the plan for persons of last period, of whose division as little as possible is changed.
    """

    divides: Literal["linked", "total"]
    keep: str | None = None
    indicators: list[Limit] = Field(default_factory=list)
    groups: list[LimitedGroup] = Field(default_factory=list)


class PersonsPlan(Written):
    """个人绩效: shares of the total for linked indicators, the unit's own total, and own indicators from facts.

    ``spread`` says how ``linked`` points are divided over the indicators that a person carries: by the number of
    indicators, by the weights of the links, or by their weights within ``bounds``. They always add up to ``linked``
    (largest remainder), or with the unit's total to what own indicators leave.
    ``confirmed`` names the table of assignments: a link counts for a post only on days for which a row confirms it.
    ``veto`` is for assisting posts without a share: where the unit gets less of the full mark, they get nothing.
    ``own_empty`` says what an own indicator with nothing to count is worth; whoever has own indicators states it.
    ``days`` says what a day share counts: all days, or the working days of the bureau's calendar. ``rounding`` is the
    book's where the plan says nothing.
    """

    persons: Id
    name: str
    plan: str
    total: Formula
    places: int = Field(ge=0, le=12)
    rounding: Rounding = "half_up"
    linked: Formula
    unit: Formula
    own: list[Entry] = Field(default_factory=list)
    own_empty: Literal["rescale", "full", "zero"] | None = None
    spread: Literal["number", "weight", "bounds"]
    bounds: Bounds | None = None
    confirmed: str | None = None
    veto: Formula | None = None
    days: Literal["calendar", "workdays"]
    links: list[Link] = Field(default_factory=list)
    waivers: list[Waiver] = Field(default_factory=list)
    grades: list[Grade] = Field(default_factory=list)
    lists: list[Cut] = Field(default_factory=list)

    @property
    def id(self) -> str:
        return self.persons
