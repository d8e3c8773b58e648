"""The full mark that the workbook's page of indicators says, where classes and units have different ones."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import Ran, run_written
from steelyard.bureau.sheets.publishing import publish, rule_texts
from tests.bureau.small_bureau import bureau, load

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")  # openpyxl on data bars

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
date: "on"
files: [{match: "cases*.csv", format: csv}]
"""
RULES = """
indicator: faults
name: 差错
value: count(cases)
full: 20
score: {deduct: {each: 1}}
MORE
---
plan: p
name: 计划
year: '2026'
classes: [丙, 甲, 乙]
total: 100
places: 2
exceed_total: false
groups: [{name: 工作, indicators: [ENTRY]}]
"""
UNITS = "代码,名称,层级,上级,类别,启用,停用\n" + "".join(
    f"0{n},{n}局,branch,,{group},2020-01-01,\n" for n, group in enumerate("乙甲甲丙丁", start=1)
)


def weighed(made: Bureau) -> Ran:
    """As it stands: the check would want every plan here to add up to its total."""
    return run_written(made, Order(history=False), made.written())


def said(folder: Path, more: str = "", entry: str = "faults") -> tuple[object, str]:
    """What the rule text says, and the cell of the workbook."""
    made = bureau(folder, FACTS, RULES.replace("MORE", more).replace("ENTRY", entry))
    load(made, {"units.csv": UNITS, "cases.csv": "编号,单位,日期\na,01,2026-03-01\nb,02,2026-03-01"})
    ran = weighed(made)
    (text,) = rule_texts(ran)
    opened = openpyxl.load_workbook(publish(ran, "none", workers=1).folder / "results.xlsx")
    return text.full if isinstance(text.full, Decimal) else text.full.en, str(opened["指标说明"]["E4"].value)


@pytest.mark.parametrize(
    ("more", "entry", "found"),
    [
        ("", "faults", (20, "20")),
        ("by_class: {乙: {full: 15}}", "faults", ("20 (乙 15)", "20（乙 15）")),
        ("by_class: {乙: {full: 15}, 甲: {full: 12.5}}", "faults", ("20 (甲 12.5, 乙 15)", "20（甲 12.5，乙 15）")),
        ("by_class: {乙: {full: 15}, 甲: {full: 15}}", "faults", ("15 (丙 20)", "15（丙 20）")),
        ("by_class: {乙: {full: 15}}", "{indicator: faults, only: [乙]}", (15, "15")),
        ("by_class: {乙: {full: 15}}", "{indicator: faults, only: [乙, '02']}", ("20 (乙 15)", "20（乙 15）")),
        ("by_class: {丁: {full: 15}}", "faults", (20, "20")),
        ("by_class: {甲: {full: 20 + count(cases)}}", "faults", ("20 (甲 20–21)", "20（甲 20–21）")),
        (
            "by_class: {甲: {full: 20 + count(cases)}}",
            "{indicator: faults, only: [甲]}",
            ("20–21 (by unit)", "20–21（各单位不同）"),
        ),
    ],
)
def test_the_mark_of_each_class_is_said(tmp_path: Path, more: str, entry: str, found: tuple[object, str]) -> None:
    assert said(tmp_path, more, entry) == found


def test_what_has_no_full_mark_says_none(tmp_path: Path) -> None:
    bonus = RULES.replace("full: 20\n", "").replace("deduct: {each: 1}", "bonus: {each: 1, at_most: 3}")
    made = bureau(
        tmp_path, FACTS, bonus.replace("MORE", "").replace("工作,", "工作, role: bonus,").replace("ENTRY", "faults")
    )
    load(made, {"units.csv": UNITS, "cases.csv": "编号,单位,日期\na,01,2026-03-01"})
    assert [text.full for text in rule_texts(weighed(made))] == [0]
