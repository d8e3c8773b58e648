"""A rule as a form: taken apart and put together again without losing a comment."""

from __future__ import annotations

from pathlib import Path

import pytest

from steelyard.engine.model.book import KINDS
from steelyard.reports.sheet import Words
from steelyard.web.library.forms.blocks import at_line
from steelyard.web.library.forms.fields import fields, written
from steelyard.web.library.forms.weights import weighted, weights
from steelyard.web.library.texts import documents, kind_of

RULES = Path(__file__).parents[3] / "examples" / "province" / "rules"
TEXT = """# 办结
indicator: done
name: 办结
target: 2  # 上半年已达到

# 怎么计分
score:
  threshold:
    met: 3
# 完
"""


def province() -> list[tuple[str, str]]:
    return [
        (kind_of(tree), part)
        for path in sorted(RULES.rglob("*.yaml"))
        for tree, part in documents(path.read_text("utf-8"), path.name)
    ]


def typed(kind: str, text: str) -> dict[str, str]:
    groups, rest = fields(kind, text)
    return {field.key: field.value for group in [*groups, rest] for field in group}


def test_a_form_that_nobody_touched_gives_the_text_back_byte_by_byte() -> None:
    rules = province()
    assert len(rules) > 190
    assert [part for kind, part in rules if written(kind, part, typed(kind, part)) != part] == []
    assert written("indicator", TEXT, typed("indicator", TEXT)) == TEXT


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("name", "办结率", TEXT.replace("name: 办结", "name: 办结率")),
        ("name", "办结: 甲", TEXT.replace("name: 办结", 'name: "办结: 甲"')),
        ("name", "2026", TEXT.replace("name: 办结", 'name: "2026"')),
        ("target", "3", TEXT.replace("2  # 上半年已达到", "3")),
        ("owner", "征管处", TEXT.replace("score:", "score:", 1).replace("name: 办结\n", "name: 办结\n")),
        ("score", "threshold:\r\n  met: 4", TEXT.replace("met: 3", "met: 4")),
        ("target", "", TEXT.replace("target: 2  # 上半年已达到\n", "")),
    ],
)
def test_one_field_changes_and_all_else_stays(key: str, value: str, wanted: str) -> None:
    found = written("indicator", TEXT, typed("indicator", TEXT) | {key: value})
    if key == "owner":
        assert "owner: 征管处\n" in found
        found = found.replace("owner: 征管处\n", "")
    assert found == wanted


def test_a_line_belongs_to_the_key_above_it() -> None:
    assert [at_line(TEXT, line) for line in (1, 2, 4, 8, 9)] == ["", "indicator", "target", "score", "score"]


def test_every_kind_of_rule_has_a_form() -> None:
    for kind in KINDS:
        groups, rest = fields(kind, f"{kind}: x\n")
        assert kind in {field.key for group in [*groups, rest] for field in group}


PLAN = """plan: all
groups:
  - name: 甲
    indicators:
      - {indicator: one, weight: 8%}  # 重
      - two
      - {indicator: three, full: 5 + 1}
  - {name: 乙, indicators: [{indicator: four, full: 12}, five]}
"""


def test_weights_are_dragged_where_they_stand() -> None:
    full_of = {"two": "4", "five": "2.5"}
    found = weights(PLAN, full_of)
    assert [(one.at, one.indicator, one.key, one.value, one.percent, one.given) for one in found] == [
        ("0.0", "one", "weight", "8", True, True), ("0.1", "two", "full", "4", False, False),
        ("1.0", "four", "full", "12", False, True), ("1.1", "five", "full", "2.5", False, False),
    ]  # fmt: skip
    same = {one.at: one.value for one in found}
    assert weighted(PLAN, same, full_of) == PLAN
    other = weighted(PLAN, {"0.0": "7.5", "0.1": "6", "1.0": "10", "1.1": "x"}, full_of)
    assert other == PLAN.replace("weight: 8%", "weight: 7.5%").replace("- two", "- {indicator: two, full: 6}").replace(
        "full: 12", "full: 10"
    )
    assert weights("plan: [", {}) == []


@pytest.mark.parametrize("text", ["", "x", "- a", "# nothing yet"])
def test_what_is_no_rule_yet_stands_in_the_form_whole(text: str) -> None:
    assert fields("indicator", text)
    assert written("indicator", text, {}) == f"{text}\n"


@pytest.mark.parametrize("said", ['"half', "*other", "2026-13-45", "[" * 3_000, "[&a [x], *a, *a]"])
def test_what_cannot_be_read_is_shown_as_it_is_written(said: str) -> None:
    groups, _ = fields("indicator", f"indicator: a\nname: {said}\n")
    assert next(one.value for one in groups[0] if one.key == "name") == said


@pytest.mark.parametrize(
    ("said", "shown"), [("010203", "010203"), ("no", "no"), ('"8"', "8"), ("12:30", "12:30"), ("8", "8"), ("~", "")]
)
def test_a_text_is_shown_as_the_book_reads_it(said: str, shown: str) -> None:
    groups, _ = fields("indicator", f"indicator: a\nname: {said}\n")
    assert next(one.value for one in groups[0] if one.key == "name") == shown


@pytest.mark.parametrize(
    ("typed", "kept"), [("2026-13-45", "2026-13-45"), ("8", '"8"'), ("*a", '"*a"'), ("a: b", '"a: b"'), ("no", "no")]
)
def test_a_line_that_would_be_read_as_something_else_is_quoted(typed: str, kept: str) -> None:
    assert f"name: {kept}\n" in written("indicator", "indicator: a\nname: 名\n", {"name": typed})


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_says_in_both_languages_what_it_is_and_what_one_writes_there(kind: str) -> None:
    groups, rest = fields(kind, "")
    said = [field for group in [*groups, rest] for field in group]
    assert [one.key for one in said if one.name.zh == one.key or not all((one.name.en, one.hint.zh, one.hint.en))] == []
    assert [(one.key, value) for one in said for value, words in one.choices if words.zh == value] == []


def test_a_choice_says_what_counts_where_nothing_is_chosen() -> None:
    groups, _ = fields("indicator", TEXT)
    (direction,) = (one for group in groups for one in group if one.key == "direction")
    assert direction.unsaid is not None
    assert (direction.unsaid.zh, direction.unsaid.en) == ("越高越好", "Higher is better")


def test_what_is_wrong_stands_at_its_field() -> None:
    wrong = (Words("没有这一列", "no such column"),)
    groups, _ = fields("indicator", TEXT, {"target": wrong})
    assert {one.key: one.wrong for group in groups for one in group if one.wrong} == {"target": wrong}
