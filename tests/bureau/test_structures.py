"""A reorganisation seen by a run and by ``steelyard structure``: two branches become one, one is divided."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.replaying import replay
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.saving import save
from steelyard.bureau.structures.viewing import View, view
from steelyard.cli import main
from steelyard.engine.problems import Refused
from tests.bureau.small_bureau import bureau, load

FACTS = """
table: revenue
name: 入库
source: 金税
columns:
  id: {name: 序号, type: text, required: true}
  unit: {name: 机关, type: text, required: true}
  day: {name: 日期, type: date, required: true}
  amount: {name: 金额, type: "decimal(12,2)", required: true}
key: [id]
unit: unit
date: day
files: [{match: "revenue*.csv", format: csv}]
"""
RULES = """
indicator: growth
name: 增长率
value: sum(revenue.amount) / last_year(sum(revenue.amount)) - 1
places: 4
full: 10
score: {linear: {points: [{at: 0, points: 0}, {at: 1, points: 10}], below: flat, above: flat}}
empty: none
---
plan: branches
name: 分局
year: "2026"
classes: [分局]
total: 10
places: 2
exceed_total: false
groups: [{name: 全部, indicators: [growth]}]
---
plan: cities
name: 市局
year: "2026"
classes: [市局]
total: 10
places: 2
exceed_total: false
groups: [{name: 全部, indicators: [growth]}]
"""
MERGED = {
    "units.csv": """代码,名称,层级,上级,类别,启用,停用
        X,甲市局,city,,市局,,
        A,东分局,branch,X,分局,,
        B,西分局,branch,X,分局,,
        C,城分局,branch,X,分局,,
        D,乡分局,branch,X,分局,2020-01-01,""",
    "successions.csv": """原,新,日期,份额
        A,C,2026-01-01,1
        B,C,2026-01-01,1""",
    "revenue.csv": """序号,机关,日期,金额
        1,A,2025-03-01,100.00
        2,B,2025-05-01,50.50
        3,C,2026-03-01,225.75
        4,D,2025-03-01,10.00
        5,D,2026-03-01,15.00""",
}
DIVIDED = {
    "units.csv": """代码,名称,层级,上级,类别,启用,停用
        X,甲市局,city,,市局,,
        A,城分局,branch,X,分局,,
        B,东分局,branch,X,分局,,
        C,西分局,branch,X,分局,,""",
    "successions.csv": """原,新,日期,份额
        A,B,2026-01-01,0.6
        A,C,2026-01-01,0.4""",
    "revenue.csv": """序号,机关,日期,金额
        1,A,2025-03-01,100.01
        2,B,2026-03-01,90
        3,C,2026-03-01,60""",
}
NEW = date(2026, 1, 1)


def office(folder: Path, files: dict[str, str]) -> Bureau:
    made = bureau(folder, FACTS, RULES)
    load(made, files)
    return made


@pytest.fixture
def merged(tmp_path: Path) -> Bureau:
    return office(tmp_path, MERGED)


@pytest.fixture
def divided(tmp_path: Path) -> Bureau:
    return office(tmp_path, DIVIDED)


def ran(made: Bureau, structure: date | None, plan: str = "branches", period: str = "2026") -> Ran:
    order = Order(plan=plan, periods=(period,), structure=structure, uncertainty=False, history=False)
    return run(made, order)


def growth(found: Ran) -> dict[str, Fraction | None]:
    values = found.result.indicators["growth"].value
    return {code: values.fraction(at) for at, code in enumerate(found.result.panel.subjects)}  # type: ignore[union-attr]


# ---- runs ----


def test_as_it_was_a_successor_has_no_last_year(merged: Bureau) -> None:
    assert growth(ran(merged, None)) == {"C": None, "D": Fraction(1, 2)}


def test_in_the_new_structure_its_last_year_is_that_of_its_predecessors(merged: Bureau) -> None:
    assert growth(ran(merged, NEW)) == {"C": Fraction(1, 2), "D": Fraction(1, 2)}


def test_the_new_units_can_be_assessed_for_the_year_before_they_were_founded(merged: Bureau) -> None:
    found = ran(merged, NEW, period="2025")
    assert found.result.panel.subjects == ("C", "D")
    assert found.result.panel.assessed.all()
    assert found.names["C"] == "城分局"


def test_what_abolished_units_did_stays_with_those_above_them(merged: Bureau) -> None:
    """C113: 160.50 last year and 240.75 this year under the city, however its branches are organised."""
    for structure in (None, NEW):
        assert growth(ran(merged, structure, "cities")) == {"X": Fraction(1, 2)}


def test_a_divided_branch_has_no_history_for_its_parts_but_has_for_its_city(divided: Bureau) -> None:
    with pytest.raises(Refused) as refused:
        ran(divided, NEW)
    assert [problem.code for problem in refused.value.problems] == ["history-divided"]
    assert growth(ran(divided, None)) == {"B": None, "C": None}
    expected = Fraction(150, 1) / Fraction("100.01") - 1
    (found,) = growth(ran(divided, NEW, "cities")).values()
    assert found == Fraction(round(expected * 10_000), 10_000)


def test_a_run_names_its_structure_and_is_repeated_with_it(merged: Bureau) -> None:
    one, two = (save(Results(ran(merged, structure))) for structure in (None, NEW))
    assert one.name != two.name
    assert replay(two).digest == Results(ran(merged, NEW)).digest


# ---- the view ----


def lines(found: View, at: int) -> dict[str, tuple[Fraction | None, ...]]:
    return {row.code: row.values for row in found.seen[at].rows}


def look(made: Bureau, value: str = "sum(revenue.amount)", *days: date, joined: bool = False) -> View:
    return view(made, value, ["2025", "2026"], days, Order(), joined)


def test_old_and_new_structure_have_the_same_sums(merged: Bureau) -> None:
    found = look(merged)
    assert [seen.on for seen in found.seen] == [date(2025, 1, 1), date(2026, 12, 31)]
    assert found.reconciled
    assert list(found.reported.values()) == [(Fraction("160.5"), Fraction("240.75"))]
    assert lines(found, 0) == {
        "A": (100, None),
        "A+B": (None, Fraction("225.75")),
        "B": (Fraction("50.5"), None),
        "D": (10, 15),
    }
    assert lines(found, 1) == {"C": (Fraction("150.5"), Fraction("225.75")), "D": (10, 15)}
    assert [row.values for row in found.seen[0].above] == [(Fraction("160.5"), Fraction("240.75"))]


def test_lines_that_share_a_unit_are_joined_for_comparison(merged: Bureau) -> None:
    found = look(merged, "sum(revenue.amount) / last_year(sum(revenue.amount)) - 1", date(2025, 6, 1))
    assert lines(found, 0) == {"A+B": (None, Fraction(1, 2)), "D": (None, Fraction(1, 2))}
    assert lines(look(merged, "sum(revenue.amount)", date(2025, 6, 1), joined=True), 0)["A+B"][0] == Fraction("150.5")


def test_a_division_goes_by_its_shares_to_the_last_cent(divided: Bureau) -> None:
    found = look(divided, "sum(revenue.amount)", NEW)
    assert found.reconciled
    assert lines(found, 0) == {"B": (Fraction("60.01"), 90), "C": (Fraction("40"), 60)}


def test_ratios_are_taken_of_sums_on_every_line(merged: Bureau) -> None:
    found = look(merged, "-sum(revenue.amount) * 2 / count(revenue) + 1", NEW)
    assert lines(found, 0)["C"] == (1 - Fraction("150.5"), 1 - Fraction("451.5"))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("max(revenue.amount)", "amount-not-additive"),
        ("abs(sum(revenue.amount))", "only-arithmetic"),
        ("last_year(1) + 2", "amount-without-facts"),
    ],
)
def test_only_what_adds_up_can_be_seen_in_another_structure(merged: Bureau, value: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        look(merged, value)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_the_command_prints_both_structures_and_that_they_agree(
    merged: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ["structure", str(merged.root), "--record", str(merged.record), "--value", "sum(revenue.amount)"]
    assert main([*told, "--period", "2025", "--period", "2026"]) == 0
    said = capsys.readouterr().out
    assert "A+B 东分局 + 西分局\t—\t225.75" in said
    assert "未变动的 1 行略去" in said
    assert said.strip().endswith("与各架构合计一致")
    assert main(["--json", *told, "--period", "2026", "--on", "2026-01-01", "--all"]) == 0
    assert '"reconciled": true' in capsys.readouterr().out
