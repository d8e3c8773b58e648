"""One rule of a run in words, whatever way its document was written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from steelyard.bureau.views.wording import frozen_rule
from tests.commands.small_bureau import FILINGS
from tests.engine.small_rules import GENERAL, LATE, PLAN, RATE

ID = RATE.partition("indicator:")[2].split()[0]
HEAD = f"indicator: {ID}"


def frozen(folder: Path, *rules: str) -> Path:
    texts = {"rules": [[f"{at}.yaml", text] for at, text in enumerate(rules)], "facts": [["facts.yaml", FILINGS]]}
    folder.joinpath("rules.json").write_text(json.dumps(texts), "utf-8")
    return folder


@pytest.mark.parametrize(
    "head", [f'indicator: "{ID}"', f"'indicator': '{ID}'", f"{HEAD}   # the second of the halls", f"indicator:\n  {ID}"]
)
def test_a_rule_is_found_however_its_name_is_written(tmp_path: Path, head: str) -> None:
    rule = RATE.replace(HEAD, head)
    assert head in rule
    general = GENERAL.replace("book: ", '"book" : ')
    assert general != GENERAL
    folder = frozen(tmp_path, f"{general}\n--- # next\n{LATE}", f"{PLAN}\n---\n{rule}")
    found = frozen_rule(folder, ID)
    assert found is not None
    assert found.source == rule.strip()
    assert found.text("zh")


def test_a_rule_whose_name_only_begins_so_is_another(tmp_path: Path) -> None:
    folder = frozen(tmp_path, f"{GENERAL}\n---\n{RATE.replace(HEAD, HEAD + '_2')}")
    assert frozen_rule(folder, ID) is None
    assert frozen_rule(folder, f"{ID}_2") is not None
