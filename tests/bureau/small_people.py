"""An office of people: two branches and an office without a score, transfers, and a year of matters handled."""

from __future__ import annotations

from pathlib import Path

from steelyard.bureau.folder import Bureau
from tests.bureau.small_bureau import bureau, load

FACTS = """
table: posts
name: 岗位
source: 登记
columns:
  code: {name: 岗位, type: text, required: true}
  unit: {name: 机关, type: text, required: true}
  name: {name: 名称, type: text, required: true}
  duty: {name: 职责, type: text}
key: [code]
files: [{match: posts.csv, format: csv}]
---
table: persons
name: 人员
source: 登记
columns:
  code: {name: 人员, type: text, required: true}
  name: {name: 姓名, type: text, required: true}
key: [code]
files: [{match: persons.csv, format: csv}]
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
name: 办件
source: 征管系统
columns:
  id: {name: 序号, type: text, required: true}
  unit: {name: 机关, type: text, required: true}
  officer: {name: 经办人, type: text, required: true}
  done: {name: 办结, type: date, required: true}
  kind: {name: 种类, type: text, allowed: [简, 繁]}
  minutes: {name: 用时, type: integer}
  waited: {name: 交接等候, type: integer}
  late: {name: 逾期, type: boolean}
  returned: {name: 退回, type: boolean}
  rework: {name: 返工, type: boolean}
  asked: {name: 补正次数, type: integer}
  stars: {name: 好评, type: integer}
key: [id]
unit: unit
officer: officer
date: done
files: [{match: "matter*.csv", format: csv}]
"""

VALUES = {
    "volume": "count(matter)",
    "complex": "count(matter where kind = '繁')",
    "on_time": "1 - count(matter where late) / count(matter)",
    "returned": "1 - count(matter where returned) / count(matter)",
    "rework": "1 - count(matter where rework) / count(matter)",
    "one_visit": "count(matter where asked = 0) / count(matter)",
    "asked": "3 - sum(matter.asked) / count(matter)",
    "handover": "60 - avg(matter.waited)",
    "longest_wait": "120 - max(matter.waited)",
    "mix_pace": "(count(matter where kind = '简') * 20 + count(matter where kind = '繁') * 60) / sum(matter.minutes)",
    "praised": "avg(matter.stars) / 5",
    "days_active": "distinct(matter.done)",
}
"""Volume, timeliness, rework, handover; ``mix_pace``: what such a mix of matters takes, by what it took."""

OWN = "".join(
    f"""
indicator: {id}
name: 本人{id}
subject: officer
value: {value}
places: 4
full: 2.5
score: {{linear: {{points: [{{at: 0, points: 0}}, {{at: 1, points: 2.5}}], below: flat, above: flat}}}}
empty: rescale
---"""
    for id, value in VALUES.items()
)
RULES = (
    OWN
    + """
indicator: timely
name: 单位按期率
value: 1 - count(matter where late) / count(matter)
places: 4
full: 60
score: {completion: {at_most: 100%}}
target: 100%
empty: none
---
indicator: clean
name: 单位无退回率
value: 1 - count(matter where returned) / count(matter)
places: 4
full: 40
score: {completion: {at_most: 100%}}
target: 100%
empty: none
---
plan: units
name: 分局
year: "2026"
classes: [分局]
total: 100
places: 2
exceed_total: false
groups: [{name: 全部, indicators: [timely, clean]}]
---
persons: people
name: 干部个人绩效
plan: units
total: 100
places: 2
linked: 50
unit: 20
spread: number
days: calendar
own: [OWN]
own_empty: rescale
links:
  - {indicator: timely, duties: [受理], weight: 1}
  - {indicator: clean, duties: [受理], weight: 1}
  - {indicator: clean, duties: [审核], weight: 1}
grades: [{label: 好, at_least: 90}, {label: 一般}]
lists: [{list: top, name: 前一名, top: 1}, {list: all_top, name: 全局前一名, top: 1, within: all}]
""".replace("OWN", ", ".join(VALUES))
)
FILES = {
    "units.csv": """代码,名称,层级,上级,类别,启用,停用
        A,东分局,branch,,分局,2020-01-01,
        B,西分局,branch,,分局,2020-01-01,
        O,机关,office,,机关,2020-01-01,""",
    "posts.csv": """岗位,机关,名称,职责
        A1,A,东窗口,受理
        B1,B,西窗口,受理
        B2,B,西审核,审核
        B3,B,西勤务,
        O1,O,办公室,综合""",
    "persons.csv": """人员,姓名
        p1,张一
        p2,李二
        p3,王三
        p4,赵四
        p5,钱五
        p6,孙六""",
    "holdings.csv": """人员,岗位,自,至,份额
        p1,A1,2025-01-01,,1
        p2,A1,2025-01-01,2026-06-30,1
        p2,B2,2026-07-01,,1
        p3,O1,2025-01-01,,1
        p4,B1,2026-03-01,,0.5
        p5,B3,2025-01-01,,1
        p6,O1,2025-01-01,2026-08-31,1
        p6,B1,2026-09-01,,1""",
}
HEAD = "序号,机关,经办人,办结,种类,用时,交接等候,逾期,退回,返工,补正次数,好评\n"
MATTERS = HEAD + "\n".join(
    [
        "1,A,p1,2026-02-03,简,20,10,否,否,否,0,5",
        "2,A,p1,2026-03-03,繁,60,20,否,否,否,1,4",
        "3,A,p2,2026-04-07,简,40,30,是,否,否,0,5",
        "4,A,p2,2026-05-07,简,20,30,否,是,否,2,3",
        "5,A,p1,2026-08-04,简,25,15,是,否,是,0,5",
        "6,B,p2,2026-09-04,繁,50,5,否,否,否,0,5",
        "7,B,p4,2026-10-09,简,20,10,否,否,否,0,5",
        "8,B,p4,2026-11-09,简,30,10,是,否,否,0,5",
    ]
)


def office(folder: Path, rules: str = RULES, more: dict[str, str] | None = None) -> Bureau:
    made = bureau(folder, FACTS, rules, more)
    load(made, {**FILES, "matter.csv": MATTERS})
    return made


ASSIGNMENTS = """
---
table: assignments
name: 岗责认定
source: 认定
columns:
  unit: {name: 机关, type: text, required: true}
  indicator: {name: 指标, type: text, required: true}
  post: {name: 岗位, type: text, required: true}
  role: {name: 角色, type: text, required: true, allowed: [lead, assist]}
  share: {name: 份额, type: "decimal(5,4)", required: true}
  from: {name: 自, type: date, required: true}
  to: {name: 至, type: date}
  withdrawn: {name: 撤回, type: boolean}
key: [unit, indicator, post, from]
sparse: true
files: [{match: "assigned*.csv", format: csv}]
"""
ASSIGNED_HEAD = "机关,指标,岗位,角色,份额,自,至,撤回\n"
CONFIRMED = RULES.replace("spread: number\ndays", "spread: weight\nconfirmed: assignments\nveto: 60%\ndays")


def confirmed_office(folder: Path, rows: str, rules: str = CONFIRMED) -> Bureau:
    """The same office, in which nobody answers for an indicator that was not confirmed; ``rows`` of the table."""
    made = bureau(folder, FACTS + ASSIGNMENTS, rules)
    load(made, {**FILES, "matter.csv": MATTERS, **({"assigned.csv": ASSIGNED_HEAD + rows} if rows else {})})
    return made
