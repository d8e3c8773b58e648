"""``steelyard watch``: issues in words and for programs, with the rate of false alarms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from steelyard.bureau.folder import Bureau
from steelyard.cli import main
from tests.bureau.watching.office import office
from tests.commands.lab.test_looking import said


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    return office(tmp_path_factory.mktemp("watched"))


def test_issues_are_told_with_their_rules_owners_and_rates(made: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("watch", str(made.root), "--record", str(made.record), "--month", "2026-06")
    text = said(capsys, *options, "--limit", "1")
    assert "36 个序列" in text
    assert "误报：设计每点 1.00%" in text
    assert "A分局（A） 按时率 2026-06" in text
    assert "征管科" in text
    english = said(capsys, *options, "--language", "en")
    assert "36 series" in english
    assert "warning limit" in english
    found = json.loads(said(capsys, *options, "--json"))
    assert {row["unit"] for row in found["rows"]} >= {"A", "C"}


def test_a_bureau_that_does_not_say_how_to_watch_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = office(tmp_path)
    (made.root / "watching.yaml").unlink()
    assert main(["watch", str(made.root), "--record", str(made.record), "--month", "2026-06"]) == 1
    assert "watching-unsaid" in capsys.readouterr().err
