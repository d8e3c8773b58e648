"""Rules as an author writes them over totals that the test states itself: no tables, no runner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from math import lcm
from textwrap import dedent
from typing import Any

import numpy as np

from steelyard.engine.arithmetic.numbers import Numbers, State, numbers
from steelyard.engine.evaluate import Evaluation, Result, evaluate
from steelyard.engine.expressions.nodes import Aggregate, Window
from steelyard.engine.expressions.parse import parse
from steelyard.engine.model.book import RuleBook, read_book
from steelyard.engine.periods import CALENDAR_YEARS
from steelyard.engine.reference.formulas import Missing
from steelyard.engine.weighing.items import Weighed
from steelyard.engine.weighing.panel import Panel
from tests.engine.small_worlds import column, value_at

GENERAL = "book: b\nname: 册\npoints_places: 2\nrounding: half_up\nfloor: 0\n"
PLAN = "plan: p\nname: 计划\nyear: '2026'\nclasses: [甲, 乙]\ntotal: 100\nplaces: 2\nexceed_total: false\n"


@dataclass(frozen=True)
class Stated:
    """Totals by their text, ``count(filing where late)``; with ``last_year:`` before it for the year before."""

    numbers: Mapping[Aggregate, Numbers]

    def column(self, aggregate: Aggregate) -> Numbers:
        return self.numbers[aggregate]


def stated(totals: Mapping[str, Sequence[Any]]) -> Stated:
    found: dict[Aggregate, Numbers] = {}
    for text, values in totals.items():
        past, _, written = text.rpartition(":")
        aggregate = parse(written)
        assert isinstance(aggregate, Aggregate)
        if past == "last_year":
            aggregate = replace(aggregate, window=Window(years=1))
        exact = [value if isinstance(value, Missing) else Fraction(value) for value in values]
        numbers_of = column(exact)
        assert isinstance(numbers_of, Numbers)
        found[aggregate] = numbers_of if aggregate.kind == "avg" else _shared(numbers_of)
    return Stated(found)


def _shared(found: Numbers) -> Numbers:
    """Counts and sums have one denominator for all."""
    below = lcm(*(int(one) for one in np.atleast_1d(found.denominator)))
    return Numbers(found.numerator * (below // found.denominator), below, found.state)


def panel(classes: str, period: str = "2026", **attributes: Sequence[Any]) -> Panel:
    """One subject a letter, named a, b, c …: 甲, 乙, or ``-`` for who did not exist."""
    names = ("甲", "乙")
    exact = {name: numbers([None if v is None else Fraction(v) for v in values]) for name, values in attributes.items()}
    return Panel(
        tuple("abcdefghijklmnopqrstuvwxyz"[: len(classes)]),
        (period,),
        (CALENDAR_YEARS.parse(period).end - timedelta(days=1),),
        names,
        np.array([names.index(name) if name in names else -1 for name in classes], dtype=np.intp),
        np.array([State.ABSENT if name == "-" else State.KNOWN for name in classes], dtype=np.uint8),
        exact,
    )


def book(*documents: str, general: str = GENERAL) -> RuleBook:
    text = "\n---\n".join(dedent(document).strip("\n") for document in (general, *documents))
    return read_book([("rules.yaml", text)])


def rule(id: str, text: str, full: str = "full: 10") -> str:
    return f"indicator: {id}\nname: {id}\n{full}\n" + dedent(text).strip("\n")


def plan(*indicators: str, more: str = "") -> str:
    entries = "\n".join(f"      - {entry}" for entry in indicators)
    return f"{PLAN}groups:\n  - name: 全部\n    indicators:\n{entries}\n{dedent(more)}"


def weighed(
    id: str, text: RuleBook, totals: Mapping[str, Sequence[Any]], classes: str = "甲甲甲", **attributes: Any
) -> Weighed:
    return Evaluation(text, panel(classes, **attributes), stated(totals)).indicator(id)


def result(
    text: RuleBook, totals: Mapping[str, Sequence[Any]] | None = None, classes: str = "甲甲甲", **attributes: Any
) -> Result:
    return evaluate(text, text.plans["p"], panel(classes, **attributes), stated(totals or {}))


def values(found: Any) -> list[Any]:
    """A column as a list of fractions, words and reasons."""
    return [value_at(found, index) for index in range(len(found.state))]


def points(
    text: str, totals: Mapping[str, Sequence[Any]] | None = None, classes: str = "甲甲甲", **more: Any
) -> list[Any]:
    """Points of an indicator ``one`` that is written without its name."""
    full = more.pop("full", "full: 10")
    found = weighed("one", book(rule("one", text, full)), totals or {}, classes, **more)
    return values(found.points)


EMPTY, AWAITED, ABSENT, OUTSIDE = Missing.EMPTY, Missing.AWAITED, Missing.ABSENT, Missing.OUTSIDE
