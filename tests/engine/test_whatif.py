"""What would be if: only what a change touches is weighed again, and the answer is that of a full run."""

from __future__ import annotations

from fractions import Fraction

import pytest

from steelyard.engine.evaluate import evaluate
from steelyard.engine.model.book import RuleBook
from steelyard.engine.problems import Refused
from steelyard.engine.whatif import reweigh, sources_of, unchanged
from tests.engine.by_hand import book, panel, plan, result, rule, stated, values

A = rule("a", "value: count(filing)\ntarget: 10\nscore: {completion: {at_most: 1}}\n", "full: 40")
B = rule("b", "value: count(cases)\nscore: {formula: value}\n", "full: 60")
C = rule("c", "value: points(a) + value(b)\nscore: {formula: value / 2}\n", "full: 50")
TOTALS = {"count(filing)": [8, 10, 4], "count(cases)": [60, 30, 50]}
OLD = book(A, B, C, plan("a", "b", "c"))


def touched(new: RuleBook) -> set[str]:
    return set(new.indicators) - unchanged(OLD, new, OLD.plans["p"], new.plans["p"])


def same_as_a_full_run(new: RuleBook) -> bool:
    again = reweigh(result(OLD, TOTALS), OLD, new, new.plans["p"])
    full = evaluate(new, new.plans["p"], panel("甲甲甲"), stated(TOTALS))
    return (values(again.total), again.places.place.tolist()) == (values(full.total), full.places.place.tolist())


@pytest.mark.parametrize(
    ("new", "changed"),
    [
        (OLD, set()),
        (book(A.replace("10", "12"), B, C, plan("a", "b", "c")), {"a", "c"}),
        (book(A, B.replace("value}", "value / 2}"), C, plan("a", "b", "c")), {"b", "c"}),
        (book(A, B, C.replace("/ 2", "/ 4"), plan("a", "b", "c")), {"c"}),
        (book(A, B, C, plan("a", "b", "{indicator: c, full: 20}")), {"c"}),
        (book(A, B, C, plan("{indicator: a, weight: 50%}", "b", "c")), set()),
        (book(A, B, C, plan("a", "{indicator: b, only: [a]}", "c")), {"b", "c"}),
        (book(A, B, C, plan("a", "b", "c"), general="book: b\nname: 册\npoints_places: 1\nrounding: up\nfloor: 0"),
         {"a", "b", "c"}),
        (book(A, B, C, rule("d", "value: count(cases)\nscore: {formula: value}"), plan("a", "d")), {"d"}),
    ],
)  # fmt: skip
def test_a_change_reaches_whatever_refers_to_it_and_nothing_else(new: RuleBook, changed: set[str]) -> None:
    assert touched(new) == changed
    assert same_as_a_full_run(new)


def test_what_was_not_touched_is_not_weighed_again() -> None:
    before = result(OLD, TOTALS)
    new = book(A, B, C.replace("/ 2", "/ 4"), plan("a", "b", "c"))
    after = reweigh(before, OLD, new, new.plans["p"])
    assert after.indicators["a"] is before.indicators["a"]
    assert after.indicators["c"] is not before.indicators["c"]


def test_totals_that_were_not_added_up_need_a_full_run() -> None:
    new = book(A, B.replace("count(cases)", "count(refund)"), C, plan("a", "b", "c"))
    with pytest.raises(Refused) as refused:
        reweigh(result(OLD, TOTALS), OLD, new, new.plans["p"])
    (problem,) = refused.value.problems
    assert problem.code == "whatif-new-total"
    assert "count(refund)" in problem.text("zh")
    assert "count(refund)" in problem.text("en")


PAST = rule("past", "value: last_year(value(b))\nscore: {formula: value}\n", "full: 60")


def test_what_looks_at_the_year_before_of_an_indicator_is_reached_by_its_rule() -> None:
    old = book(B, PAST, plan("b", "past"))
    new = book(B.replace("count(cases)", "count(cases) / 2"), PAST, plan("b", "past"))
    totals = {"count(cases)": [60, 30, 50], "last_year:count(cases)": [20, 40, 8]}
    assert set(new.indicators) - unchanged(old, new, old.plans["p"], new.plans["p"]) == {"b", "past"}
    again = reweigh(result(old, totals), old, new, new.plans["p"])
    assert values(again.indicators["past"].points) == [10, 20, 4]


def test_steps_of_a_plan_that_say_the_same_of_the_same_columns_are_kept() -> None:
    before = result(OLD, TOTALS)
    new = book(A, B, C.replace("/ 2", "/ 4"), plan("a", "b", "c"))
    after = reweigh(before, OLD, new, new.plans["p"])
    kept = [step.name for (step, column), (_, old) in zip(after.steps, before.steps, strict=True) if column is old]
    assert {"part:a", "part:b"} <= set(kept)
    assert not {"part:c", "group:全部", "total"} & set(kept)


def test_a_plan_with_other_steps_is_added_up_from_the_beginning() -> None:
    new = book(A, B, C, plan("a", "c"))
    assert same_as_a_full_run(new)


def test_a_second_question_finds_the_references_of_the_first() -> None:
    sources = sources_of(OLD)
    assert sources_of(OLD) is sources
    assert {id: set(sources[id]) for id in sources} == {"a": set(), "b": set(), "c": {"a", "b"}}


def test_a_step_of_the_plan_that_reads_another_indicator_is_taken_again_when_that_changes() -> None:
    hard = "difficulty: {coefficient: value(b) / 30, lowest: 0.5, highest: 2, places: 2, applies_to: total}"
    old = book(A, B, plan("a", "b", more=hard))
    new = book(A, B.replace("count(cases)", "count(cases) / 2"), plan("a", "b", more=hard))
    again = reweigh(result(old, TOTALS), old, new, new.plans["p"])
    full = evaluate(new, new.plans["p"], panel("甲甲甲"), stated(TOTALS))
    assert values(again.total) == values(full.total)
    assert values(again.column("coefficient")) == [1, Fraction(1, 2), Fraction(83, 100)]


def test_a_step_of_the_plan_that_counts_rows_itself_stays_as_long_as_these_do() -> None:
    load = "difficulty: {coefficient: count(filing) / 8, lowest: 0.5, highest: 2, places: 2, applies_to: total}"
    old = book(A, B, plan("a", "b", more=load))
    new = book(A, B.replace("count(cases)", "count(cases) / 2"), plan("a", "b", more=load))
    before = result(old, TOTALS)
    again = reweigh(before, old, new, new.plans["p"])
    full = evaluate(new, new.plans["p"], panel("甲甲甲"), stated(TOTALS))
    assert values(again.total) == values(full.total)
    assert again.column("coefficient") is before.column("coefficient")
