"""What an evaluation will ask of the facts, and whom a new row can touch."""

from __future__ import annotations

from steelyard.engine.model.reconciliation import Reconciliation
from steelyard.engine.weighing.expanding import expanded
from steelyard.engine.weighing.needs import needed, readers, values_of
from tests.engine.by_hand import book, panel, rule

SCORE = "score: {formula: value}\nempty: none\n"


def test_rows_of_a_table_touch_all_that_rest_on_it_however_far() -> None:
    found = readers(
        book(
            rule("one", f"value: count(filing)\n{SCORE}"),
            rule("two", "value: count(visit)\nscore: {formula: value + points(one)}\nempty: none\n"),
            rule("three", f"value: label(two)\n{SCORE}".replace("label", "value")),
            rule("four", f"value: 1\n{SCORE}"),
        )
    )
    assert found == {"filing": {"one", "two", "three"}, "visit": {"two", "three"}}


def test_indicators_that_others_refer_to_are_needed_too() -> None:
    rules = book(
        rule("one", f"value: sum(filing.paid)\n{SCORE}"),
        rule("two", "value: count(visit)\nscore: {formula: points(one)}\nempty: none\n"),
    )
    assert {total.table for total in needed(rules, ["two"])} == {"filing", "visit"}
    assert [total.kind for total in needed(rules, ["one"])] == ["sum"]
    assert [*values_of(rules)] == ["one", "two"]


def test_only_a_class_with_a_value_of_its_own_has_another_past() -> None:
    one = f"value: count(filing)\n{SCORE}"
    plain, marked = book(rule("one", one)), book(rule("one", one + "by_class: {厅: {full: 8}}\n"))
    counted = book(rule("one", one + "by_class: {厅: {value: count(visit)}}\n"))
    assert values_of(marked)["one"] == values_of(plain)["one"] != values_of(counted)["one"]


def test_checkpoints_without_a_target_have_none_in_their_parts() -> None:
    plain = book(rule("one", f"value: count(filing)\ncheckpoints: {{every: half}}\n{SCORE}")).indicators["one"]
    assert [(part.item, part.target) for part in expanded(plain).items] == [("h1", None), ("h2", None)]


def test_places_of_a_panel_are_found_by_subject_and_period() -> None:
    assert panel("甲乙").at("b", "2026") == 1


def test_a_reconciliation_has_one_name() -> None:
    side = {"name": "甲", "value": "count(filing)", "of": "own"}
    written = {
        "reconcile": "twice", "name": "核对", "levels": ["分局"], "every": "month", "from": "2026-01", "to": "2026-02",
        "left": side, "right": side, "tolerance": 0, "one_sided": "skip",
    }  # fmt: skip
    assert Reconciliation.model_validate(written).id == "twice"
