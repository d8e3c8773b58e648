"""What a unit is told would have kept its points: in the points of the whole, never as more than was lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest

from steelyard.bureau.sheets.losses import Losses
from steelyard.engine.evaluate import Evaluation
from steelyard.engine.expressions.wording import Vocabulary
from steelyard.engine.weighing.items import Weighed
from tests.engine.by_hand import book, panel, rule, stated

LATE, AGAIN = "count(filing where late)", "count(filing where again)"
WORDS = Vocabulary({"filing": "申报", "filing.late": "逾期", "filing.again": "重复"})
POOL = """
items:
  - {item: a, name: 甲项, full: 100, value: count(filing where late), score: {deduct: {each: 6}}}
  - {item: b, name: 乙项, full: 100, value: count(filing where again), score: {deduct: {each: 1}}}
convert_to: 10
"""

Told = tuple[str, Fraction]
"""What moves, by how much; the points kept."""


def losses(
    text: str, totals: Mapping[str, Sequence[Any]], full: str = "full: 10", classes: str = "甲甲"
) -> tuple[Losses, Weighed]:
    work = Evaluation(book(rule("one", text, full)), panel(classes), stated(totals))
    return Losses(work.scope, WORDS), work.indicator("one")


def told(text: str, totals: Mapping[str, Sequence[Any]], lost: Fraction | None = None, **more: Any) -> Told | None:
    asked, weighed = losses(text, totals, **more)
    found = asked.remedy(weighed, 0, lost)
    if found is None:
        return None
    parts = re.fullmatch(r"申报笔数（(.+?)）再(.) (\d+).*可保住 ([\d.]+) 分", found.text.zh)
    assert parts is not None
    what, side, size, kept = parts.groups()
    return f"{what}{side}{size}", Fraction(kept)


def test_points_of_a_converted_pool_are_told_as_converted() -> None:
    """18 of the 200 inside are 0.9 of the 10 that the unit is given."""
    found = told(POOL, {LATE: [3, 0], AGAIN: [2, 0]}, full="")
    assert found == ("逾期少3", Fraction("0.9"))


def test_an_item_that_its_pool_does_not_feel_is_no_advice() -> None:
    """A pool of 200 is capped at 150: above it nothing more is kept, and of 70 lost in an item only 26 below it."""
    pool = POOL.replace("convert_to: 10", "cap: 150")
    assert told(pool, {LATE: [3, 0], AGAIN: [2, 0]}, full="") is None
    assert told(pool, {LATE: [1, 0], AGAIN: [70, 0]}, full="") == ("重复少70", Fraction(26))


def test_the_rule_of_a_class_inside_a_pool_is_the_one_that_is_asked() -> None:
    pool = POOL.replace("{each: 6}}}", "{each: 6}}, by_class: {乙: {score: {deduct: {each: 30}}}}}")
    assert pool != POOL
    found = told(pool, {LATE: [3, 0], AGAIN: [2, 0]}, full="", classes="乙甲")
    assert found == ("逾期少3", Fraction("4.5"))


@pytest.mark.parametrize(
    ("lost", "kept"), [(None, "3"), (Fraction(3), "3"), (Fraction(15), "15"), (Fraction(3, 2), "1.5")]
)
def test_what_is_kept_is_told_in_the_points_in_which_the_loss_was(lost: Fraction | None, kept: str) -> None:
    text = "value: count(filing where late)\nscore: {deduct: {each: 1}}\n"
    assert told(text, {LATE: [3, 0]}, lost) == ("逾期少3", Fraction(kept))


def test_more_than_the_full_mark_is_not_kept() -> None:
    """Without the three late ones there would be 12 of 10 points; 1 was lost."""
    text = f"value: {LATE}\nscore: {{deduct: {{each: 1}}}}\nplus: [{{name: 加分, count: 2 + 0 * {LATE}, each: 1}}]\n"
    assert told(text, {LATE: [3, 0]}) == ("逾期少1", Fraction("1"))


def test_deductions_without_a_mark_are_told_as_they_are() -> None:
    text = "value: count(filing where late)\nscore: {deduct: {each: 1}}\n"
    assert told(text, {LATE: [3, 0]}, full="") == ("逾期少3", Fraction("3"))
    jump = "value: count(filing where late)\nscore: {threshold: {at_target: met, met: 14, missed: 2}}\ntarget: 5\n"
    assert told(jump, {LATE: [3, 0]}) == ("逾期多2", Fraction("8"))
