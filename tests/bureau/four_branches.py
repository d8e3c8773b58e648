"""A bureau of four branches with filings, debts and visits of one year."""

from __future__ import annotations

from pathlib import Path

from steelyard.bureau.folder import Bureau
from tests.bureau.small_bureau import bureau, load

FACTS = """
table: filing
name: 申报
source: 金税
columns:
  id: {name: 序号, type: text, required: true}
  unit: {name: 机关, type: text, required: true}
  on: {name: 期限, type: date}
  late: {name: 逾期, type: boolean, "true": [是], "false": [否]}
key: [id]
unit: unit
date: "on"
files: [{match: "filing*.csv", format: csv}]
---
table: debt
name: 欠税
source: 征管
columns:
  id: {name: 序号, type: text, required: true}
  unit: {name: 机关, type: text, required: true}
  on: {name: 日期, type: date}
  amount: {name: 金额, type: "decimal(12,2)"}
key: [id]
unit: unit
date: "on"
files: [{match: "debt*.csv", format: csv}]
---
table: visit
name: 走访
source: 台账
columns:
  id: {name: 序号, type: text, required: true}
  unit: {name: 机关, type: text, required: true}
  on: {name: 日期, type: date}
key: [id]
unit: unit
date: "on"
files: [{match: "visit*.csv", format: csv}]
"""
RULES = """
indicator: rate
name: 准期申报率
basis: 《细则》第三条
owner: 征管科
value: 1 - count(filing where late) / count(filing)
places: 4
show: percent
target: 95%
full: 60
score: {step: {every: 1%, lose: 2, counting: whole}}
empty: none
---
indicator: debts
name: 新增欠税
basis: 《细则》第四条
owner: 收核科
value: sum(debt.amount)
unit: 元
direction: lower
full: 40
score: {deduct: {each: 0.01, at_most: 30}}
---
indicator: visits
name: 走访加分
basis: 《细则》第五条
owner: 服务科
value: count(visit)
score: {bonus: {each: 1, at_most: 3}}
---
indicator: windows
name: 窗口开放
basis: 《细则》第六条
owner: 服务科
value: count(visit)
target: 1
full: 10
score: {completion: {at_most: 1}}
---
plan: year
name: 年度考评
year: "2026"
classes: [分局, 大厅]
total: 100
places: 2
exceed_total: true
groups:
  - {name: 业务, indicators: [rate, debts]}
  - {name: 大厅专项, only: [大厅], indicators: [windows]}
  - {name: 加分, role: bonus, indicators: [visits]}
difficulty: {coefficient: 1.1, lowest: 0.9, highest: 1.05, places: 2, applies_to: base,
             off_when: peers_max(points) > 97}
lists: [{list: red, name: 红榜, top: 1}, {list: black, name: 黑榜, bottom: 2, honour: false},
        {list: pass, name: 达标, at_least: 80}]
grades: [{label: 优秀, at_least: 95}, {label: 合格}]
"""
UNITS = """代码,名称,层级,上级,类别,启用,停用
10,城东税务局,county,,区局,2020-01-01,
11,一分局,branch,10,分局,2020-01-01,
12,二分局,branch,10,分局,2020-01-01,
13,三分局,branch,10,分局,2020-01-01,
14,四分局,branch,10,分局,2020-01-01,
19,旧办税大厅,branch,10,大厅,2020-01-01,2020-12-31
"""
LATE = {"11": 0, "12": 2, "13": 5, "14": 8}
DEBTS = {"11": "0.50", "12": "100.00", "13": "250.00", "14": "20.25"}


def filings(late: dict[str, int], year: int = 2026) -> str:
    """Forty filings a branch, the first of them late, spread over the months."""
    lines = ["序号,机关,期限,逾期"]
    for unit, count in late.items():
        for number in range(40):
            day = f"{year}-{1 + number % 12:02d}-15"
            lines.append(f"{year}{unit}{number},{unit},{day},{'是' if number < count else '否'}")
    return "\n".join(lines)


def debts(amounts: dict[str, str], year: int = 2026) -> str:
    rows = [f"{year}{unit},{unit},{year}-03-01,{amount}" for unit, amount in amounts.items()]
    return "\n".join(["序号,机关,日期,金额", *rows])


def made(
    folder: Path, late: dict[str, int], amounts: dict[str, str], visits: bool = True, rules: str = RULES
) -> Bureau:
    office = bureau(folder, FACTS, rules)
    files = {
        "units.csv": UNITS,
        "filing.csv": filings(late),
        "filing_old.csv": filings(LATE, 2025),
        "debt.csv": debts(amounts),
        "debt_old.csv": debts(DEBTS, 2025),
    }
    if visits:
        files["visit.csv"] = "序号,机关,日期\n1,11,2026-05-05\n2,13,2026-05-06\n3,14,2025-05-06"
    load(office, files)
    return office
