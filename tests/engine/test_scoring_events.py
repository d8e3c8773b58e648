"""Counted happenings: 直接扣分、加分、要点、时限. Examples with an id come from published rules."""

from __future__ import annotations

from fractions import Fraction

import pytest

from steelyard.engine.reference.formulas import Missing
from tests.engine.scored import codes, given_by, refused, rule, says, setting

# ---- deduct 直接扣分 ----


def test_each_time_costs_the_same() -> None:
    assert given_by("deduct: {each: 3}", [3, 4], full=10) == [1, -2]  # tj-03, before the floor of the item


def test_twice_or_more_leaves_nothing() -> None:
    assert given_by("deduct: {each: 0.5, zero_at: 2}", [0, 1, 2], full="1.5") == [Fraction(3, 2), 1, 0]  # bzjx-11


def test_an_item_that_only_deducts_starts_from_zero() -> None:
    assert given_by("deduct: {each: 2, at_most: 10}", [2, 8]) == [-4, -10]  # zj2005-02


LINES = """
deduct:
  lines:
    - {name: 单个到县, count: value, each: 0.5, unit: 例}
    - {name: 集体访, count: target, each: 2 * 1, at_most: 3}
"""


def test_lines_add_up_each_with_its_own_rate_and_cap() -> None:
    assert given_by(LINES, [0, 1, 3], target=2, full=10) == [7, Fraction(13, 2), Fraction(11, 2)]


def test_a_deduction_over_awaited_data_is_awaited() -> None:
    assert given_by("deduct: {each: 1, zero_at: 2}", [Missing.AWAITED], full=10) == [Missing.AWAITED]
    assert given_by(LINES, [1], target=Missing.AWAITED, full=10) == [Missing.AWAITED]


def test_a_deduction_is_told_line_by_line() -> None:
    assert says(LINES) == "单个到县（实际值），每例扣0.5分；集体访（目标值），每次扣2×1，最多扣3分"
    assert (
        says(LINES, "en")
        == "单个到县 (value): lose 0.5 points each; 集体访 (target): lose 2 × 1 each, at most 3 points"
    )
    text = "deduct: {each: 1, at_most: 5, zero_at: 9}"
    assert says(text, unit="户") == "每户扣1分；合计最多扣5分；达到9户的不得分"
    assert says(text, "en") == "lose 1 point each time; at most 5 points lost in all; no points from 9 times on"


def test_a_deduction_says_one_rate_or_lines_not_both_and_not_neither() -> None:
    assert codes("deduct: {at_most: 3}") == ["shape-one-of"]
    assert codes("deduct: {each: 1, lines: [{name: 一, count: 1, each: 1}]}") == ["shape-one-of"]


# ---- bonus 加分 ----


def test_a_bonus_starts_from_zero_and_stops_at_its_cap() -> None:
    assert given_by("bonus: {each: 0.5, at_most: 2}", [0, 3, 9], full=100) == [0, Fraction(3, 2), 2]


def test_a_bonus_without_limit_says_so() -> None:
    text = "bonus: {each: 4, at_most: unlimited}"
    assert given_by(text, [3]) == [12]  # xw-02
    assert says(text, unit="篇") == "每篇加4分，不封顶"
    assert says(text, "en") == "gain 4 points each time, without limit"


def test_a_bonus_of_lines_is_capped_as_a_whole() -> None:
    text = (
        "bonus: {at_most: 3, lines: [{name: 入伍, count: value, each: 0.5}, {name: 大学生, count: target, each: 0.5}]}"
    )
    assert given_by(text, [3, 9], target=1) == [2, 3]  # nh-06, with a cap
    assert says(text) == "入伍（实际值），每次加0.5分；大学生（目标值），每次加0.5分；合计最多加3分"
    assert (
        says(text, "en")
        == "入伍 (value): gain 0.5 points each; 大学生 (target): gain 0.5 points each; in all, at most 3 points"
    )


def test_the_cap_of_a_bonus_must_be_written() -> None:
    assert codes("bonus: {each: 1}") == ["shape-missing"]
    assert codes("bonus: {each: 1, at_most: }") == ["shape-formula"]
    assert codes("bonus: {at_most: 1}") == ["shape-one-of"]
    assert codes("bonus: {each: 1, at_most: 1, lines: [{name: 一, count: 1, each: 1}]}") == ["shape-one-of"]


# ---- checklist 要点 ----

LIST = """
checklist:
  start: %s
  items:
    - {name: 机制, done: value > 0, points: 5}
    - {name: 接听, done: value > 1, points: 3}
"""


def test_points_of_what_was_done_add_up() -> None:
    assert given_by(LIST % "zero", [0, 1, 2], full=10) == [0, 5, 8]


def test_points_of_what_is_missing_are_lost() -> None:
    assert given_by(LIST % "full", [0, 1, 2], full=10) == [2, 7, 10]


def test_a_point_that_nobody_can_decide_is_not_taken_for_missing() -> None:
    assert given_by(LIST % "full", [Missing.AWAITED], full=10) == [Missing.AWAITED]


def test_a_checklist_names_its_points() -> None:
    assert says(LIST % "zero") == "机制（实际值大于0），做到得5分；接听（实际值大于1），做到得3分"
    assert says(LIST % "full") == "机制（实际值大于0），未做到扣5分；接听（实际值大于1），未做到扣3分"
    assert says(LIST % "zero", "en") == "机制 (value > 0): 5 points if done; 接听 (value > 1): 3 points if done"
    assert (
        says(LIST % "full", "en")
        == "机制 (value > 0): 5 points lost if missing; 接听 (value > 1): 3 points lost if missing"
    )


def test_a_checklist_has_points() -> None:
    assert codes("checklist: {start: zero, items: []}") == ["shape-value"]
    assert codes("checklist: {start: half, items: [{name: 一, done: 1 > 0, points: 1}]}") == ["shape-choice"]


# ---- lateness 时限 ----


def test_days_of_grace_are_free_and_the_loss_is_capped() -> None:
    text = "lateness: {days: working, each: 1, grace: 2, at_most: 5}"
    assert given_by(text, [0, 2, 3, 60], full=8) == [8, 8, 7, 3]
    assert says(text) == "逾期2个工作日以内不扣，此后每逾期1个工作日扣1分，最多扣5分"
    assert says(text, "en") == (
        "the first 2 working days late are free, then lose 1 point for every working day late, at most 5 points"
    )


def test_without_grace_nothing_is_said_of_it() -> None:
    text = "lateness: {days: calendar, each: 0.5, grace: 0, at_most: unlimited}"
    assert says(text) == "每逾期1天扣0.5分，不封顶"
    assert says(text, "en") == "lose 0.5 points for every day late, without limit"


def test_grace_and_cap_of_lateness_must_be_written() -> None:
    assert codes("lateness: {days: working, each: 1}") == ["shape-missing", "shape-missing"]


# ---- what they need ----


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("deduct: {each: 1}", {"value"}),
        ("deduct: {lines: [{name: 一, count: count(filing where value > 1), each: target}]}", {"target"}),
        ("bonus: {each: 1, at_most: full}", {"value", "full"}),
        ("bonus: {each: 1, at_most: value(rate)}", {"value"}),
        ("checklist: {start: zero, items: [{name: 一, done: label(rate) = '优', points: 1}]}", set()),
    ],
)
def test_a_method_needs_what_its_steps_read(text: str, needs: set[str]) -> None:
    assert rule(text).needs == needs


def test_a_method_without_objections_has_none() -> None:
    assert list(rule("deduct: {each: 1}").objections(setting())) == []


def test_a_problem_points_at_the_line_and_at_the_character() -> None:
    (problem,) = refused("deduct:\n  each: 1 + + 2")
    assert (problem.code, problem.place.line, problem.place.column) == ("expression-syntax", 2, 13)
