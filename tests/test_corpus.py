"""Published rules of tax bureaus and other bodies are said in our language, and give their published results."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from steelyard.bureau.asking.trying import try_cases
from steelyard.commands.trying import closing, summary
from steelyard.engine.trying.cases import CaseFile, read_cases
from steelyard.engine.trying.tables import table

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "examples" / "corpus"
PUBLISHED = ROOT.parent / "shared" / "corpus" / "indicators.jsonl"
KEYS = ("example", "unit", "period", "indicator")

needs_corpus = pytest.mark.skipif(
    not PUBLISHED.is_file(), reason="the published rules (shared/corpus beside the checkout) are not here"
)


@cache
def ours() -> dict[str, CaseFile]:
    files = read_cases((path.name, path.read_text("utf8")) for path in sorted(RULES.glob("*.yaml")))
    return {file.file.removesuffix(".yaml"): file for file in files}


@cache
def published() -> dict[str, Any]:
    rules = (json.loads(line) for line in PUBLISHED.read_text("utf8").splitlines())
    return {rule["id"]: rule for rule in rules}


def rows(file: CaseFile, example: int) -> list[list[str]]:
    """What our file expects of one worked example: a row of cells for every unit and period that it names."""
    (group,) = file.groups
    expected = table(group.expect, group.place("expect"))
    return [
        [cell for column, cell in record.items() if column not in KEYS and cell is not None]
        for record in expected.records()
        if record["example"] == str(example)
    ]


def words(result: object) -> list[str]:
    """A published result as the words of our tables, one by one in order."""
    if isinstance(result, dict):
        return [word for part in result.values() for word in words(part)]
    if isinstance(result, bool):
        return ["是" if result else "否"]
    return ["无" if result is None else str(result)]


def same(cell: str, word: str) -> bool:
    try:
        return Fraction(cell) == Fraction(word)
    except ValueError:
        return cell == word


def in_order(wanted: list[str], cells: list[str]) -> bool:
    remaining = iter(cells)
    return all(any(same(cell, word) for cell in remaining) for word in wanted)


def wrong_examples() -> Iterator[str]:
    for id, rule in published().items():
        for number, example in enumerate(rule["worked_examples"], start=1):
            result = example["expected_score"]
            wanted = result if isinstance(result, list) else [result]
            found = rows(ours()[id], number)
            if len(found) != len(wanted) or not all(map(in_order, map(words, wanted), found)):
                yield f"{id} #{number}: published {wanted}, our file expects {found}"


def test_every_rule_and_example_holds_on_every_engine() -> None:
    trial = try_cases(RULES, ("duckdb", "twin"))
    assert summary(trial) == {"rules": 109, "rules_held": 109, "examples": 309, "held": 309}
    assert closing(trial) == "rules 109 of 109, examples 309 of 309"


def test_a_rule_with_another_rate_no_longer_holds(tmp_path: Path) -> None:
    for name in ("book.yaml", "bzjx-05.yaml"):
        text = (RULES / name).read_text("utf8").replace("lose: 0.05", "lose: 0.06")
        (tmp_path / name).write_text(text, "utf8")
    assert closing(try_cases(tmp_path)) == "rules 0 of 1, examples 2 of 3"


def test_every_file_says_where_its_rule_comes_from() -> None:
    unsaid = [name for name, file in ours().items() for group in file.groups if not group.source or group.cases != name]
    unsaid += [
        f"{name}: {id}" for name, file in ours().items() for id, rule in file.book.indicators.items() if not rule.basis
    ]
    assert unsaid == []


@needs_corpus
def test_every_published_rule_has_its_file() -> None:
    assert sorted(ours()) == sorted(published())


@needs_corpus
def test_our_files_expect_what_was_published() -> None:
    assert list(wrong_examples()) == []


@needs_corpus
def test_what_the_published_text_leaves_open_is_settled_in_writing() -> None:
    silent = [
        id
        for id, rule in published().items()
        if rule["ambiguity"] and not any(group.reading or group.about for group in ours()[id].groups)
    ]
    assert silent == []


@needs_corpus
def test_sentences_are_our_own() -> None:
    copied = [
        id
        for id, rule in published().items()
        if any(rule["scoring_rule"][start : start + 40] in _text(id) for start in range(len(rule["scoring_rule"]) - 39))
    ]
    assert copied == []


def _text(id: str) -> str:
    return (RULES / f"{id}.yaml").read_text("utf8")
