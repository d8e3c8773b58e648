"""The declarations of the council tax example, on a small workbook of the same make as the department's own.

Where the published files lie beside the checkout (see tests/published.py), they are loaded too.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from steelyard.engine.model.declared import read_facts
from steelyard.lake.intake import BatchReport
from steelyard.lake.record import snapshot
from tests.lake.intake_office import Office, live_rows
from tests.lake.workbooks import SHEET, number, row, sheet, workbook
from tests.published import COUNCIL_TAX, MISSING, THERE, WORKBOOK

FACTS = Path(__file__).resolve().parents[2] / "examples" / "council_tax" / "facts"
QUARTERS = ("April to June {} (Q1)", "July to September {} (Q2)", "October to December {} (Q3)")
TOTAL = "Total receipts of council taxes collected during the financial year"


def quarterly() -> str:
    """Title rows, a name with a space after it, a footnote mark, an authority that ended."""
    heads = ["E-code", "ONS Code", "Local authority", "Class", "Region", *(q.format(2018) for q in QUARTERS)]
    heads += ["January to March 2019 (Q4) ", f"{TOTAL} - 2018 to 2019 (Q1 to Q4)", "April to June 2019 (Q1)", "Notes"]
    rows = [row(f"Table 5, line {n}") for n in range(1, 6)]
    rows += [
        row(*heads),
        row("E1", "E07000001", "York ", "UA", "YH", *map(number, (10, "20.5", "6544022.8899999997", 4)), number(1),
            number(5), "[r1]"),
        row("E2", "E07000002", "Poole", "UA", "SW", *map(number, (1, 2, 3, 4)), number(10), "[z]", "   "),
    ]  # fmt: skip
    return sheet(rows)


def by_type() -> str:
    rows = [row(f"Table 4, line {n}") for n in range(1, 7)]
    parts = [
        "Receipts of council taxes in respect of 2022 to 2023",
        "Receipts of previous years council taxes",
        "Receipts of council taxes in respect of 2023 to 2024",
        TOTAL,
    ]
    rows += [row("E-code", "ONS Code", "Local authority", "Class", "Region", *parts)]
    rows += [row("E1", "E07000001", "York", "UA", "YH", *map(number, (90, 7, 3, 101)))]
    return sheet(rows)


def published(folder: Path) -> Path:
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed = "".join(f'<sheet name="Table_{n}" sheetId="{n}" r:id="r{n}"/>' for n in (4, 5))
    related = "".join(f'<Relationship Id="r{n}" Target="worksheets/sheet{n}.xml"/>' for n in (4, 5))
    parts: dict[str, str | bytes] = {
        "xl/workbook.xml": f'<workbook xmlns:r="{links}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{related}</Relationships>",
        SHEET.replace("sheet1", "sheet4"): by_type(),
        SHEET.replace("sheet1", "sheet5"): quarterly(),
    }
    path = folder / "CT_Receipts_Live_Table_test.xlsx"
    path.write_bytes(workbook("<worksheet/>", more=parts))
    return path


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    files = ("authorities", "receipts", "registers")
    office.tables = [t for name in files for t in read_facts((FACTS / f"{name}.yaml").read_text("utf8"), "")]
    return office


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_workbook_loads_by_declaration_alone(office: Office) -> None:
    reports = office.load(published(office.folder))
    assert [report.batch.table for report in reports if isinstance(report, BatchReport)] == [
        "authorities", "receipts", "receipts_by_type",
    ]  # fmt: skip
    now = snapshot(office.record)
    assert [row["name"] for row in live_rows(now, "authorities")] == ["York", "Poole"]
    receipts = {(r["code"][-1], r["starts_on"]): r["receipts"] for r in live_rows(now, "receipts")}
    assert receipts[("1", date(2018, 10, 1))] == Decimal("6544022.89")
    assert receipts[("1", date(2019, 1, 1))] == 4
    assert ("2", date(2019, 4, 1)) not in receipts  # [z]: not zero and not missing, there was no authority
    counts = reports[1].batch.counts  # type: ignore[union-attr]
    assert (counts.rows, counts.accepted, counts.skipped, counts.titles) == (10, 9, 1, 5)
    by_type_report = reports[2]
    assert isinstance(by_type_report, BatchReport)
    assert [code for _, _, code, _ in office.findings(by_type_report)] == ["check-failed"]  # 90 + 7 + 3 is not 101


def test_a_row_of_a_wide_sheet_is_found_by_row_and_column(office: Office) -> None:
    office.load(published(office.folder))
    rows = {(r["code"][-1], r["starts_on"]): r["_row"] for r in live_rows(snapshot(office.record), "receipts")}
    assert rows[("2", date(2018, 7, 1))] == 8_007  # row 8, column G


@pytest.mark.skipif(not THERE, reason=MISSING)
def test_the_published_files_load_and_agree_with_each_other(office: Office) -> None:
    told_again = ["units.csv", "receipts_by_type_2022_23.csv"]
    files = [WORKBOOK, "receipts_quarterly.csv", *told_again]
    reports = office.load(*(COUNCIL_TAX / name for name in files))
    assert all(isinstance(report, BatchReport) and not report.batch.counts.rejected for report in reports)
    now = snapshot(office.record)
    wide = {(r["code"], r["starts_on"]): r["receipts"] for r in live_rows(now, "receipts")}
    tidy = {(r["code"], r["starts_on"]): r["receipts"] for r in live_rows(now, "receipts_tidy") if not r["marker"]}
    assert len(tidy) == 16_732
    assert {key: wide[key] for key in tidy} == tidy
    batches = [r.batch for r in reports if isinstance(r, BatchReport) and r.batch.table != "units"]
    again = [batch for batch in batches if batch.file in told_again]
    assert [batch.counts.stored for batch in again] == [0, 0]  # they say the same as the workbook
