"""A bureau's folder as people name it."""

from __future__ import annotations

from pathlib import Path

import pytest

import steelyard
from steelyard.cli import main
from tests.commands.small_bureau import build


def test_a_folder_is_named_by_text_or_by_path(tmp_path: Path) -> None:
    built = build(tmp_path)
    assert steelyard.Bureau(str(tmp_path)) == built
    assert steelyard.Bureau(str(tmp_path), str(tmp_path / "other")).record == tmp_path / "other"
    scores = steelyard.Results(steelyard.run(steelyard.Bureau(str(tmp_path)), steelyard.Order())).scores()
    assert scores.column("unit").to_pylist() == list("ABCDE")


def test_without_comparisons_it_is_said_where_to_write_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(tmp_path)
    assert main(["reconcile", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "[reconcile-missing]" in said
    example = said.partition("样子见 ")[2].strip()
    assert Path(__file__).resolve().parents[2].joinpath(example).is_file()
