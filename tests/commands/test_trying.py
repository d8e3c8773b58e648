"""``steelyard try``: what did not come out is told in the language asked for, and nothing to try is no success."""

from __future__ import annotations

from pathlib import Path

import pytest

from steelyard.cli import main

BOOK = "book: b\nname: 册\npoints_places: 2\nrounding: half_up\nfloor: 0\n"
CASE = """
indicator: late
name: 逾期
value: count(filing)
direction: lower
full: 10
score: {deduct: {each: 2}}
---
cases: 两笔
facts:
  filing: {}
given:
  filing: |
    unit | on
    甲 | 2026-01-05
    甲 | 2026-01-06
expect: |
    example | unit | period | points
    1 | 甲 | 2026 | 7
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "book.yaml").write_text(BOOK, "utf-8")
    return tmp_path


@pytest.mark.parametrize(("language", "words"), [("zh", "应为 7，得到 6"), ("en", "expected 7, found 6")])
def test_what_did_not_come_out_is_told_in_the_language_asked_for(
    folder: Path, language: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "late.yaml").write_text(CASE, "utf-8")
    assert main(["--language", language, "try", str(folder), "--engine", "twin"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told == [f"late.yaml [twin] 两笔 #1 points: {words}", "rules 0 of 1, examples 0 of 1"]


def test_a_folder_without_cases_is_no_success(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["try", str(folder)]) == 1
    assert "[cases-none]" in capsys.readouterr().err


def test_an_unknown_engine_is_told_by_the_name_of_the_option(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["try", str(folder), "--engine", "nope"]) == 1
    told = capsys.readouterr().err
    assert "参数 --engine 可选 direct、duckdb、twin，不能是 'nope'" in told
