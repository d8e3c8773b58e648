"""A bureau in a folder: two halls, three branches, a year of filings, and a plan of two indicators."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from steelyard.bureau.folder import Bureau
from steelyard.lake.intake import intake
from tests.engine.small_rules import GENERAL, LATE, PLAN, RATE

UNITS = """
table: units
name: 机构
source: 登记
columns:
  code: {name: code, type: text, required: true}
  name: {name: name, type: text}
  level: {name: level, type: text}
  parent: {name: parent, type: text}
  class: {name: class, type: text}
  valid_from: {name: valid_from, type: date}
  valid_to: {name: valid_to, type: date}
key: [code, valid_from]
files: [{match: "units*.csv", format: csv}]
---
table: unit_attributes
name: 机构属性
source: 登记
columns:
  unit: {name: unit, type: text, required: true}
  attribute: {name: attribute, type: text}
  value: {name: value, type: "decimal(18,4)"}
  valid_from: {name: valid_from, type: date}
key: [unit, attribute, valid_from]
files: [{match: "attributes*.csv", format: csv}]
"""

FILINGS = """
table: filing
name: 申报
source: 金税三期
columns:
  id: {name: 序号, type: text, required: true}
  unit: {name: 机关, type: text}
  due_on: {name: 申报期限, type: date}
  late: {name: 是否逾期, type: boolean}
  late_days: {name: 逾期天数, type: integer}
key: [id]
unit: unit
date: due_on
files: [{match: "filing*.csv", format: csv}]
"""

LATE_OF_100 = {"A": 1, "B": 3, "C": 0, "D": 2, "E": 5}
"""How many of a hundred filings each unit had late."""


def build(folder: Path) -> Bureau:
    """Rules, declarations and a record with everything loaded."""
    for name, text in {
        "rules/rules.yaml": "\n---\n".join((GENERAL, RATE, LATE, PLAN + "lists: [{list: red, name: 红榜, top: 1}]\n")),
        "facts/units.yaml": UNITS,
        "facts/filing.yaml": FILINGS,
        "files/units.csv": _units(),
        "files/attributes.csv": "unit,attribute,value,valid_from\nA,staff,10,2020-01-01\n",
        "files/filing.csv": _filings(),
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    bureau = Bureau(folder)
    tables = list(bureau.tables().values())
    intake(bureau.record, tables, sorted((folder / "files").iterdir()), datetime(2027, 1, 5))
    return bureau


def _units() -> str:
    rows = ["code,name,level,parent,class,valid_from,valid_to", "P,省局,province,,,2020-01-01,"]
    rows += [f"{code},{code}局,branch,P,{'厅' if code in 'AB' else '所'},2020-01-01," for code in LATE_OF_100]
    return "\n".join(rows) + "\n"


def _filings() -> str:
    rows = ["序号,机关,申报期限,是否逾期,逾期天数"]
    for code, late in LATE_OF_100.items():
        for n in range(100):
            rows.append(f"{code}{n},{code},2026-03-15,{'是' if n < late else '否'},{40 if n < late else 0}")
    return "\n".join(rows) + "\n"
