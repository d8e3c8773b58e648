"""What a change of rules changes, field by field; two texts that mean the same have no difference."""

from __future__ import annotations

from steelyard.engine.expressions.wording import Vocabulary
from steelyard.engine.wording.differences import differences
from tests.engine.small_rules import LATE, PLAN, RATE, book, rule

NAMES = Vocabulary()


def changed(old: str, new: str, language: str = "zh") -> list[str]:
    (before,), (after,) = (book(text).indicators.values() for text in (old, new))
    return [found.line() for found in differences(before, after, NAMES, language)]  # type: ignore[arg-type]


def test_the_same_rule_written_otherwise_has_no_difference() -> None:
    otherwise = RATE.replace("target: 98%", "target: {all: {values: {0001-01-01: 0.98}}}").replace(
        "every: 1%", "every: 0.01"
    )
    assert changed(RATE, otherwise) == []


def test_numbers_are_shown_as_written() -> None:
    assert changed(RATE, RATE.replace("98%", "97%").replace("full: 60", "full: 55.5")) == [
        "目标值：98% → 97%",
        "满分：60 → 55.5",
    ]


def test_keys_are_named_in_the_readers_language() -> None:
    assert changed(RATE, RATE.replace("lose: 0.5", "lose: 1"), "en") == ["score / step / lose：0.5 → 1"]


def test_another_method_shows_both() -> None:
    new = RATE.replace("{step: {every: 1%, lose: 0.5, counting: whole}}", "{completion: {at_most: 100%}}")
    assert changed(RATE, new) == [
        "计分方法 / 步长扣分：步长 1%，每步扣分 0.5，零头 whole → （无）",
        "计分方法 / 完成率：（无） → 最多 100%",
    ]


def test_what_is_new_or_gone_is_told_as_such() -> None:
    owned = LATE + "tied_to_amounts: true\nplaces: 2\n"
    assert changed(LATE, owned) == ["小数位：（无） → 2", "与税款数额挂钩：否 → 是"]
    assert changed(owned, LATE, "en") == ["places：2 → （无）", "tied_to_amounts：true → false"]
    assert changed(RATE, RATE.replace("basis: 《细则》第十二条\n", "")) == ["依据：《细则》第十二条 → （无）"]


def test_parts_of_a_list_keep_their_identity() -> None:
    def pool(*names: str) -> str:
        items = ", ".join(
            f"{{item: {n}, name: {n}, value: count(filing), score: {{deduct: {{each: 1}}}}}}" for n in names
        )
        return rule(f"items: [{items}]", value="")

    assert changed(pool("b"), pool("a", "b")) == [
        "考评要点 / a：（无） → 口径 filing笔数，计分方法 直接扣分 每次分值 1，考评要点 a，名称 a"
    ]


def test_parts_without_a_name_go_by_their_number() -> None:
    table = "score: {band: {table: [{at_least: 90, points: 10}, {below: 90, points: 5}]}}"
    assert changed(rule(table), rule(table.replace("points: 5", "points: 4"))) == [
        "计分方法 / 分档 / 分档表 / 第2行 / 得分：5 → 4"
    ]
    words = "score: {band: {table: [{is: 好, points: 10}], otherwise: {points: 1}}}"
    (line,) = changed(rule(words), rule(words.replace("好", "[好, 较好]")))
    assert line.endswith("等于：好 → 好、较好")


def test_mappings_are_compared_by_key() -> None:
    (before,) = book(RATE, LATE, PLAN).plans.values()
    (after,) = book(RATE, LATE, PLAN + "names: {red: 红榜}\nlists: [{list: red, name: 红榜, top: 1}]\n").plans.values()
    assert [found.line() for found in differences(before, after, NAMES)] == [
        "名单 / red：（无） → 名单 red，名称 红榜，前 1",
        "用语 / red：（无） → 红榜",
    ]
    dated = RATE.replace("target: 98%", "target: {2025-01-01: 98%}")
    assert changed(dated, RATE.replace("target: 98%", "target: {2025-01-01: 98%, 2026-01-01: 99%}")) == [
        "目标值 / 2026-01-01：（无） → 99%"
    ]
    checkpoints = "checkpoints: {targets: {Q1: null, Q2: 5}}\nscore: {deduct: {each: 1}}"
    assert changed(rule("score: {deduct: {each: 1}}"), rule(checkpoints)) == ["分期计分：（无） → 节点目标 Q1 —、Q2 5"]


def test_a_mapping_instead_of_nothing_and_a_formula_in_words() -> None:
    assert changed(
        LATE, LATE.replace("value: count(filing where late_days > 30)", "value: sum(filing.amount) - 1")
    ) == ["口径：filing笔数（late_days大于30） → filing的amount合计−1"]
