"""A small book in which every construct stands at least once: totals, windows, peers, pools, classes, a whole plan."""

from __future__ import annotations

from steelyard.engine.trying.cases import CaseFile, read_cases

DEFAULTS = """
book: small
name: 小规则书
points_places: 3
rounding: half_up
floor: 0
"""

OPERATORS = {
    "arithmetic": "-abs(value - 7) + floor(value / 2) - ceil(value / 3) + steps(value, 2) + 1/3",
    "missing": "or_else(1 / (value - value), 2)",
    "choices": "if(value > 3 and not (value in (5, 6)) or value is null, greatest(value, 4), least(value, 2))",
    "unknown": "if(sum(cases.amount) / count(cases where kind = 'none') > 1, 1, 2)",
    "rounding": "round(value / 3, 1, 'half_even') + round(-value / 3, 0, 'up') + round(value, -1, 'down')",
    "halves": "round(value / 2, 0, 'half_even') * 100 - round(-value / 2, 0) * 10 + round(value / 4, 1, 'half_even')",
    "peers": "peers_mean(value) + peers_median(value) + peers_max(value) - peers_min(value) + peers_sum(value)",
    "places": "peers_rank(value) * 100 + peers_count(value) * 10 + peers_nth(value, 2) + peers_percentile(value, 50)",
    "trimmed": "peers_trimmed_mean(value, 1) + peers_mean(abs(value - peers_mean(value)))",
    "others": "or_else(peers_mean(value, '乙类') - peers_count(value, '乙类'), 0)",
    "past": "or_else(last_year(count(cases)), 0) + previous(count(cases)) * 10 + to_date(count(cases)) * 100",
    "year": "whole_year(count(cases)) + last_year(to_date(sum(cases.minutes)))",
    "attributes": "unit.staff + or_else(unit.area, 0.5)",
    "indicator": "points(arithmetic) + value(peers) + or_else(last_year(value(arithmetic)), 0)",
    "dates": "if(day >= date '2026-06-30', 1, 0)",
    "never": "if(1 / 0 * value > 3, 1, 2)",
}
TOTALS = {
    "nested": "count(cases where minutes > avg(cases.minutes where kind != 'y')) + max(cases.amount - 1)",
    "first": "first(cases.minutes where kind in ('x', 'y') by due)",
    "last": "last(cases.minutes by kind)",
    "percentile": "percentile(cases.minutes, 33.3) + percentile(cases.amount * 2, 90 where urgent)",
    "distinct": "distinct(cases.kind) + distinct(cases.minutes where urgent or kind is null)",
    "per": "sum(max(cases.minutes) per kind) + avg(count(cases) per urgent) + distinct(sum(cases.minutes) per due)",
    "calendar": "sum(days(cases.due, cases.done)) + count(cases where year(due) = 2026 and month(due + 31) < 4)",
    "row_choice": "sum(if(cases.urgent, cases.amount, -cases.minutes)) + sum(least(cases.amount, cases.minutes))",
    "ratio": "avg(cases.minutes) / min(cases.amount)",
    "between": "count(cases where minutes between 2 and 4 and not urgent) - count(cases where minutes / amount > 1)",
}

POOL = """
indicator: pool
name: 扣分池
full: 20
floor: 5
items:
  - item: lost
    name: 单项扣分
    value: count(cases where urgent)
    score: {deduct: {each: 2}}
  - item: rate
    name: 完成率
    value: sum(cases.minutes) / count(cases)
    target: {all: 3, by_class: {乙类: 2}}
    full: 8
    score: {completion: {at_most: 1.1}}
    empty: rescale
    by_class: {乙类: {full: 10}}
  - item: late
    name: 迟办
    value: count(cases where done > due)
    full: 2
    direction: lower
    target: 0
    score: {step: {every: 1, lose: 0.5, counting: whole}}
    empty: full
"""

MORE = """
indicator: stages
name: 累计进度
value: sum(cases.minutes) / 10
show: percent
full: 6
score: {step: {every: 5%, lose: 1, counting: whole}}
checkpoints:
  targets: {Q1: 50%, H1: 60%, M12: 90%}
empty: none
---
indicator: alone
name: 逐季
value: count(cases)
full: 8
target: 2
score: {step: {every: 1, lose: 1, counting: whole}}
checkpoints: {every: quarter, counted: alone, take: mean}
empty: none
---
indicator: special
name: 个性指标
value: count(cases)
full: 5
score: {formula: {points: value / 2, says: 一半}}
veto:
  - {when: count(cases where kind = 'y') > 2, zero: item, because: 太多}
grades:
  - {label: 好, at_least: 1}
  - {label: 差}
by_class:
  乙类: {score: {formula: {points: value / 3, says: 三分之一}}}
---
indicator: plain
name: 没有等次的类别
value: count(cases)
score: {band: {table: [{at_least: 3, label: 多}], otherwise: {label: 少}}}
by_class:
  乙类: {score: {formula: {points: value, says: 个数}}, full: 5}
"""

PLAN = """
plan: whole
name: 全流程计划
year: "2026"
classes: [甲类, 乙类]
total: 100
places: 2
exceed_total: false
groups:
  - name: 基础
    cap: 90
    indicators:
      - {indicator: pool, weight: 0.6}
      - {indicator: special, only: [甲类, d], full: 10}
      - arithmetic
  - {name: 加分, role: bonus, indicators: [choices]}
  - {name: 减分, role: malus, floor: -10, indicators: [indicator]}
difficulty:
  coefficient: or_else(1 + (unit.staff - 10) / 100, 1)
  lowest: 0.95
  highest: 1.05
  places: 3
  applies_to: base
ranking: {on: rounded, next: [points(pool), value(past)]}
lists:
  - {list: red, name: 红榜, top: 50%, rounding: half_up}
segments:
  - {name: 第一段, share: 40%}
  - {name: 第二段}
grades:
  - {label: 优, at_least: 60}
  - {label: 良}
veto:
  - {when: count(cases where kind = 'x') > 4, zero: total, grade: 否决, bars: [red], because: 一票否决}
  - {when: place = class_size and place > 3, grade_at_most: 良, because: 末位}
"""

CASES = """
cases: small
period: "2026Q1"
facts:
  cases: {due: date, done: date, amount: "decimal(8,2)", minutes: integer, kind: text, urgent: boolean}
units: |
  unit | class | staff | area
  a    | 甲类  | 12    | 3.25
  b    | 甲类  | 8     |
  c    | 甲类  |       | 1
  d    | 乙类  | 30    | 2
  e    | 乙类  | 5     | 2
  f    | 乙类  | 5     | 2
  g    | 乙类  | 7     | 1
given:
  cases: |
    unit | on         | due        | done       | amount | minutes | kind | urgent
    a    | 2026-01-05 | 2026-01-31 | 2026-02-01 | 12.50  | 3       | x    | 是
    a    | 2026-02-05 | 2026-02-28 | 2026-02-01 | -1     | 5       | y    | 否
    a    | 2026-03-31 | 2026-01-31 |            |        | 2       | x    | 是
    a    | 2025-03-05 | 2025-01-31 | 2026-02-01 | 1.5    | 4       | x    | 否
    a    | 2025-12-31 | 2025-01-31 | 2026-02-01 | 1.5    | 4       |      |
    b    | 2026-01-01 | 2026-01-31 | 2026-02-01 | 2.50   |         | y    | 是
    b    | 2026-03-05 | 2026-01-31 | 2026-02-01 | 2.50   | 4       | y    | 是
    b    | 2026-03-06 |            | 2026-02-01 | 3.75   | 4       | y    | 是
    b    | 2026-04-06 |            | 2026-02-01 | 3.75   | 6       | z    | 是
    d    | 2026-01-01 | 2026-03-31 | 2026-04-01 | 7      | 2       | x    | 否
    d    | 2026-01-02 | 2026-03-31 | 2026-04-01 | 7      | 2       | x    | 否
    d    | 2026-01-03 | 2026-03-31 | 2026-04-01 | 7      | 2       | x    |
    d    | 2026-01-04 | 2026-03-31 | 2026-03-01 | 7      | 1       | x    | 否
    d    | 2026-01-05 | 2026-03-31 | 2026-03-01 | 7      | 1       | x    | 否
    d    | 2026-01-01 | 2026-03-31 | 2026-03-01 | -7     | 1       |      | 否
    d    | 2026-01-01 | 2026-03-31 | 2026-03-01 |        | 1       | x    | 否
    g    | 2026-01-08 | 2026-03-31 | 2026-03-01 | 7      | 1       | z    | 否
    g    | 2026-01-09 | 2026-03-31 | 2026-03-01 | 7      | 1       | z    | 否
    e    | 2026-02-02 | 2026-02-28 | 2026-02-28 | 0      | 3       | 文字 | 否
expect: |
  unit | period
  a    | 2026Q1
  a    | 2026Q2
  a    | 2026YTD
"""


def indicator(id: str, value: str, points: str = "value") -> str:
    empty = "empty: zero"
    return f"""
indicator: {id}
name: {id} 指标
basis: 税总发〔2026〕1号第{len(id)}条
value: {value}
full: 10
score:
  formula: {{points: "{points}", says: 按式计算}}
floor: -1000000
{empty}
"""


def small() -> CaseFile:
    """The book without a plan: every indicator for itself."""
    parts = [indicator(id.replace("_", "-"), "count(cases)", points) for id, points in OPERATORS.items()]
    parts += [indicator(id.replace("_", "-"), value) for id, value in TOTALS.items()]
    return case_file(*parts, POOL, MORE)


def whole() -> CaseFile:
    """The book with its plan."""
    return case_file(*(indicator(id, "count(cases)", points) for id, points in OPERATORS.items()), POOL, MORE, PLAN)


def case_file(*documents: str, cases: str = CASES) -> CaseFile:
    (file,) = read_cases([("book.yaml", DEFAULTS), ("small.yaml", "\n---\n".join([*documents, cases]))])
    return file
