"""Two tables that must say the same: every difference with its cells, tolerances counted, the same number twice."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from steelyard.bureau.folder import Bureau
from steelyard.bureau.reconciling.comparing import Outcome, reconcile
from steelyard.bureau.runs.order import Order
from steelyard.cli import main
from steelyard.engine.problems import Refused
from steelyard.lake.record.behind import letters
from tests.bureau.small_bureau import bureau, load

FACTS = """
table: monthly
name: 月报
source: 甲系统
columns:
  unit: {name: 机关, type: text, required: true}
  day: {name: 月份, type: date, required: true}
  amount: {name: 金额, type: "decimal(12,2)"}
  kind: {name: 种类, type: text}
key: [unit, day, kind]
unit: unit
date: day
files:
  - match: "wide*.csv"
    format: csv
    fixed: {kind: 甲}
    unpivot:
      keep: [unit]
      value: amount
      columns: {pattern: '([0-9]{4}-[0-9]{2})', into: {day: '\\1-01'}}
  - {match: "long*.csv", format: csv}
---
table: yearly
name: 年报
source: 乙系统
sparse: true
columns:
  unit: {name: 机关, type: text, required: true}
  day: {name: 年度, type: date, required: true}
  total: {name: 合计, type: "decimal(12,2)"}
key: [unit, day]
unit: unit
date: day
files: [{match: "year*.csv", format: csv}]
"""
UNITS = """代码,名称,层级,上级,类别,启用,停用
    X,市局,city,,,2020-01-01,
    A,东分局,branch,X,,2020-01-01,
    B,西分局,branch,X,,2020-01-01,"""
FILES = {
    "units.csv": UNITS,
    "wide.csv": """机关,2025-01,2025-02,2026-01,2026-02
        A,10,20,10,21
        B,1,2,3,4
        X,11,22,13,26""",
    "year.csv": """机关,年度,合计
        A,2025-01-01,30
        A,2026-01-01,32
        B,2026-01-01,17""",
}
YEARS = """
reconcile: years
name: 年报与月报
levels: [branch]
every: year
from: "2025"
to: "2026"
left: {name: 年报, value: sum(yearly.total), of: own}
right: {name: 月报, value: sum(monthly.amount), of: own}
tolerance: 1
one_sided: differ
"""


def office(folder: Path, rule: str, files: dict[str, str] = FILES) -> Bureau:
    made = bureau(folder, FACTS, "", {"reconcile/a.yaml": rule})
    load(made, files)
    return made


def outcome(folder: Path, rule: str) -> Outcome:
    (found,) = reconcile(office(folder, rule), Order())
    return found


def test_differences_are_told_with_the_cells_of_both_sides(tmp_path: Path) -> None:
    found = outcome(tmp_path, YEARS)
    assert (found.compared, found.exact, found.within) == (4, 1, 1)
    told = [
        (d.unit, d.period, d.left, d.right, [str(s) for s in d.left_spots], [str(s) for s in d.right_spots])
        for d in found.differences
    ]
    assert told == [
        ("B", "2025", None, 3, [], ["wide.csv:3:2", "wide.csv:3:3"]),
        ("B", "2026", 17, 7, ["year.csv:4"], ["wide.csv:3:4", "wide.csv:3:5"]),
    ]
    assert [difference.size for difference in found.differences] == [None, 10]


def test_a_side_without_rows_can_be_passed_over(tmp_path: Path) -> None:
    found = outcome(tmp_path, YEARS.replace("one_sided: differ", "one_sided: skip"))
    assert [(d.unit, d.period) for d in found.differences] == [("B", "2026")]
    assert found.compared == 3


def test_what_stands_above_is_compared_with_the_lowest_units_below_it(tmp_path: Path) -> None:
    rule = """
reconcile: above
name: 市局＝分局之和
levels: [city]
every: month
from: 2025-01
to: 2026-02
left: {name: 市局, value: sum(monthly.amount), of: own}
right: {name: 分局之和, value: sum(monthly.amount), of: below}
tolerance: 0
one_sided: differ
"""
    found = outcome(tmp_path, rule)
    assert (found.compared, found.exact) == (4, 3)
    assert [(d.period, d.left, d.right) for d in found.differences] == [("2026-02", 26, 25)]


def test_the_same_number_twice_is_found(tmp_path: Path) -> None:
    rule = """
reconcile: repeated
name: 不应与上年相同
levels: [branch]
every: month
from: 2026-01
to: 2026-02
left: {name: 本年, value: sum(monthly.amount), of: own}
right: {name: 上年, value: last_year(sum(monthly.amount)), of: own}
must: differ
tolerance: 0
one_sided: skip
"""
    found = outcome(tmp_path, rule)
    assert [(d.unit, d.period, d.left) for d in found.differences] == [("A", "2026-01", 10)]
    assert (found.compared, found.exact, found.within, found.apart, found.one_sided) == (4, 0, 0, 3, 0)


def test_where_one_side_is_missing_nothing_was_found_to_differ(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """B has no return of 2025; in 2026 the two are 10 apart, those of A 1 and 0."""
    made = office(tmp_path, YEARS.replace("tolerance: 1", "must: differ\ntolerance: 1"))
    (found,) = reconcile(made, Order())
    told = [(d.unit, d.period, d.one_sided) for d in found.differences]
    assert told == [("A", "2025", False), ("B", "2025", True), ("A", "2026", False)]
    assert (found.compared, found.exact, found.within, found.apart, found.one_sided) == (4, 0, 0, 1, 1)
    where = [str(made.root), "--record", str(made.record)]
    assert main(["reconcile", *where]) == 1
    assert "比对 4 项：各不相同 1，不符 3，其中只有一边有数 1\n" in capsys.readouterr().out
    assert main(["--language", "en", "reconcile", *where]) == 1
    assert "4 compared: 1 apart, 3 not, 1 of them with one side only\n" in capsys.readouterr().out
    assert main(["--json", "reconcile", *where]) == 1
    assert '"apart": 1, "one_sided": 1' in capsys.readouterr().out


def test_only_live_rows_that_meet_the_condition_are_shown(tmp_path: Path) -> None:
    rule = YEARS.replace("sum(monthly.amount)", "sum(monthly.amount where kind = '乙')")
    made = office(tmp_path, rule)
    load(made, {"long1.csv": "机关,月份,金额,种类\nB,2026-03-01,5,乙\nB,2026-03-02,6,乙"})
    load(made, {"long2.csv": "机关,月份,金额,种类\nB,2026-03-01,8,乙"}, datetime(2027, 1, 1))
    (found,) = reconcile(made, Order())
    last = found.differences[-1]
    assert (last.unit, last.period, last.right) == ("B", "2026", 14)
    assert [str(spot) for spot in last.right_spots] == ["long1.csv:3", "long2.csv:2"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("levels: [branch]", "levels: [分局]", "reconcile-levels"),
        ('to: "2026"', "to: 2026Q1", "reconcile-periods"),
        ('to: "2026"', 'to: "2024"', "reconcile-periods"),
        ("tolerance: 1", "", "shape-missing"),
    ],
)
def test_a_wrong_comparison_is_told_at_its_place(tmp_path: Path, old: str, new: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        outcome(tmp_path, YEARS.replace(old, new))
    assert [problem.code for problem in refused.value.problems] == [code]


def test_the_command_says_what_differs_and_exits_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = office(tmp_path, YEARS)
    told = [str(made.root), "--record", str(made.record)]
    assert main(["reconcile", *told]) == 1
    said = capsys.readouterr().out
    assert "比对 4 项：一致 1，容差内 1，不符 2" in said
    assert "年报 = 没有数" in said
    assert main(["--json", "reconcile", *told]) == 1
    assert '"within": 1' in capsys.readouterr().out
    (made.root / "reconcile" / "a.yaml").write_text(
        YEARS.replace("tolerance: 1", "tolerance: 10").replace("differ", "skip")
    )
    assert main(["--language", "en", "reconcile", *told]) == 0
    assert capsys.readouterr().out.endswith("everything agrees\n")


def test_cells_are_named_as_spreadsheets_name_them() -> None:
    assert [letters(n) for n in (1, 26, 27, 52, 53, 60, 702, 703)] == ["A", "Z", "AA", "AZ", "BA", "BH", "ZZ", "AAA"]
