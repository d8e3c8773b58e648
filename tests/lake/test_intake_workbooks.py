"""Workbooks: what is written is read exactly; what only seems to be written is refused or said aloud."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from tests.lake.intake_office import HEADER, Office
from tests.lake.workbooks import number, row, sheet, workbook

HEAD = row(*HEADER.split(","))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_workbook_of_a_common_program_is_read(office: Office) -> None:
    path = office.folder / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("封面")
        page = book.add_worksheet("明细")
        page.write_row(0, 0, HEADER.split(","))
        day = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
        page.write_row(1, 0, ["0001", "013003"])
        page.write_datetime(1, 2, date(2026, 1, 15), day)
        page.write_string(1, 3, "2026-01-10")
        page.write_number(1, 4, 1234.5)
        page.write_string(1, 5, "增值税")
        page.write_row(2, 0, ["0002", "013003", "", "", "1,234.50"])
    office.accept(path)
    assert office.column("id") == ["0001", "0002"]
    assert office.column("due_on") == [date(2026, 1, 15), None]
    assert office.column("amount") == [Decimal("1234.50"), Decimal("1234.50")]


def test_binary_residue_of_a_number_is_not_taken_for_decimals(office: Office) -> None:
    """Programs save 0.1 + 0.2 and 6544022.89 as the nearest binary numbers with 17 digits."""
    cells = ["6544022.8899999997", "1E-2", "2.5E3", "100", "5E-1"]
    rows = [row(f"{n}", "01", "", "", number(cell, style=3)) for n, cell in enumerate(cells)]
    office.accept(office.file("a.xlsx", workbook(sheet([HEAD, *rows]))))
    assert office.column("amount") == [Decimal(n) for n in ("6544022.89", "0.01", "2500", "100", "0.50")]


def test_formulas_errors_merged_cells_and_numbers_for_codes_are_rejected_where_they_stand(office: Office) -> None:
    rows = [
        row("1", "01", "", "", "<c><f>1+1</f><v>2</v></c>"),
        row("2", "01", "", "", '<c t="e"><v>#REF!</v></c>'),
        row("3", number(13003)),
        row("4", "01", "", number(46037, style=1)),
        row("5", "01", "", number("46037.5", style=2)),
        row("6", "01"),
        row("7", "01", "", "", number("1e999")),
        row("8", number(46037, style=1)),
        row("9", "01", number(20, style=1)),
        row("10", '<c t="b"><v>1</v></c>'),
    ]
    report = office.accept(office.file("a.xlsx", workbook(sheet([HEAD, *rows], merged=["A7:B7"]))))
    assert office.findings(report) == [
        (2, "amount", "cell-formula", "2"),
        (3, "amount", "cell-error", "#REF!"),
        (4, "unit", "cell-number-for-text", "13003"),
        (6, "filed_on", "cell-not-date", "2026-01-15 12:00:00"),
        (7, "id", "cell-merged", "A7:B7"),
        (7, "unit", "cell-merged", "A7:B7"),
        (8, "amount", "cell-error", "1e999"),
        (9, "unit", "cell-date-for-text", "2026-01-15"),
        (10, "due_on", "cell-no-such-day", "20"),
    ]
    assert office.column("filed_on") == [date(2026, 1, 15), None]
    assert office.column("unit") == ["01", "true"]


def test_phonetic_hints_are_not_part_of_a_text_in_its_cell(office: Office) -> None:
    hinted = (
        '<c t="inlineStr"><is><r><t>东京</t></r><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><r><t>都</t></r></is></c>'
    )
    office.accept(office.file("a.xlsx", workbook(sheet([HEAD, row("1", hinted)]))))
    assert office.column("unit") == ["东京都"]


def test_hidden_parts_and_cells_beside_the_table_are_said_aloud(office: Office) -> None:
    rows = [HEAD, row("1", "01", hidden=True), row("2", "01", "", "", "", "", "", "旁注")]
    columns = '<cols><col min="2" max="2" hidden="1"/></cols>'
    state = 'state="hidden"'
    report = office.accept(office.file("a.xlsx", workbook(sheet(rows, columns=columns), state=state)))
    assert [(p.code, p.params.get("first")) for p in report.problems] == [
        ("file-hidden", "2"),
        ("file-hidden", "B"),
        ("file-hidden", "明细"),
        ("file-outside", "H3"),
    ]
    assert office.column("id") == ["1", "2"]


def test_merged_headers_missing_sheets_and_empty_headers_are_refused(office: Office) -> None:
    assert office.refuse(office.file("a.xlsx", workbook(sheet([HEAD], merged=["A1:B1"])))) == ["header-merged"]
    assert office.refuse(office.file("b.xlsx", workbook(sheet([HEAD]), name="别的"))) == ["file-no-sheet"]
    assert office.refuse(office.file("c.xlsx", workbook(sheet([])))) == ["file-empty"]


@pytest.mark.parametrize(
    ("name", "xml"),
    [
        ("cells out of order", sheet(['<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>'])),
        ("rows out of order", sheet(['<row r="2"/><row r="2"/>'])),
        ("row beyond the end", sheet(['<row r="1048577"/>'])),
        ("no such shared text", sheet(['<row><c t="s"><v>7</v></c></row>'])),
        ("no such cell", sheet(['<row><c r="A0"><v>7</v></c></row>'])),
        ("a hidden column that is no number", sheet([], columns='<cols><col min="x" hidden="1"/></cols>')),
        ("not closed", sheet([HEAD])[:-9]),
        ("entities", "<!DOCTYPE x [<!ENTITY a 'b'>]>" + sheet([HEAD])),
    ],
)
def test_a_sheet_that_no_program_saves_is_refused(office: Office, name: str, xml: str) -> None:
    assert (name, office.refuse(office.file("a.xlsx", workbook(xml)))) == (name, ["file-not-workbook"])


def test_shared_texts_leave_out_phonetic_hints(office: Office) -> None:
    shared = "<sst><si><t>0</t><rPh><t>ling</t></rPh><r><t>1</t></r></si></sst>"
    rows = [HEAD, row("1", '<c t="s"><v>0</v></c>')]
    office.accept(office.file("a.xlsx", workbook(sheet(rows), more={"xl/sharedStrings.xml": shared})))
    assert office.column("unit") == ["01"]


def test_the_part_that_the_index_names_must_be_there(office: Office) -> None:
    links = '<Relationships><Relationship Id="r1" Target="http://example.org/" TargetMode="External"/></Relationships>'
    book = workbook(sheet([HEAD]), more={"xl/_rels/workbook.xml.rels": links})
    assert office.refuse(office.file("a.xlsx", book)) == ["file-not-workbook"]
