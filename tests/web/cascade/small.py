"""Two branches, each with a head and a source management post, in the first of them in departments; three indicators,
of which no duty matches the last."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from steelyard.bureau.folder import Bureau
from steelyard.web.cascade import making
from steelyard.web.cascade.models import Assignment, Cascade
from steelyard.web.configuration import Configuration
from steelyard.web.jobs.claiming import claim
from steelyard.web.jobs.doing import perform
from steelyard.web.jobs.models import Job
from steelyard.web.people.asking import Asker
from steelyard.web.people.models import Account, Person, Unit
from tests.bureau import small_bureau
from tests.web.people.world import NOW, unit, with_role

PROVINCE = Path(__file__).parents[3] / "examples" / "province"
DAY = NOW.date()
FACTS = """
table: posts
name: 岗位
source: 登记
columns:
  code: {name: 岗位, type: text, required: true}
  unit: {name: 机关, type: text, required: true}
  name: {name: 名称, type: text, required: true}
  duty: {name: 职责, type: text}
  department: {name: 部门, type: text}
key: [code]
files: [{match: "posts*.csv", format: csv}]
---
table: persons
name: 人员
source: 登记
columns:
  code: {name: 人员, type: text, required: true}
  name: {name: 姓名, type: text, required: true}
key: [code]
files: [{match: "persons*.csv", format: csv}]
---
table: holdings
name: 任职
source: 登记
columns:
  person: {name: 人员, type: text, required: true}
  post: {name: 岗位, type: text, required: true}
  from: {name: 自, type: date, required: true}
  to: {name: 至, type: date}
  share: {name: 份额, type: "decimal(5,4)", required: true}
key: [person, post, from]
files: [{match: "holdings*.csv", format: csv}]
---
table: matter
name: 事项
source: 办理
columns:
  number: {name: 编号, type: text, required: true}
  unit: {name: 机关, type: text, required: true}
  on: {name: 日期, type: date, required: true}
key: [number]
unit: unit
date: on
files: [{match: "matter*.csv", format: csv}]
"""
RULES = """
indicator: filing_on_time
name: 按期申报率
basis: 《征管办法》第二十五条
value: count(matter)
direction: higher
full: 60
score: {bonus: {lines: [{name: 件, each: 1, count: value}], at_most: 60}}
empty: zero
---
indicator: filing_urged
name: 催报及时率
basis: 《征管办法》第二十五条
value: count(matter)
direction: higher
full: 30
score: {bonus: {lines: [{name: 件, each: 1, count: value}], at_most: 30}}
empty: zero
---
indicator: other_work
name: 其他
value: count(matter)
direction: higher
full: 10
score: {bonus: {lines: [{name: 件, each: 1, count: value}], at_most: 10}}
empty: zero
---
plan: all
name: 分局方案
year: "2026"
since: 2026-01-01
classes: [分局]
total: 100
places: 2
exceed_total: false
groups: [{name: 全部, indicators: [filing_on_time, filing_urged, other_work]}]
---
document: rules_doc
name: 征管办法
issuer: 省局
since: 2020-01-01
clauses: [{clause: 第二十五条, text: 按期申报和催报}]
---
duty: duty_source
name: 税源管理职责
items:
  - item: filing
    does: 按户提醒，保证按期申报率，对逾期未申报的催报
    basis: 《征管办法》第二十五条
    assesses: [按期申报率, 催报及时率]
---
duty: duty_head
name: 分局长职责
items:
  - {item: lead, does: 主持分局工作，对按期申报率负总责}
---
task: declaration
name: 申报提质
basis: 《征管办法》第二十五条
year: "2026"
owner: 征管处
mandatory: true
indicators: [filing_on_time, filing_urged]
"""
REGISTER = {
    "units.csv": "代码,名称,层级,上级,类别,启用,停用\nP,省局,top,,,2020-01-01,\nA,甲市,city,P,,2020-01-01,\n"
    "A1,一分局,branch,A,分局,2020-01-01,\nA2,二分局,branch,A,分局,2020-01-01,",
    "posts.csv": "岗位,机关,名称,职责,部门\nA1-0,A1,税源管理岗,税源管理职责,征管科\n"
    "A1-1,A1,分局长岗,分局长职责,局领导\nA2-0,A2,税源管理岗,税源管理职责,\nA2-1,A2,分局长岗,分局长职责,",
    "persons.csv": "人员,姓名\nw,王\nl,李\nz,赵\nc,陈",
    "holdings.csv": "人员,岗位,自,至,份额\nw,A1-0,2025-01-01,,1\nl,A1-1,2025-01-01,,1\n"
    "z,A2-0,2025-01-01,,1\nc,A2-1,2025-01-01,,1",
}  # fmt: skip


def opened(folder: Path, settings: Any, more: str = "") -> Bureau:
    table = {"facts/assignments.yaml": (PROVINCE / "facts/assignments.yaml").read_text("utf-8")}
    made = small_bureau.bureau(folder, FACTS, RULES + more, table)
    small_bureau.load(made, REGISTER, datetime(2026, 1, 5, 9, 0))
    (folder / "site" / "media").mkdir(parents=True)
    settings.STEELYARD = Configuration(folder / "site", bureau=str(made.root), record=str(made.record))
    placed()
    return made


def placed() -> None:
    """Units and persons, as the site has them."""
    for code in ("P", "A", "A1", "A2"):
        unit(code)
    Unit.objects.filter(pk__in=("A1", "A2")).update(class_name="分局", path="")
    for code in ("A1", "A2"):
        Unit.objects.filter(pk=code).update(path=f"/P/A/{code}/")
    for code, name, at in (("w", "王", "A1"), ("z", "赵", "A2")):
        Person.objects.get_or_create(code=code, defaults={"name": name, "unit_id": at, "post": "税源管理岗"})


def office() -> Account:
    return with_role("office")


def begun(heads: tuple[str, ...] = ("分局长职责",)) -> Cascade:
    wanted = making.Wanted("all", DAY + timedelta(days=9), Decimal("0.6"), heads)
    return making.begin(wanted, by=office(), now=NOW)


def work(job: Job) -> Job:
    """Does it in this process."""
    claimed = claim("test", NOW)
    assert claimed is not None
    assert claimed.pk == job.pk
    perform(job.pk, claimed.attempts)
    job.refresh_from_db()
    return job


def handed_down(of: Cascade | None = None) -> Cascade:
    """Looked at, and then proposed."""
    of, who = of or begun(), Asker(office(), DAY)
    for act in (making.look, making.propose):
        job = work(act(of.pk, by=who, now=NOW))
        assert job.state == "done", job.problems
    of.refresh_from_db()
    return of


def one(indicator: str = "filing_on_time", at: str = "A1") -> Assignment:
    return Assignment.objects.get(indicator=indicator, unit=at)


def day(text: str) -> date:
    return date.fromisoformat(text)
