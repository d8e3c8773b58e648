"""A run that is brought up to newer data gives what a full run gives, and reads no more than it must."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steelyard.bureau.asking.running import run
from steelyard.bureau.runs.increment import increment, keep
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.results import Results
from tests.bureau.small_bureau import ARRIVED, bureau, load

FACTS = """
table: cases
name: 案件
source: 试验
columns:
  id: {name: 编号, type: text, required: true}
  unit: {name: 单位, type: text, required: true}
  due_on: {name: 期限, type: date, required: true}
  kind: {name: 类别, type: text}
  amount: {name: 金额, type: "decimal(12,2)"}
key: [id]
unit: unit
date: due_on
files: [{match: "cases*.csv", format: csv}]
---
table: visits
name: 走访
source: 试验
columns:
  id: {name: 编号, type: text, required: true}
  unit: {name: 单位, type: text, required: true}
  on: {name: 日期, type: date, required: true}
key: [id]
unit: unit
date: on
files: [{match: "visits*.csv", format: csv}]
"""


def _rule(id: str, value: str) -> str:
    return f"""
indicator: {id}
name: {id}
full: 10
value: {value}
score: {{completion: {{at_most: 200%}}}}
target: 3
empty: zero
"""


VALUES = {
    "big": "count(cases where amount > 5)",
    "share": "sum(cases.amount) / count(cases)",
    "kinds": "distinct(cases.kind)",
    "median": "percentile(cases.amount, 50)",
    "most": "max(cases.amount)",
    "newest": "last(cases.amount by due_on)",
    "visited": "count(visits)",
    "both": "value(visited) + value(big)",
}
ENTRIES = ", ".join(f"{{indicator: {id}}}" for id in VALUES)
PLAN = f"""
---
plan: all
name: 全部
year: "2026"
places: 2
exceed_total: false
classes: [分局]
total: 80
groups: [{{name: 全部, indicators: [{ENTRIES}]}}]
"""
RULES = "---".join(_rule(id, value) for id, value in VALUES.items()) + PLAN

UNITS = """
代码,名称,层级,上级,类别,启用,停用
A,甲,分局,,分局,2020-01-01,
B,乙,分局,,分局,2020-01-01,
C,丙,分局,,分局,2020-01-01,
"""
CASES = "编号,单位,期限,类别,金额\n"
ORDER = Order(periods=("2026-01", "2026-02", "2026Q1"))

row = st.tuples(
    st.integers(0, 9),
    st.sampled_from("ABC"),
    st.sampled_from(["2026-01-05", "2026-01-20", "2026-02-28", "2026-03-01", "2025-12-31"]),
    st.sampled_from(["x", "y", ""]),
    st.sampled_from(["0.50", "7", "12.25", ""]),
)
BATCH = st.lists(row, min_size=1, max_size=6, unique_by=lambda cells: cells[0])


def _text(rows: list[tuple[int, str, str, str, str]]) -> str:
    return CASES + "\n".join(",".join(map(str, cells)) for cells in rows)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(BATCH, min_size=2, max_size=4))
def test_any_row_of_batches_and_corrections_ends_as_a_full_run_ends(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[int, str, str, str, str]]]
) -> None:
    made = bureau(tmp_path_factory.mktemp("office"), FACTS, RULES)
    load(made, {"units.csv": UNITS, "visits1.csv": "编号,单位,日期\n1,A,2026-01-03"})
    load(made, {"cases0.csv": _text(batches[0])})
    kept = keep(run(made, ORDER))
    for number, rows in enumerate(batches[1:], start=1):
        load(made, {f"cases{number}.csv": _text(rows)}, ARRIVED + timedelta(days=number))
        kept = increment(kept)
        full = run(made, ORDER)
        assert Results(kept.ran).digest == Results(full).digest
        assert kept.ran.snapshot.digest == full.snapshot.digest


def test_indicators_that_read_nothing_new_are_not_weighed_again(tmp_path: Path) -> None:
    made = bureau(tmp_path, FACTS, RULES)
    load(made, {"units.csv": UNITS, "cases0.csv": CASES + "1,A,2026-01-05,x,7", "visits1.csv": "编号,单位,日期\n"})
    kept = keep(run(made, ORDER))
    load(made, {"visits2.csv": "编号,单位,日期\n1,B,2026-02-03"}, datetime(2027, 1, 1))
    fresh = increment(kept)
    old, new = kept.ran.result.indicators, fresh.ran.result.indicators
    assert {id for id in VALUES if new[id] is not old[id]} == {"visited", "both"}


def test_a_change_of_the_registers_is_a_full_run(tmp_path: Path) -> None:
    made = bureau(tmp_path, FACTS, RULES)
    load(made, {"units.csv": UNITS, "cases0.csv": CASES + "1,A,2026-01-05,x,7", "visits1.csv": "编号,单位,日期\n"})
    kept = keep(run(made, ORDER))
    load(made, {"units.csv": UNITS + "D,丁,分局,,分局,2026-02-01,\n"}, datetime(2027, 1, 1))
    fresh = increment(kept)
    assert "D" in fresh.ran.result.panel.subjects
    assert Results(fresh.ran).digest == Results(run(made, ORDER)).digest
