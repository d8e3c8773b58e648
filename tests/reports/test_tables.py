"""Workbook and CSV: numbers are numbers, text is never a formula, nothing is lost on the way back."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.reports import ResultBook, RuleText, write_csv, write_workbook
from steelyard.reports.sheet import RowState, Words
from steelyard.reports.tables import guarded, unguarded
from tests.reports.samples import FAMILIES, sample_run, sample_sheet

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")  # openpyxl on data bars

EVIL = '=HYPERLINK("http://x","y")'


def book(evil: bool = False) -> ResultBook:
    names = (EVIL, "＝1+1") if evil else ("甲税务分局", "乙税务分局")
    units = tuple(sample_sheet(8, code=f"15301{n}", name=name) for n, name in enumerate(names))
    sentence = Words("完成率每低于目标 1 个百分点扣 0.1 分，扣完为止。")
    rules = [
        RuleText(row.id, row.name, FAMILIES[0], Words("重点税源管理分局"), row.full, sentence, Words("细则第十二条"))
        for row in units[0].indicators
    ]
    return ResultBook(sample_run(), units, rules)


def test_the_workbook_opens_with_its_six_sheets(tmp_path: Path) -> None:
    write_workbook(book(), tmp_path / "a.xlsx")
    opened = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert opened.sheetnames == ["总览", "指标得分", "失分清单", "名单", "指标说明", "说明"]
    overview = opened["总览"]
    assert overview.freeze_panes == "E4"
    assert overview.auto_filter.ref == "A3:O5"
    assert overview["E4"].value == pytest.approx(float(book().units[0].total))
    assert overview["E4"].number_format == "0.00"
    run, about = sample_run(), [cell.value for cell in opened["说明"]["B"]]
    assert {run.digest, run.number, run.root, run.rules} <= set(about)


def test_a_full_mark_is_a_number_or_words_where_classes_differ(tmp_path: Path) -> None:
    plan = book()
    first, second, *_ = plan.rules
    words = replace(second, full=Words("20（大厅 15）", "20 (大厅 15)"))
    write_workbook(replace(plan, rules=[first, words]), tmp_path / "a.xlsx", "en")
    (marks,) = (column for column in openpyxl.load_workbook(tmp_path / "a.xlsx")["Indicators"].iter_cols(5, 5))
    assert [cell.value for cell in marks[3:]] == [pytest.approx(float(str(first.full))), "20 (大厅 15)"]
    assert marks[3].number_format == "0.00"


def test_scores_of_the_workbook_are_those_of_the_sheets(tmp_path: Path) -> None:
    write_workbook(book(), tmp_path / "a.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx")["指标得分"].iter_rows(min_row=4, values_only=True))
    for row, unit in zip(rows, book().ranked(), strict=True):
        assert row[4:] == pytest.approx([float(one.points) for one in unit.indicators])


def test_indicators_stand_in_the_order_of_the_plan(tmp_path: Path) -> None:
    plan = book()
    backwards = ResultBook(plan.run, plan.units, list(reversed(plan.rules)))
    write_workbook(backwards, tmp_path / "a.xlsx")
    opened = openpyxl.load_workbook(tmp_path / "a.xlsx")
    ids = [rule.id for rule in backwards.rules]
    assert [str(cell.value).split("\n")[1] for cell in opened["指标得分"][3][4:]] == ids
    assert [row[0] for row in opened["指标说明"].iter_rows(min_row=4, values_only=True)] == ids


def test_rows_are_tall_enough_for_the_longest_sentence(tmp_path: Path) -> None:
    plan = book()
    long = Words("完成率每低于目标一个百分点扣零点一分，扣完为止。" * 6)
    write_workbook(
        ResultBook(plan.run, plan.units, [replace(plan.rules[0], sentence=long), *plan.rules[1:]]), tmp_path / "a.xlsx"
    )
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["指标说明"]
    column = sheet.column_dimensions["F"]
    room = sheet.row_dimensions[4].height // 15 * column.width
    assert room >= 2 * len(long.zh)
    assert sheet.row_dimensions[5].height is None


def test_the_list_of_losses_says_how_much_of_everything_it_holds(tmp_path: Path) -> None:
    plan = book()
    bare = tuple(replace(loss, remedy=None) for loss in plan.units[1].losses)
    some = ResultBook(plan.run, (plan.units[0], replace(plan.units[1], losses=bare)), plan.rules)
    write_workbook(some, tmp_path / "a.xlsx")
    stand = str(openpyxl.load_workbook(tmp_path / "a.xlsx")["失分清单"]["A2"].value)
    assert "每个单位列失分最多的 20 项" in stand
    assert "写明 1 个单位（共 2 个）各自的前 2 项" in stand


def test_columns_that_would_say_nothing_are_left_out(tmp_path: Path) -> None:
    plan, heads = book(), []
    for name, more in (("full", {"records": 12, "repeats": 3}), ("bare", {"records": None, "repeats": 1})):
        losses = [tuple(replace(loss, **more) for loss in unit.losses) for unit in plan.units]
        units = [replace(unit, losses=lost) for unit, lost in zip(plan.units, losses, strict=True)]
        if name == "bare":
            units = [replace(unit, earlier=None) for unit in units]
        write_workbook(ResultBook(plan.run, units, plan.rules), tmp_path / f"{name}.xlsx")
        opened = openpyxl.load_workbook(tmp_path / f"{name}.xlsx")
        heads.append({str(cell.value) for page in ("总览", "失分清单") for cell in opened[page][3]})
        head, first = ([cell.value for cell in opened["失分清单"][number]] for number in (3, 4))
        assert dict(zip(head, first, strict=True))["依据"] == "绩效考评细则〔2026〕3 号第十二条第（二）款"
    assert heads[0] - heads[1] == {"较上期", "涉及记录", "连续失分"}


def test_the_workbook_has_the_same_bytes_every_time(tmp_path: Path) -> None:
    write_workbook(book(), tmp_path / "a.xlsx")
    write_workbook(book(), tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(tmp_path: Path) -> None:
    write_workbook(book(evil=True), tmp_path / "a.xlsx")
    cells = [c for sheet in openpyxl.load_workbook(tmp_path / "a.xlsx") for row in sheet.iter_rows() for c in row]
    assert {c.data_type for c in cells} <= {"s", "n"}
    assert not [c for c in cells if c.hyperlink]
    assert f"'{EVIL}" in [c.value for c in cells]


def test_units_out_of_a_list_are_not_on_its_page(tmp_path: Path) -> None:
    write_workbook(book(), tmp_path / "a.xlsx", "en")
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx")["Lists"].iter_rows(min_row=4, values_only=True))
    assert {(row[0], row[2]) for row in rows} == {
        ("Honour list (top 40%)", "Boundary"),
        ("Written notice (top 50%)", "Certain"),
    }


def test_the_csv_comes_back_whole(tmp_path: Path) -> None:
    full = book(evil=True)
    write_csv(full, tmp_path / "a.csv")
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as lines:
        back = list(csv.DictReader(lines))
    wanted = [(unit.name.zh, row.id, row.points) for unit in full.ranked() for row in unit.indicators]
    assert [(unguarded(row["单位"]), row["指标编号"], Decimal(row["得分"])) for row in back] == wanted


def test_states_are_words_that_the_workbook_explains(tmp_path: Path) -> None:
    unit = sample_sheet(4)
    states: tuple[RowState, ...] = ("scored", "not_applicable", "no_data", "provisional")
    rows = tuple(replace(row, state=state) for row, state in zip(unit.indicators, states, strict=True))
    told = ResultBook(sample_run(), [replace(unit, indicators=rows)], [])
    write_csv(told, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as lines:
        words = [row["状态"] for row in csv.DictReader(lines)]
    assert words == ["计分", "不适用", "缺数据", "暂定"]
    write_workbook(told, tmp_path / "a.xlsx")
    about = [str(cell.value) for cell in openpyxl.load_workbook(tmp_path / "a.xlsx")["说明"]["B"]]
    assert any(all(f"{word} {state}" in text for word, state in zip(words, states, strict=True)) for text in about)


def test_a_missing_value_is_an_empty_cell_not_a_zero(tmp_path: Path) -> None:
    unit = sample_sheet(4)
    rows = tuple(replace(row, value=None, place=None) for row in unit.indicators)
    write_csv(ResultBook(sample_run(), [replace(unit, indicators=rows)], []), tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as lines:
        assert {(row["实际值"], row["指标位次"]) for row in csv.DictReader(lines)} == {("", "")}


@pytest.mark.parametrize(
    "text",
    ["=1", "+1", "-1", "@x", "|x", "%x", "＝1", "＋1", "－1", "＠x", " =1", "\u3000=1", "\ufeff=1", "\t=1", "'=1"],
)
def test_what_a_spreadsheet_might_run_is_marked_as_text(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["城关税务分局", "第1分局", "", "a=b", "2026-03", "（前 40%）"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


@given(st.text(alphabet="=+-@' \t\u3000＝甲1", max_size=6))
def test_the_guard_can_always_be_taken_off(text: str) -> None:
    assert unguarded(guarded(text)) == text
