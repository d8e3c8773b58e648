"""Why these points: the steps with their figures, reasons for what is missing, and the smallest change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.evaluate import Evaluation
from steelyard.engine.explaining.change import best_change, leaves, smallest_changes
from steelyard.engine.explaining.explanation import Explanation, explain, variant_of
from steelyard.engine.explaining.settling import shown
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.expressions.wording import Vocabulary
from steelyard.engine.problems import Language
from steelyard.engine.weighing.items import Weighed
from steelyard.engine.weighing.scope import Scope
from tests.engine.by_hand import ABSENT, AWAITED, OUTSIDE, book, panel, rule, stated

LATE, ALL = "count(filing where late)", "count(filing)"
RATE = """
value: 1 - count(filing where late) / count(filing)
show: percent
target: 95%
score: {step: {every: 1%, lose: 0.5, counting: whole}}
empty: full
"""
WORDS = Vocabulary({"filing": "申报", "filing.late": "逾期", "late": "逾期"})


def weighed(
    text: str, totals: Mapping[str, Sequence[Any]], classes: str = "甲甲甲", full: str = "full: 10", **attributes: Any
) -> tuple[Weighed, Scope]:
    work = Evaluation(book(rule("one", text, full)), panel(classes, **attributes), stated(totals))
    return work.indicator("one"), work.scope


def explained(
    text: str, totals: Mapping[str, Sequence[Any]], language: Language = "zh", **more: Any
) -> list[Explanation]:
    found, scope = weighed(text, totals, **more)
    return [explain(found, scope, index, language, WORDS) for index in range(scope.size)]


# -- the steps --------------------------------------------------------------------------------------------------------


def test_every_step_is_told_with_its_formula_its_figures_and_its_result() -> None:
    one = explained(RATE, {LATE: [8, 0, 0], ALL: [100, 100, 100]})[0]
    titles = [line.title for line in one.lines]
    assert (titles[:3], titles[-1]) == (["实际值", "目标值", "满分"], "得分")
    assert (one.lines[0].figures, one.lines[0].result) == ("1−8÷100", "92%")
    assert (one.points, one.full, one.lost) == (Fraction("8.5"), 10, Fraction("1.5"))
    assert [total.number for total in one.totals] == [8, 100]
    english = explained(RATE, {LATE: [8, 0, 0], ALL: [100, 100, 100]}, "en")[0]
    assert english.lines[0].title == "value"
    assert english.sentence != one.sentence


def test_steps_that_changed_nothing_are_left_out() -> None:
    exempt = RATE + "exempt: [{when: count(filing) > 500, because: 灾害}]\n"
    few, many = (explained(exempt, {LATE: [count // 10] * 3, ALL: [count] * 3})[0] for count in (100, 1000))
    assert "免扣：灾害" not in [line.title for line in few.lines]
    assert "免扣：灾害" in [line.title for line in many.lines]
    assert many.lost == 0


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (AWAITED, "数据未到", "data awaited"),
        (ABSENT, "单位不存在", "did not exist"),
        (OUTSIDE, "不适用", "does not apply"),
    ],
)
def test_what_has_no_points_has_a_reason(value: Any, zh: str, en: str) -> None:
    text = RATE.replace("empty: full", "empty: none")
    totals = {LATE: [value, 0, 0], ALL: [value, 0, 100]}
    for language, words, nothing in (("zh", zh, "无此类事项"), ("en", en, "nothing to count")):
        found = explained(text, totals, language)  # type: ignore[arg-type]
        assert [one.reason for one in found] == [words, nothing, None]
        assert (found[0].points, found[0].lost) == (None, None)
        assert found[0].lines[0].result == "—"


def test_a_step_says_whether_rounding_moved_it() -> None:
    """Seven filings, one late: the value is rounded to three places; one of eight needs no rounding."""
    rule = RATE.replace("show: percent\n", "places: 3\n") + "points_places: 4\n"
    moved, exact = (explained(rule, {LATE: [1, 0, 0], ALL: [count] * 3})[0] for count in (7, 8))
    assert [(one.lines[0].result, one.lines[0].rounded) for one in (moved, exact)] == [
        ("0.857", True),
        ("0.875", False),
    ]


def test_numbers_whose_decimals_never_end_are_marked_as_rounded() -> None:
    assert [shown(Fraction(text), "number") for text in ("1/3", "22323320/2076781", "-2/3", "1/8")] == [
        "≈0.333333", "≈10.749", "≈-0.666667", "0.125",
    ]  # fmt: skip
    assert shown(Fraction(2, 3), "percent") == "≈66.6667%"
    one = explained(RATE + "points_places: 4\n", {LATE: [1, 0, 0], ALL: [7, 7, 7]})[0]
    assert one.lines[0].result == "≈85.7143%"
    assert any("≈" in line.figures for line in one.lines[1:])


def test_a_class_is_told_its_own_rule() -> None:
    text = RATE + "by_class: {乙: {target: 100%}}\n"
    first, second = explained(text, {LATE: [8, 8], ALL: [100, 100]}, classes="甲乙")
    assert (first.points, second.points) == (Fraction("8.5"), 6)
    assert first.lines[1].result == "95%"
    assert second.lines[1].result == "100%"
    found, scope = weighed(text, {LATE: [8, 8], ALL: [100, 100]}, "甲乙")
    assert variant_of(found, scope, 0) is found.common


def test_a_pool_is_told_with_its_parts() -> None:
    items = """
    items:
      - {item: a, name: 申报, full: 6, value: count(filing where late), score: {deduct: {each: 1}}}
      - item: b
        name: 等次
        full: 4
        value: count(filing)
        score: {band: {table: [{at_least: 1, points: 4, label: 优}], otherwise: {points: 0, label: 差}}}
    """
    one = explained(items, {LATE: [2, 0], ALL: [5, 0]}, classes="甲甲", full="")[0]
    assert [(part.name, part.points, part.label) for part in one.parts] == [("申报", 4, None), ("等次", 4, "优")]
    assert one.points == 8
    assert "；" in one.sentence


def test_a_condition_among_the_figures_stays_in_words() -> None:
    text = """
    value: count(filing)
    score:
      formula:
        steps: {few: {name: 不足, is: value < 3}, some: {name: 占比, is: 1 / value > 0}}
        points: if(few, 1, 2)
    """
    told = {}
    for language in ("zh", "en"):
        told[language] = explained(text, {ALL: [2, 4, 0]}, language)  # type: ignore[arg-type]
    answers = {key: [[line.result for line in one.lines[2:4]] for one in found] for key, found in told.items()}
    assert answers["zh"] == [["是", "是"], ["否", "是"], ["是", "—"]]
    assert answers["en"] == [["yes", "yes"], ["no", "yes"], ["yes", "—"]]
    assert [one.lines[-1].result for one in told["zh"]] == ["1", "2", "1"]
    assert told["zh"][0].lines[2].figures == "实际值小于3"


def test_a_step_that_needs_its_parts_is_told_with_their_figures() -> None:
    text = "value: count(filing)\ntarget: 8\nscore: {completion: {at_most: unlimited}}\nempty: none\n"
    one = explained(text, {ALL: [2, 4, 0]})[0]
    ratio = next(line for line in one.lines if line.title == "比率")
    assert (ratio.figures, ratio.result) == ("2÷8", "25%")


def test_figures_show_what_was_decided() -> None:
    text = """
    value: or_else(count(filing) / 0, count(filing where late))
    score: {formula: "if(value > 2 and label(other) = '优', round(value / 3, 1), unit.staff)"}
    """
    other = rule(
        "other", "value: count(filing)\nscore: {band: {table: [{at_least: 1, label: 优}], otherwise: {label: 差}}}\n"
    )
    work = Evaluation(
        book(rule("one", text), other), panel("甲甲", staff=[5, None]), stated({LATE: [4, 1], ALL: [3, 3]})
    )
    first, second = (explain(work.indicator("one"), work.scope, index, "zh", WORDS) for index in (0, 1))
    assert (first.lines[0].figures, first.lines[2].figures) == ("4", "4÷3")
    assert second.lines[-1].result == "—"
    words = explain(work.indicator("other"), work.scope, 0, "zh", WORDS)
    assert (words.label, words.points, words.reason) == ("优", None, None)
    assert words.lines[-1].result == "优"


# -- the smallest change ----------------------------------------------------------------------------------------------


def best(
    text: str, totals: Mapping[str, Sequence[Any]], index: int = 0, **more: Any
) -> tuple[Aggregate, Fraction] | None:
    found, scope = weighed(text, totals, **more)
    change = best_change(smallest_changes(found, scope), scope, index)
    return None if change is None else (change.aggregate, change.amount(index))


def test_three_fewer_late_filings_would_have_kept_all_points() -> None:
    change = best(RATE, {LATE: [8, 0, 0], ALL: [100, 100, 100]})
    assert change is not None
    assert (change[0].where is not None, change[1]) == (True, -3)
    assert best(RATE, {LATE: [5, 0, 0], ALL: [100, 100, 100]}) is None  # nothing is lost


def test_shrinking_the_base_is_no_remedy() -> None:
    """More filings would dilute the late ones; nobody is told to make some."""
    found, scope = weighed(RATE, {LATE: [8, 0, 0], ALL: [100, 100, 100]})
    assert {change.aggregate.where is None for change in smallest_changes(found, scope)} == {False}


def test_a_part_grows_no_further_than_its_whole() -> None:
    text = (
        "value: count(filing where late) / count(filing)\ntarget: 2\nscore: {completion: {at_most: 1}}\nempty: none\n"
    )
    assert best(text, {LATE: [1, 1, 1], ALL: [4, 4, 4]}) is None
    reachable = text.replace("target: 2", "target: 75%")
    change = best(reachable, {LATE: [1, 1, 1], ALL: [4, 4, 4]})
    assert change is not None
    assert change[1] == 2


def test_money_moves_by_the_cent_and_averages_by_a_hundredth() -> None:
    text = "value: sum(filing.paid)\ntarget: 10\nscore: {completion: {at_most: 1}}\nempty: none\n"
    paid = best(text, {"sum(filing.paid)": ["9.99", "9.99", "10"]})
    assert paid is not None
    assert paid[1] == Fraction("0.01")
    mean = text.replace("sum(filing.paid)", "avg(filing.paid)").replace("target: 10", "target: 10.005")
    average = best(mean, {"avg(filing.paid)": ["28/3", "29/3", "11"]}, full="full: 10")
    assert average is not None
    assert average[1] == Fraction("0.67")  # 10.0033 of 10.005 are 10.00 points
    assert best(mean, {"avg(filing.paid)": ["28/3", "29/3", "10"]}) is None  # a mean that nobody has reached


def test_an_item_that_only_takes_is_best_at_nothing_taken() -> None:
    change = best("value: count(filing where late)\nscore: {deduct: {each: 1}}\n", {LATE: [3, 0, 0]}, full="")
    assert change is not None
    assert change[1] == -3


def test_pools_and_rules_of_several_classes_are_asked_part_by_part() -> None:
    text = RATE + "by_class: {乙: {target: 100%}}\n"
    found, scope = weighed(text, {LATE: [8, 8], ALL: [100, 100]}, "甲乙")
    assert smallest_changes(found, scope) == []
    own = variant_of(found, scope, 1)
    assert [leaf.item for leaf in leaves(own)] == ["one"]
    assert best_change(smallest_changes(own, scope), scope, 1).amount(1) == -8  # type: ignore[union-attr]


def test_a_pool_is_changed_where_its_parts_are() -> None:
    part = "item: {0}, name: {0}, full: 5, value: count(filing where late), score: {{deduct: {{each: 1}}}}"
    items = "items: [" + ", ".join("{" + part.format(name) + "}" for name in "ab") + "]"
    found, scope = weighed(items, {LATE: [2, 0, 0]}, full="")
    assert smallest_changes(found, scope) == []
    assert [leaf.item for leaf in leaves(found)] == ["a", "b"]


def test_only_a_label_is_not_bought_with_a_change() -> None:
    text = "value: count(filing)\nscore: {band: {table: [{at_least: 9, label: 优}], otherwise: {label: 差}}}\n"
    found, scope = weighed(text, {ALL: [1, 2, 3]})
    assert smallest_changes(found, scope) == []


# -- N2: what is promised holds in the engine -------------------------------------------------------------------------

SCORES = [
    "step: {every: 5%, lose: 0.7, counting: whole}",
    "step: {every: 3%, lose: 1, counting: begun, at_most: 6}",
    "step: {every: 1%, lose: 1/3, counting: proportional}",
    "completion: {at_most: 1}",
    "threshold: {at_target: met, met: full, missed: 0}",
    "band: {table: [{at_least: 90%, points: full}, {at_least: 50%, points: 3}], otherwise: {points: 0}}",
    "ratio: {to: peers_mean(value), at_most: 1}",
    "linear: {points: [{at: 20%, points: 0}, {at: 90%, points: full}], below: flat, above: flat}",
]
MORE = ["", "minus: [{name: 重复, count: count(filing where again), each: 0.5}]\n", "points_places: 0\n",
        "relief: [{when: count(filing) < 5, keep: 50%, because: 小单位}]\n"]  # fmt: skip
AGAIN = "count(filing where again)"


@settings(max_examples=60)
@given(st.data())
def test_every_promised_change_brings_all_points_back_and_one_less_does_not(data: st.DataObject) -> None:
    whole = data.draw(st.lists(st.integers(1, 12), min_size=2, max_size=4))
    part = [data.draw(st.integers(0, n)) for n in whole]
    again = [data.draw(st.integers(0, 3)) for _ in whole]
    score, more = data.draw(st.sampled_from(SCORES)), data.draw(st.sampled_from(MORE))
    text = f"value: {LATE} / {ALL}\ntarget: 80%\nscore: {{{score}}}\n{more}empty: none\n"
    found, scope = weighed(text, {LATE: part, ALL: whole, AGAIN: again}, "甲" * len(whole))
    for index in range(scope.size):
        change = best_change(smallest_changes(found, scope), scope, index)
        if change is None:
            continue
        assert found.points is not None
        assert found.points.fraction(index) < 10  # type: ignore[operator]
        step = change.unit if change.move[index] > 0 else -change.unit
        assert _again(text, scope, change.aggregate, index, change.amount(index), score) >= 10
        assert _again(text, scope, change.aggregate, index, change.amount(index) - step, score) < 10


def _again(text: str, scope: Scope, moved: Aggregate, index: int, by: Fraction, score: str) -> Fraction:
    """The points of a full evaluation with that one total of that one subject changed.

    A peers' mean moves with its members; the promise holds it where it was, so the test does too.
    """
    fixed = _mean(scope) if score.startswith("ratio") else None
    written = text if fixed is None else text.replace("peers_mean(value)", f"{fixed.numerator}/{fixed.denominator}")
    memory = dict(scope.memory)
    column = memory[moved]
    delta = np.zeros(scope.size, dtype=object)
    delta[index] = by.numerator
    memory[moved] = column + Numbers(delta, by.denominator, np.zeros(scope.size, dtype=np.uint8))
    work = Evaluation(book(rule("one", written)), scope.panel, replace(stated({}), numbers=memory))
    points = work.indicator("one").points
    assert points is not None
    return points.fraction(index) or Fraction(0)


def _mean(scope: Scope) -> Fraction:
    by = {
        str(aggregate.where is None): column
        for aggregate, column in scope.memory.items()
        if "again" not in str(aggregate.where)
    }
    rates = [a / b for a, b in zip(by["False"].fractions(), by["True"].fractions(), strict=True)]  # type: ignore[operator]
    return sum(rates, Fraction(0)) / len(rates)
