"""What somebody sees who runs a plan on the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from steelyard.bureau.asking.checking import sound
from steelyard.bureau.folder import Bureau
from steelyard.bureau.telling import counted
from steelyard.cli import main
from steelyard.lake.runners.blocks import StoredBlocks
from tests.engine.small_rules import PLAN

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


def test_progress_and_summary_speak_the_language_asked_for(bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(bureau.root), *QUICK, "--language", "en"]) == 0
    english = capsys.readouterr()
    assert "adding up" in english.err
    assert "5 units, 2 indicators" in english.out
    assert [line for line in (english.err + english.out).splitlines() if re.search("[\u4e00-\u9fff]", line)] == []
    assert main(["run", str(bureau.root), *QUICK]) == 0
    assert "开始汇总" in capsys.readouterr().err


def test_every_sheet_written_is_told_as_it_begins(copied: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", *copied(), "--sheets", "html", "--threads", "1"]) == 0
    told = capsys.readouterr().err.splitlines()
    begun = [line for line in told if line.startswith("开始") or "；开始" in line]
    assert [
        word for word in ("汇总", "历史", "区间", "失分", "报告单") if not any(word in line for line in begun)
    ] == []


def test_several_plans_together_are_scored_as_each_alone(
    copied: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    halls = (
        PLAN.strip().replace("plan: year", "plan: halls").replace("[厅, 所]", "[厅]").replace("total: 100", "total: 40")
    )
    halls = halls.replace("[rate, late]", "[late]")
    home = copied(("plan: year\n", f"{halls}\n---\nplan: year\n"))
    alone = []
    for plan in ("halls", "year"):
        assert main(["run", *home, *QUICK, "--json", "--plan", plan, "--period", "2026-03"]) == 0
        alone.append(json.loads(capsys.readouterr().out)["digest"])
    read: list[str] = []
    blocks = StoredBlocks.blocks
    monkeypatch.setattr(
        StoredBlocks, "blocks", lambda self, table, *more: read.append(table) or blocks(self, table, *more)
    )
    for engine in ("direct", "duckdb"):
        together = ["--plan", "halls", "--plan", "year", "--period", "2026-03", "--engine", engine]
        assert main(["run", *home, *QUICK, "--json", *together]) == 0
        assert [one["digest"] for one in json.loads(capsys.readouterr().out)] == alone
    assert read == ["filing"]


def test_every_plan_that_is_none_is_told_at_once(bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(bureau.root), *QUICK, "--plan", "yaer", "--plan", "year", "--plan", "halls"]) == 1
    told = [line for line in capsys.readouterr().err.splitlines() if "plan-unknown" in line]
    assert ["yaer" in told[0], "halls" in told[1], len(told)] == [True, True, 2]


def test_long_work_is_counted() -> None:
    told: list[str] = []
    things = list(counted("abcde", lambda _, english: told.append(english), "件", "things", every=2))
    assert things == list("abcde")
    assert told == ["  2 things done", "  4 things done"]


def test_a_period_of_which_nothing_can_have_arrived_is_questioned(
    bureau: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(bureau.root), *QUICK, "--period", "2026", "--period", "2028"]) == 0
    warned = [line for line in capsys.readouterr().err.splitlines() if "period-ahead" in line]
    assert len(warned) == 1
    assert "2028 自 2028-01-01 起" in warned[0]


def test_a_period_in_which_nobody_has_a_total_is_questioned_once(
    bureau: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    """A year that was mistyped has nothing to score; one that is still to come was told as such."""
    periods = [word for year in ("2026", "2019", "2028") for word in ("--period", year)]
    assert main(["run", str(bureau.root), *QUICK, *periods]) == 0
    warned = [line for line in capsys.readouterr().err.splitlines() if "[period-unscored]" in line]
    assert [line.split()[2] for line in warned] == ["2019"]


def test_rules_that_are_saved_during_a_run_do_not_touch_it(
    copied: Any, bureau: Bureau, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was checked is what is weighed by and what is frozen, whatever somebody saves in between."""
    told = copied(("full: 60", "full: 59"), ("full: 40", "full: 41"))
    rules = Path(told[0]) / "rules/rules.yaml"
    before = rules.read_text("utf-8")

    def saved(*given: Any) -> Any:
        found = sound(*given)
        rules.write_text(before.replace("full: 59", "full: 58"), "utf-8")
        return found

    monkeypatch.setattr("steelyard.bureau.asking.running.sound", saved)
    assert main(["--json", "run", *told, *QUICK]) == 0
    folder = bureau.runs / json.loads(capsys.readouterr().out)["run"]
    ((_, frozen),) = json.loads((folder / "rules.json").read_text("utf-8"))["rules"]
    assert frozen == before
    fulls = {row["full"] for row in pq.read_table(folder / "indicators.parquet").to_pylist()}
    assert fulls == {59, 41}
    assert main(["replay", str(folder)]) == 0


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "一致：15 项分数，摘要 "), ("en", "the same: 15 scores, digest ")]
)
def test_a_replay_speaks_the_language_asked_for_and_to_programs(
    language: str, words: str, copied: Any, bureau: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--json", "run", *copied(), *QUICK]) == 0
    made = json.loads(capsys.readouterr().out)
    again = ["--language", language, "replay", str(bureau.runs / made["run"])]
    assert main(again) == 0
    assert capsys.readouterr().out == f"{words}{made['digest']}\n"
    assert main([*again, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"digest": made["digest"], "scores": 15}
