"""The first stage: what must hold before names can be looked at. A broken stage stops the next."""

from __future__ import annotations

import pytest

from steelyard.engine.checking.registry import CHECKS, STAGES
from steelyard.engine.problems import CATALOGUE
from tests.engine.small_rules import LATE, PLAN, RATE, codes, problems, rule

DEDUCT = "score: {deduct: {each: 1}}"
STEP = "score: {step: {every: 1%, lose: 1, counting: whole}}"


def test_a_sound_book_has_no_problem() -> None:
    assert problems(RATE, LATE, PLAN) == []


def test_every_check_has_a_manual_in_two_languages_and_words() -> None:
    for check in CHECKS:
        chinese, english = check.manual.split("\n\n")
        assert (chinese[-1], english[-1]) == ("。", "."), check.find.__name__
        assert check.code in set(CATALOGUE), check.code
        assert check.stage in STAGES


def test_chinese_lines_of_a_manual_join_without_a_space() -> None:
    (check,) = [check for check in CHECKS if check.code == "rule-without-score"]
    assert "；只按类别规定（by_class）的，每一类都要有。" in check.manual


def _nested(depth: int) -> str:
    """Pools in pools, the innermost with one item."""
    inner = f"items: [{{item: z, name: 末, value: count(filing), {DEDUCT}}}]"
    for _ in range(depth - 1):
        inner = f"items: [{{item: a, name: 甲, {inner}}}]"
    return inner


WRONG = {
    "rule-without-score": [rule(""), PLAN.replace("rate, late", "one")],
    "rule-score-and-items": [
        rule(f"{DEDUCT}\nitems: [{{item: a, name: 甲, value: count(filing), score: {{deduct: {{each: 1}}}}}}]")
    ],
    "checkpoint-part": [rule(f"checkpoints: {{targets: {{Q5: 80%}}}}\n{STEP}")],
    "checkpoint-not-common": [rule(f"checkpoints: {{targets: {{Q1: 80%}}, by_class: {{厅: {{Q2: 90%}}}}}}\n{STEP}")],
    "checkpoint-without-score": [rule("checkpoints: {targets: {Q1: 80%}}")],
    "pool-too-deep": [rule(_nested(7), value="")],
    "too-many": [
        rule(
            "items:\n" + "".join(f"  - {{item: i{n}, name: 甲, value: count(filing), {DEDUCT}}}\n" for n in range(201))
        )
    ],
}


@pytest.mark.parametrize("code", WRONG)
def test_one_wrong_book_for_each_code(code: str) -> None:
    assert codes(*WRONG[code]) == [code]


def test_a_book_without_a_general_part_is_told_so() -> None:
    (problem,) = problems(RATE, LATE, PLAN, general="")
    assert (problem.code, problem.place.file) == ("book-missing", "rules.yaml")


def test_names_may_not_be_used_twice_in_one_place() -> None:
    item = f"{{item: a, name: 甲, value: count(filing), {DEDUCT}}}"
    items = f"[{item}, {item}]"
    grades = "grades: [{label: 好, at_least: 5}, {label: 好}]"
    plan = PLAN.replace("[rate, late]}", "[rate, late, rate]}\n  - {name: 申报, indicators: []}") + (
        "lists: [{list: red, name: 红, top: 1}, {list: red, name: 黑, bottom: 1}]\n"
        "segments: [{name: 一, share: 50%}, {name: 一}]\n"
    )
    found = problems(rule(f"items: {items}", value=""), rule(f"{grades}\n{DEDUCT}", ident="two"), RATE, LATE, plan)
    assert {problem.code for problem in found} == {"doubled-name"}
    told = "".join(problem.text() for problem in found)
    for word in ("考评要点“a”", "等次“好”", "指标“rate”", "指标组“申报”", "名单“red”", "分段“一”"):
        assert word in told


def test_limits_hold_for_the_whole_book() -> None:
    many = [rule(DEDUCT, ident=f"i{number}") for number in range(2_001)]
    assert codes(*many) == ["too-many"]


def test_past_values_may_not_grow_without_end() -> None:
    base = rule(DEDUCT, ident="a", value=f"value: least({', '.join(['1'] * 600)})")
    grown = rule(DEDUCT, ident="b", value="value: " + " + ".join(["last_year(value(a))"] * 40))
    assert codes(base, grown) == ["rule-too-big"]
    assert "last_year(value" in problems(base, grown)[0].text("en")


def test_a_rule_has_only_so_many_lines() -> None:
    lines = "[" + ", ".join(["{name: 甲, count: count(filing), each: 1}"] * 61) + "]"
    assert codes(rule(f"score: {{deduct: {{lines: {lines}}}}}", value="")) == ["too-many"]
    assert codes(rule(f"{DEDUCT}\nplus: {lines}\nminus: {lines}")) == ["too-many", "too-many"]


def test_a_chain_of_indicators_may_not_go_too_deep() -> None:
    chain = [rule(DEDUCT, ident="i0")]
    chain += [rule(DEDUCT, ident=f"i{n}", value=f"value: value(i{n - 1}) + 1") for n in range(1, 500)]
    found = problems(*chain)
    assert {problem.code for problem in found} == {"rule-too-nested"}
    assert codes(*chain[:5]) == []


def test_a_long_circle_is_told_without_going_deep() -> None:
    circle = [rule(DEDUCT, ident=f"i{n}", value=f"value: value(i{(n + 1) % 400})") for n in range(400)]
    assert "rule-too-nested" in codes(*circle)


def test_one_formula_inside_another_counts_as_well() -> None:
    deep = "abs(" * 95 + "count(filing)" + ")" * 95
    assert codes(rule(DEDUCT, value=f"value: {deep}")) == []
    rows = ", ".join(f"{{when: '{deep} > {n}', points: 1}}" for n in range(40))
    tabled = f"score: {{matrix: {{rows: [{rows}], otherwise: {{points: 0}}}}}}"
    assert codes(rule(tabled, value="")) == ["rule-too-nested"]


def test_a_quantity_that_others_refer_to_needs_no_score() -> None:
    assert codes(rule("", full="", ident="base"), rule(DEDUCT, value="value: value(base)")) == []


def test_a_rule_by_class_alone_needs_a_score_for_each_class() -> None:
    split = "by_class: {厅: {score: {deduct: {each: 1}}}, 所: {unit: 户}}"
    assert codes(rule(split), PLAN.replace("rate, late", "one")) == ["rule-without-score"]


def test_a_broken_stage_stops_the_next() -> None:
    assert codes(rule(""), PLAN.replace("rate, late", "one, nobody")) == ["rule-without-score"]
