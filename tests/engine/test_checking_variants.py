"""Who looks at another class sees what that class got: checked wherever by_class makes a difference."""

from __future__ import annotations

import pytest

from tests.engine.small_rules import LATE, codes, problems, rule

DEDUCT = "score: {deduct: {each: 1}}"
HALL = "\nby_class: {厅: {value: 2 * count(filing)}}\n"
COMPARED = "score: {formula: \"value - peers_mean(value, '厅')\"}\nempty: zero"


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_another_class_is_looked_at_only_where_it_is_worked_out_alike() -> None:
    """Its own formula on other units is not what these units got."""
    base = rule(COMPARED)
    assert codes(base) == []
    assert codes(base + HALL) == ["peers-of-variant"]
    (problem,) = problems(base + HALL)
    assert "'厅') 看厅的“value”" in problem.text("zh")
    assert "value(指标)" in problem.text("zh")
    assert codes(base + "\nby_class: {厅: {full: 20}}\n") == []
    assert codes(base.replace("value, '厅'", "points(late), '厅'") + HALL, LATE) == []
    assert codes(base.replace("peers_mean(value, '厅')", "peers_mean(count(filing) / 2, '厅')") + HALL) == []


@pytest.mark.parametrize(
    ("looked_at", "changes", "found"),
    [
        ("value", "places: 1", True),
        ("value", "full: 20", False),
        ("target", "target: 7", True),
        ("target", "full: 20", False),
        ("full", "full: 20", True),
        ("full", "cap: 5", False),
        ("full", "value: 1 + count(filing)", True),
    ],
)
def test_a_variant_that_leaves_what_is_compared_as_it_is_may_compare(looked_at: str, changes: str, found: bool) -> None:
    text = rule(COMPARED.replace("mean(value", f"mean({looked_at}") + "\ntarget: 5")
    own = text + f"\nby_class: {{所: {{{changes}}}}}\n"
    assert ("peers-of-variant" in codes(own)) is found


def test_points_of_another_class_rest_on_the_whole_rule_and_its_parts() -> None:
    rises = "score: {deduct: {each: 1}}\nempty: {points: \"peers_mean(points, '厅')\"}\n"
    assert codes(rule(rises)) == []
    assert codes(rule(rises + "by_class: {厅: {cap: 5}}\n")) == ["peers-of-variant"]
    part = "{item: a, name: 甲, full: 5, value: count(filing), score: {deduct: {each: 1}}"
    pool = "items: [PART}]\nempty: {points: \"peers_mean(points, '厅')\"}\n"
    assert "peers-of-variant" not in codes(rule(pool.replace("PART", part), value=""))
    own = part + ", by_class: {厅: {score: {deduct: {each: 2}}}}"
    assert "peers-of-variant" in codes(rule(pool.replace("PART", own), value=""))


def test_a_part_that_only_one_class_has_is_not_looked_for_in_another() -> None:
    part = f"{{item: a, name: 甲, full: 5, value: count(filing), {COMPARED.strip().replace(chr(10), ', ')}}}"
    own = rule(f"score: {{deduct: {{each: 1}}}}\nby_class: {{所: {{items: [{part}]}}}}\n")
    assert "peers-of-variant" in codes(own)


def test_what_several_classes_share_is_told_once() -> None:
    shared = "\nby_class: {厅: {value: 2 * count(filing)}, 库: {full: 20}}\n"
    assert codes(rule(COMPARED) + shared) == ["peers-of-variant"]


def test_conditions_look_at_other_classes_under_the_same_rule() -> None:
    exempt = "exempt: [{when: \"value < peers_mean(value, '厅')\", because: 低于大厅}]"
    base = rule(f"score: {{deduct: {{each: 1}}}}\nempty: zero\n{exempt}")
    assert codes(base) == []
    (problem,) = problems(base + HALL)
    assert problem.code == "peers-of-variant"


def test_a_cap_that_looks_at_another_class_is_told_where_it_is_written() -> None:
    cap = "cap: \"peers_max(value, '厅')\""
    common, own = rule(f"{DEDUCT}\nempty: zero\n{cap}") + HALL, rule(f"{DEDUCT}\nempty: zero")
    (problem,) = problems(common)
    assert (problem.code, problem.place.line) == ("peers-of-variant", line_of(common, cap))
    varied = own + f"\nby_class: {{厅: {{value: 2 * count(filing)}}, 库: {{{cap}}}}}\n"
    (problem,) = problems(varied)
    assert (problem.code, problem.place.line) == ("peers-of-variant", line_of(varied, cap))
