"""``steelyard next``: proposals with their figures, and a draft that can be read as rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from steelyard.engine.model.book import read_book
from tests.commands.lab.test_looking import folder as folder
from tests.commands.lab.test_looking import said


def test_the_draft_is_told_and_written(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "next", str(folder), "-o", str(tmp_path / "next.yaml"))
    assert text.startswith("year_2027：")
    book = read_book([("next.yaml", (tmp_path / "next.yaml").read_text("utf-8"))])
    assert list(book.plans) == ["year_2027"]
    assert said(capsys, "--language", "en", "next", str(folder)).startswith("year_2027: ")


def test_a_program_gets_every_line_and_nothing_to_refuse_where_all_stays(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(said(capsys, "next", str(folder), "--json"))
    assert {line["id"] for line in found["lines"]} >= {"rate", "debts", "visits", "windows"}
    kept = next(line["id"] for line in found["lines"] if line["proposal"] in ("keep", "mend"))
    other = json.loads(said(capsys, "next", str(folder), "--refuse", kept, "--json"))
    assert other == found, "what stays as it is cannot be refused"
