"""Case files and rule books say what is wrong with them, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from steelyard.bureau.asking.trying import by_twin, try_cases
from steelyard.engine.model.book import read_book
from steelyard.engine.problems import Refused
from steelyard.engine.trying.cases import read_cases, rows
from steelyard.engine.trying.outcomes import Outcome, try_file

BOOK = "book: t\nname: 例\npoints_places: 2\nrounding: half_up\nfloor: 0\n"
RULE = "indicator: a\nname: 甲\nvalue: sum(f.v)\nfull: 1\nscore: {deduct: {each: 1}}\n"
CASES = (
    "---\ncases: a\nfacts: {f: {v: integer}}\ngiven:\n  f: |\n    unit | v\n    甲 | 1\n"
    "expect: |\n  unit | points\n  甲 | 0\n"
)


def codes(found: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in found.value.problems]


def refused_rows(table: str) -> list[str]:
    (file,) = read_cases([("book.yaml", BOOK), ("a.yaml", RULE + CASES.replace("    unit | v\n    甲 | 1\n", table))])
    with pytest.raises(Refused) as found:
        rows(file.groups[0], "f", None)
    return codes(found)


def test_a_row_with_a_cell_too_many_is_pointed_at() -> None:
    assert refused_rows("    unit | v\n    甲 | 1 | 2\n") == ["case-row-length"]


def test_a_cell_of_the_wrong_type_is_pointed_at() -> None:
    assert refused_rows("    unit | v\n    甲 | many\n") == ["case-cell"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("boolean", "maybe"),
        ('"decimal(5,2)"', "1.234"),
        ("date", "2026-02-30"),
        ("datetime", "noon"),
        ("integer", "1.5"),
    ],
)
def test_a_cell_says_what_its_type_allows(kind: str, text: str) -> None:
    cases = CASES.replace("integer", kind).replace("甲 | 1", f"甲 | {text}")
    (file,) = read_cases([("book.yaml", BOOK), ("a.yaml", RULE + cases)])
    with pytest.raises(Refused) as found:
        rows(file.groups[0], "f", None)
    assert codes(found) == ["case-cell"]


def test_problems_of_all_case_files_come_together() -> None:
    broken = RULE + CASES.replace("cases: a", "cases: a\ncolour: red")
    with pytest.raises(Refused) as found:
        read_cases([("book.yaml", BOOK), ("a.yaml", broken), ("b.yaml", "- 1\n---\n" + RULE), ("c.yaml", RULE + CASES)])
    assert [(problem.place.file, problem.code) for problem in found.value.problems] == [
        ("a.yaml", "shape-unknown"),
        ("b.yaml", "document-kind"),
    ]


def test_a_file_tries_the_rules_before_each_group_and_an_empty_document_is_none() -> None:
    (file,) = read_cases(
        [("book.yaml", BOOK), ("a.yaml", "---\n---\n" + RULE + CASES + CASES.replace("cases: a", "cases: b"))]
    )
    assert [[*book.indicators] for book in file.books] == [["a"], ["a"]]


def test_a_column_that_nobody_declared_is_pointed_at() -> None:
    assert refused_rows("    unit | w\n    甲 | 1\n") == ["case-column"]


def test_examples_are_not_tried_on_rules_that_cannot_be_weighed(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(BOOK, "utf-8")
    file = tmp_path / "a.yaml"
    file.write_text(RULE + CASES, "utf-8")
    assert try_cases(tmp_path).held
    file.write_text(RULE.replace("each: 1", "each: wrong") + CASES, "utf-8")
    with pytest.raises(Refused) as found:
        try_cases(tmp_path)
    assert [(problem.code, problem.place.line) for problem in found.value.problems] == [("rule-unknown-name", 5)]


def test_a_document_of_no_known_kind_is_refused_with_the_kinds_there_are() -> None:
    with pytest.raises(Refused) as found:
        read_book([("a.yaml", "indicater: a\nname: 甲\n")])
    assert codes(found) == ["document-kind"]
    assert "indicator" in found.value.problems[0].text("en")


def test_two_indicators_of_one_name_are_refused_and_the_first_is_named() -> None:
    with pytest.raises(Refused) as found:
        read_book([("a.yaml", BOOK + "---\n" + RULE + "---\n" + RULE)])
    assert codes(found) == ["doubled-id"]


@pytest.mark.parametrize(
    "alignment", ["{method: mean_spread, places: 2}", "{method: percentile, places: 2, centre: 80%, spread: 10%}"]
)
def test_only_an_alignment_by_mean_and_spread_states_both(alignment: str) -> None:
    plan = (
        "plan: p\nname: 计划\nyear: '2026'\nclasses: [A]\ntotal: 1\nplaces: 2\nexceed_total: false\n"
        f"groups: [{{name: g, indicators: [a]}}]\nalignment: {alignment}\n"
    )
    with pytest.raises(Refused) as found:
        read_book([("a.yaml", BOOK + "---\n" + RULE + "---\n" + plan)])
    assert codes(found) == ["alignment-measure"]


OFFICE = """
indicator: a
name: 甲
value: avg(f.v)
full: 10
score: {formula: value}
empty: none
---
plan: p
name: 计划
year: "2026"
classes: [所]
total: 10
places: 2
exceed_total: false
groups: [{name: 全部, indicators: [a]}]
---
persons: q
name: 个人
plan: p
total: 10
places: 2
linked: 0
unit: 10
spread: number
days: calendar
---
cases: c
facts: {f: {v: integer}}
units: |
  unit | class
  甲所 | 所
  乙所 | 所
given:
  f: |
    unit | v
    甲所 | 8
holdings: |
  person | post | duty | unit | from       | to         | share
  张     | 一岗 | 管理 | 甲所 | 2026-01-01 | 2026-12-31 | 0.5
  李     | 二岗 | 管理 | 乙所 | 2026-01-01 |            |
expect: |
  example | unit | total
  1       | 甲所 | 8
expect_persons: |
  example | person | unit | days | carried | total
  2       | 张     | 甲所 | 365  | 8       |
  2       | 张     |      |      |         | {total}
  3       | 李     |      |      |         | 无
"""


def tried(total: str) -> Outcome:
    (file,) = read_cases([("book.yaml", BOOK), ("a.yaml", OFFICE.replace("{total}", total))])
    (outcome,) = try_file(file, by_twin)
    return outcome


def test_persons_of_a_case_are_weighed_by_their_units_and_days() -> None:
    """Half time is a whole person; who has a unit without a score has none (无)."""
    assert (tried("8").examples, tried("8").held, tried("8").mismatches) == (3, 3, ())


def test_a_person_who_was_promised_something_else_is_told() -> None:
    (found,) = tried("7").mismatches
    assert (found.row, found.column, found.expected, found.found) == ("2", "total", "7", "8")


def test_what_a_case_declares_wrongly_is_told_for_all_files_at_once() -> None:
    with pytest.raises(Refused) as found:
        read_cases([("book.yaml", BOOK), ("a.yaml", RULE + "---\ncases: a\n"), ("b.yaml", "indicater: b\n")])
    assert codes(found) == ["shape-missing", "document-kind"]


def test_a_group_of_examples_without_rules_of_its_own_tries_those_before_it() -> None:
    second = CASES.replace("cases: a", "cases: b").replace("甲 | 0", "甲 | 1")
    (file,) = read_cases([("book.yaml", BOOK), ("a.yaml", RULE + "---\n# 空的一段\n" + CASES + second)])
    assert [list(book.indicators) for book in file.books] == [["a"], ["a"]]
    assert [len(outcome.mismatches) for outcome in try_file(file, by_twin)] == [0, 1]


PEOPLE = """---
plan: units
name: 单位
year: "2026"
classes: [所]
total: 1
places: 2
exceed_total: false
groups: [{name: 全部, indicators: [a]}]
---
persons: people
name: 个人
plan: units
total: 1
places: 2
linked: 1
unit: 0
spread: number
days: calendar
links: [{indicator: a, duties: [管理], weight: 1}]
---
cases: a
facts: {f: {v: integer}}
given:
  f: |
    unit | v
    甲 | 0
units: |
  unit | class
  甲 | 所
  乙 | 别
holdings: |
  person | post | duty | unit | from | to | share
  张 | p | 管理 | 甲 | 2025-01-01 | |
  李 | q | 管理 | 乙 | 2025-01-01 | |
expect: |
  unit | total
  甲 | 1
expect_persons: |
  person | unit | carried | total
  张 | 甲 | 1 |
  张 | | | 1
  李 | | | 无
"""


def test_what_a_stage_carries_is_tried_and_a_unit_that_is_not_assessed_gives_no_score(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(BOOK, "utf-8")
    share = RULE.replace("sum(f.v)", "sum(f.v) / count(f)") + "empty: none\n"
    (tmp_path / "a.yaml").write_text(share + PEOPLE, "utf-8")
    found = try_cases(tmp_path)
    assert [one.mismatches for outcomes in found.outcomes.values() for one in outcomes] == [()] * len(found.outcomes)


def test_examples_have_no_calendar_of_working_days(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(BOOK, "utf-8")
    (tmp_path / "a.yaml").write_text(RULE + PEOPLE.replace("days: calendar", "days: workdays"), "utf-8")
    with pytest.raises(Refused) as found:
        try_cases(tmp_path)
    assert codes(found) == ["case-workdays"]


def tried_problems(written: str) -> list[tuple[str, object]]:
    """Codes of what is wrong with a case file, each with the word that it is about."""
    (file,) = read_cases([("book.yaml", BOOK), ("a.yaml", written)])
    with pytest.raises(Refused) as found:
        try_file(file, by_twin)
    assert all(problem.place.line for problem in found.value.problems)
    return [(one.code, one.params.get("found") or one.params.get("column")) for one in found.value.problems]


HELD = "holdings: |\n  person | post | duty | unit | from | to\n  张 | 岗 | 职 | 甲 | 2025-01-01 |\n"


@pytest.mark.parametrize(
    ("written", "word"),
    [
        (CASES.replace("points\n  甲 | 0", "ponits\n  甲 | 无"), ("case-unknown-figure", "ponits")),
        (CASES.replace("points\n  甲 | 0", "place\n  甲 | 1"), ("case-unknown-figure", "place")),
        (CASES + "units: |\n  unit | class\n  乙 | A\n", ("case-unknown-word", "甲")),
        (CASES.replace("unit | points\n  甲", "unit | indicator | points\n  甲 | b"), ("case-unknown-word", "b")),
        (CASES + "of: b\n", ("case-unknown-word", "b")),
        (CASES.replace("  unit | points\n  甲 |", "  points\n "), ("case-lacks-column", "unit")),
        (CASES + "period: 2026X\n", ("period-unreadable", None)),
        (CASES + "expect_persons: |\n  person | total\n  张 | 1\n", ("case-persons-plan", None)),
        (CASES + HELD + "expect_persons: |\n  person | total\n  张 | 1\n", ("case-persons-plan", None)),
    ],
)
def test_an_expectation_that_names_nothing_is_told_at_its_place(written: str, word: tuple[str, object]) -> None:
    """A misspelt column would have nothing in it, which is what an example may expect."""
    assert tried_problems(RULE + written) == [word]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("1       | 甲所 | 8", "1       | 甲所 | 8\n  1 | 丙所 | 8", [("case-unknown-word", "丙所")]),
        ("| unit | total", "| unit | segment", [("case-unknown-figure", "segment")]),
        ("| 张     |      |", "| 王     |      |", [("case-unknown-word", "王")]),
        ("| 张     | 甲所 |", "| 张     | 乙所 |", [("case-unknown-word", "乙所")]),
        ("| carried |", "| carrried |", [("case-unknown-figure", "carrried")]),
        ("| 0.5", "| half", [("case-cell", "half")]),
        ("| 甲所 | 2026-01-01", "| 甲所 | 2026-01-32", [("case-cell", "2026-01-32")]),
        ("| 乙所 | 2026-01-01", "|      | 2026-01-01", [("register-missing", "unit")]),
    ],
)
def test_words_about_persons_that_name_nothing_are_told(old: str, new: str, words: list[tuple[str, object]]) -> None:
    assert old in OFFICE
    assert tried_problems(OFFICE.replace("{total}", "8").replace(old, new)) == words


def test_wrong_words_of_all_groups_come_together_and_each_once() -> None:
    wrong = CASES.replace("| points\n  甲 | 0", "| pints\n  甲 | 0\n  甲 | 1")
    assert tried_problems(RULE + wrong + wrong.replace("cases: a", "cases: b")) == [
        ("case-unknown-figure", "pints"),
        ("case-unknown-figure", "pints"),
    ]


def test_a_person_on_a_post_of_a_unit_that_is_not_tried_has_no_score() -> None:
    (file,) = read_cases([("book.yaml", BOOK), ("a.yaml", OFFICE.replace("  乙所 | 所\n", "").replace("{total}", "8"))])
    assert [outcome.mismatches for outcome in try_file(file, by_twin)] == [()]


def test_a_unit_without_a_place_is_in_no_segment() -> None:
    ranked = OFFICE.replace("---\npersons", "segments: [{name: 前, share: 50%}, {name: 后}]\n---\npersons")
    ranked = ranked.replace("1       | 甲所 | 8", "1       | 甲所 | 8 | 后\n  1       | 乙所 | 无 | 无")
    ranked = ranked.replace("| unit | total\n", "| unit | total | segment\n").replace("{total}", "8")
    (file,) = read_cases([("book.yaml", BOOK), ("a.yaml", ranked)])
    ((found,),) = [outcome.mismatches for outcome in try_file(file, by_twin)]
    assert (found.column, found.expected, found.found) == ("segment", "后", "前")
