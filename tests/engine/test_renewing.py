"""Some periods weighed anew give, with all others kept, what a full evaluation gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.evaluate import evaluate
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.renewing import Fresh, renewed
from steelyard.engine.weighing.panel import Totals
from steelyard.lake.runners import direct_runner
from tests.engine.by_hand import book, panel, plan, rule, stated
from tests.engine.random_books import Given, examples, facts
from tests.engine.weighed_books import by_engine, differences, of_engine, tables, totals
from tests.engine.weighed_books import panel as panel_of


@dataclass(frozen=True)
class Mixed:
    """The newer totals in some places, the older in all others."""

    older: Totals
    newer: Totals
    at: np.ndarray[tuple[int], np.dtype[np.intp]]

    def column(self, aggregate: Aggregate) -> Numbers:
        older, newer = self.older.column(aggregate), self.newer.column(aggregate)
        mask = np.zeros(len(older), np.bool_)
        mask[self.at] = True
        return newer.where(mask, older)


@dataclass(frozen=True)
class Chosen:
    """Some places of other totals."""

    all: Totals
    at: np.ndarray[tuple[int], np.dtype[np.intp]]

    def column(self, aggregate: Aggregate) -> Numbers:
        return self.all.column(aggregate).take(self.at)


@settings(max_examples=30)
@given(examples(), facts(), st.data())
def test_any_periods_weighed_anew_end_as_a_full_evaluation_ends(given: Given, other: Any, data: st.DataObject) -> None:
    periods = data.draw(st.lists(st.sampled_from(range(len(given.periods))), unique=True).map(sorted))
    again = replace(given, facts=replace(other, sparse=given.facts.sparse))
    with direct_runner.connect(tables(given)) as runner, direct_runner.connect(tables(again)) as newer:
        old, fresh = by_engine(given, runner), totals(again, newer)
        at = old.panel.places_of(periods)
        mixed = Mixed(old.scope.totals, fresh, at)
    words = {word for table in given.facts.tables.values() for word in (table.name, table.title)}
    found = renewed(old, given.book, Fresh(mixed, Chosen(mixed, at), periods, words, set(given.book.indicators)))
    full = evaluate(given.book, given.plan, panel_of(given), mixed)
    assert differences(of_engine(found), of_engine(full)) == []
    assert {name: mask.tolist() for name, mask in found.barred.items()} == {
        name: mask.tolist() for name, mask in full.barred.items()
    }


STEADY = rule("steady", "value: count(refund)\nscore: {formula: value}")
SEEN = rule("seen", "value: count(filing)\nscore: {formula: value}")
ASKED = rule("asked", "value: count(cases)\nscore: {formula: 'if(value > 5, points(seen), value)'}")
BOOK = book(STEADY, SEEN, ASKED, plan("steady", "asked"))
OLD = {"count(refund)": [1, 2, 3, 4], "count(cases)": [1, 2, 3, 4], "count(filing)": [5, 6, 7, 8]}
TWO = replace(panel("甲甲甲甲"), subjects=("a", "b"), periods=("2026-01", "2026-02"))


def _renewed(before: dict[str, list[int]], after: dict[str, list[int]], periods: list[int]) -> Any:
    day = TWO.period_ends[0]
    laid = replace(TWO, period_ends=(day, day))
    old, newer = evaluate(BOOK, BOOK.plans["p"], laid, stated(before)), stated(after)
    fresh = Fresh(newer, Chosen(newer, laid.places_of(periods)), periods, {"cases"}, {"asked"})
    found, full = renewed(old, BOOK, fresh), evaluate(BOOK, BOOK.plans["p"], laid, newer)
    assert found.total.fractions() == full.total.fractions()
    assert found.scope.totals is newer
    return old, found


def test_indicators_that_rest_on_nothing_new_stay_as_they_are() -> None:
    old, found = _renewed(OLD, {**OLD, "count(cases)": [1, 2, 3, 5]}, [1])
    assert found.indicators["steady"] is old.indicators["steady"]
    assert found.indicators["asked"] is not old.indicators["asked"]


def test_an_indicator_that_was_never_asked_for_is_weighed_for_all_periods() -> None:
    old, found = _renewed(OLD, {**OLD, "count(cases)": [1, 2, 3, 9]}, [1])
    assert "seen" not in old.indicators
    assert len(found.indicators["seen"].points) == 4


def test_an_indicator_that_only_other_periods_ask_for_is_kept() -> None:
    before = {**OLD, "count(cases)": [9, 2, 3, 4]}
    old, found = _renewed(before, {**before, "count(cases)": [9, 2, 3, 5]}, [1])
    assert found.indicators["seen"] is old.indicators["seen"]


def test_nothing_is_weighed_when_no_period_was_touched() -> None:
    old, found = _renewed(OLD, OLD, [])
    assert found.indicators is old.indicators


CONDITION = "{steps: {short: {name: 不足, is: value < 6}}, points: 'if(short, 1, 2)'}"
BAND = "{band: {table: [{at_least: 6, label: 优, points: 3}], otherwise: {label: 差, points: 1}}}"
KINDS_BOOK = book(
    rule("judged", f"value: count(filing)\nscore: {{formula: {CONDITION}}}"),
    rule("named", f"value: count(filing)\nscore: {BAND}"),
    rule("fresh", f"value: count(cases)\nscore: {{formula: {CONDITION}}}"),
    plan("judged", "named", "fresh"),
)


def test_conditions_and_labels_are_kept_and_renewed_as_numbers_are() -> None:
    day = TWO.period_ends[0]
    laid = replace(TWO, period_ends=(day, day))
    older, newer = stated(OLD), stated({**OLD, "count(cases)": [1, 2, 8, 9]})
    old = evaluate(KINDS_BOOK, KINDS_BOOK.plans["p"], laid, older)
    fresh = Fresh(newer, Chosen(newer, laid.places_of([1])), [1], {"cases"}, {"fresh"})
    found, full = renewed(old, KINDS_BOOK, fresh), evaluate(KINDS_BOOK, KINDS_BOOK.plans["p"], laid, newer)
    assert found.total.fractions() == full.total.fractions() == [3, 6, 7, 7]
    for one, other in zip(found.indicators.values(), full.indicators.values(), strict=True):
        assert [str(column) for _, column in one.steps] == [str(column) for _, column in other.steps]
