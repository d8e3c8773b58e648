"""``steelyard candidates``: drafts as rules, with what speaks for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.saving import save
from steelyard.engine.model.book import read_book
from tests.bureau.lab.test_candidates import ran as ran
from tests.commands.lab.test_looking import said


def test_drafts_are_printed_as_rules_and_for_programs(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    folder = save(Results(ran))
    text = said(capsys, "candidates", str(ran.bureau.root), str(folder))
    assert "频次×后果 72" in text
    assert set(read_book([("c.yaml", text)]).indicators) == {"watch_control_1", "watch_control_2"}
    found = json.loads(said(capsys, "candidates", str(ran.bureau.root), str(folder), "--limit", "1", "--json"))
    assert [one["id"] for one in found] == ["watch_control_1"]


def test_nothing_recurrent_is_said(ran: Ran, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = save(Results(ran))
    assert "没有反复出现的问题" in said(capsys, "candidates", str(tmp_path), str(folder))
