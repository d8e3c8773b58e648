"""Problems that come again and again become candidates, with a draft that passes the check and last year's scores."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from steelyard.bureau.asking.running import run
from steelyard.bureau.lab.candidates import candidates, proposed
from steelyard.bureau.lab.monitors import monitors
from steelyard.bureau.lab.quality.cards import Lab
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import Ran
from steelyard.engine.model.book import read_book
from steelyard.engine.problems import Refused
from tests.bureau.small_bureau import bureau, load

FACTS = """
table: control
name: 内控疑点
source: 内控平台
columns:
  id: {name: 编号, type: text, required: true}
  unit: {name: 机关, type: text, required: true}
  on: {name: 日期, type: date}
  item: {name: 监控指标, type: text}
  grade: {name: 程度, type: text}
  confirmed: {name: 确认, type: boolean, "true": [是], "false": [否]}
key: [id]
unit: unit
date: "on"
files: [{match: "control*.csv", format: csv}]
"""
RULES = """
indicator: all
name: 疑点
basis: 《细则》第一条
value: count(control)
direction: lower
full: 10
score: {deduct: {each: 0.01}}
---
plan: year
name: 年度考评
year: "2026"
classes: [分局]
total: 10
places: 2
exceed_total: false
groups: [{name: 全部, indicators: [all]}]
"""
MONITOR = """
monitor: control
name: 内控疑点
table: control
by: [item]
when: confirmed
grade: grade
weights: {高: 3, 低: 1}
owner: 督察内审处
basis: 《细则》第二条
"""
UNITS = "代码,名称,层级,上级,类别,启用,停用\n" + "\n".join(
    f"{code},{code}局,branch,,分局,2020-01-01," for code in "ABCDEF"
)


def found() -> str:
    """漏报: six a month, most of them of A, low; 错放: two a month, high; 旧账: all in one month; 误报: never so."""
    rows = ["编号,机关,日期,监控指标,程度,确认"]
    for month in range(1, 13):
        for number, unit in enumerate("AAABBC"):
            rows.append(f"l{month}{number},{unit},2026-{month:02d}-09,漏报,低,是")
        for number, unit in enumerate("DE"):
            rows.append(f"c{month}{number},{unit},2026-{month:02d}-11,错放,高,是")
        rows.append(f"w{month},F,2026-{month:02d}-12,误报,高,否")
    rows += [f"o{number},F,2026-05-05,旧账,高,是" for number in range(20)]
    return "\n".join(rows)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    made = bureau(tmp_path_factory.mktemp("candidates"), FACTS, RULES, {"monitors.yaml": MONITOR})
    load(made, {"units.csv": UNITS, "control.csv": found()})
    return run(made, Order(history=False))


def test_they_are_ranked_by_how_often_and_how_grave(ran: Ran) -> None:
    first, second = candidates(ran.bureau, ran)
    assert (first.id, first.name, first.events, first.weight) == ("watch_control_1", "漏报件数", 72, 72)
    assert (second.name, second.events, second.weight, second.units) == ("错放件数", 24, 72, 2)
    assert first.months == second.months == 12
    assert first.covered == ("疑点",)
    assert "频次×后果 72" in second.because.zh


def test_a_draft_passes_the_check_and_scores_last_year_as_it_will_next(ran: Ran) -> None:
    first, _ = candidates(ran.bureau, ran)
    assert first.problems == ()
    rule = read_book([("d.yaml", first.text)]).indicators[first.id]
    assert (rule.direction, rule.owner, rule.basis) == ("lower", "督察内审处", "《细则》第二条")
    last = first.backcast
    assert last.units == sum(last.bars) == 6
    assert last.full_share == 0.5  # D, E and F had none
    assert last.quartiles[0] < last.quartiles[-1] == 1


def test_the_first_sound_ones_are_proposed_to_next_year_s_draft(ran: Ran) -> None:
    lab = Lab("r", "", "year", "年度", "2026", ("2026",), (), candidates=tuple(candidates(ran.bureau, ran)))
    assert [one.id for one in proposed(lab)] == ["watch_control_1", "watch_control_2"]


def test_a_bureau_without_monitors_has_none(ran: Ran, tmp_path: Path) -> None:
    assert candidates(replace_root(ran, tmp_path).bureau, ran) == []


def test_a_monitor_of_what_is_not_declared_is_refused(ran: Ran, tmp_path: Path) -> None:
    for wrong, other in (("table: control\n", "table: x\n"), ("by: [item]", "by: [x]"), ("by: [item]", "by: [on]")):
        (tmp_path / "monitors.yaml").write_text(MONITOR.replace(wrong, other))
        with pytest.raises(Refused) as refused:
            candidates(replace_root(ran, tmp_path).bureau, ran)
        assert [problem.code for problem in refused.value.problems] == ["monitor-table"]


def replace_root(ran: Ran, root: Path) -> Ran:
    """The same run, of a bureau whose folder is another one."""
    moved = type(ran.bureau)(root, ran.bureau.record)
    assert monitors(moved) is not None
    return replace(ran, bureau=moved)
