"""The manual for rule authors: its cases hold on every engine, its rules pass the check, and its pages are complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from steelyard.bureau.asking.trying import try_cases
from steelyard.commands.trying import closing, summary
from steelyard.engine.checking.door import check_book
from steelyard.engine.model.book import read_book
from steelyard.engine.problems import Refused
from steelyard.engine.scoring.score import names
from steelyard.engine.trying.cases import CaseFile, Cases, case_table, fact_table, read_cases
from steelyard.engine.trying.tables import table
from tools import manual

CASES = manual.CASES
FILES = read_cases((path.name, path.read_text("utf8")) for path in sorted(CASES.glob("*.yaml")))
GROUPS = [(file, at) for file in FILES for at in range(len(file.groups))]


def told(found: tuple[CaseFile, int]) -> str:
    return found[0].groups[found[1]].cases


def test_every_example_of_the_manual_holds_on_every_engine() -> None:
    found = summary(try_cases(CASES))
    assert found["held"] == found["examples"]
    assert found["rules_held"] == found["rules"] == len(GROUPS)


def test_a_manual_that_promised_other_points_would_be_found_out(tmp_path: Path) -> None:
    for name in ("book.yaml", "01-first-rule.yaml"):
        text = (CASES / name).read_text("utf8").replace("| 0.75  | 10", "| 0.75  | 12")
        (tmp_path / name).write_text(text, "utf8")
    assert closing(try_cases(tmp_path)) == "rules 0 of 1, examples 2 of 3"


def test_figures_of_a_person_are_tried_as_well(tmp_path: Path) -> None:
    for name in ("book.yaml", "17-persons.yaml"):
        text = (CASES / name).read_text("utf8").replace("| 83.16", "| 83.17")
        (tmp_path / name).write_text(text, "utf8")
    assert closing(try_cases(tmp_path)) == "rules 2 of 3, examples 6 of 7"


@pytest.mark.parametrize("found", GROUPS, ids=told)
def test_rules_of_the_manual_pass_the_check(found: tuple[CaseFile, int]) -> None:
    file, at = found
    cases = file.groups[at]
    problems = check_book(file.books[at], {name: case_table(cases, name) for name in cases.facts})
    # Teaching rules are short: they leave out the documents and departments that a real rule must name.
    left_out = {"indicator-without-basis", "indicator-incomplete"}
    assert [problem.line("en") for problem in problems if problem.code not in left_out] == []


def test_every_scoring_method_is_taught() -> None:
    scores = [
        rule.score
        for file in FILES
        for indicator in file.book.indicators.values()
        for rule in (indicator, *indicator.items)
    ]
    taught = {type(score.method) for score in scores if score is not None}
    assert len(taught) == len(names()) == 19


@pytest.mark.parametrize("found", GROUPS, ids=told)
def test_every_story_is_told_in_two_languages_and_names_its_columns_in_chinese(found: tuple[CaseFile, int]) -> None:
    cases = found[0].groups[found[1]]
    assert cases.name
    assert cases.about
    assert cases.english is not None
    columns = [f"{name}.{column}" for name, declared in cases.facts.items() for column in declared]
    assert sorted({*cases.facts, *columns, *attributes(cases)} - set(cases.words)) == []


def attributes(cases: Cases) -> list[str]:
    header = table(cases.units, cases.place("units")).header if cases.units else ()
    return [f"unit.{name}" for name in header if name not in ("unit", "class")]


def test_the_index_leads_to_every_page() -> None:
    index = (manual.MANUAL / "README.md").read_text("utf8")
    pages = {path.name for path in manual.MANUAL.glob("*.md")} - {"README.md"}
    assert set(re.findall(r"\]\((\d\d-[\w-]+\.md|not-yet\.md)\)", index)) == pages


def test_what_the_manual_calls_impossible_is_refused() -> None:
    chinese = (manual.MANUAL / "not-yet.md").read_text("utf8").split("\n---\n")[0]
    said = [
        text
        for row in re.findall(r"^\| [^|]*`[^|]* \|", chinese, re.MULTILINE)
        for text in re.findall(r"`([^`]+)`", row)
    ]
    assert len(said) >= 7
    assert [formula for formula in said if not refused(formula)] == []
    assert not refused("sum(arrears.amount)")


def refused(formula: str) -> bool:
    rule = f'indicator: a\nname: 甲\nvalue: "{formula}"\nfull: 1\nscore: {{deduct: {{each: 1}}}}\nempty: none'
    filing = "indicator: filing\nname: 乙\nvalue: 1\nfull: 1\nscore: {formula: value}"
    columns = Cases.model_validate(
        {
            "cases": "a",
            "expect": "",
            "facts": {"arrears": {"code": "text", "amount": "integer"}, "refund": {"code": "text"}},
        }
    ).facts
    try:
        book = read_book([("book.yaml", (CASES / "book.yaml").read_text("utf8")), ("a.yaml", f"{rule}\n---\n{filing}")])
    except Refused:
        return True
    problems = check_book(book, {name: fact_table(name, declared) for name, declared in columns.items()})
    return any(problem.severity == "error" for problem in problems)
