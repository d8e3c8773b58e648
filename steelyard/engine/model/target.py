"""Targets: a number or formula, by date in force and by class. An old value is never edited, a new date is added."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from steelyard.engine.expressions.nodes import Node
from steelyard.engine.shape import Formula, Written, complain

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def _day(written: object) -> object:
    if isinstance(written, str) and _DAY.match(written):
        try:
            return date.fromisoformat(written)
        except ValueError as error:
            raise complain("expression-date", found=written) from error
    return written


Day = Annotated[date, BeforeValidator(_day)]


class Dated(Written):
    """One formula, or several by the day from which each is in force."""

    values: Mapping[Day, Formula]

    @model_validator(mode="before")
    @classmethod
    def _spread(cls, written: Any) -> Any:
        """``98%`` is in force from ever; ``{2025-01-01: 95%, 2026-01-01: 97%}`` names its days."""
        if isinstance(written, Mapping) and set(written) != {"values"}:
            return {"values": written}
        return written if isinstance(written, Mapping) else {"values": {date.min: written}}

    def on(self, day: date) -> Node | None:
        started = [start for start in self.values if start <= day]
        return self.values[max(started)] if started else None


class Target(Written):
    """目标值: one for everybody, or by class of subjects."""

    all: Dated | None = None
    by_class: Mapping[str, Dated] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _spread(cls, written: Any) -> Any:
        if isinstance(written, Mapping) and ("by_class" in written or "all" in written):
            return written
        return {"all": written}

    def of(self, class_name: str | None, day: date) -> Node | None:
        """The formula for a class on a day; None when none is in force for it."""
        dated = self.by_class.get(class_name or "", self.all)
        return None if dated is None else dated.on(day)
