"""A bureau of two counties and twelve branches with a year and a half of work, in which a few things happen."""

from __future__ import annotations

from pathlib import Path
from random import Random

from steelyard.bureau.folder import Bureau
from tests.bureau.small_bureau import bureau, load

FACTS = """
table: work
name: 办件
source: 平台
columns:
  id: {name: 编号, type: text, required: true}
  unit: {name: 机关, type: text, required: true}
  done_on: {name: 办结日期, type: date, required: true}
  ok: {name: 按时, type: boolean, required: true}
  minutes: {name: 用时, type: integer, required: true}
key: [id]
unit: unit
date: done_on
files: [{match: "work*.csv", format: csv}]
"""
RULES = """
indicator: on_time
name: 按时率
owner: 征管科
basis: 《细则》第一条
evidence: 平台
value: count(work where ok) / count(work)
show: percent
target: 90%
full: 40
score: {step: {every: 1%, lose: 1, counting: whole}}
empty: none
warn: value < target
---
indicator: minutes
name: 平均用时
owner: 服务科
basis: 《细则》第二条
evidence: 平台
value: avg(work.minutes)
places: 1
direction: lower
target: 40
full: 30
score: {step: {every: 1, lose: 1, counting: whole}}
empty: none
warn: value > 60
---
indicator: late
name: 超时件数
owner: 征管科
basis: 《细则》第三条
evidence: 平台
value: count(work where not ok)
full: 30
score: {deduct: {each: 0.1}}
empty: full
warn: value > 100
---
plan: year
name: 年度
basis: 《办法》
year: "2026"
since: 2026-01-01
classes: [分局]
total: 100
exceed_total: false
places: 2
groups: [{name: 全部, indicators: [on_time, minutes, late]}]
"""
WATCHING = """
watching: small
small: 30
chance: 1%
reach: 75%
signals: [outside, three, run, trend]
peers: true
"""
BRANCHES = "ABCDEFGHIJKL"
UNITS = (
    "代码,名称,层级,上级,类别,启用,停用\nP,市局,city,,,2020-01-01,\nX,东县局,county,P,,2020-01-01,\nY,西县局,county,P,,2020-01-01,\n"
    + "\n".join(f"{code},{code}分局,branch,{'X' if code < 'G' else 'Y'},分局,2020-01-01," for code in BRANCHES)
)
MONTHS = [*(f"2025-{month:02d}" for month in range(1, 13)), *(f"2026-{month:02d}" for month in range(1, 7))]


def level(code: str, month: str) -> float:
    """A falls in June; C is bad all the time; everybody else works as always."""
    if code == "A":
        return 0.5 if month == "2026-06" else 0.96
    return 0.6 if code == "C" else 0.96


def work() -> str:
    """B has two cases a month, of which two in all are late this year; the others have thirty."""
    draws, rows = Random(7), ["编号,机关,办结日期,按时,用时"]
    for month in MONTHS:
        for code in BRANCHES:
            for number in range(2 if code == "B" else 30):
                ok = draws.random() < level(code, month)
                if code == "B":
                    ok = not (month in ("2026-02", "2026-04") and number == 0)
                rows.append(f"{code}{month}{number},{code},{month}-15,{'是' if ok else '否'},{draws.randint(20, 60)}")
    return "\n".join(rows)


def office(folder: Path, watching: str = WATCHING, rules: str = RULES) -> Bureau:
    made = bureau(folder, FACTS, rules, {"watching.yaml": watching})
    load(made, {"units.csv": UNITS, "work.csv": work()})
    return made
