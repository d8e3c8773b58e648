"""Sheets as files: complete, self-contained, safe, the same bytes every time."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from steelyard.engine.problems import Refused
from steelyard.reports import write_sheets
from steelyard.reports.page import page
from steelyard.reports.pdf import pdf
from steelyard.reports.sheet import Words
from steelyard.reports.write import file_stem
from tests.reports.samples import first_place, sample_sheet

SHEET = sample_sheet(12)


def text_of(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", html)


def test_the_page_holds_every_section_and_indicator() -> None:
    text = text_of(page(SHEET, "zh"))
    for words in (
        "总体结论",
        "得分构成",
        "失分清单",
        "同类比较",
        "历史走势",
        "风险与数据提示",
        "指标明细",
        "口径与证明",
    ):
        assert words in text
    assert all(row.id in text and row.name.zh in text for row in SHEET.indicators)
    assert all(one in text for one in (SHEET.run.digest, "2026年9月30日 24:00", "96.7%", "边界", "54%"))


def test_the_page_asks_nothing_of_the_network_and_runs_nothing() -> None:
    html = page(SHEET, "zh").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|//[a-z]|<script|<link|@import|url\(|\son\w+=", html)


def test_the_english_page_has_no_chinese_labels() -> None:
    text = text_of(page(SHEET, "en"))
    assert "Lost points" in text
    assert not re.search(r"满分|得分|位次|失分", text)


def test_names_from_outside_stay_text() -> None:
    html = page(replace(SHEET, name=Words("<img src=x onerror=alert(1)>")), "zh")
    assert "<img" not in html


def test_a_unit_without_losses_history_or_lists_still_reads() -> None:
    rows = tuple(replace(row, points=row.full) for row in SHEET.indicators)
    text = text_of(page(replace(first_place(SHEET), indicators=rows, losses=()), "zh"))
    assert "本期没有失分。" in text
    assert "尚无历史数据。" in text


def test_the_pdf_is_tagged_and_the_same_every_time() -> None:
    made = pdf(SHEET, "zh")
    assert made == pdf(sample_sheet(12), "zh")
    assert made.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made
    assert b"/Lang" in made


def test_rare_characters_and_an_empty_sheet_print() -> None:
    bare = replace(
        first_place(SHEET), name=Words("䶮𬭎𫖯頔税务分局"), losses=(), indicators=(), families=(), adjustments=()
    )
    assert pdf(bare, "en").startswith(b"%PDF-")


def test_a_run_writes_page_and_pdf_for_each_unit_and_an_index(tmp_path: Path) -> None:
    told: list[int] = []
    units = [sample_sheet(6, code=f"15{n}", name=f"第{n}税务分局") for n in range(3)]
    paths = write_sheets(units, tmp_path, progress=told.append)
    assert [path.name for path in paths[:3]] == ["index.html", "150-第0税务分局.html", "150-第0税务分局.pdf"]
    assert all(path.stat().st_size > 1000 for path in paths)
    assert told[-1] == 3
    index = paths[0].read_text("utf8")
    assert all(f'href="{path.name}"' in index for path in paths[1:])


def test_two_processes_write_what_one_writes(tmp_path: Path) -> None:
    units = [sample_sheet(6, code=f"15{n}") for n in range(8)]
    one = write_sheets(units, tmp_path / "one", pdf=False)
    two = write_sheets(iter(units), tmp_path / "two", pdf=False, workers=2)
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_a_sheet_that_does_not_add_up_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        write_sheets([replace(SHEET, total=SHEET.total + 1)], tmp_path, pdf=False)
    assert {problem.code for problem in refused.value.problems} >= {"sheet-parts-differ"}
    assert not list(tmp_path.glob("15*"))


def test_the_index_names_the_run_and_how_many_of_its_units_are_here(tmp_path: Path) -> None:
    units = [sample_sheet(6, code="150"), sample_sheet(6, code="151")]
    some, *_ = write_sheets(units, tmp_path / "some", pdf=False, assessed=485)
    text = text_of(some.read_text("utf8"))
    run = SHEET.run
    for words in (run.plan.zh, "2026年第三季度", "数据截至 2026年9月30日", "2 个单位（全部 485 个单位中）"):
        assert words in text
    assert f"{SHEET.class_name.zh}（2 / 158）" in text
    every, *_ = write_sheets(units, tmp_path / "all", pdf=False)
    assert "· 2 个单位 " in text_of(every.read_text("utf8"))


def test_a_sheet_names_its_run_and_the_root_that_proofs_carry() -> None:
    text = text_of(page(SHEET, "zh"))
    run = SHEET.run
    assert all(f"{one} " in text for one in (run.number, run.root, run.rules, run.digest))
    assert "--root 运行根" in text


def test_remedies_stand_in_a_table_of_their_own_for_those_that_have_one() -> None:
    losses = tuple(replace(loss, remedy=None) if number else loss for number, loss in enumerate(SHEET.losses))
    assert len(losses) > 1
    html = page(replace(SHEET, losses=losses), "zh")
    head, table = html.split("最小补救（前 1 项）")
    assert "可保住" not in head
    assert table.split("</table>")[0].count("可保住") == 1
    bare = page(replace(SHEET, losses=tuple(replace(loss, remedy=None) for loss in losses)), "zh")
    assert "最小补救" not in bare


def test_what_stops_the_writing_leaves_the_sheets_of_before(tmp_path: Path) -> None:
    folder = tmp_path / "sheets"
    write_sheets([sample_sheet(6, code="150"), sample_sheet(6, code="151")], folder, pdf=False)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    wrong = [sample_sheet(6, code=f"15{n}", name="新名") for n in range(9)]
    with pytest.raises(Refused):
        write_sheets([*wrong, replace(SHEET, total=SHEET.total + 1)], folder, pdf=False)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["sheets"]


def test_sheets_of_units_that_are_gone_do_not_stay(tmp_path: Path) -> None:
    folder = tmp_path / "sheets"
    write_sheets([sample_sheet(6, code="150"), sample_sheet(6, code="151")], folder, pdf=False)
    [index, sheet] = write_sheets([sample_sheet(6, code="152")], folder, pdf=False)
    assert sorted(folder.iterdir()) == sorted([index, sheet])
    assert [path.name for path in tmp_path.iterdir()] == ["sheets"]


def test_two_units_with_one_code_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        write_sheets([SHEET, SHEET], tmp_path, pdf=False)
    assert [problem.code for problem in refused.value.problems] == ["sheet-doubled-unit"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("A/1", "A_1"), ("A", "a"), ("A-1", "A_1"), ("1" * 90 + "2", "1" * 90 + "3"), ("A ", "A"), ("/", "\\")],
)
def test_codes_that_look_alike_in_a_file_name_have_a_sheet_each(tmp_path: Path, one: str, other: str) -> None:
    units = [sample_sheet(6, code=code, name="一局") for code in (one, other)]
    _, *sheets = write_sheets(units, tmp_path / "sheets", pdf=False)
    assert len({path.name.casefold() for path in sheets}) == 2
    assert all(path.is_file() and len(path.stem) <= 80 for path in sheets)
    assert [path.stem for path in sheets] == [file_stem(unit) for unit in units]
    assert write_sheets(units[:1], tmp_path / "alone", pdf=False)[1].name == sheets[0].name


def test_the_end_of_a_code_and_the_beginning_of_a_name_are_told_apart() -> None:
    assert file_stem(sample_sheet(6, code="153", name="1-局")) == "153-1-局"
    assert file_stem(sample_sheet(6, code="153-1", name="局")).startswith("153-1-局~")


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b\\c", "con\x00:*?", "."])
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    stem = file_stem(replace(SHEET, code="1", name=Words(name)))
    assert stem.startswith("1")
    assert not re.search(r"[/\\:*?\x00]", stem)
