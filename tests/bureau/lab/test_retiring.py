"""A plan without some of its indicators: what is left makes the whole again, for every class."""

from __future__ import annotations

from collections.abc import Collection
from types import SimpleNamespace
from typing import Any, cast

from steelyard.bureau.lab.retiring import without
from steelyard.engine.model.book import read_book
from steelyard.engine.model.plan import Plan
from steelyard.engine.understanding.words.ends import written

PLAN = """
plan: units
name: 方案
year: "2026"
classes: [甲, 乙]
total: 100
places: 2
exceed_total: true
groups:
  - name: 共性
    indicators:
      - {indicator: all, weight: 50%}
      - {indicator: first, weight: 50%, only: [甲]}
      - {indicator: second, weight: 30%, only: [乙]}
      - {indicator: third, weight: 20%, only: [乙]}
  - {name: 加分, role: bonus, cap: 5, indicators: [more]}
"""


def left(ids: Collection[str]) -> tuple[Plan, dict[str, str]]:
    """The plan without them, and the weights that it states."""
    ran: Any = SimpleNamespace(plan=read_book([("plan", PLAN)]).plans["units"])
    plan = without(cast(Any, ran), ids)
    return plan, {one.indicator: str(written(one.weight)) for one in plan.entries if one.weight is not None}


def test_weights_grow_in_the_class_that_loses_something_and_nowhere_else() -> None:
    plan, weights = left(["first"])
    assert written(plan.total) == "100"
    assert weights["all"] == "if(class_is('乙'), 0.5, if(class_is('甲'), 1, 0.5))"
    assert weights["second"] == "if(class_is('乙'), 0.3, if(class_is('甲'), 0.6, 0.3))"


def test_what_every_class_loses_lets_weights_grow_alike() -> None:
    assert left(["all"])[1] == {"first": "1", "second": "0.6", "third": "0.4"}


def test_a_bonus_takes_nothing_of_the_whole_with_it() -> None:
    plan, weights = left(["more"])
    assert (written(plan.total), weights["all"], len(plan.groups)) == ("100", "0.5", 1)
