"""A bureau with a library of five indicators, two tasks and a plan, three departments, and a plan in the making."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from steelyard.web.configuration import Configuration
from steelyard.web.library.taking import take_up
from steelyard.web.people.models import Account
from steelyard.web.plans.beginning import Wanted, begin
from steelyard.web.plans.consulting import answer, comment
from steelyard.web.plans.models import Kind, Making
from steelyard.web.plans.moves import PATH
from steelyard.web.plans.moving import act
from steelyard.web.plans.picking import weigh
from tests.bureau import small_bureau
from tests.web.people.world import NOW, with_role

FACTS = """
table: cases
name: 案件
source: 试验
columns:
  id: {name: 编号, type: text, required: true}
  unit: {name: 单位, type: text, required: true}
  on: {name: 日期, type: date, required: true}
  late: {name: 逾期, type: boolean}
  large: {name: 重大, type: boolean}
key: [id]
unit: unit
date: on
files: [{match: "cases*.csv", format: csv}]
---
table: notes
name: 工作月报
source: 基层工作月报
minutes: 240
columns:
  id: {name: 编号, type: text, required: true}
  unit: {name: 单位, type: text, required: true}
  on: {name: 日期, type: date, required: true}
  visits: {name: 走访户数, type: integer}
  report_minutes: {name: 填报用时, type: integer}
key: [id]
unit: unit
date: on
files: [{match: "notes*.csv", format: csv}]
"""
CALENDAR = 'name: 局\nbase: china\nhours: {"01-01": ["09:00-12:00", "13:30-17:30"]}\n'


def indicator(id: str, name: str, value: str, owner: str = "征管处", more: str = "") -> str:
    return f"""indicator: {id}
name: {name}
basis: 《细则》第{len(id)}条
owner: {owner}
family: 干好税务
evidence: 业务系统
value: {value}
target: 2
full: 10
warn: value < 2
score: {{completion: {{at_most: 100%}}}}
empty: zero
{more}"""


RULES = "\n---\n".join([
    indicator("done", "办结", "count(cases)"),
    indicator("prompt", "按期", "count(cases where not late)", "纳税服务处"),
    indicator("major", "重大案件", "count(cases where large)", "稽查处"),
    indicator("visits", "走访", "sum(notes.visits)", "纳税服务处", "carried_by: [县局]\n"),
    indicator("effort", "填报用时", "avg(notes.report_minutes)", "办公室"),
    """plan: all_2026
# 三类之外的不考
name: 2026年度方案
basis: 《办法》第九条
year: "2026"
since: 2026-01-01
classes: [分局, 县局]
total: 20
places: 2
exceed_total: false
# 指标组
groups:
  - name: 共性
    indicators: [done, {indicator: visits, only: [县局]}]
  - name: 个性
    full: 10
    only: [分局]
    indicators:
      - {indicator: effort, full: 10}
ranking: {on: rounded, within: class}  # 同类排名
""",
    """task: tax_service
name: 便民办税
basis: 《要点》第一条
year: "2027"
owner: 纳税服务处
mandatory: true
indicators: [prompt]
""",
    """task: large_cases
name: 大案要案
basis: 《要点》第二条
year: "2027"
owner: 稽查处
mandatory: false
indicators: [major]
""",
])  # fmt: skip
NEXT = Wanted(Kind.NEXT, "all_2027", "2027年度方案", "2027", "新年度", "all_2026")


def placed(folder: Path, settings: Any, **more: Any) -> Account:
    """The site with its library taken up; gives the office."""
    made = small_bureau.bureau(folder, FACTS, RULES, {"calendar.yaml": CALENDAR})
    settings.STEELYARD = more.pop("configuration", None) or Configuration(
        folder, bureau=str(made.root), record=str(made.record)
    )
    by = office()
    take_up(by=by, now=NOW)
    return by


def office() -> Account:
    return with_role("office")


def department(at: str = "P1") -> Account:
    return with_role("assessor", at)


def group() -> Account:
    return with_role("group")


def begun(wanted: Wanted = NEXT) -> Making:
    return begin(wanted, by=office(), now=NOW)


def place(making: Making, name: str = "共性") -> str:
    return str(making.groups.get(name=name).pk)


LATER = NOW + timedelta(days=30)
GIVEN: Mapping[str, Mapping[str, str]] = {
    "consult": {"days": "3"}, "issue": {"number": "税绩〔2026〕9号", "issued_on": "2026-08-03"},
}  # fmt: skip


def moved(making: Making, upto: str, now: datetime = LATER) -> Making:
    """Along the way forward, through the move ``upto``, each by whoever has the right."""
    for move in PATH:
        by = with_role(str(move.right))
        made = Making.objects.get(pk=making.pk)
        given = {**GIVEN.get(move.name, {}), "seen": str(made.stamp)}
        making = act(making.pk, move.name, given, by=by, now=NOW if move.name == "consult" else now)
        if move.name == upto:
            return making
    return making


def said(making: Making, text: str = "目标偏高", about: str = "done", at: str = "A1") -> str:
    """A comment of a unit; its key."""
    return str(comment(making.pk, text, about, by=with_role("unit", at), now=NOW).pk)


def answered(making: Making, key: str) -> None:
    answer(making.pk, key, True, "下调为2件", by=office(), now=NOW)


def weigh_all(making: Making) -> None:
    """Its indicator of the counties assesses the branches, too, which policy forbids."""
    weigh(making.pk, "visits", {}, [], by=office(), now=NOW)
