"""YAML to plain values that remember where they were written."""

from __future__ import annotations

from decimal import Decimal

import pytest
import yaml

from steelyard.engine import reading
from steelyard.engine.problems import Refused
from steelyard.engine.reading import MAX_CHARACTERS, read


def codes(text: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        read(text, "a.yaml")
    assert all(problem.text("zh") and problem.text("en") for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("010203", "010203"),
        ("no", "no"),
        ("12:30", "12:30"),
        ("0.10", Decimal("0.10")),
        ("-3", Decimal(-3)),
        ("1e3", "1e3"),
        ("'7'", "7"),
        ("true", True),
        ("~", None),
        ("null", None),
        ("", None),
        ("2026-01-31", "2026-01-31"),
        ("|\n  a\n  b\n", "a\nb\n"),
    ],
)
def test_numbers_are_exact_and_codes_stay_text(text: str, value: object) -> None:
    tree = read(f"key: {text}", "a.yaml")[0].tree
    assert isinstance(tree, dict)
    assert tree["key"] == value


def test_a_number_keeps_the_digits_it_was_written_with() -> None:
    assert str(read("0.10", "a.yaml")[0].tree) == "0.10"


def test_every_value_knows_its_line_and_column() -> None:
    document = read("a:\n  - b: 1\n    c: [x, y]\n", "a.yaml")[0]
    assert str(document.place(("a", 0, "c", 1))) == "a.yaml:3:12"


def test_something_missing_stands_where_it_is_missing_from() -> None:
    document = read("a:\n  b: 1\n", "a.yaml")[0]
    assert str(document.place(("a", "nothing", "at all"))) == "a.yaml:2:3"


def test_a_file_may_hold_several_documents_and_empty_ones() -> None:
    found = read("a: 1\n---\nb: 2\n---\n", "a.yaml")
    assert [document.tree for document in found] == [{"a": Decimal(1)}, {"b": Decimal(2)}, None]
    assert read("", "a.yaml") == []
    assert str(found[2].place(())).startswith("a.yaml:")


def test_a_doubled_key_is_refused_because_the_loser_would_vanish() -> None:
    assert codes("a: 1\nb: 2\na: 3\n") == ["yaml-doubled-key"]


def test_all_problems_of_a_file_are_told_together() -> None:
    assert codes("a: 1\na: 2\n---\n? [x]\n: 1\n") == ["yaml-doubled-key", "yaml-key-not-text"]


def test_anchors_and_aliases_are_refused() -> None:
    assert codes("a: &x [1]\nb: *x\n") == ["yaml-alias"]


def test_a_file_that_is_too_big_or_too_deep_is_refused() -> None:
    assert codes("a" * (MAX_CHARACTERS + 1)) == ["yaml-too-big"]
    assert "yaml-too-big" in codes("[" * 60 + "]" * 60)


@pytest.mark.parametrize(
    "text",
    ["a: 一\u202e二", "# 注\u200b\na: 1", 'a: "\\u202e"', 'a: "\\0"', 'a: "\\x85"', '"\\u200b": 1', "a: x\ufeff"],
)
def test_a_sign_that_nobody_sees_is_refused_however_it_is_written(text: str) -> None:
    assert codes(text) == ["yaml-invisible"]


def test_a_text_may_begin_with_the_mark_of_its_encoding_and_ends_its_lines_as_it_likes() -> None:
    assert read("\ufeffa: 1\r\nb: |\r\n  一\t二\r\n", "a.yaml")[0].tree == {"a": Decimal(1), "b": "一\t二\n"}


def test_the_line_of_an_invisible_sign_is_told() -> None:
    with pytest.raises(Refused) as caught:
        read("a: 1\nb: 二\u200b\n", "a.yaml")
    assert (caught.value.problems[0].place.line, caught.value.problems[0].params["found"]) == (2, "U+200B")


@pytest.mark.parametrize("deep", ["[", "{a: ", "- ", "? "])
def test_a_text_that_nests_without_end_is_refused_and_nothing_dies_of_it(deep: str) -> None:
    assert codes(f"a: 1\n---\n{deep * 200_000}") == ["yaml-too-big"]


def test_a_long_text_with_many_short_lists_is_read() -> None:
    text = "a: [" + ", ".join("[1, {b: 2}]" for _ in range(2_000)) + "]\n"
    assert len(read(text, "a.yaml")) == 1


@pytest.mark.parametrize("text", ["a: [1", "a: 'x", "a:\tb: c: d", "\x00", "{" * 5_000])
def test_what_is_not_yaml_is_refused_with_a_reason(text: str) -> None:
    assert set(codes(text)) <= {"yaml-syntax", "yaml-too-big"}


def test_the_place_of_a_syntax_error_is_known() -> None:
    with pytest.raises(Refused) as caught:
        read("a: 1\nb: [1\n", "a.yaml")
    assert caught.value.problems[0].place.line == 3


def test_a_syntax_error_without_a_mark_still_names_the_file() -> None:
    problem = reading._syntax(yaml.MarkedYAMLError(context="while reading"), "a.yaml")
    assert (str(problem.place), problem.params["reason"]) == ("a.yaml", "while reading")


def test_an_unknown_kind_of_node_is_nothing() -> None:
    assert (
        reading._Reader("a.yaml").value(yaml.Node("tag", None, *[yaml.Mark("", 0, 0, 0, None, None)] * 2), ()) is None
    )
