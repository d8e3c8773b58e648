"""Texts that others published: what they certainly say is proposed, what they leave open is never filled in."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from steelyard.engine.reading import read
from steelyard.engine.understanding.door import drafted
from steelyard.engine.understanding.draft import Draft
from steelyard.engine.understanding.published.proposing import proposed
from tests.engine.told_again import ROOT, bureau

TABLE = Path(__file__).parent / "cases/published_texts.yaml"
PUBLISHED = ROOT.parent / "shared" / "corpus" / "indicators.jsonl"
CASES: Any = read(TABLE.read_text("utf8"), TABLE.name)[0].tree
LEAST_RIGHT, LEAST_FOUND = 0.92, 0.36
"""Of what is proposed for the published rules, and of what those rules say, at least so much is right."""


def plain(found: Draft) -> Any:
    """The draft as a rule file says it."""
    return read(found.yaml(), "draft")[0].tree


def left_open(found: Draft) -> list[str]:
    said = (".".join(piece.keys) if piece.code == "text-unsaid" else f"“{piece.text}”" for piece in found.open)
    return list(dict.fromkeys(said))


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:12] for case in CASES])
def test_a_published_text_becomes_a_draft_with_what_is_open(case: dict[str, Any]) -> None:
    found = proposed(case["text"])
    assert plain(found) == case["draft"]
    assert left_open(found) == case["open"]


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:12] for case in CASES])
def test_every_number_of_a_draft_stands_in_the_text(case: dict[str, Any]) -> None:
    numbers = {number for _, number in leaves(case["draft"]) if re.fullmatch(r"[\d.]+%?", number)} - {"0", "1", "2"}
    assert all(number in case["text"] or number.replace("%", "个百分点") in case["text"] for number in numbers)


def test_texts_of_the_book_are_read_as_such_and_others_as_far_as_they_go() -> None:
    told, rules = bureau("province")
    own = told.text(rules["filing_on_time"])
    assert drafted(own, told.known).open == []
    other = drafted("干部管理（5分）。无故缺席会议每次扣1分，扣完为止。", told.known)
    assert plain(other)["score"] == {"deduct": {"lines": [{"name": "无故缺席会议", "each": 1, "unit": "次"}]}}


# -- the published rules of the corpus --------------------------------------------------------------------------------

_KEYS = ("full", "target", "direction", "score", "floor", "empty", "plus", "minus", "cap", "items", "grades")
_WORDS = {"direction", "counting", "empty", "ties", "from", "combine", "at_target", "label"}


def leaves(written: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(written, dict):
        for name, part in written.items():
            yield from leaves(part, name)
    elif isinstance(written, list):
        for part in written:
            yield from leaves(part, key)
    else:
        yield key, str(written)


def methods(written: Any) -> Iterator[tuple[str, str]]:
    for part in written.values() if isinstance(written, dict) else written if isinstance(written, list) else ():
        yield from methods(part)
    if isinstance(written, dict) and isinstance(written.get("score"), dict):
        yield from (("method", name) for name in written["score"])


def skeleton(rule: Any) -> Counter[tuple[str, str]]:
    """Methods, constants and choices of a rule; formulas need facts that no text tells."""
    said = {key: part for key, part in rule.items() if key in _KEYS}
    found = Counter(methods(said))
    for key, value in leaves(said):
        if (key in _WORDS and value != "higher") or re.fullmatch(r"-?\d+(\.\d+)?%?", value):
            found["points" if key in ("table", "all") else key, value] += 1
    return found


@pytest.mark.skipif(not PUBLISHED.is_file(), reason="the published rules (shared/corpus) are not here")
def test_of_the_published_rules_much_is_found_and_hardly_anything_is_wrong() -> None:
    right = proposals = said = 0
    for line in PUBLISHED.read_text("utf8").splitlines():
        rule = json.loads(line)
        mark = f"（{rule['points']}分）" if rule["points"] else ""
        found = skeleton(proposed(f"{rule['name']}{mark}。{rule['scoring_rule']}").written)
        file = ROOT / "examples/corpus" / f"{rule['id']}.yaml"
        ours = sum((skeleton(one.tree) for one in _indicators(file)), Counter[tuple[str, str]]())
        if found["floor", "0"]:
            ours["floor", "0"] = 1  # 扣完为止 is what the book of the corpus states for all
        right += (found & ours).total()
        proposals += found.total()
        said += ours.total()
    assert right / proposals >= LEAST_RIGHT
    assert right / said >= LEAST_FOUND


def _indicators(file: Path) -> list[Any]:
    documents = read(file.read_text("utf8"), file.name)
    return [one for one in documents if isinstance(one.tree, dict) and "indicator" in one.tree]
