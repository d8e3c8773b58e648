"""Items, pools and plans: what a rule author may write, and what it comes to."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from steelyard.engine.expressions.nodes import Name, added_up, number, walk
from steelyard.engine.expressions.wording import Vocabulary, words
from steelyard.engine.problems import Refused
from steelyard.engine.proof.encoding import encoded
from tests.engine.by_hand import (
    ABSENT,
    AWAITED,
    EMPTY,
    OUTSIDE,
    book,
    plan,
    points,
    result,
    rule,
    values,
    weighed,
)

LATE = "count(filing where late)"
LOST_ONE = f"value: {LATE}, score: {{deduct: {{each: 1}}}}"
LOST = f"value: {LATE}\nscore: {{deduct: {{each: 3}}}}\n"

# -- one item ---------------------------------------------------------------------------------------------------------


def test_conditions_are_applied_in_one_order_whatever_the_order_of_writing() -> None:
    """Lost 6 of 10; twice that is −2; only half of the lost 12 counts; a plus line of 1 comes first of all."""
    more = "relief: [{when: 1 = 1, keep: 50%, because: 容错}]\nescalate: [{when: 1 = 1, times: 2, because: 上级发现}]\n"
    assert points(LOST + more, {LATE: [2, 0, 4]}) == [4, 10, 0]
    plus = "plus: [{name: 整改, count: 1, each: 1}]\n"
    assert points(LOST + more + plus, {LATE: [2, 0, 4]}) == [5, 11, 0]
    assert points(LOST + more + plus + "cap: full\n", {LATE: [2, 0, 4]}) == [5, 10, 0]


def test_an_exemption_gives_back_what_was_lost_and_no_more() -> None:
    text = LOST + "minus: [{name: 另扣, count: 1, each: 1}]\nexempt: [{when: value = 2, because: 计划已调整}]\n"
    assert points(text, {LATE: [2, 0, 1]}) == [10, 9, 6]


def test_a_veto_of_the_item_leaves_no_points_but_takes_none_from_a_debt() -> None:
    veto = "veto: [{when: value > 2, zero: item, because: 造假}]\n"
    text = f"value: {LATE}\nscore: {{formula: 5 - value}}\nfloor: null\n{veto}"
    assert points(text, {LATE: [1, 3, 9]}) == [4, 0, -4]


def test_values_and_points_are_rounded_where_the_rule_says() -> None:
    text = "value: count(filing where late) / 3\nplaces: 1\nrounding: up\npoints_places: 0\nscore: {formula: value}\n"
    found = weighed("one", book(rule("one", text)), {LATE: [1, 2, 0]})
    assert (values(found.value), values(found.points)) == ([Fraction("0.4"), Fraction("0.7"), 0], [1, 1, 0])


@pytest.mark.parametrize(
    ("empty", "expected"),
    [
        ("full", [10, 4, 8]), ("zero", [0, 4, 8]), ("none", [EMPTY, 4, 8]), ("rescale", [EMPTY, 4, 8]),
        ("peers_mean", [6, 4, 8]), ("{points: full / 4}", [Fraction("2.5"), 4, 8]),
    ],
)  # fmt: skip
def test_nothing_happened_is_worth_what_the_rule_says(empty: str, expected: list[Any]) -> None:
    text = f"value: sum(filing.paid) / sum(filing.due)\nscore: {{formula: full * value}}\nempty: {empty}\n"
    assert points(text, {"sum(filing.paid)": [0, 2, 4], "sum(filing.due)": [0, 5, 5]}) == expected


def test_data_that_have_not_come_are_not_nothing() -> None:
    text = f"value: {LATE}\nscore: {{formula: value}}\nempty: full\n"
    assert points(text, {LATE: [AWAITED, 1, EMPTY]}, "甲甲-") == [AWAITED, 1, ABSENT]


def test_a_target_is_that_of_the_class_and_the_day() -> None:
    text = """
    value: count(filing where late)
    target: {all: {2020-01-01: 1, 2027-01-01: 9}, by_class: {乙: {2026-12-31: 2}}}
    score: {formula: target}
    empty: none
    """
    assert points(text, {LATE: [0, 0, 0]}, "甲乙乙") == [1, 2, 2]
    early = text.replace("2026-12-31", "2027-01-01")
    assert points(early, {LATE: [0, 0, 0]}, "甲乙乙") == [1, EMPTY, EMPTY]


def test_a_method_label_stays_unless_a_veto_gives_another() -> None:
    band = "{band: {table: [{at_least: 1, points: 5, label: 优}], otherwise: {points: 0, label: 良}}}"
    text = f"value: {LATE}\nscore: {band}\nveto: [{{when: value > 3, grade: 差, because: 造假}}]\n"
    assert values(weighed("one", book(rule("one", text)), {LATE: [0, 2, 4]}).label) == ["良", "优", "差"]


GRADED = "grades: [{label: 好, at_least: 8}, {label: 中, at_least: 4}, {label: 差}]\n"


def test_a_veto_caps_a_grade_but_gives_none_to_whom_there_is_nothing_to_grade() -> None:
    text = LOST + GRADED + "veto: [{when: 1 = 1, grade_at_most: 中, because: 通报}]\n"
    assert values(weighed("one", book(rule("one", text)), {LATE: [0, 3, AWAITED]}).label) == ["中", "差", EMPTY]


# -- classes ----------------------------------------------------------------------------------------------------------


def test_a_class_may_state_part_of_a_rule_and_keeps_the_rest() -> None:
    text = LOST + "by_class: {乙: {full: 20}}\n"
    found = weighed("one", book(rule("one", text)), {LATE: [1, 1, 1]}, "甲乙-")
    assert (values(found.points), values(found.full)) == ([7, 17, ABSENT], [10, 20, 10])


def test_a_class_with_items_of_its_own_is_a_pool_there_and_an_item_elsewhere() -> None:
    items = "{items: [{item: a, name: a, full: 4, score: {formula: 3}}]}"
    found = weighed("one", book(rule("one", LOST + f"by_class: {{乙: {items}}}\n")), {LATE: [1, 1, 1]}, "甲乙甲")
    assert (values(found.points), values(found.value)) == ([7, 9, 7], [1, EMPTY, 1])


def test_what_only_one_class_has_is_empty_for_the_others() -> None:
    own = "{乙: {grades: [{label: 好, at_least: 8}, {label: 差}], target: 5, score: {formula: target}}}"
    found = weighed("one", book(rule("one", LOST + f"by_class: {own}\n")), {LATE: [1, 1, 1]}, "甲乙甲")
    assert (values(found.label), values(found.column("target"))) == ([EMPTY, "差", EMPTY], [EMPTY, 5, EMPTY])


def test_last_year_of_an_indicator_is_that_of_the_own_class() -> None:
    base = rule("base", f"value: {LATE}\nscore: {{formula: value}}\nby_class: {{乙: {{value: count(filing)}}}}\n")
    one = rule("one", "value: last_year(value(base))\nscore: {formula: value}\n")
    totals = {f"last_year:{LATE}": [1, 2], "last_year:count(filing)": [7, 8]}
    assert values(weighed("one", book(base, one), totals, "甲乙").value) == [1, 8]


# -- pools ------------------------------------------------------------------------------------------------------------

POOL = """
items:
  - {item: a, name: a, full: 6, value: count(filing where late), score: {deduct: {each: 1}}}
  - item: b
    name: b
    full: 4
    value: sum(filing.paid) / sum(filing.due)
    score: {formula: full * value}
    empty: rescale
"""
PAID = {LATE: [3, 3, 3], "sum(filing.paid)": [1, 0, AWAITED], "sum(filing.due)": [2, 0, AWAITED]}


def test_a_pool_is_worth_its_items_and_what_is_left_out_is_made_up_for() -> None:
    assert points(POOL, PAID, full="") == [5, 5, AWAITED]
    assert points(POOL, PAID, full="full: 20") == [15, Fraction("16.25"), AWAITED]
    assert points(POOL + "convert_to: 100\n", PAID, full="") == [50, 50, AWAITED]


def test_an_exemption_of_a_pool_without_a_stated_mark_gives_back_the_marks_of_its_items() -> None:
    exempt = "exempt: [{when: 1 = 1, because: 灾害}]\n"
    assert points(POOL + exempt, PAID, full="") == [10, 10, AWAITED]
    assert points(POOL + exempt + "convert_to: 100\n", PAID, full="") == [100, 100, AWAITED]
    relief = "relief: [{when: 1 = 1, keep: 50%, because: 容错}]\n"
    assert points(POOL + relief, PAID, full="")[0] == Fraction("7.5")


def test_a_pool_of_which_nothing_happened_has_no_points() -> None:
    paid = "value: sum(filing.paid) / sum(filing.due), score: {formula: value}, empty: none"
    assert points(f"items: [{{item: b, name: b, {paid}}}]\n", PAID, full="") == [Fraction(1, 2), EMPTY, AWAITED]


@pytest.mark.parametrize(("common", "own"), [("rescale", "zero"), ("zero", "rescale")])
def test_an_item_is_left_out_only_in_the_class_whose_rule_says_so(common: str, own: str) -> None:
    text = POOL.replace("empty: rescale", f"empty: {common}\n    by_class: {{乙: {{empty: {own}}}}}")
    totals = {**PAID, "sum(filing.paid)": [0, 0, 0], "sum(filing.due)": [0, 0, 0]}
    left_out, lost = 5, 3
    assert points(text, totals, "甲乙甲", full="") == (
        [left_out, lost, left_out] if common == "rescale" else [lost, left_out, lost]
    )


def test_several_classes_may_leave_an_item_out() -> None:
    text = POOL.replace("empty: rescale", "empty: zero\n    by_class: {甲: {empty: rescale}, 乙: {empty: rescale}}")
    totals = {**PAID, "sum(filing.paid)": [0, 0, 0], "sum(filing.due)": [0, 0, 0]}
    assert points(text, totals, "甲乙甲", full="") == [5, 5, 5]


def test_an_item_with_a_mark_in_one_class_brings_none_elsewhere() -> None:
    text = """
    items:
      - {item: a, name: a, full: 6, score: {formula: 6}}
      - {item: b, name: b, score: {formula: 0 - 1}, by_class: {乙: {full: 4, score: {formula: 3}}}}
    """
    assert points(text, {}, "甲乙", full="") == [5, 9]


def test_the_veto_of_a_part_cannot_reach_beyond_its_indicator() -> None:
    text = "items: [{item: a, name: a, full: 1, score: {formula: 1}, veto: [{when: 1 = 1, bars: [red], because: 因}]}]"
    with pytest.raises(Refused) as refused:
        book(rule("one", text, ""))
    assert [problem.code for problem in refused.value.problems] == ["veto-of-part"]
    assert "a" in refused.value.problems[0].text("zh")
    assert "part" in refused.value.problems[0].text("en")


# -- plans ------------------------------------------------------------------------------------------------------------

A = rule("a", f"value: {LATE}\nscore: {{formula: value}}\n", "full: 40\nowner: 甲科\nfamily: 业务")
B = rule("b", "value: count(cases)\nscore: {formula: value}\n", "full: 60\nowner: 乙科\nfamily: 党建")
BOTH = {LATE: [40, 20, 10], "count(cases)": [30, 60, 30]}


def totals_of(*documents: str, totals: Any = None, classes: str = "甲甲甲", **attributes: Any) -> list[Any]:
    return values(result(book(*documents), totals or BOTH, classes, **attributes).total)


def test_points_of_different_departments_add_up_as_they_are_unless_alignment_is_stated() -> None:
    assert totals_of(A, B, plan("a", "b")) == [70, 80, 40]


ALIGN = {
    "convert_best": [40 + 30, 20 + 60, 10 + 30],
    "percentile": [40 + 40, Fraction("26.67") + 60, Fraction("13.33") + 40],
    "mean_spread": [38 + Fraction("43.5"), Fraction("30.8") + 57, Fraction("27.2") + Fraction("43.5")],
}


@pytest.mark.parametrize(("method", "expected"), ALIGN.items())
def test_departments_are_brought_to_one_measure(method: str, expected: list[Any]) -> None:
    stating = ", centre: 0.8, spread: 0.1" if method == "mean_spread" else ""
    aligned = plan("a", "b", more=f"alignment: {{method: {method}, places: 2{stating}}}\n")
    assert totals_of(A, B, aligned) == expected


def test_departments_may_be_told_apart_by_family() -> None:
    aligned = plan("a", "b", more="alignment: {method: convert_best, by: family, places: 2}\n")
    assert totals_of(A, B.replace("乙科", "甲科"), aligned) == ALIGN["convert_best"]


def test_a_department_where_all_are_equal_gets_the_mean_and_one_without_points_keeps_nothing() -> None:
    equal = {LATE: [20, 20, 20], "count(cases)": [0, 0, 0]}
    mean = plan("a", "b", more="alignment: {method: mean_spread, places: 2, centre: 0.8, spread: 0.1}\n")
    assert totals_of(A, B, mean, totals=equal) == [80, 80, 80]
    best = plan("a", "b", more="alignment: {method: convert_best, places: 2}\n")
    assert totals_of(A, B, best, totals=equal) == [40, 40, 40]


@pytest.mark.parametrize("method", ["percentile", "convert_best"])
def test_aligning_does_not_give_points_for_indicators_that_are_not_there(method: str) -> None:
    """b is not for class 乙; scaled from 40 to 100 its best unit has the full mark and no more."""
    aligned = plan("a", "{indicator: b, only: [甲]}", more=f"alignment: {{method: {method}, places: 2}}\n")
    totals = {LATE: [40, 40, 20], "count(cases)": [60, 60, 60]}
    found = totals_of(A, B.replace("乙科", "甲科"), aligned, totals=totals, classes="甲乙乙")
    assert found[:2] == [100, 100]


def test_awaited_points_stay_awaited_when_departments_are_aligned() -> None:
    for method in ("percentile", "convert_best"):
        aligned = plan("a", "b", more=f"alignment: {{method: {method}, places: 2}}\n")
        assert totals_of(A, B, aligned, totals={**BOTH, LATE: [AWAITED, 20, 10]})[0] == AWAITED


def test_weights_convert_points_to_the_total_of_the_plan() -> None:
    weighted = plan("{indicator: a, weight: 50%}", "{indicator: b, weight: 50%}")
    assert totals_of(A, B, weighted) == [50 + 25, 25 + 50, Fraction("12.5") + 25]
    assert totals_of(A, B, plan("{indicator: a, full: 80}", "b"))[0] == 70


def test_groups_have_limits_and_bonus_and_malus_come_after_the_base() -> None:
    text = plan("a") + "  - {name: 加分, role: bonus, cap: 5, indicators: [b]}\n"
    assert totals_of(A, B, text) == [45, 25, 15]
    malus = rule("m", "score: {formula: 0 - 3}\n", "") + "\nfloor: null\n"
    text = plan("a") + "  - {name: 减分, role: malus, floor: -2, indicators: [m]}\n"
    assert totals_of(A, malus, text) == [38, 18, 8]


def test_a_total_may_exceed_full_marks_only_where_it_is_stated() -> None:
    rich = {LATE: [90, 0, 0], "count(cases)": [60, 0, 0]}
    assert totals_of(A, B, plan("a", "b"), totals=rich)[0] == 100
    assert totals_of(A, B, plan("a", "b").replace("exceed_total: false", "exceed_total: true"), totals=rich)[0] == 150


def test_what_does_not_apply_is_made_up_for_and_what_did_not_come_is_not() -> None:
    text = plan("a", "{indicator: b, only: [c]}")
    found = result(book(A, B, text), BOTH)
    assert values(found.indicators["b"].points) == [OUTSIDE, OUTSIDE, 30]
    assert values(found.total) == [100, 50, 40]
    assert totals_of(A, B, plan("a", "b"), totals={**BOTH, LATE: [AWAITED, 0, 0]})[0] == AWAITED


def test_a_class_may_leave_an_indicator_out_by_its_own_rule() -> None:
    own = B.replace("count(cases)", "1 / count(cases)") + "\nempty: zero\nby_class: {乙: {empty: rescale}}\n"
    assert totals_of(A, own, plan("a", "b"), totals={LATE: [20, 20], "count(cases)": [0, 0]}, classes="甲乙") == [
        20,
        50,
    ]


# -- what stands behind -----------------------------------------------------------------------------------------------


def test_nobody_is_in_a_class_that_the_plan_does_not_know() -> None:
    assert points("score: {formula: \"if(class_is('丙'), 1, 2)\"}") == [2, 2, 2]


def test_a_column_of_the_plan_is_found_by_its_name() -> None:
    found = result(book(A, B, plan("a", "b")), BOTH)
    assert values(found.column("points")) == [70, 80, 40]
    assert found.column("never") is None


def test_a_name_that_slipped_through_the_check_is_an_error_of_ours() -> None:
    found = result(book(A, B, plan("a", "b")), BOTH)
    with pytest.raises(KeyError, match="nonsense"):
        found.scope.named(Name(("nonsense",)))


# -- nothing is too long ----------------------------------------------------------------------------------------------


def test_a_plan_of_a_thousand_indicators_in_one_group_is_weighed_and_told() -> None:
    ids = [f"i{n}" for n in range(1000)]
    rules = [rule(id, f"value: {LATE}\nscore: {{formula: value}}\nempty: rescale\n", "full: 0.1") for id in ids]
    entries = [f"{{indicator: {id}, weight: 0.1%}}" for id in ids]
    found = result(book(*rules, plan(*entries)), {LATE: [0, EMPTY, "0.1"]})
    assert values(found.total) == [0, EMPTY, 100]
    told = [words(step.tree, "zh", Vocabulary()) for step, _ in found.steps if step.name.startswith("group:")]
    assert told[0].count("＋") == 999


def test_a_pool_of_two_hundred_items_adds_up() -> None:
    items = "".join(f"  - {{item: i{n}, name: 第{n}项, full: 1, {LOST_ONE}}}\n" for n in range(200))
    found = weighed("one", book(rule("one", f"items:\n{items}", "full: 200")), {LATE: [0, 1, 0]})
    assert values(found.points) == [200, 0, 200]


@pytest.mark.parametrize("count", [0, 1, 2, 31, 32, 33, 1024, 1025])
def test_a_sum_of_any_length_is_read_in_order_and_stays_shallow(count: int) -> None:
    parts = [Name((f"n{index}",)) for index in range(count)]
    tree = added_up(parts)
    assert [node for node in walk(tree) if isinstance(node, Name)] == parts
    assert encoded(tree) if parts else tree == number(0)
    if 1 < count <= 32:
        assert words(tree, "en", Vocabulary()) == " + ".join(part.text for part in parts)
