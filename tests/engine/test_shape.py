"""From documents to nouns: every complaint has its place, the alternatives and a suggestion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import pytest
from pydantic import Field

from steelyard.engine.expressions.nodes import Day, Name, Node, Number, name
from steelyard.engine.expressions.parse import parse
from steelyard.engine.problems import NOWHERE, Problem, Refused
from steelyard.engine.reading import read
from steelyard.engine.shape import Formula, Written, as_formula, shaped, suggestion


class Leaf(Written):
    value: Formula
    unit: Literal["户", "件"] = "户"


class Tree(Written):
    title: str
    leaves: list[Leaf] = Field(default_factory=list)
    by_class: Mapping[str, Leaf] = Field(default_factory=dict)
    best: Leaf | None = None
    own: Leaf | None = Field(default=None, alias="self")
    count: int = 0


def grown(text: str) -> Tree:
    return shaped(Tree, read(text, "a.yaml")[0])


def problems(text: str) -> list[Problem]:
    with pytest.raises(Refused) as caught:
        grown(text)
    assert all(problem.text("zh") and problem.text("en") for problem in caught.value.problems)
    return list(caught.value.problems)


def test_every_noun_knows_its_place() -> None:
    tree = grown("title: 甲\nleaves:\n  - value: 1\nby_class:\n  甲:\n    value: 2\nself: {value: 3}\n")
    assert str(tree.leaves[0].place("value")) == "a.yaml:3:12"
    assert str(tree.by_class["甲"].place()) == "a.yaml:6:5"
    assert tree.own is not None
    assert tree.own.place().line == 7
    assert Leaf(value=1).place("value") == NOWHERE


def test_a_noun_inside_a_document_is_found_by_its_path() -> None:
    document = read("rules:\n  - {title: 甲}\n  - {title: 乙}\n", "a.yaml")[0]
    assert shaped(Tree, document, ("rules", 1)).title == "乙"


def test_all_problems_of_shape_are_told_together() -> None:
    found = problems("leaves: [{value: 1, unit: 斤}]\ncount: x\n")
    assert [problem.code for problem in found] == ["shape-missing", "shape-choice", "shape-value"]


def test_an_unknown_key_is_met_with_what_is_allowed_and_what_was_meant() -> None:
    (problem,) = problems("title: 甲\nbest: {value: 1, unt: 户}\n")
    assert problem.code == "shape-unknown"
    assert problem.params["allowed"] == "unit、value"
    assert "unit" in str(problem.params["suggestion"])
    assert str(problem.place) == "a.yaml:2:23"


def test_keys_are_named_as_they_are_written() -> None:
    (problem,) = problems("title: 甲\nslef: {value: 1}\n")
    assert "self" in str(problem.params["allowed"])
    assert "own" not in str(problem.params["allowed"])


def test_an_unknown_key_inside_a_table_by_class_is_met_with_the_keys_of_its_rows() -> None:
    (problem,) = problems("title: 甲\nby_class: {甲: {value: 1, unt: 户}}\n")
    assert problem.params["allowed"] == "unit、value"


def test_a_choice_that_is_none_is_met_with_all_choices() -> None:
    (problem,) = problems("title: 甲\nbest: {value: 1, unit: 件数}\n")
    assert (problem.code, problem.params["allowed"]) == ("shape-choice", "户、件")


def test_a_bad_formula_is_pointed_at_to_the_character() -> None:
    (problem,) = problems("title: 甲\nbest: {value: 1 + }\n")
    assert (problem.code, str(problem.place)) == ("expression-syntax", "a.yaml:2:18")
    (problem,) = problems("title: 甲\nbest: {value: sum(a.b) + min(3)}\n")
    assert (problem.code, str(problem.place)) == ("expression-aggregate", "a.yaml:2:26")


@pytest.mark.parametrize("written", ["true", "[1]", "{a: 1}", "null"])
def test_what_is_no_formula_is_not_taken_for_one(written: str) -> None:
    (problem,) = problems(f"title: 甲\nbest: {{value: {written}}}\n")
    assert problem.code == "shape-formula"


@pytest.mark.parametrize(
    ("written", "tree"),
    [
        (Decimal("0.10"), Number(Fraction(1, 10))),
        (Fraction(1, 3), Number(Fraction(1, 3))),
        (3, Number(Fraction(3))),
        ("98%", Number(Fraction(98, 100))),
        ("unit.staff", Name(("unit", "staff"))),
        (name("a"), Name(("a",))),
        ("2026 - 03 - 31", parse("2026 - 3 - 31")),
    ],
)
def test_a_formula_may_be_written_in_many_ways(written: object, tree: Node) -> None:
    assert as_formula(written) == tree


def test_a_bare_day_is_a_day_and_no_subtraction() -> None:
    day = as_formula("2026-03-31")
    assert isinstance(day, Day)
    assert day.value.isoformat() == "2026-03-31"
    (problem,) = problems("title: 甲\nbest: {value: 2026-02-30}\n")
    assert (problem.code, str(problem.place)) == ("expression-date", "a.yaml:2:15")


def test_nouns_that_say_the_same_are_equal_wherever_they_stand() -> None:
    first, second = grown("title: 甲\nbest: {value: 5%}"), grown("\n\ntitle: 甲\nbest: {value: 0.05}")
    assert first == second
    assert len({first, second}) == 1
    assert first != grown("title: 乙")
    assert first != "甲"


def test_a_suggestion_is_made_only_where_something_is_near() -> None:
    assert "value" in suggestion("valeu", ["value", "unit"])
    assert suggestion("xyz", ["value", "unit"]) == ""


def test_a_noun_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Leaf(value=1).unit = "件"


def test_a_value_of_another_kind_says_what_to_write_in_both_languages() -> None:
    (mapped,) = problems("title: 甲\nleaves: {red: {top: 10.5}}\n")
    assert mapped.text("zh") == "“{red: {top: 10.5}}”不符合要求：应写一列，如 [甲, 乙]，或每行以“- ”开头"
    assert "write a list" in mapped.text("en")
    (number,) = problems("title: 2026\n")
    assert "数字和日期要加引号" in number.text("zh")


class Coded(Written):
    code: str = Field(pattern="^[a-z][a-z0-9_]*$")
    day: date


def test_identifiers_and_days_that_are_none_are_told_in_words_of_the_reader() -> None:
    with pytest.raises(Refused) as refused:
        shaped(Coded, read("code: 准期率\nday: 2.5\n", "a.yaml")[0])
    code, day = (problem.text("zh") for problem in refused.value.problems)
    assert "应以小写字母开头，只用小写字母、数字和下划线" in code
    assert day == "“2.5”不符合要求：应写日期，如 2026-03-31"


@pytest.mark.parametrize(("written", "told"), [("true", "“true”"), ("", "“”"), ("[true, 1]", "“[true, 1]”")])
def test_a_value_is_told_as_it_was_written(written: str, told: str) -> None:
    (problem,) = problems(f"title: {written}\n")
    assert problem.text("zh").startswith(told)
