"""Persons: how indicators of the organisation become indicators of the people who carry them (关联与折算)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from steelyard.engine.arithmetic.rounding import Rounding
from steelyard.engine.model.item import Grade
from steelyard.engine.model.plan import Cut, Entry
from steelyard.engine.shape import Formula, Written


class Link(Written):
    """An organisation indicator carried by everyone on posts with one of the ``duties``, or on the named ``posts``."""

    indicator: str
    duties: list[str] = Field(default_factory=list)
    posts: list[str] = Field(default_factory=list)
    weight: Formula


class PersonsPlan(Written):
    """个人绩效: shares of the total for linked indicators, the unit's own total, and own indicators from facts.

    ``spread`` says how ``linked`` points are divided over the indicators that a person carries: by the number of
    indicators, or by the weights of the links. They always add up to ``linked`` (largest remainder).
    ``days`` says what a day share counts: all days, or the working days of the bureau's calendar.
    """

    persons: str
    name: str
    plan: str
    total: Formula
    places: int = Field(ge=0, le=12)
    rounding: Rounding = "half_up"
    linked: Formula
    unit: Formula
    own: list[Entry] = Field(default_factory=list)
    own_empty: Literal["rescale", "full", "zero"] = "rescale"
    spread: Literal["number", "weight"]
    days: Literal["calendar", "workdays"]
    links: list[Link] = Field(default_factory=list)
    waiver: str = ""
    grades: list[Grade] = Field(default_factory=list)
    lists: list[Cut] = Field(default_factory=list)

    @property
    def id(self) -> str:
        return self.persons
