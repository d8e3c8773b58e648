"""One scoring rule as an author writes it, applied to a few values: what the tests of the methods speak in."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from steelyard.engine.expressions.nodes import Name
from steelyard.engine.expressions.wording import Show, Vocabulary
from steelyard.engine.problems import Problem, Refused
from steelyard.engine.reading import read
from steelyard.engine.reference.formulas import Missing, Subject, Value
from steelyard.engine.reference.methods import score
from steelyard.engine.scoring.recipe import Direction, Method, Setting
from steelyard.engine.scoring.score import Score
from steelyard.engine.shape import shaped
from tests.engine.small_worlds import CLASSES, World, totals_of_ratings, value_at


def rule(text: str) -> Method:
    """The method that a ``score:`` says."""
    return shaped(Score, read(text, "rule.yaml")[0]).method


def refused(text: str) -> list[Problem]:
    """What is wrong with a ``score:``; it is a mistake of the test if nothing is."""
    with pytest.raises(Refused) as caught:
        rule(text)
    problems = list(caught.value.problems)
    assert all(problem.text("zh") and problem.text("en") for problem in problems)
    return problems


def codes(text: str) -> list[str]:
    return [problem.code for problem in refused(text)]


def setting(direction: Direction = "higher", show: Show = "number", unit: str = "", full: Any = None) -> Setting:
    stated = None if full is None else Name(("full",))
    return Setting(direction, show, unit, stated, Name(("target",)), Vocabulary({"rate": "准期申报率"}))


def exact(value: Any, name: str = "value") -> Value:
    """``"0.95"`` is a number; only grades are words."""
    return value if isinstance(value, Missing) or name.startswith("label(") else Fraction(value)


def given_by(
    text: str,
    values: Sequence[Any],
    *,
    result: str = "points",
    direction: Direction = "higher",
    ratings: Sequence[Any] = (),
    **names: Any,
) -> list[Value]:
    """Points (or words) for subjects of one class with these values; every other name is the same for all."""
    subjects = []
    for index, value in enumerate(values):
        known = {name: exact(other, name) for name, other in names.items()} | {"value": exact(value)}
        known.setdefault("target", Missing.EMPTY)
        subjects.append(
            Subject(str(index), CLASSES[0], known, ratings={"review.score": [Fraction(r) for r in ratings]})
        )
    for one in subjects:
        one.company = subjects
    world = World(subjects)
    method, how = rule(text), setting(direction, full=names.get("full"))
    steps = method.steps(how)
    totals_of_ratings(world, steps)
    columns = world.run(steps)
    found = [value_at(columns[result], index) for index in range(len(subjects))]
    if result in ("points", "label"):
        assert found == [score(method, how, one)[result] for one in subjects]
    return found


def says(text: str, language: Any = "zh", **how: Any) -> str:
    return rule(text).sentence(setting(**how), language)
