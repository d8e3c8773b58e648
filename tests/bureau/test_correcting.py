"""Before anyone rules on a correction, everybody sees what it would do; and that is what it then does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from steelyard.bureau.asking.comparing import Moved
from steelyard.bureau.asking.correcting import Preview, preview
from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.saving import save
from steelyard.lake.record import snapshot
from tests.bureau.small_bureau import ARRIVED, bureau, load
from tests.lake.intake_office import shared_cage

FACTS = """
table: cases
name: 案件
source: 试验
columns:
  id: {name: 编号, type: text, required: true}
  unit: {name: 单位, type: text, required: true}
  on: {name: 日期, type: date, required: true}
key: [id]
unit: unit
date: on
files: [{match: "cases*.csv", format: csv}]
"""
RULES = """
indicator: done
name: 办结
full: 10
value: count(cases)
score: {completion: {at_most: unlimited}}
target: 2
empty: zero
---
plan: all
name: 全部
year: "2026"
places: 2
exceed_total: true
classes: [分局]
total: 10
groups: [{name: 全部, indicators: [{indicator: done}]}]
"""
UNITS = """
代码,名称,层级,上级,类别,启用,停用
A,甲,分局,,分局,2020-01-01,
B,乙,分局,,分局,2020-01-01,
C,丙,分局,,分局,2020-01-01,
"""
CASES = (
    "编号,单位,日期\n1,A,2026-03-01\n2,A,2026-03-02\n3,B,2026-03-03\n4,C,2026-03-04\n5,C,2026-03-05\n6,C,2026-03-06\n"
)
LATER = ARRIVED + timedelta(days=3)


def published(folder: Path) -> tuple[Bureau, Path]:
    made = bureau(folder, FACTS, RULES)
    load(made, {"units.csv": UNITS, "cases1.csv": CASES})
    return made, save(Results(run(made, Order(periods=("2026",), history=False))))


def asked(made: Bureau, folder: Path, text: str) -> Preview:
    """Case 2 was really that of B."""
    path = made.record.parent / "appeal" / "cases_appeal.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"编号,单位,日期\n{text}\n", "utf-8")
    return preview(folder, made.record, [path], LATER, cage=shared_cage())


def seen(moved: tuple[Moved, ...]) -> dict[str, tuple[int, int]]:
    return {one.unit: (int(one.gain), one.climbed) for one in moved if one.moved}


def test_everybody_whom_a_correction_touches_is_shown_and_nobody_else(tmp_path: Path) -> None:
    made, folder = published(tmp_path)
    found = asked(made, folder, "2,B,2026-03-02")
    assert seen(found.moved) == {"A": (-5, -1), "B": (5, 1)}
    assert found.alone == found.moved
    assert not found.refused
    assert found.since == 0


def test_nothing_of_it_stays_and_the_final_run_comes_to_the_same(tmp_path: Path) -> None:
    made, folder = published(tmp_path)
    before, files = snapshot(made.record), sorted(made.record.rglob("*.parquet"))
    found = asked(made, folder, "2,B,2026-03-02")
    assert snapshot(made.record) == before
    assert sorted(made.record.rglob("*.parquet")) == files
    assert [path.name for path in made.record.parent.glob("preview-*")] == []
    load(made, {"cases_appeal.csv": "编号,单位,日期\n2,B,2026-03-02"}, LATER)
    assert Results(run(made, Order(periods=("2026",), history=False))).digest == found.digest


def test_what_arrived_since_is_told_apart_from_the_correction(tmp_path: Path) -> None:
    made, folder = published(tmp_path)
    load(made, {"cases2.csv": "编号,单位,日期\n7,C,2026-04-01"}, ARRIVED + timedelta(days=1))
    found = asked(made, folder, "2,B,2026-03-02")
    assert (found.since, seen(found.alone)) == (1, {"A": (-5, -1), "B": (5, 1)})
    assert seen(found.moved) == {"A": (-5, -1), "B": (5, 1), "C": (5, 0)}


def test_a_file_that_is_refused_changes_nothing_and_says_why(tmp_path: Path) -> None:
    made, folder = published(tmp_path)
    path = tmp_path / "elsewhere.csv"
    path.write_text("编号,单位,日期\n", "utf-8")
    found = preview(folder, made.record, [path], LATER, cage=shared_cage())
    assert found.refused
    assert found.moved == ()
    assert found.digest == ""
