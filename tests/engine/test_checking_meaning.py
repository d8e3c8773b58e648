"""The third stage: rules that could be computed, and that a careful colleague would still question."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from steelyard.engine.checking.door import context_of
from steelyard.engine.checking.meaning.targets import targets_that_separate_nobody
from tests.engine.small_rules import LATE, PLAN, RATE, book, codes, problems, rule, tables

DEDUCT = "score: {deduct: {each: 1}}"
STEP = "score: {step: {every: 1%, lose: 1, counting: whole}}"
PEOPLE = """
persons: people
name: 个人
plan: year
total: 100
places: 2
linked: 60
unit: 40
spread: number
days: calendar
links: [{indicator: rate, weight: 1}]
"""
DIFFICULTY = "difficulty: {coefficient: unit.staff / 10, lowest: 0.9, highest: 1.1, places: 2, applies_to: base}\n"
ALIGNED = PLAN + "alignment: {method: mean_spread, places: 2, centre: 0.8, spread: 0.1}\n"


def listed(text: str) -> list[str]:
    return [RATE, LATE, PLAN + text]


BONUS = rule("score: {bonus: {each: 2, at_most: 10}}", full="")
LOST = rule("score: {deduct: {each: 2, at_most: 8}}\ndirection: lower", full="")


def with_group(role: str) -> str:
    return PLAN + f"  - {{name: 另计, role: {role}, indicators: [one]}}\n"


WRONG = {
    "empty-unsaid": [rule(f"{STEP}\ntarget: 98%", value="value: count(filing where late) / count(filing)")],
    "cap-never-binds": [rule(f"{DEDUCT}\ncap: 20")],
    "cap-above-full": [rule("score: {deduct: {each: 1, at_most: 12}}")],
    "range-reversed": listed("difficulty: {coefficient: 1, lowest: 1.2, highest: 0.9, places: 2, applies_to: base}"),
    "difficulty-empty-unsaid": listed(DIFFICULTY),
    "difficulty-not-positive": listed(DIFFICULTY.replace("lowest: 0.9", "lowest: 0, empty: 1")),
    "escalation-softens": [rule(f"{DEDUCT}\nescalate: [{{when: value > 3, times: 0.5, because: 屡犯}}]")],
    "plan-places": [RATE, LATE, PLAN.replace("places: 2", "places: 1")],
    "share-out-of-range": [rule(f"{DEDUCT}\nrelief: [{{when: value > 3, keep: 50, because: 甲}}]")],
    "points-never-change": [rule(DEDUCT + "\nfloor: 10\ncap: 10")],
    "target-unit": [RATE.replace("target: 98%", "target: 98"), LATE, PLAN],
    "plan-of-nobody": [RATE, LATE, PLAN.replace("classes: [厅, 所]", "classes: []")],
    "marks-not-total": [RATE.replace("full: 60", "full: 50"), LATE, PLAN],
    "weights-not-whole": [
        RATE,
        LATE,
        PLAN.replace("[rate, late]", "[{indicator: rate, weight: 50%}, {indicator: late, weight: 40%}]"),
    ],
    "mark-negative": [RATE.replace("full: 60", "full: -60"), LATE.replace("full: 40", "full: 160"), PLAN],
    "group-role": [RATE, LATE, BONUS, with_group("malus")],
    "group-marks-not-full": [RATE, LATE, PLAN.replace("{name: 申报", "{name: 申报, full: 90")],
    "pool-marks-too-high": [
        rule(
            f"items: [{{item: a, name: 甲, full: 8, value: count(filing), {DEDUCT}}},"
            f" {{item: b, name: 乙, full: 8, value: sum(filing.amount), {DEDUCT}}}]",
            value="",
        )
    ],
    "persons-parts-not-total": [RATE, LATE, PLAN, PEOPLE.replace("unit: 40", "unit: 30")],
    "linked-not-divisible": [
        RATE,
        LATE,
        PLAN,
        PEOPLE.replace("linked: 60", "linked: 59.999").replace("unit: 40", "unit: 40.001"),
    ],
    "link-without-weight": [RATE, LATE, PLAN, PEOPLE.replace("weight: 1", "weight: 0")],
    "list-size": listed("lists: [{list: red, name: 红榜, top: 1.5, rounding: up}]"),
    "share-without-rounding": listed("lists: [{list: red, name: 红榜, top: 40%}]"),
    "grades-not-descending": listed("grades: [{label: 好, at_least: 80}, {label: 中, at_least: 90}, {label: 差}]"),
    "grades-with-a-hole": listed("grades: [{label: 好, at_least: 80}, {label: 差, at_least: 60}]"),
    "segments-not-whole": listed("segments: [{name: 一, share: 40%}, {name: 二, share: 40%}]"),
    "alignment-without-key": [RATE.replace("owner: 征管科\n", ""), LATE, ALIGNED],
    "alignment-spread": [RATE, LATE, ALIGNED.replace("spread: 0.1", "spread: 0.3")],
    "target-order": [RATE.replace("target: 98%", "target: {2026-01-01: 98%, 2025-01-01: 97%}"), LATE, PLAN],
    "target-not-in-force": [RATE.replace("target: 98%", "target: {2027-01-01: 98%}"), LATE, PLAN],
    "indicator-without-basis": [RATE.replace("basis: 《细则》第十二条\n", ""), LATE, PLAN],
    "share-at-zero": [rule("score: {completion: {at_most: 100%}}\ntarget: 5\ndirection: lower\nempty: zero")],
}
WARNINGS = {
    "cap-never-binds",
    "cap-above-full",
    "points-never-change",
    "target-unit",
    "target-order",
    "indicator-without-basis",
}


@pytest.mark.parametrize("top", ["0", "-1", "-40%", "1.5", "1000001", "0.00000001", "100%", "300%"])
def test_a_list_takes_a_share_or_a_number(top: str) -> None:
    """100 % is the number 1: everybody was meant, and one would be taken."""
    assert codes(*listed(f"lists: [{{list: red, name: 红榜, top: {top}, rounding: up}}]")) == ["list-size"]


@pytest.mark.parametrize("top", ["1", "12", "40%", "0.333", "1000000"])
def test_sizes_that_a_list_may_have(top: str) -> None:
    assert codes(*listed(f"lists: [{{list: red, name: 红榜, top: {top}, rounding: up}}]")) == []


def test_a_segment_may_take_everybody_but_no_number() -> None:
    assert codes(*listed("segments: [{name: 一, share: 100%}]")) == []
    assert "list-size" in codes(*listed("segments: [{name: 一, share: 2}, {name: 二}]"))


@pytest.mark.parametrize(
    ("role", "indicator", "found"),
    [
        ("malus", BONUS, ["group-role"]),
        ("malus", LOST.replace("score", "full: 10\nscore"), ["group-role"]),
        ("malus", LOST, []),
        ("bonus", LOST, ["group-role"]),
        ("bonus", BONUS, []),
        ("malus", rule("score: {formula: value - 5}", full=""), []),
        ("bonus", rule("score: {formula: value - 5}", full=""), []),
    ],
)
def test_a_bonus_can_give_and_a_malus_can_take(role: str, indicator: str, found: list[str]) -> None:
    """The points of a group are added to the total, whatever it is called."""
    assert codes(RATE, LATE, indicator, with_group(role)) == found


@pytest.mark.parametrize("text", ["full: -60", "full: 60\nconvert_to: -1"])
def test_a_mark_below_zero_is_refused(text: str) -> None:
    assert "mark-negative" in codes(RATE.replace("full: 60", text), LATE, PLAN)


@pytest.mark.parametrize("code", WRONG)
def test_one_wrong_book_for_each_code(code: str) -> None:
    found = problems(*WRONG[code])
    assert code in [problem.code for problem in found]
    assert {problem.code for problem in found} <= {code, "cap-never-binds"}
    assert {problem.severity for problem in found if problem.code == code} == (
        {"warning"} if code in WARNINGS else {"error"}
    )


# -- numbers --------------------------------------------------------------------------------------------------------


def test_caps_that_can_bind_are_left_alone() -> None:
    assert codes(rule("score: {deduct: {each: 1, at_most: 5}}\ncap: 8")) == []
    assert codes(rule("score: {bonus: {each: 1, at_most: 3}}", full="")) == []
    never = rule('score: {bonus: {lines: [{name: 甲, count: "least(value, 2)", each: 1}], at_most: 3}}', full="")
    assert codes(never) == ["cap-never-binds"]


def test_a_floor_above_a_cap_is_told() -> None:
    assert "range-reversed" in codes(rule(f"{DEDUCT}\nfloor: 5\ncap: 3"))
    capped = PLAN.replace("{name: 申报,", "{name: 申报, floor: 90, cap: 80,")
    assert codes(RATE, LATE, capped) == ["range-reversed"]


def test_the_unit_of_a_target_is_that_of_its_value() -> None:
    share = "value: count(filing where late) / count(filing)"
    times = "value: 100 * count(filing where late) / count(filing)"
    percent = [
        rule(f"{STEP}\nempty: full\n{text}", value=value)
        for value, text in (
            (share, "target: 98"),
            (times, "target: 0.98"),
            (share, "show: percent\ntarget: 98"),
            (times, "target: 98%"),
        )
    ]
    assert [codes(text) for text in percent] == [["target-unit"]] * 4
    right = [
        rule(f"{STEP}\nempty: full\n{text}", value=value)
        for value, text in (
            (share, "target: 98%"),
            (times, "target: 98"),
            (share, "target: 0.98"),
            ("value: count(filing) / 7", "target: 98"),
        )
    ]
    assert [codes(text) for text in right] == [[]] * 4


def test_marks_add_up_for_every_class() -> None:
    own = rule(DEDUCT, full="full: 40", ident="own", value="value: sum(filing.amount)")
    by_class = PLAN.replace("[rate, late]", "[rate, {indicator: late, only: [厅]}, {indicator: own, only: [所]}]")
    assert codes(RATE, LATE, own, by_class) == []
    (problem,) = problems(RATE, LATE, own.replace("40", "30"), by_class)
    assert (problem.code, problem.params["class"], problem.params["sum"]) == ("marks-not-total", "所", "90")


def test_marks_that_differ_are_a_warning_where_the_total_may_be_exceeded() -> None:
    free = PLAN.replace("exceed_total: false", "exceed_total: true")
    found = problems(RATE.replace("full: 60", "full: 50"), LATE, free)
    assert [(problem.severity, problem.params["class"]) for problem in found] == [("warning", "厅"), ("warning", "所")]


def test_a_bonus_group_may_make_the_rest_of_the_total() -> None:
    bonus = rule(
        "score: {bonus: {each: 1, at_most: 10}}", full="", ident="more", value="value: count(filing where late)"
    )
    plan = PLAN + "  - {name: 加分, role: bonus, cap: 10, indicators: [more]}\n"
    assert codes(RATE.replace("full: 60", "full: 50"), LATE, bonus, plan) == []


def test_marks_that_only_facts_decide_are_not_added_up() -> None:
    assert codes(RATE.replace("full: 60", "full: \"if(class_is('厅'), 60, 50)\""), LATE, PLAN) == []
    unit_only = PLAN.replace("[rate, late]", "[rate, {indicator: late, only: [A01]}]")
    assert codes(RATE, LATE, unit_only) == []


def test_a_class_may_have_its_own_full_mark_and_pools_the_sum_of_their_items() -> None:
    own = RATE + "by_class: {厅: {full: 70}}\n"
    (problem,) = problems(own, LATE, PLAN)
    assert problem.params["class"] == "厅"
    pool = rule(
        f"items: [{{item: a, name: 甲, full: 25, value: count(filing where kind = 'a'), {DEDUCT}}},"
        f" {{item: b, name: 乙, full: 15, value: count(filing where kind = 'b'), {DEDUCT}}}]",
        full="",
        value="",
        ident="late",
    )
    assert codes(RATE, pool, PLAN) == []
    assert codes(RATE, pool + "\nconvert_to: 40", PLAN) == []
    assert codes(RATE, pool + "\nconvert_to: 30", PLAN) == ["marks-not-total"] * 2


def test_weights_make_a_whole() -> None:
    plan = PLAN.replace("[rate, late]", "[{indicator: rate, weight: 60%}, {indicator: late, weight: 40%}]")
    assert codes(RATE, LATE, plan) == []
    mixed = PLAN.replace("[rate, late]", "[{indicator: rate, weight: 60%}, late]")
    assert codes(RATE, LATE, mixed) == []


def test_groups_pools_and_persons_that_add_up_are_left_alone() -> None:
    assert codes(RATE, LATE, PLAN.replace("{name: 申报", "{name: 申报, full: 100")) == []
    assert codes(RATE, LATE, PLAN, PEOPLE) == []
    mine = LATE.replace("indicator: late", "indicator: mine") + "subject: officer\n"
    assert codes(RATE, LATE, PLAN, mine, PEOPLE.replace("unit: 40", "unit: 0") + "own: [mine]\nown_empty: zero\n") == []


def test_what_nothing_of_ones_own_is_worth_must_be_said() -> None:
    mine = LATE.replace("indicator: late", "indicator: mine") + "subject: officer\n"
    people = PEOPLE.replace("unit: 40", "unit: 0") + "own: [mine]\n"
    (problem,) = problems(RATE, LATE, PLAN, mine, people)
    assert problem.code == "own-empty-unsaid"
    assert "own_empty: rescale" in problem.text("zh")
    assert codes(RATE, LATE, PLAN, mine, people + "own_empty: full\n") == []


# -- lists, grades, alignment ---------------------------------------------------------------------------------------


def test_lists_by_number_score_or_rounded_share_are_left_alone() -> None:
    lists = "{list: a, name: 甲, top: 3}, {list: b, name: 乙, bottom: 10%, rounding: down}, "
    assert codes(*listed(f"lists: [{lists} {{list: c, name: 丙, at_least: 90}}]")) == []


def test_grades_and_segments_that_leave_nobody_out_are_left_alone() -> None:
    assert codes(*listed("grades: [{label: 好, at_least: 80}, {label: 差}]")) == []
    assert codes(*listed("segments: [{name: 一, share: 40%}, {name: 二, share: 60%}]")) == []
    assert codes(*listed("segments: [{name: 一, share: 40%}, {name: 二}]")) == []
    assert codes(*listed("segments: [{name: 一}, {name: 二, share: 40%}]")) == ["segments-not-whole"]
    half_known = "grades: [{label: 好, at_least: 80}, {label: 中, at_least: full / 2}, {label: 差}]"
    assert codes(*listed(half_known)) == []


def test_alignment_by_owner_is_sound_where_all_have_one() -> None:
    assert codes(RATE, LATE, ALIGNED) == []
    best = PLAN + "alignment: {method: convert_best, places: 2}\n"
    bonus = rule("score: {bonus: {each: 1, at_most: 10}}", full="", ident="more").replace("owner: 科\n", "")
    more = best.replace("[rate, late]}", "[rate, late]}\n  - {name: 加分, role: bonus, indicators: [more]}")
    assert "alignment-without-key" not in codes(RATE, LATE, bonus, more)


# -- targets --------------------------------------------------------------------------------------------------------


def test_a_target_must_be_in_force_for_each_class_that_it_is_applied_to() -> None:
    only = RATE.replace("target: 98%", "target: {by_class: {厅: 98%}}")
    (problem,) = problems(only, LATE, PLAN)
    assert (problem.params["class"], problem.params["first"]) == ("所", "—")
    limited = PLAN.replace("[rate, late]", "[{indicator: rate, only: [厅]}, late]")
    assert "target-not-in-force" not in codes(only, LATE, limited)
    split = only + "by_class: {所: {target: 97%}}\n"
    assert codes(split, LATE, PLAN) == []


def _separating(text: str, values: dict[str, list[tuple[str, str]]]) -> list[str]:
    context = context_of(book(text, LATE, PLAN), tables())
    last = {id: [(name, Fraction(number)) for name, number in rows] for id, rows in values.items()}
    return [problem.code for problem in targets_that_separate_nobody(context, date(2026, 12, 31), last)]


def test_targets_that_everybody_or_nobody_met_are_told() -> None:
    good = [("厅", "0.99"), ("厅", "0.98"), ("厅", "1")]
    bad = [("厅", "0.9"), ("厅", "0.91"), ("厅", "0.7")]
    assert _separating(RATE, {"rate": good}) == ["target-met-by-all"]
    assert _separating(RATE, {"rate": bad}) == ["target-met-by-none"]
    assert _separating(RATE, {"rate": [*good, *bad]}) == []
    assert _separating(RATE, {"rate": good[:2]}) == []
    assert _separating(RATE, {}) == []
    assert _separating(RATE + "direction: lower\n", {"rate": bad}) == ["target-met-by-all"]
    assert _separating(RATE.replace("target: 98%", "target: peers_mean(value)"), {"rate": good}) == []
    split = RATE + "by_class: {厅: {target: 99.5%}}\n"
    assert _separating(split, {"rate": [*good, *[("所", "0.99")] * 3]}) == ["target-met-by-all"]


def test_a_plan_without_its_indicators_full_marks_is_not_added_up() -> None:
    assert codes(RATE, LATE.replace("full: 40\n", ""), PLAN) == []
