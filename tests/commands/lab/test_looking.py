"""``steelyard lab``: verdicts, one card, and everything for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from steelyard.bureau.asking.running import run
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.saving import save
from steelyard.cli import main
from tests.bureau.four_branches import DEBTS, LATE, made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(Results(run(made(tmp_path_factory.mktemp("lab"), LATE, DEBTS), Order(history=False))))


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


def test_verdicts_and_what_retiring_would_do_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "lab", str(folder))
    assert text.startswith("年度考评 2026Q1、2026Q2、2026Q3、2026Q4、2026\n保留 ")
    assert "停用这 " in text
    assert "Spearman" in text
    english = said(capsys, "--language", "en", "lab", str(folder))
    assert "Keep " in english
    assert "retiring these" in english


def test_one_indicator_is_told_criterion_by_criterion(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "lab", str(folder), "准期申报率")
    assert "100% 依据：《细则》第三条" in text
    assert "[GAO-03-143]" in text
    assert "2026Q4: 得分率" in text


def test_a_program_gets_all_of_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "lab", str(folder), "--json"))
    assert {card["id"] for card in found["cards"]} == {"rate", "debts", "visits", "windows"}


def test_an_unknown_indicator_is_refused_with_the_nearest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", str(folder), "rates"]) == 1
    said = capsys.readouterr().err
    assert "lab-indicator" in said
    assert "“rate”" in said
