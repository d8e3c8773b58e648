"""The value against something: target, baseline, own past, peers. Examples with an id come from published rules."""

from __future__ import annotations

from fractions import Fraction

import pytest

from steelyard.engine.reference.formulas import Missing
from tests.engine.scored import codes, given_by, refused, rule, says, setting

half = Fraction(1, 2)

# ---- step 步长扣分 ----

STEP = "step: {every: 1%, lose: 0.05, counting: whole}"


def test_a_target_missed_by_less_than_a_whole_step_costs_nothing() -> None:
    found = given_by(STEP, ["0.3846", "0.2", "0.195", "0.16"], target="0.2", full=1)
    assert found == [1, 1, 1, Fraction(4, 5)]  # bzjx-05


def test_a_step_begun_can_count_as_a_step_and_parts_as_parts() -> None:
    values = ["0.2", "0.195", "0.18"]
    begun = given_by("step: {every: 1%, lose: 1, counting: begun}", values, target="0.2", full=10)
    parts = given_by("step: {every: 1%, lose: 1, counting: proportional}", values, target="0.2", full=10)
    assert begun == [10, 9, 8]
    assert parts == [10, Fraction(19, 2), 8]


def test_lower_is_better_turns_the_gap_round() -> None:
    text = "step: {every: 1, lose: 0.5, counting: whole}"
    assert given_by(text, ["34.6", "44.95"], target="42.95", full=2, direction="lower") == [2, 1]  # bzjx-04


def test_a_deviation_counts_on_either_side() -> None:
    text = "step: {every: 1, lose: 1, counting: whole, side: both, at_most: 3}"
    assert given_by(text, [8, 10, 12, 99], target=10, full=5) == [3, 5, 3, 2]


def test_the_first_step_may_cost_more_than_the_others() -> None:
    text = "step: {every: 1, lose: 1, first: 5, counting: whole}"
    assert given_by(text, [2, 3, 5], target=2, full=10, direction="lower") == [10, 5, 3]  # nh-03


def test_every_further_step_may_cost_more_than_the_one_before() -> None:
    text = "step: {every: 1, lose: 1, grows_by: 0.5, counting: whole}"
    assert given_by(text, [10, 9, 8, 7], target=10, full=10) == [10, 9, Fraction(15, 2), Fraction(11, 2)]


def test_a_step_deduction_is_told_with_percentage_points() -> None:
    assert says(STEP, show="percent") == "比目标值每低1个百分点扣0.05分，不足一步的不计"
    text = "step: {every: 2, lose: 1, first: 5, counting: begun, at_most: 8}"
    assert (
        says(text, direction="lower", unit="天") == "比目标值每高2天扣1分（首步扣5分），不足一步的按一步计，最多扣8分"
    )
    assert says(text, "en", direction="lower") == (
        "lose 1 point for every 2 above target (5 points for the first), a step begun counts as one, at most 8 points"
    )
    text = "step: {every: 2, lose: 1, grows_by: 0.5, counting: whole, side: both}"
    assert says(text) == "比目标值每偏离2扣1分（每多一步，该步多扣0.5分），不足一步的不计"
    assert says(text, "en") == (
        "lose 1 point for every 2 away from target (each further step 0.5 points more than the one before), "
        "whole steps only"
    )


def test_a_step_must_have_a_size() -> None:
    assert codes("step: {every: 0, lose: 1, counting: whole}") == ["step-size"]
    assert codes("step: {every: 1, lose: 1}") == ["shape-missing"]


def test_growing_rates_need_whole_steps_and_one_way_of_growing() -> None:
    assert codes("step: {every: 1, lose: 1, first: 2, counting: proportional}") == ["step-growth"]
    assert codes("step: {every: 1, lose: 1, first: 2, grows_by: 1, counting: whole}") == ["step-growth"]


# ---- completion 完成率 ----

REVERSE = "completion: {at_most: 100%, at_zero: 100%}"


def test_completion_is_in_proportion_and_capped() -> None:
    assert given_by("completion: {at_most: 100%}", [45, 50, 60], target=50, full=10) == [9, 10, 10]  # zp-01
    assert given_by("completion: {at_most: unlimited}", [80, 120], target=100, full=10) == [8, 12]  # lh-01


def test_lower_is_better_turns_the_ratio_over() -> None:
    assert given_by(REVERSE, [100, 90, 60, 0, -1], target=90, full=10, direction="lower") == [
        9,
        10,
        10,
        10,
        10,
    ]  # zp-02


def test_a_target_that_is_not_positive_leaves_no_ratio() -> None:
    assert given_by("completion: {at_most: 100%}", [5], target=0, full=10) == [Missing.EMPTY]
    assert given_by("completion: {at_most: 100%}", [-5], target=-10, full=10) == [Missing.EMPTY]
    assert given_by(REVERSE, [0, 5], target=0, full=10, direction="lower") == [10, 0]
    assert given_by(REVERSE, [5], target=-1, full=10, direction="lower") == [Missing.EMPTY]


def test_completion_over_awaited_data_is_awaited() -> None:
    assert given_by("completion: {at_most: 100%}", [5], target=Missing.AWAITED, full=10) == [Missing.AWAITED]


def test_what_zero_gives_must_be_said_exactly_where_it_matters() -> None:
    open_end, reverse = rule("completion: {at_most: 100%}"), rule(REVERSE)
    assert [p.code for p in open_end.objections(setting("lower"))] == ["share-at-zero"]
    assert [p.code for p in reverse.objections(setting("higher"))] == ["share-at-zero-unused"]
    assert list(open_end.objections(setting("higher"))) == list(reverse.objections(setting("lower"))) == []


def test_the_cap_of_completion_must_be_written() -> None:
    assert codes("completion: {}") == ["shape-missing"]


def test_completion_is_told_as_a_formula() -> None:
    assert says("completion: {at_most: unlimited}") == "得分为满分×实际值÷目标值，不封顶"
    assert says("completion: {at_most: unlimited}", "en") == "full mark × value ÷ target, without limit"
    assert says(REVERSE, direction="lower") == "得分为满分×目标值÷实际值，最高为满分的100%，实际值为0的得满分的100%"
    assert says(REVERSE, "en", direction="lower") == (
        "full mark × target ÷ value, at most 100% of the full mark, a value of 0 gives 100% of the full mark"
    )


# ---- ratio 比率 ----


def test_the_best_of_the_class_is_the_measure() -> None:
    text = "ratio: {to: peers_min(value), at_most: 100%, at_zero: 0}"
    assert given_by(text, [2, "2.5"], full=6, direction="lower") == [6, Fraction(24, 5)]  # bzjx-02
    assert says(text, direction="lower").startswith("得分为满分×同类单位最小值÷实际值")


def test_a_ratio_to_the_mean_is_capped_where_stated() -> None:
    assert given_by("ratio: {to: peers_mean(value), at_most: 120%}", [1, 3], full=10) == [5, 12]


# ---- baseline 基准加减 ----

BASELINE = """
baseline:
  base: target
  start: full
  better: {every: 5%, points: 2, counting: whole, at_most: unlimited}
  worse: {every: 5%, points: 2, counting: whole, at_most: full}
"""


def test_a_baseline_adds_above_and_takes_below() -> None:
    assert given_by(BASELINE, ["0.3", "0.41", "0.24", "0.349"], target="0.3", full=4) == [4, 8, 2, 4]  # scdt-02


def test_a_baseline_turns_round_where_lower_is_better() -> None:
    assert given_by(BASELINE, ["0.2", "0.4"], target="0.3", full=4, direction="lower") == [8, 0]


SOFT = """
baseline:
  base: target
  start: full
  better:
    every: 1
    points: 1
    counting: whole
    at_most_by: {of: past - target, table: [{at_most: 0, points: 4}, {at_most: 3, points: 3}], otherwise: 2}
  worse: {every: 1, points: 1, counting: whole, at_most: 4}
"""


def test_the_softer_the_target_the_lower_the_cap_on_gains() -> None:
    text = SOFT.replace("past", "value(x)")
    found = [given_by(text, [20], target=t, full=20, **{"value(x)": b})[0] for t, b in ((10, 10), (8, 10), (4, 10))]
    assert found == [24, 23, 22]
    assert given_by(text, [1], target=10, full=20, **{"value(x)": 10}) == [16]


def test_a_baseline_is_told_with_both_sides() -> None:
    assert says(BASELINE, show="percent") == (
        "以目标值为基准，持平得满分；每高5个百分点加2分，不足一步的不计，不封顶；每低5个百分点扣2分，不足一步的不计，最多扣满分"
    )
    assert says(SOFT, "en", direction="lower") == (
        "full mark at the baseline (target); every 1 gains 1 point, whole steps only, capped at: by past − target: "
        "at most 0: 4 points; above 0 and at most 3: 3 points; otherwise: 2 points (below); "
        "every 1 loses 1 point, whole steps only, at most 4 points (above)"
    )
    assert "最多加分：按past−目标值分档：0（含）以下的得4分" in says(SOFT)


def test_a_side_may_change_nothing_but_must_say_so() -> None:
    side = "{every: 1, points: 1, counting: whole, at_most: 9}"
    text = f"baseline: {{base: target, start: 60, better: nothing, worse: {side}}}"
    assert given_by(text, [12, 8], target=10) == [60, 58]
    assert says(text) == "以目标值为基准，持平得60分；高于基准的不加分；每低1扣1分，不足一步的不计，最多扣9分"
    assert "above it nothing changes" in says(text, "en")
    gains = f"baseline: {{base: target, start: 60, worse: nothing, better: {side}}}"
    assert given_by(gains, [12, 8], target=10) == [62, 60]
    assert codes("baseline: {base: target, start: 60, better: nothing}") == ["shape-missing"]


def test_the_cap_of_a_side_is_written_once() -> None:
    side = "{every: 1, points: 1, counting: whole%s}"
    text = "baseline: {base: target, start: 1, better: nothing, worse: %s}"
    band = ", at_most_by: {table: [{at_most: 0, points: 1}], otherwise: 2}"
    assert "shape-one-of" in codes(text % (side % ""))
    assert "shape-one-of" in codes(text % (side % (", at_most: 1" + band)))
    assert "step-size" in codes(text % (side % ", at_most: 1").replace("every: 1", "every: -1"))


# ---- progress 进步 ----

PROGRESS = """
progress:
  past: target
  start: full
  better: {every: 1, points: 0.05, counting: whole, at_most: 0.5}
  worse: {every: 1, points: 0.1, counting: whole, at_most: 2}
"""


def test_progress_is_rewarded_at_another_rate_than_decline() -> None:
    found = given_by(PROGRESS, [4, 20, -3, -30], target=0, full="1.5")
    assert found == [Fraction(17, 10), 2, Fraction(6, 5), -half]  # bzjx-16


def test_zero_cases_earn_their_own_points_whatever_the_past() -> None:
    text = PROGRESS + "  zero: 8\n"
    assert given_by(text, [0, 1], target=1, full=6, direction="lower") == [8, 6]  # jw-07
    assert given_by(text, [0], target=Missing.EMPTY, full=6, direction="lower") == [8]
    assert given_by(text, [Missing.AWAITED], target=1, full=6, direction="lower") == [Missing.AWAITED]
    assert says(text).endswith("；实际值为0的得8分")
    assert says(text, "en").endswith("; a value of 0 gives 8 points")


def test_progress_is_measured_against_the_past() -> None:
    assert says(PROGRESS).startswith("以目标值为往期，持平得满分；")
    assert says(PROGRESS, "en").startswith("full mark at the past (target); ")


# ---- place 排名 ----

TABLE = "place: {from: value, table: [60, 57, {up_to: 5, points: 50}], after: 0}"


def test_a_place_from_elsewhere_is_looked_up_in_the_table() -> None:
    assert given_by(TABLE, [1, 2, 3, 5, 6]) == [60, 57, 50, 50, 0]  # bzjx-01


def test_places_are_computed_inside_the_class() -> None:
    text = "place: {from: peers, ties: best, first: 2, drop: 0.1, lowest: 1.8}"
    assert given_by(text, [30, 10, 20, 40]) == [Fraction(19, 10), Fraction(9, 5), Fraction(9, 5), 2]
    assert given_by(text, [30, 10, 20, 40], direction="lower") == [Fraction(9, 5), 2, Fraction(19, 10), Fraction(9, 5)]


def test_equals_share_the_better_or_the_worse_place_as_stated() -> None:
    text = "place: {from: peers, ties: %s, first: 10, drop: 1, lowest: unlimited}"
    assert given_by(text % "best", [5, 5, 1]) == [10, 10, 8]
    assert given_by(text % "worst", [5, 5, 1]) == [9, 9, 8]
    assert given_by(text % "worst", [5, 5, 1], direction="lower") == [8, 8, 10]


def test_who_has_no_value_has_no_place() -> None:
    text = "place: {from: peers, ties: best, table: [10], after: 5}"
    assert given_by(text, [3, Missing.AWAITED]) == [10, Missing.AWAITED]


def test_a_place_may_give_a_word() -> None:
    text = "place: {from: value, table: [{label: 第一}], after: {label: 其他}}"
    assert given_by(text, [1, 2], result="label") == ["第一", "其他"]


def test_place_points_are_told_place_by_place() -> None:
    assert says(TABLE) == "按名次，第1名得60分；第2名得57分；第3至5名得50分；其后得0分"
    assert (
        says(TABLE, "en")
        == "by place: place 1: 60 points; place 2: 57 points; place 3 to 5: 50 points; after that: 0 points"
    )
    text = "place: {from: peers, ties: worst, first: full, drop: 0.1, lowest: 0}"
    assert says(text) == "在同类单位中由高到低排名（并列的取较差位次），第1名得满分，每后移1名减0.1分，最低0分"
    assert says(text, "en", direction="lower") == (
        "placed among peers, lowest first, equals take the worst place: full mark for the first, "
        "0.1 points less for each place after, not below 0 points"
    )
    text = "place: {from: peers, ties: best, first: 9, drop: 1, lowest: unlimited}"
    assert says(text, direction="lower").endswith(
        "由低到高排名（并列的取较好位次），第1名得9分，每后移1名减1分，不设下限"
    )
    assert says(text, "en").endswith("without a lower limit")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{from: peers, table: [1], after: 0}", "place-ties"),
        ("{from: value, ties: best, table: [1], after: 0}", "place-ties"),
        ("{from: value, table: [1]}", "place-way"),
        ("{from: value, first: 1, drop: 1}", "place-way"),
        ("{from: value, table: [1], after: 0, first: 2}", "place-way"),
        ("{from: value, table: [1, {up_to: 1, points: 2}], after: 0}", "place-order"),
        ("{from: value, table: [1, {label: 二}], after: 0}", "outcome-mixed"),
    ],
)
def test_a_place_rule_with_a_hole_is_refused(text: str, code: str) -> None:
    assert codes(f"place: {text}") == [code]


def test_the_place_of_a_problem_in_a_place_rule_is_known() -> None:
    (problem,) = refused("place:\n  from: value\n  table: [{up_to: 1.5, points: 1}]\n  after: 0")
    assert problem.place.line == 3
