"""``steelyard cleaning``: every touched value is listed, and what cleaning did to each unit is worked out by hand here.

Ten points, one less for each case. Unit 01 has two cases and a third that was corrected away to 02; unit 02 has a case
that a check rejected; unit 03 has a case whose unit had spaces around it.
"""

from __future__ import annotations

import csv
import json
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import pytest

from steelyard.bureau.asking.cleaning import Cleaning, cleaning
from steelyard.bureau.asking.touched import REJECT, Touched, touched
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.cli import main
from steelyard.commands.verifying.cleaning import write
from steelyard.lake.intake import intake
from steelyard.lake.record.behind import Spot
from tests.bureau.small_bureau import bureau as small_bureau
from tests.lake.intake_office import shared_cage

FACTS = """
table: cases
name: 案件
source: 试验
columns:
  id: {name: 编号, type: text, required: true}
  unit: {name: 单位, type: text, required: true, trim: true}
  on: {name: 日期, type: date, required: true}
  amount: {name: 金额, type: "decimal(12,2)"}
key: [id]
unit: unit
date: "on"
checks: [{check: amount >= 0, level: reject, say: 金额不得为负}]
files: [{match: "cases*.csv", format: csv}]
"""
RULES = """
indicator: faults
name: 差错
value: count(cases)
full: 10
score: {deduct: {each: 1}}
---
plan: p
name: 计划
year: '2026'
classes: [甲]
total: 10
places: 2
exceed_total: false
groups: [{name: 工作, indicators: [faults]}]
"""
UNITS = "代码,名称,层级,上级,类别,启用,停用\n" + "".join(
    f"0{n},{name}分局,branch,,甲,2020-01-01,\n" for n, name in ((1, "一"), (2, "二"), (3, "三"), (4, "四"))
)
FIRST = """编号,单位,日期,金额
a,01,2026-03-01,1
b,01,2026-03-02,1
c,01,2026-03-03,1
d,02,2026-03-04,-5
e, 03 ,2026-03-05,1
f,04,2026-03-0x,1
g,04,2026-03-06,1,1
"""
SECOND = "编号,单位,日期,金额\nc,02,2026-03-03,1\n"


def loaded(folder: Path, files: dict[str, str], rules: str = RULES) -> Bureau:
    """One file a month, from January 2027 on."""
    made = small_bureau(folder, FACTS, rules)
    for month, (name, text) in enumerate({"units.csv": UNITS, **files}.items(), start=1):
        (folder / name).write_text(text, "utf-8")
        intake(made.record, list(made.tables().values()), [folder / name], datetime(2027, month, 1), cage=shared_cage())
    return made


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    return loaded(tmp_path_factory.mktemp("cleaning"), {"cases_1.csv": FIRST, "cases_2.csv": SECOND})


@pytest.fixture(scope="module")
def found(office: Bureau) -> Cleaning:
    return cleaning(office, Order())


def test_each_kind_of_cleaning_changes_the_units_that_it_should(found: Cleaning) -> None:
    totals = {
        (one.unit, one.kind): (one.now, one.without, one.place, one.place_without)
        for one in found.effects
        if not one.indicator
    }
    assert totals == {
        ("01", "correct"): (8, 7, 4, 4),  # as first said, case c was its own
        ("02", "correct"): (9, 10, 2, 1),
        ("03", "correct"): (9, 9, 2, 3),  # nothing of its own, but others move past it
        ("01", "reject"): (8, 8, 4, 3),
        ("02", "reject"): (9, 8, 2, 3),  # let in, case d would have cost a point
        ("02", "repair"): (9, 9, 2, 3),
        ("03", "repair"): (9, 10, 2, 1),  # with its spaces, the unit of case e would not have been known
    }
    assert {(one.unit, one.kind, one.change) for one in found.effects if one.indicator == "faults"} == {
        ("01", "correct", 1), ("02", "correct", -1), ("02", "reject", 1), ("03", "repair", -1),
    }  # fmt: skip


def test_what_cannot_be_read_counts_nowhere(found: Cleaning) -> None:
    """Case f has no day; case g is no row at all and is not even counted."""
    assert found.rows == {"correct": 1, "reject": 2, "repair": 1}
    assert not any(one.unit == "04" for one in found.effects)


def test_every_touched_value_is_listed_with_its_rule_before_and_after(found: Cleaning) -> None:
    cells = [
        (one.level, one.rule, str(one.at), one.column, one.before, one.after)
        for one in touched(found.ran.snapshot, found.ran.tables)
    ]
    assert cells == [
        ("reject", "check-failed", "cases_1.csv:5", "金额不得为负", "", None),
        ("repair", "cell-trimmed", "cases_1.csv:6", "unit", " 03 ", "03"),
        ("reject", "cell-not-date", "cases_1.csv:7", "on", "2026-03-0x", None),
        ("reject", "row-ragged", "cases_1.csv:8", "", "g,04,2026-03-06,1,1", None),
        ("correct", "corrected", "cases_1.csv:4", "unit", "01", "02"),
    ]


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


def test_it_is_told_unit_by_unit_the_largest_effect_first(office: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "cleaning", str(office.root), "--record", str(office.record), "--limit", "1")
    assert text.splitlines() == [
        "清洗动过的（全部档案）：拒收 3，修整 1，更正 1，提醒 0",
        "  更正 1 处 [corrected] 后到的文件更正了原先的值",
        "  拒收 1 处 [cell-not-date] 不符合声明的日期格式",
        "  拒收 1 处 [check-failed] 不符合本表的检查条件",
        "  拒收 1 处 [row-ragged] 这一行的格数与表头不同；请检查分隔符",
        "  修整 1 处 [cell-trimmed] 已按声明去掉前后空格",
        "更正：涉及 1 行，2 个单位次的总分因此变化",
        "拒收：涉及 2 行，1 个单位次的总分因此变化",
        "修整：涉及 1 行，1 个单位次的总分因此变化",
        "一分局（01）2026",
        "  更正：总分 8，若无则 7（影响 +1）",
        "    更正：差错 8，若无则 7（影响 +1）",
        "  拒收：总分 8，若无则 8（影响 0），位次 4，若无则 3",
        "另有 2 个单位次未列出；--limit 0 全部列出",
    ]


def test_it_is_told_in_english_for_machines_and_for_spreadsheets(
    office: Bureau, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "touched.csv"
    asked = ("cleaning", str(office.root), "--record", str(office.record), "--limit", "0")
    text = said(capsys, "--language", "en", *asked, "--csv", str(path))
    assert "rejected 3, repaired 1, corrected 1, questioned 0" in text
    assert "  repaired: total 9, without it 10 (effect -1), place 2, without it 1" in text
    _, *rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert rows[1] == [
        "修整",
        "cell-trimmed",
        "已按声明去掉前后空格",
        "案件",
        "cases_1.csv",
        "6",
        "单位",
        " 03 ",
        "03",
        "",
        "",
    ]
    assert rows[-1][5:] == ["4", "单位", "01", "02", "cases_2.csv", "2"]
    effects = json.loads(said(capsys, "--json", *asked))["effects"]
    assert effects[0] == {
        "unit": "01", "name": "一分局", "period": "2026", "indicator": "", "kind": "correct", "now": "8",
        "without": "7", "change": "1", "place": 4, "place_without": 4,
    }  # fmt: skip


def test_an_indicator_may_change_where_the_total_does_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capped = RULES.replace("name: 工作,", "name: 工作, cap: 5,")
    made = loaded(tmp_path, {"cases_1.csv": FIRST, "cases_2.csv": SECOND}, capped)
    text = said(capsys, "cleaning", str(made.root), "--record", str(made.record))
    assert "  更正：总分" not in text
    assert "    更正：差错 8，若无则 7（影响 +1）" in text


def test_a_record_as_it_was_known_earlier_had_no_correction_yet(office: Bureau) -> None:
    before = cleaning(office, Order(known_at=datetime(2027, 2, 15)))
    assert before.rows == {"correct": 0, "reject": 2, "repair": 1}


def test_a_repaired_row_that_corrected_another_gives_way_to_it(tmp_path: Path) -> None:
    first = "编号,单位,日期,金额\na,01,2026-03-01,1\nb,03,2026-03-01,1\n"
    second = "编号,单位,日期,金额\na, 02 ,2026-03-01,1\n"
    made = loaded(tmp_path, {"cases_1.csv": first, "cases_2.csv": second})
    changes = {
        one.unit: one.change for one in cleaning(made, Order()).effects if one.kind == "repair" and one.indicator
    }
    assert changes == {"01": Fraction(1), "02": Fraction(-1)}


def test_a_row_that_was_repaired_and_then_rejected_is_a_rejected_row(tmp_path: Path) -> None:
    """Without its repair it would have stayed outside all the same."""
    made = loaded(tmp_path, {"cases_1.csv": "编号,单位,日期,金额\na,01,2026-03-01,1\nb, 02 ,2026-03-01,-5\n"})
    found = cleaning(made, Order())
    assert found.rows == {"correct": 0, "reject": 1, "repair": 0}
    assert {(one.unit, one.kind) for one in found.effects if one.indicator} == {("02", "reject")}


CALENDAR = (Path(__file__).parents[2] / "examples/province/calendar.yaml").read_text("utf-8")
WEDNESDAY_OFF = """
notices:
  - amends: 国办发明电〔2025〕7号
    basis: 防汛停工通知
    issued: 2026-03-01
    off: [{name: 防汛, from: 2026-03-04, to: 2026-03-04}]
"""


def test_rows_let_in_count_days_by_the_calendar_that_the_run_began_with(tmp_path: Path) -> None:
    """The rejected case lay from Tuesday to Friday; a calendar written meanwhile, with the Wednesday off, says less."""
    until = FACTS.replace("  amount:", "  until: {name: 办结, type: date}\n  amount:")
    facts = until.replace("key: [id]", 'derive: {took: "workdays(on, until)"}\nkey: [id]')
    made = small_bureau(tmp_path, facts, RULES.replace("count(cases)", "sum(cases.took)"), {"calendar.yaml": CALENDAR})
    cases = "编号,单位,日期,办结,金额\na,01,2026-03-03,2026-03-04,1\nb,02,2026-03-03,2026-03-06,-5\n"
    for name, text in {"units.csv": UNITS, "cases_1.csv": cases}.items():
        (tmp_path / name).write_text(text, "utf-8")
        tables, calendar = list(made.tables().values()), made.calendar()
        at = datetime(2027, 1, 1 + len(name))
        intake(made.record, tables, [tmp_path / name], at, cage=shared_cage(), calendar=calendar)

    def write_another(*_: str) -> None:
        (made.root / "calendar.yaml").write_text(CALENDAR + WEDNESDAY_OFF, "utf-8")

    during, after = cleaning(made, Order(), write_another), cleaning(made, Order())
    changes = [
        [one.change for one in found.effects if (one.unit, one.kind, one.indicator) == ("02", "reject", "faults")]
        for found in (during, after)
    ]
    assert changes == [[3], [2]]


def test_where_nothing_was_cleaned_nothing_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = loaded(tmp_path, {"cases_1.csv": "编号,单位,日期,金额\na,01,2026-03-01,1\n"})
    text = said(capsys, "cleaning", str(made.root), "--record", str(made.record))
    assert text.splitlines()[-1] == "清洗没有改变任何单位的得分"


def test_what_a_spreadsheet_might_run_is_only_text_in_the_list(office: Bureau, tmp_path: Path) -> None:
    at = Spot("cases_1.csv", "", 3, 0)
    write(
        [Touched(REJECT, "cell-not-decimal", "cases", at, "amount", "=1+1", None)], office.tables(), tmp_path / "a.csv"
    )
    (_, row) = csv.reader((tmp_path / "a.csv").read_text("utf-8-sig").splitlines())
    assert row[7] == "'=1+1"
