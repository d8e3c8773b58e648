"""Nothing happened is neither zero nor full marks: which rules can be empty, and which cannot, whatever the data."""

from __future__ import annotations

import pytest

from tests.engine.small_rules import LATE, PLAN, RATE, codes, problems, rule

DEDUCT = "score: {deduct: {each: 1}}"

CAN_BE_EMPTY = {
    "count(filing where late) / count(filing)": "可能为零",
    "avg(filing.amount)": "没有符合条件的行",
    "percentile(filing.amount, 90)": "没有符合条件的行",
    "last(filing.amount by filed_on)": "没有符合条件的行",
    "count(filing) - last_year(count(filing))": "往期",
    "unit.staff": "没有登记",
    "count(filing) / unit.staff": "没有登记",
    "peers_mean(unit.staff)": "可比的单位",
    "peers_mean(count(filing), '所')": "可比的单位",
    "peers_nth(count(filing), 3)": "可比的单位",
    "peers_rank(avg(filing.amount))": "没有符合条件的行",
    "peers_sum(unit.staff)": "可比的单位",
    "count(filing) / (count(filing) - 1)": "可能为零",
    "count(filing) / (sum(filing.amount) * 2)": "可能为零",
    "steps(count(filing), sum(filing.amount))": "可能为零",
    "if(count(filing) > 5, avg(filing.amount), 0)": "没有符合条件的行",
    "or_else(1, avg(filing.amount))": "没有符合条件的行",
    "value(other)": "没有符合条件的行",
    "1 / abs(count(filing))": "可能为零",
    "1 / peers_count(count(filing), '所')": "可能为零",
    "if(count(filing) > 0 or late_half > 0, 1 / count(filing), 0)": "可能为零",
}
ALWAYS_SOMETHING = [
    "count(filing)",
    "sum(filing.amount)",
    "distinct(filing.kind)",
    "count(filing) / 10",
    "count(filing where late) / (count(filing) + 1)",
    "1 / greatest(count(filing), 1)",
    "1 / (2 * -3)",
    "if(count(filing) > 0, 1 / count(filing), 0)",
    "if(count(filing) = 0, 0, 1 / count(filing))",
    "if(count(filing) >= 1 and late_half > 0, late_half / count(filing), 0)",
    "peers_mean(count(filing))",
    "if(count(filing) > 0 and 5 < 3, 1 / count(filing), 1)",
    "1 / peers_count(count(filing))",
    "if(unit.staff is not null, unit.staff, 0)",
    "if(unit.staff is null, 0, unit.staff)",
    "if(is_empty(avg(filing.amount)), 0, avg(filing.amount))",
    "or_else(avg(filing.amount), 0)",
    "if(unit.staff > 3, count(filing) / unit.staff, 0)",
    "if(0 < unit.staff, count(filing) / unit.staff, 0)",
    "if(not is_empty(unit.staff), unit.staff, 0)",
    "peers_rank(count(filing))",
    "peers_sum(count(filing))",
    "1 / abs(-2)",
    "if(unit.staff != 0, 1 / (unit.staff * 2), 0)",
    "if(sum(filing.amount) != 0, 1 / -sum(filing.amount), 0)",
]


def _valued(text: str) -> list[str]:
    value = f'value: "{text.replace("late_half", "count(filing where late)")}"'
    other = rule("", full="", value="value: avg(filing.amount)", ident="other")
    return [rule(DEDUCT, value=value), other]


@pytest.mark.parametrize("text", CAN_BE_EMPTY)
def test_what_can_be_empty_and_does_not_say_so_is_refused_with_the_reason(text: str) -> None:
    (problem,) = problems(*_valued(text))
    assert problem.code == "empty-unsaid"
    assert CAN_BE_EMPTY[text] in problem.text()
    assert codes(_valued(text)[0] + "\nempty: zero", _valued(text)[1]) == []


@pytest.mark.parametrize("text", ALWAYS_SOMETHING)
def test_what_always_has_a_result_need_not_say_so(text: str) -> None:
    assert "empty-unsaid" not in codes(*_valued(text))


@pytest.mark.parametrize(
    "score",
    [
        "{band: {table: [{at_least: 90, points: 10}, {at_least: 80, below: 90, points: 5}, {below: 80, points: 0}]}}",
        "{band: {table: [{at_least: 90, points: 10}, {at_least: 80, points: 5}], otherwise: {points: 0}}}",
        "{band: {table: [{at_most: 3, points: 10}, {above: 3, points: 0}]}}",
    ],
)
def test_a_table_that_rules_every_value_always_has_a_result(score: str) -> None:
    assert codes(rule(f"score: {score}")) == []


def test_a_method_that_may_give_nothing_says_when() -> None:
    survey = "score: {survey: {ratings: filing.amount, out_of: 10, at_least: 5, at_most: 100%}}"
    (problem,) = problems(rule(survey, value=""))
    assert problem.code == "empty-unsaid"
    ratio = 'score: {ratio: {to: "sum(filing.amount)", at_most: 100%}}'
    (problem,) = problems(rule(ratio))
    assert "情形" in problem.text()
    assert "unless" in problem.text("en")


def test_a_pool_asks_only_where_its_items_have_answered() -> None:
    item = f"items: [{{item: a, name: 甲, value: avg(filing.amount), {DEDUCT}%s}}]"
    inside = problems(rule(item % "", value=""))
    assert [(problem.code, problem.params["rule"]) for problem in inside] == [("empty-unsaid", "甲")]
    whole = problems(rule(item % ", empty: none", value=""))
    assert [(problem.code, problem.params["rule"]) for problem in whole] == [("empty-unsaid", "one")]
    assert "各要点" in whole[0].text()
    assert codes(rule(item % ", empty: zero", value="")) == []
    assert codes(rule((item % ", empty: none") + "\nempty: full", value="")) == []


def test_targets_by_class_and_day_are_no_reason_for_emptiness() -> None:
    target = "target: {all: {2025-01-01: 95%, 2026-01-01: 96%}, by_class: {厅: 99%}}"
    assert codes(RATE.replace("target: 98%", target), LATE, PLAN) == []
