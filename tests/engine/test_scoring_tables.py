"""Tables: 分档、达标、组合、线性、功效系数. Examples with an id come from published rules."""

from __future__ import annotations

from fractions import Fraction

import pytest

from steelyard.engine.reference.formulas import Missing
from steelyard.engine.scoring.recipe import Setting
from tests.engine.scored import codes, given_by, refused, rule, says, setting

# ---- band 分档 ----

LADDER = """
band:
  table: [{at_least: 100%, points: 40}, {at_least: 90%, points: 36}, {at_least: 50%, points: 20}]
  otherwise: 0
"""
SIGNALS = "band: {table: [{at_most: 3%, label: 正常}, {above: 3%, at_most: 5%, label: 预警}, {above: 5%, label: 超限}]}"


def test_a_ladder_gives_the_first_rung_that_is_reached() -> None:
    assert given_by(LADDER, [1, "0.95", "0.5", "0.499"]) == [40, 36, 20, 0]  # jn1715-01


def test_ends_belong_to_the_stretch_that_says_so() -> None:
    assert given_by(SIGNALS, ["0.03", "0.031", "0.05", "0.051"], result="label") == [
        "正常",
        "预警",
        "预警",
        "超限",
    ]  # hb2022-01


def test_a_ladder_from_below_works_as_well() -> None:
    assert given_by("band: {table: [{below: 1, points: 3}, {below: 2, points: 2}], otherwise: 1}", [0, 1, 2]) == [
        3,
        2,
        1,
    ]


def test_shares_of_the_full_mark_and_words_stand_together() -> None:
    text = "band: {table: [{at_least: 95, share: 100%, label: 优秀}, {below: 95, share: 80%, label: 良好}]}"
    assert given_by(text, [95, 94], full=50) == [50, 40]
    assert given_by(text, [95, 94], full=50, result="label") == ["优秀", "良好"]


def test_a_value_that_is_not_known_falls_into_no_row_not_even_the_rest() -> None:
    assert given_by(LADDER, [Missing.EMPTY, Missing.AWAITED]) == [Missing.EMPTY, Missing.AWAITED]
    text = "band: {table: [{at_least: target, points: 1}], otherwise: 0}"
    assert given_by(text, [5], target=Missing.ABSENT) == [Missing.ABSENT]


def test_dates_are_bands_too() -> None:
    text = "band: {table: [{at_most: 2018-03-31, points: 4}, {above: 2018-03-31, points: 2}]}"
    assert given_by(text, [736784, 736785]) == [4, 2]  # yh2018-01
    assert says(text, show="date") == "2018年3月31日（含）以下的得4分；超过2018年3月31日的得2分"


def test_a_grade_given_elsewhere_gives_points() -> None:
    text = "band: {of: label(x), table: [{is: 优秀, points: 5}, {is: [良好, 较好], points: 0}], otherwise: -10}"
    assert given_by(text, [1], **{"label(x)": "优秀"}) == [5]  # fy-01
    assert given_by(text, [1], **{"label(x)": "较好"}) == [0]
    assert given_by(text, [1], **{"label(x)": "一般"}) == [-10]
    assert says(text) == "按x的等次分档：为“优秀”的得5分；为“良好”、“较好”的得0分；其余得−10分"
    assert says(text, "en") == "by grade of x: '优秀': 5 points; '良好' or '较好': 0 points; otherwise: −10 points"


def test_one_number_alone_can_be_a_row() -> None:
    text = "band: {table: [{is: 0, points: 8}, {above: 0, points: 6}, {below: 0, points: 0}]}"
    assert given_by(text, [0, 1, -1]) == [8, 6, 0]
    assert says(text) == "为0的得8分；超过0的得6分；不足0的得0分"
    assert says(text, "en") == "exactly 0: 8 points; above 0: 6 points; below 0: 0 points"


def test_a_band_is_told_with_its_ends() -> None:
    assert (
        says(LADDER, show="percent")
        == "100%（含）以上的得40分；90%（含）至100%（不含）的得36分；50%（含）至90%（不含）的得20分；其余得0分"
    )
    assert says(SIGNALS, "en", show="percent") == (
        "at most 3%: labelled '正常'; above 3% and at most 5%: labelled '预警'; above 5%: labelled '超限'"
    )
    assert says(
        "band: {table: [{at_least: 1, share: 80%, label: 良}, {below: 1, share: 0, label: 差}]}", unit="次"
    ) == ("1次（含）以上的得满分的80%，评为“良”；不足1次的得满分的0%，评为“差”")
    assert says("band: {table: [{at_least: 1, share: 80%}, {below: 1, share: 0}]}", "en") == (
        "at least 1: 80% of the full mark; below 1: 0% of the full mark"
    )


def problem(rows: str, otherwise: str = "") -> tuple[str, dict[str, object]]:
    (found,) = refused(f"band: {{table: [{rows}]{otherwise}}}")
    return found.code, dict(found.params)


def test_a_gap_between_rows_is_refused_with_its_ends() -> None:
    code, params = problem("{at_least: 90, label: 优}, {at_least: 80, at_most: 89, label: 良}, {below: 80, label: 差}")
    assert (code, params["low"], params["high"], params["row"], params["next"]) == (
        "band-gap",
        "89",
        "90",
        2,
        1,
    )  # mof-01


def test_a_point_that_belongs_to_no_row_is_a_gap() -> None:
    assert problem("{above: 1, points: 1}, {below: 1, points: 0}")[0] == "band-gap"


def test_otherwise_does_not_paper_over_a_gap() -> None:
    assert problem("{above: 2, points: 1}, {below: 1, points: 2}", ", otherwise: 0")[0] == "band-gap"


def test_an_overlap_is_refused() -> None:
    assert problem("{at_least: 80, points: 1}, {at_most: 80, points: 0}")[0] == "band-overlap"  # jn1703-01
    assert problem("{at_least: 80, points: 1}, {at_most: 90, points: 0}")[0] == "band-overlap"
    assert problem("{at_least: 1, points: 1}, {at_least: 2, at_most: 3, points: 0}")[0] == "band-overlap"
    assert (
        problem("{at_most: 1, points: 1}, {at_most: 0, above: -1, points: 0}, {below: 9, points: 1}")[0]
        == "band-overlap"
    )


def test_values_outside_the_table_need_an_otherwise() -> None:
    assert problem("{at_least: 1, points: 1}") == ("band-open-side", {"side": "低于 1 ", "side_en": "below 1"})
    assert problem("{at_most: 2018-03-31, points: 1}")[1]["side"] == "高于 2018-03-31 "
    assert problem("{at_least: target, points: 1}")[0] == "band-open-side"


def test_a_row_that_no_value_can_reach_is_refused() -> None:
    assert problem("{at_least: 2, at_most: 1, points: 1}", ", otherwise: 0") == ("band-empty", {"row": 1})
    assert problem("{above: 2, at_most: 2, points: 1}", ", otherwise: 0")[0] == "band-empty"


def test_a_ladder_goes_one_way() -> None:
    assert problem("{at_least: 1, points: 1}, {at_least: 2, points: 2}", ", otherwise: 0") == ("band-order", {"row": 2})
    assert problem("{at_most: 2, points: 1}, {at_most: 1, points: 2}", ", otherwise: 0") == ("band-order", {"row": 2})


def test_ends_that_are_expressions_are_taken_in_the_written_order() -> None:
    text = "band: {table: [{at_least: target, points: 2}, {at_least: target - 1, points: 1}], otherwise: 0}"
    assert given_by(text, [5, 4, 3], target=5) == [2, 1, 0]


@pytest.mark.parametrize(
    "row",
    [
        "{points: 1}",
        "{at_least: 1, above: 1, points: 1}",
        "{at_most: 1, below: 1, points: 1}",
        "{is: 3, at_least: 1, points: 1}",
        "{is: [1, 2], points: 1}",
    ],
)
def test_a_row_is_one_stretch_or_one_word(row: str) -> None:
    assert "band-ends" in codes(f"band: {{table: [{row}], otherwise: 0}}")


@pytest.mark.parametrize(
    "table",
    [
        "[{is: 优, points: 1}]",
        "[{is: 优, points: 1}, {is: [优, 良], points: 1}], otherwise: 0",
        "[{is: 优, points: 1}, {at_least: 1, points: 1}], otherwise: 0",
    ],
)
def test_a_table_of_words_is_complete_and_says_every_word_once(table: str) -> None:
    assert codes(f"band: {{table: {table}}}") == ["band-words"]


def test_a_row_gives_something_and_all_rows_give_the_same_kind() -> None:
    assert "outcome-none" in codes("band: {table: [{at_least: 1}], otherwise: 0}")
    assert "outcome-both" in codes("band: {table: [{at_least: 1, points: 1, share: 1}], otherwise: 0}")
    assert codes("band: {table: [{at_least: 1, points: 1, label: 优}], otherwise: 0}") == ["outcome-mixed"]
    assert codes("band: {table: [{at_least: 1, label: 优}], otherwise: 0}") == ["outcome-mixed"]


# ---- threshold 达标 ----

THRESHOLD = "threshold: {at_target: met, met: full, missed: 0}"


def test_met_is_met_at_the_target_where_the_rule_says_so() -> None:
    assert given_by(THRESHOLD, [10, 11], target=10, full="22.5", direction="lower") == [Fraction(45, 2), 0]  # zc-03
    strict = "threshold: {at_target: missed, met: {label: 达标}, missed: {label: 未达标}}"
    assert given_by(strict, [3, 4], target=3, result="label") == ["未达标", "达标"]
    assert given_by(strict, [3, 2], target=3, result="label", direction="lower") == ["未达标", "达标"]


def test_without_value_or_target_nothing_is_met_or_missed() -> None:
    assert given_by(THRESHOLD, [Missing.EMPTY], target=1, full=1) == [Missing.EMPTY]
    assert given_by(THRESHOLD, [1], target=Missing.OUTSIDE, full=1) == [Missing.OUTSIDE]


def test_a_threshold_is_told_with_its_side() -> None:
    assert says(THRESHOLD) == "不低于目标值的得满分，否则得0分"
    assert says(THRESHOLD, direction="lower") == "不高于目标值的得满分，否则得0分"
    assert says(THRESHOLD.replace("met,", "missed,"), "en") == "above the target: full mark; otherwise: 0 points"


def test_both_sides_of_a_threshold_give_the_same_kind() -> None:
    assert codes("threshold: {at_target: met, met: {label: 达标}, missed: 0}") == ["outcome-mixed"]
    assert codes("threshold: {met: 1, missed: 0}") == ["shape-missing"]


# ---- matrix 组合 ----

MATRIX = """
matrix:
  conditions:
    year: {name: 当年完成, when: value >= 1}
    total: {name: 累计达到, when: target >= 1}
  table:
    - {met: [year, total], points: 60}
    - {met: [total], points: 55}
    - {met: [year], points: 40}
    - {met: [], points: 0}
"""


def test_every_combination_has_its_points() -> None:
    assert [given_by(MATRIX, [y], target=c)[0] for y, c in ((1, 1), (0, 1), (1, 0), (0, 0))] == [
        60,
        55,
        40,
        0,
    ]  # jn9813-01


def test_a_combination_that_cannot_be_decided_gives_nothing() -> None:
    assert given_by(MATRIX, [1], target=Missing.AWAITED) == [Missing.AWAITED]


def test_a_combination_table_names_what_is_missing_doubled_or_unknown() -> None:
    (found,) = refused(MATRIX.replace("met: [total]", "met: [year]").replace("met: []", "met: [month]"))
    assert found.code == "matrix-combinations"
    assert dict(found.params) == {"missing": "[total]、[]", "doubled": "[year]", "unknown": "month"}
    (found,) = refused(MATRIX.replace("    - {met: [], points: 0}\n", ""))
    assert dict(found.params) == {"missing": "[]", "doubled": "—", "unknown": "—"}


ROWS = """
matrix:
  rows: [{when: value is null, label: 未报}, {when: value > 3, label: 红牌, name: 逾期3日}]
  otherwise: {label: 黄牌}
"""


def test_the_first_condition_that_holds_decides() -> None:
    assert given_by(ROWS, [Missing.EMPTY, 4, 3], result="label") == ["未报", "红牌", "黄牌"]


def test_a_condition_that_cannot_be_decided_stops_the_search() -> None:
    text = "matrix: {rows: [{when: target > 3, points: 1}, {when: value > 3, points: 2}], otherwise: 3}"
    assert given_by(text, [4], target=Missing.AWAITED) == [Missing.AWAITED]
    assert given_by(text, [Missing.AWAITED], target=4) == [1]


def test_a_matrix_is_told_row_by_row() -> None:
    assert says(MATRIX) == (
        "条件为当年完成（实际值不小于1）、累计达到（目标值不小于1）；"
        "当年完成（是）且累计达到（是）的得60分；当年完成（否）且累计达到（是）的得55分；"
        "当年完成（是）且累计达到（否）的得40分；当年完成（否）且累计达到（否）的得0分"
    )
    assert says(ROWS) == "实际值为空的评为“未报”；逾期3日（实际值大于3）的评为“红牌”；其余评为“黄牌”"
    assert (
        says(ROWS, "en")
        == "value is missing: labelled '未报'; 逾期3日 (value > 3): labelled '红牌'; otherwise: labelled '黄牌'"
    )
    assert says(
        "matrix: {conditions: {a: {name: 甲, when: value > 1}}, table: [{met: [a], points: 1}, {met: [], points: 0}]}",
        "en",
    ) == ("conditions are 甲 (value > 1); 甲 (yes): 1 point; 甲 (no): 0 points")


@pytest.mark.parametrize(
    "text",
    [
        "{rows: [{when: value > 1, points: 1}]}",
        "{otherwise: 1}",
        "{conditions: {a: {name: 甲, when: value > 1}}}",
        "{rows: [{when: value > 1, points: 1}], otherwise: 0, table: [{met: [], points: 0}]}",
        "{conditions: {a: {name: 甲, when: value > 1}}, table: [{met: [a], points: 1}, {met: [], points: 0}], "
        "otherwise: 1}",
    ],
)
def test_a_matrix_is_written_one_way(text: str) -> None:
    assert codes(f"matrix: {text}") == ["matrix-way"]


# ---- linear 线性 ----

LINE = """
linear:
  points: [{at: -10%, points: 19}, {at: -8%, points: 27}, {at: 0%, points: 35}, {at: 10%, points: 15}]
  below: extended
  above: flat
"""


def test_between_two_points_the_line_is_straight() -> None:
    assert given_by(LINE, [0, "0.05", "-0.1", "-0.025"]) == [35, 25, 19, Fraction(65, 2)]  # zb-01


def test_beyond_the_ends_the_line_is_extended_or_flat_as_stated() -> None:
    assert given_by(LINE, ["-0.12", "0.5"]) == [11, 15]
    turned = LINE.replace("below: extended", "below: flat").replace("above: flat", "above: extended")
    assert given_by(turned, ["-0.12", "0.11"]) == [19, 13]


def test_the_best_and_the_worst_of_the_class_can_be_the_ends() -> None:
    ends = "{at: peers_min(value), points: 60}, {at: peers_max(value), points: 100}"
    text = f"linear: {{points: [{ends}], below: flat, above: flat}}"
    assert given_by(text, [1, 2, 5]) == [60, 70, 100]
    assert given_by(text, [3, 3]) == [Missing.EMPTY, Missing.EMPTY]


def test_a_line_is_told_point_by_point() -> None:
    assert says(LINE, show="percent") == (
        "−10%得19分、−8%得27分、0%得35分、10%得15分，其间按直线内插；低于首点按相邻一段延长，高于末点按端点计"
    )
    text = "linear: {points: [{at: 0, share: 0}, {at: 1, share: 100%}], below: flat, above: flat}"
    assert given_by(text, ["0.25"], full=8) == [2]
    assert says(text, "en") == (
        "0: 0% of the full mark, 1: 100% of the full mark, straight lines between; "
        "below the first stays flat, above the last stays flat"
    )


def test_points_of_a_line_stand_in_order_and_give_points() -> None:
    line = "linear: {points: [{at: 1, %s}, {at: %s, points: 1}], below: flat, above: flat}"
    assert codes(line % ("points: 0", "1")) == ["linear-order"]
    assert codes(line % ("label: 优", "2")) == ["linear-label"]
    assert codes("linear: {points: [{at: 1, points: 1}], below: flat, above: flat}") == ["shape-value"]


# ---- efficacy 功效系数 ----

EFFICACY = """
efficacy:
  levels:
    - {standard: 12, coefficient: 1}
    - {standard: 9, coefficient: 0.8}
    - {standard: 6, coefficient: 0.6}
  below_lowest: 0
"""


def test_a_value_between_two_levels_takes_its_share_of_the_next() -> None:
    found = given_by(EFFICACY, [8, 9, 15, 6, 5], full=10)
    assert found == [Fraction(22, 3), 8, 10, 6, 0]  # xn1999-01


def test_levels_may_fall_where_lower_is_better() -> None:
    text = "efficacy: {levels: [{standard: 1, coefficient: 1}, {standard: 3, coefficient: 0.5}], below_lowest: 0.1}"
    assert given_by(text, [0, 2, 4], full=10, direction="lower") == [10, Fraction(15, 2), 1]
    assert [p.code for p in rule(text).objections(setting("higher"))] == ["efficacy-direction"]
    assert list(rule(text).objections(setting("lower"))) == []
    assert [p.code for p in rule(EFFICACY).objections(setting("lower"))] == ["efficacy-direction"]


def test_a_standard_that_is_a_formula_is_not_judged_when_written() -> None:
    text = EFFICACY.replace("standard: 9", "standard: target")
    assert given_by(text, [10], target=10, full=10) == [8]


def test_a_standard_that_is_not_known_leaves_every_value_without_a_coefficient() -> None:
    text = EFFICACY.replace("standard: 9", "standard: target")
    assert given_by(text, [13, 10, 7], target=Missing.AWAITED, full=10) == [Missing.AWAITED] * 3


@pytest.mark.parametrize(
    ("old", "new"),
    [("standard: 6", "standard: 9"), ("standard: 6", "standard: 10"), ("coefficient: 0.6", "coefficient: 0.8")],
)
def test_levels_stand_from_best_to_worst(old: str, new: str) -> None:
    (found,) = refused(EFFICACY.replace(old, new))
    assert (found.code, found.params["row"]) == ("efficacy-order", 3)


def test_efficacy_is_told_level_by_level() -> None:
    assert says(EFFICACY) == (
        "得分为满分×功效系数：标准值与系数由优至劣为12为1、9为0.8、6为0.6，两档之间按比例，劣于最低档的系数为0"
    )
    assert says(EFFICACY, "en") == (
        "full mark × efficacy coefficient, best to worst 12: 1, 9: 0.8, 6: 0.6, in proportion between, "
        "0 beyond the worst"
    )


def test_a_table_needs_no_setting_to_be_a_cap() -> None:
    steps = rule(LADDER).steps(Setting())
    assert [step.name for step in steps] == ["points"]
