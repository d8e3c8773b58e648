"""What becomes of the sum of the points: difficulty, and vetoes of indicators and plans."""

from __future__ import annotations

from fractions import Fraction

from tests.engine.by_hand import AWAITED, EMPTY, book, plan, result, rule, values
from tests.engine.test_weighing import BOTH, GRADED, LATE, A, B, totals_of

# -- difficulty -------------------------------------------------------------------------------------------------------

DIFFICULT = "difficulty: {coefficient: unit.staff / 10, lowest: 0.9, highest: 1.1, places: 2, empty: 1, applies_to: TO}"


def test_difficulty_stays_in_its_range_and_without_an_attribute_is_what_the_plan_says() -> None:
    text = plan("a", "b", more=DIFFICULT.replace("TO", "total"))
    assert totals_of(A, B, text, staff=[5, 20, None]) == [63, 88, 40]
    milder = text.replace("empty: 1,", "empty: 0.975,")  # rounded to 0.98 like any coefficient
    assert totals_of(A, B, milder, staff=[5, 20, None]) == [63, 88, Fraction("39.2")]
    assert totals_of(A, B, text.replace("empty: 1,", "empty: awaited,"), staff=[5, 20, None]) == [63, 88, AWAITED]


def test_a_coefficient_that_is_only_awaited_makes_the_total_wait() -> None:
    text = plan("a", "b", more=DIFFICULT.replace("TO", "total").replace("unit.staff / 10", "last_year(count(cases))"))
    totals = {**BOTH, "last_year:count(cases)": [1, AWAITED, EMPTY]}
    assert totals_of(A, B, text, totals=totals) == [70, AWAITED, 40]


def test_difficulty_of_the_base_leaves_bonus_alone_and_can_be_switched_off() -> None:
    bonus = plan("a") + "  - {name: 加分, role: bonus, indicators: [b]}\n"
    base = bonus + DIFFICULT.replace("TO", "base")
    assert totals_of(A, B, base, staff=[20, 20, 20]) == [74, 82, 41]
    off = base.replace("applies_to: base", "applies_to: base, off_when: peers_max(points) < 50")
    assert totals_of(A, B, off, staff=[20, 20, 20]) == [70, 80, 40]


# -- vetoes -----------------------------------------------------------------------------------------------------------

ZERO = "\nveto: [{when: value > target, zero: total, because: 造假}]\ntarget: 30\n"


def test_the_veto_of_an_indicator_zeroes_the_total() -> None:
    assert totals_of(A + ZERO, B, plan("a", "b")) == [0, 80, 40]


def test_the_veto_of_an_indicator_holds_only_where_the_indicator_does() -> None:
    assert totals_of(A + ZERO, B, plan("{indicator: a, only: [b]}", "b")) == [50, 80, 50]
    barred = A + "\nveto: [{when: value > 0, bars: [red], because: 造假}]\n"
    listed = plan("{indicator: a, only: [乙]}", "b", more="lists: [{list: red, name: 红榜, top: 3}]\n")
    assert result(book(barred, B, listed), BOTH, "甲乙甲").lists["red"].tolist() == [True, False, True]


def test_a_veto_never_raises_a_total_that_is_below_zero() -> None:
    malus = plan("b") + "  - {name: 减分, role: malus, indicators: [taken]}\n"
    taken = rule("taken", f"value: {LATE}\nscore: {{deduct: {{each: 1}}}}\n", "")
    totals = {LATE: [60, 60, 10], "count(cases)": [55, 55, 55]}
    assert totals_of(taken, B, malus, totals=totals) == [-5, -5, 45]
    assert totals_of(taken + ZERO, B, malus, totals=totals) == [-5, -5, 45]
    of_plan = malus + "veto: [{when: taken.value >= 10, zero: total, because: 造假}]\n"
    assert totals_of(taken, B, of_plan, totals=totals) == [-5, -5, 0]


def test_a_class_may_have_a_veto_of_its_own() -> None:
    own = A + ZERO + "by_class: {乙: {veto: [{when: value >= 20, zero: total, because: 更严}]}}\n"
    assert totals_of(own, B, plan("a", "b"), classes="乙乙甲", totals={**BOTH, LATE: [20, 10, 31]}) == [0, 70, 0]
    milder = own.replace("value >= 20", "value >= 40")
    assert totals_of(milder, B, plan("a", "b"), classes="乙乙甲", totals={**BOTH, LATE: [31, 40, 31]}) == [61, 0, 0]


def test_vetoes_and_criteria_may_look_back() -> None:
    veto = "veto: [{when: last_year(count(cases)) > 5, zero: total, grade_at_most: 中, because: 连续}]\n"
    more = GRADED.replace("8", "50").replace("4", "20") + veto + "ranking: {next: [last_year(count(cases))]}\n"
    found = result(book(A, B, plan("a", "b", more=more)), {**BOTH, "last_year:count(cases)": [6, 1, AWAITED]})
    assert values(found.total) == [0, 80, 40]
    assert found.grade is not None
    assert values(found.grade) == ["差", "好", "中"]


def test_a_plan_may_give_a_grade_by_veto_alone() -> None:
    text = plan("a", "b", more="veto: [{when: a.points > 30, grade: 否, because: 因}]\n")
    found = result(book(A, B, text), BOTH)
    assert found.grade is not None
    assert values(found.grade) == ["否", EMPTY, EMPTY]
    assert result(book(A, B, plan("a", "b")), BOTH).grade is None
