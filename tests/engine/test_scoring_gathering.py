"""Several numbers or people become one: 合成、评议、酌情、公式. Examples with an id come from published rules."""

from __future__ import annotations

from fractions import Fraction

import pytest

from steelyard.engine.reference.formulas import Missing
from tests.engine.scored import codes, given_by, refused, rule, says, setting

half = Fraction(1, 2)

# ---- composite 合成 ----

WEIGHTED = """
composite:
  combine: sum
  parts:
    - {name: 定量, of: value, weight: 70%, out_of: 100}
    - {name: 定性, of: target, weight: 30%, out_of: 100}
"""


def test_weighted_parts_are_converted_to_the_full_mark_of_the_item() -> None:
    assert given_by(WEIGHTED, [90], target=80, full=100) == [87]  # yq2006-01
    assert given_by(WEIGHTED, [90], target=80, full=10) == [Fraction(87, 10)]


def test_a_share_of_another_score_needs_no_conversion() -> None:
    parts = "{name: 一科, of: value, weight: 50%}, {name: 二科, of: target, weight: 50%}"
    text = f"composite: {{combine: sum, parts: [{parts}]}}"
    assert given_by(text, [-4], target=2) == [-1]  # xsr-04
    assert says(text) == "一科（实际值）×50%＋二科（目标值）×50%"


def test_the_lower_of_two_counts_in_key_regions() -> None:
    text = "composite: {combine: least, parts: [{name: 空气, of: value}, {name: 任务, of: target}]}"
    assert given_by(text, [92], target=85) == [85]  # dq2014-01
    assert given_by(text.replace("least", "greatest"), [92], target=85) == [92]
    assert says(text) == "取最低者：空气（实际值）、任务（目标值）"
    assert says(text.replace("least", "greatest"), "en") == "the highest of: 空气 (value), 任务 (target)"


def test_one_part_alone_is_a_conversion() -> None:
    text = "composite: {combine: greatest, parts: [{name: 上级得分, of: value, out_of: 60}]}"
    assert given_by(text, [45], full=100) == [75]
    assert says(text) == "取最高者：上级得分（实际值，由60分制折算）"


def test_a_missing_part_leaves_no_sum() -> None:
    assert given_by(WEIGHTED, [90], target=Missing.AWAITED, full=100) == [Missing.AWAITED]


def test_weights_of_converted_parts_add_up() -> None:
    (found,) = refused(WEIGHTED.replace("30%", "20%"))
    assert (found.code, found.params["found"]) == ("composite-weights", "90%")
    assert rule(WEIGHTED.replace("30%", "target"))


def test_weights_belong_to_sums_only() -> None:
    assert codes("composite: {combine: sum, parts: [{name: 一, of: value}]}") == ["composite-weight"]
    assert codes("composite: {combine: least, parts: [{name: 一, of: value, weight: 1}]}") == ["composite-weight"]


def test_a_composite_is_told_part_by_part() -> None:
    assert says(WEIGHTED, "en") == "定量 (value, converted from 100)×70% + 定性 (target, converted from 100)×30%"


# ---- survey 评议 ----

SURVEY = "survey: {out_of: 5, at_least: 3, at_most: 100%, ratings: review.score}"


def test_the_mean_of_the_ratings_is_a_share_of_the_full_mark() -> None:
    assert given_by(SURVEY, [0], ratings=[5, 4, 3], full=10) == [8]


def test_too_few_raters_are_no_verdict() -> None:
    assert given_by(SURVEY, [0], ratings=[5, 5], full=10) == [Missing.EMPTY]
    assert given_by(SURVEY, [0], ratings=[], full=10) == [Missing.EMPTY]


def test_the_highest_and_the_lowest_rating_drop_out_from_enough_raters_on() -> None:
    text = SURVEY.replace("ratings:", "trim_from: 5, ratings:")
    assert given_by(text, [0], ratings=[5, 4, 4, 4, 0], full=10) == [8]
    assert given_by(text, [0], ratings=[5, 4, 4, 3], full=10) == [8]
    assert says(text) == (
        "得分为满分×评议结果（review的score，满5人时去掉一个最高和一个最低）÷5，"
        "最高为满分的100%；评议人数不足3人的不计分"
    )
    assert says(text, "en") == (
        "full mark × rating (review.score, from 5 raters on without one highest and one lowest) ÷ 5, "
        "at most 100% of the full mark; no points with fewer than 3 raters"
    )


SHARE = "survey: {out_of: target, at_least: 30, at_most: unlimited, raters: target * 100}"


def test_a_share_of_the_satisfied_is_held_against_the_target() -> None:
    assert given_by(SHARE, ["0.81"], target="0.9", full=10) == [9]  # zp-04
    assert given_by(SHARE, ["0.81"], target="0.2", full=10) == [Missing.EMPTY]
    assert says(SHARE, show="percent") == "得分为满分×评议结果÷目标值，不封顶；评议人数（目标值×100）不足30人的不计分"
    assert (
        says(SHARE, "en")
        == "full mark × rating ÷ target, without limit; no points with fewer than 30 raters (target × 100)"
    )


def test_only_some_of_the_ratings_may_count() -> None:
    text = SURVEY.replace("ratings: review.score", "ratings: review.score, where: kind = '领导'")
    assert rule(text).needs == {"full"}
    assert "评议结果（review的score（kind为“领导”））÷5" in says(text)
    assert "rating (review.score (kind is '领导')) ÷ 5" in says(text, "en")


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ("", "survey-source"),
        (", raters: 5, ratings: review.score", "survey-source"),
        (", raters: 5, trim_from: 5", "survey-source"),
        (", raters: 5, where: a = 1", "survey-source"),
        (", ratings: score", "ratings-column"),
        (", ratings: review.score, trim_from: 2", "survey-trim"),
    ],
)
def test_a_survey_says_where_its_ratings_come_from(extra: str, code: str) -> None:
    assert codes(f"survey: {{out_of: 5, at_least: 3, at_most: 1{extra}}}") == [code]


# ---- judgement 酌情 ----


def test_a_pick_may_be_points_points_lost_or_points_gained() -> None:
    text = "judgement: {picks: %s, lowest: 0, highest: 2}"
    assert given_by(text % "points", [half], full=4) == [half]
    assert given_by(text % "lost", [Fraction(3, 2)], full=4) == [Fraction(5, 2)]  # yh2018-02
    assert given_by(text % "gained", [2], full=4) == [6]


def test_a_pick_outside_the_range_is_no_pick() -> None:
    text = "judgement: {picks: points, lowest: 0, highest: full}"
    assert given_by(text, [10, 11, -1], full=10) == [10, Missing.AWAITED, Missing.AWAITED]  # xw-01
    assert given_by(text, [Missing.EMPTY], full=10) == [Missing.EMPTY]


MANY = "judgement: {picks: points, lowest: 0, highest: 10, ratings: review.score, take: %s}"


def test_several_raters_become_one_and_their_agreement_is_shown() -> None:
    assert given_by(MANY % "mean", [0], ratings=[8, 9, 4], full=10) == [7]
    assert given_by(MANY % "median", [0], ratings=[8, 9, 4], full=10) == [8]
    assert given_by(MANY % "median", [0], ratings=[8, 9, 4, 5], full=10) == [5]
    assert given_by(MANY % "mean", [0], result="agreement", ratings=[8, 9, 4], full=10) == [half]


def test_one_rater_outside_the_range_voids_the_judgement() -> None:
    assert given_by(MANY % "mean", [0], ratings=[8, 12], full=10) == [Missing.AWAITED]
    assert given_by(MANY % "mean", [0], ratings=[], full=10) == [Missing.EMPTY]


def test_a_judgement_is_told_with_its_range() -> None:
    assert says("judgement: {picks: lost, lowest: 0, highest: 2}") == "在0分至2分之间酌情扣分，超出范围的评定无效"
    assert says(MANY % "mean") == "在0分至10分之间酌情给分，多人评定（review的score）取平均，超出范围的评定无效"
    assert says(MANY % "median", "en") == (
        "points picked between 0 points and 10 points, the median of all raters (review.score); a pick outside is void"
    )


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ("lowest: 2, highest: 2", "judgement-range"),
        ("lowest: 0, highest: 1, ratings: review.score", "judgement-raters"),
        ("lowest: 0, highest: 1, take: mean", "judgement-raters"),
        ("lowest: 0, highest: 1, where: a = 1", "judgement-raters"),
        ("lowest: 0, highest: 1, take: mean, ratings: 5", "ratings-column"),
    ],
)
def test_a_judgement_with_a_hole_is_refused(extra: str, code: str) -> None:
    assert codes(f"judgement: {{picks: points, {extra}}}") == [code]


# ---- formula 公式 ----


def test_a_bare_formula_is_the_points() -> None:
    assert given_by("formula: greatest(value - target, 0) * 2", [3, 5], target=4) == [0, 2]
    assert says("formula: value * 2") == "得分＝实际值×2"
    assert says("formula: value * 2", "en") == "points = value × 2"


STEPS = """
formula:
  steps:
    gap: {name: 差距, is: value - peers_mean(value)}
  points: gap * 2
  label: if(gap > 0, '高', '低')
"""


def test_a_long_formula_is_read_in_parts() -> None:
    assert given_by(STEPS, [1, 3]) == [-2, 2]
    assert given_by(STEPS, [1, 3], result="label") == ["低", "高"]
    assert says(STEPS) == "差距＝实际值−同类单位均值；得分＝差距×2；等次＝若差距大于0则“高”，否则“低”"
    assert says(STEPS, "en").startswith("gap = value − peers' mean; points = gap × 2; grade = if gap > 0")


def test_a_formula_may_bring_its_own_sentence() -> None:
    text = "formula: {says: 按文件附表计算, label: \"if(value > 1, '优', '良')\"}"
    assert says(text) == "按文件附表计算（等次＝若实际值大于1则“优”，否则“良”）"
    assert says(text, "en") == "grade = if value > 1 then '优', otherwise '良'"


def test_a_formula_gives_something_and_its_steps_have_names_of_their_own() -> None:
    assert codes("formula: {says: 无}") == ["formula-nothing"]
    assert codes("formula: {steps: {value: {name: 值, is: 1}}, points: 1}") == ["formula-name"]
    assert codes("formula: ") == ["shape-one-of"]


def test_a_sentence_of_ones_own_covers_points_and_words_alike() -> None:
    assert [step.name for step in rule(STEPS).steps(setting())] == ["gap", "points", "label"]
    assert [step.name for step in rule("formula: {label: \"'优'\"}").steps(setting())] == ["label"]
