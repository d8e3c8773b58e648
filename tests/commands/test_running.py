"""What somebody sees who runs a plan on the command line."""

from __future__ import annotations

from typing import Any

import pytest

from steelyard.bureau.folder import Bureau
from steelyard.cli import main

QUICK = ("--sheets", "none")


def test_rules_with_errors_score_nobody(copied: Any, bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(bureau.runs.glob("*"))
    wrong = copied(("lose: 0.5", "lose: loss"), ("full: 40", "full: unit.stuf"), ("basis: 《细则》第十二条\n", ""))
    assert main(["run", *wrong, *QUICK]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert [line.split("[")[1].split("]")[0] for line in shown.err.splitlines()] == [
        "rule-unknown-name",
        "unknown-attribute",
    ]
    assert sorted(bureau.runs.glob("*")) == before


def test_warnings_are_said_and_the_run_goes_on(copied: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", *copied(("basis: 《细则》第十二条\n", "")), *QUICK]) == 0
    shown = capsys.readouterr()
    assert "提醒 [indicator-without-basis]" in shown.err
    assert "5 个单位，2 个指标" in shown.out
