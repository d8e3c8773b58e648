"""Small rule books for the tests of the check: general part, tables, and whatever a test writes."""

from __future__ import annotations

from collections.abc import Collection
from textwrap import dedent

from steelyard.engine.checking.door import check_book
from steelyard.engine.model.book import RuleBook, read_book
from steelyard.engine.model.declared import read_facts
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import Problem

GENERAL = """
book: small
name: 小册
points_places: 2
rounding: half_up
floor: 0
"""

FACTS = """
table: filing
name: 申报
source: 金税三期
columns:
  unit: {name: 机关, type: text}
  officer: {name: 人员, type: text}
  due_on: {name: 申报期限, type: date}
  filed_on: {name: 申报日期, type: date}
  amount: {name: 应征税额, type: "decimal(18,2)"}
  kind: {name: 征收项目, type: text}
  late: {name: 是否逾期, type: boolean}
key: []
unit: unit
officer: officer
date: due_on
derive:
  late_days: days(due_on, filed_on)
---
table: stock
name: 库存
source: 台账
columns:
  item: {name: 物品, type: text}
  pieces: {name: 数量, type: integer}
key: []
"""

RATE = """
indicator: rate
name: 准期申报率
basis: 《细则》第十二条
owner: 征管科
evidence: 申报明细
value: count(filing where not late) / count(filing)
show: percent
target: 98%
full: 60
score: {step: {every: 1%, lose: 0.5, counting: whole}}
empty: full
"""

LATE = """
indicator: late
name: 逾期户次
basis: 《细则》第十三条
owner: 征管科
evidence: 申报明细
value: count(filing where late_days > 30)
direction: lower
full: 40
score: {deduct: {each: 2}}
"""

PLAN = """
plan: year
name: 年度方案
year: "2026"
classes: [厅, 所]
total: 100
places: 2
exceed_total: false
groups:
  - {name: 申报, indicators: [rate, late]}
"""


def tables() -> dict[str, FactTable]:
    return {table.table: table for table in read_facts(FACTS, "facts.yaml")}


def book(*documents: str, general: str = GENERAL) -> RuleBook:
    """A rule book of one file, ``rules.yaml``, whose first lines are those of the first document."""
    return read_book([("rules.yaml", "\n---\n".join(dedent(text).strip("\n") for text in (*documents, general)))])


def problems(
    *documents: str,
    general: str = GENERAL,
    classes: Collection[str] | None = None,
    attributes: Collection[str] | None = None,
) -> list[Problem]:
    return check_book(book(*documents, general=general), tables(), classes, attributes)


def codes(*documents: str, **more: Collection[str]) -> list[str]:
    return [problem.code for problem in problems(*documents, **more)]  # type: ignore[arg-type]


def rule(text: str, full: str = "full: 10", value: str = "value: count(filing)", ident: str = "one") -> str:
    """An indicator with everything that a document asks for, and the rest as the test writes it."""
    head = f"indicator: {ident}\nname: {ident}\nbasis: 《细则》\nowner: 科\nevidence: 明细\n"
    return head + "\n".join(part for part in (value, full, dedent(text).strip("\n")) if part)
