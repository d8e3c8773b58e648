"""共性+个性: classes with sets of their own are each scored out of the same total."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np

from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.evaluate import Result, evaluate
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.model.book import read_book
from steelyard.engine.weighing.panel import Panel

BOOK = """
book: b
name: 测试
points_places: 2
rounding: half_up
floor: 0
---
indicator: common
name: 共性
full: 40
score: {formula: full * 90%}
---
indicator: hall
name: 办税厅
full: 60
score: {formula: full * 50%}
---
indicator: field
name: 属地
full: 60
value: if(subject_is('d'), nothing(), 1)
score: {formula: value * full * 80%}
empty: rescale
---
plan: p
name: 方案
year: "2026"
classes: [厅, 地]
total: 100
places: 2
exceed_total: false
groups:
  - name: 全部
    indicators:
      - common
      - {indicator: hall, only: [厅]}
      - {indicator: field, only: [地]}
"""


class _Nothing:
    """No total is wanted."""

    def column(self, aggregate: Aggregate) -> Numbers:
        raise AssertionError(aggregate)


def _weighed(text: str) -> Result:
    book = read_book([("book.yaml", text)])
    subjects, classes = ("a", "b", "c", "d"), np.array([0, 0, 1, 1], dtype=np.intp)
    panel = Panel(subjects, ("2026",), (date(2026, 12, 31),), ("厅", "地"), classes, np.zeros(4, dtype=np.uint8))
    return evaluate(book, book.plans["p"], panel, _Nothing())


def test_a_class_whose_own_set_makes_the_total_keeps_its_points_as_they_are() -> None:
    total = _weighed(BOOK).total
    assert [total.fraction(place) for place in range(3)] == [36 + 30, 36 + 30, 36 + 48]


def test_what_did_not_happen_is_scaled_by_what_the_class_has_left() -> None:
    assert _weighed(BOOK).total.fraction(3) == 90  # 36 of the 40 points that remain


def test_a_plan_whose_indicators_make_the_total_together_scales_every_class_to_it() -> None:
    total = _weighed(BOOK.replace("total: 100", "total: 160")).total
    assert total.fraction(0) == Fraction("105.6")  # 66 of 100 points that apply


def test_exchanging_the_own_sets_leaves_common_points_and_their_order_as_they_were() -> None:
    """C8: whatever a class is assessed by of its own, the common part compares all units as before."""
    each = "full * if(subject_is('a'), 90%, if(subject_is('b'), 60%, if(subject_is('c'), 80%, 70%)))"
    before = BOOK.replace("score: {formula: full * 90%}", f'score: {{formula: "{each}"}}')
    after = (
        before.replace("only: [厅]", "only: [乙]")
        .replace("only: [地]", "only: [厅]")
        .replace("only: [乙]", "only: [地]")
    )
    assert after != before
    common = [
        [points.fraction(at) for at in range(4)]
        for text in (before, after)
        if (points := _weighed(text).indicators["common"].points) is not None
    ]
    assert common[0] == common[1] == [Fraction(36), Fraction(24), Fraction(32), Fraction(28)]
