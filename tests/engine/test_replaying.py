"""Items scored again with other totals: many changes at once answer as one after the other."""

from __future__ import annotations

import numpy as np
import pytest

from steelyard.engine.arithmetic.numbers import numbers
from steelyard.engine.evaluate import Evaluation
from steelyard.engine.explaining.replaying import replay
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.expressions.parse import parse
from steelyard.engine.weighing.drawn import Drawn
from tests.engine.by_hand import book, panel, rule, stated

TEXT = """
value: count(filing where late) / count(filing)
target: unit.staff / 10
score: {formula: "if(class_is('甲'), peers_mean(value) * 10 + value, points(other)) + target"}
"""
BOOK = book(rule("late", TEXT), rule("other", "value: count(filing)\nscore: {formula: value / 3}"))
TOTALS = {"count(filing where late)": [1, 2, 3], "count(filing)": [10, 8, 3]}


def test_many_changes_at_once_answer_as_one_after_the_other() -> None:
    work = Evaluation(BOOK, panel("甲甲乙", staff=[4, 5, 6]), stated(TOTALS))
    again = replay(work.indicator("late"), work.scope)
    late, all_of_them = (parse(text) for text in TOTALS)
    assert isinstance(late, Aggregate)
    assert isinstance(all_of_them, Aggregate)
    changes = [{late: numbers([5, 5, 1])}, {all_of_them: numbers([20, 10, 6]), late: numbers([0, 1, 2])}, {}]
    at_once = again.side_by_side(changes).fractions()
    assert at_once == [points for change in changes for points in again.points(change).fractions()]
    assert at_once[6:] == work.indicator("late").points.fractions()  # type: ignore[union-attr]


def test_a_period_that_is_named_twice_stands_twice_in_a_panel() -> None:
    laid = panel("甲-乙", staff=[4, 5, 6])
    twice = laid.of([0, 0])
    assert twice.size == 2 * laid.size
    assert twice.classes.tolist() == laid.classes.tolist() * 2
    assert twice.attributes["staff"].fractions() == laid.attributes["staff"].fractions() * 2
    assert np.unique(twice.groups.group[twice.assessed]).size == 4  # peers meet within a period


def test_what_is_drawn_up_when_asked_for_is_drawn_once() -> None:
    asked: list[str] = []

    def draw(id: str) -> str:
        asked.append(id)
        return id.upper()

    drawn = Drawn(["a", "b"], draw)
    assert (list(drawn), len(drawn), "a" in drawn, "c" in drawn, asked) == (["a", "b"], 2, True, False, [])
    assert (drawn["b"], drawn["b"], asked) == ("B", "B", ["b"])
    with pytest.raises(KeyError):
        drawn["c"]
