"""Where a row is a total that somebody else added up, no interval is told and nobody is certainly on a list."""

from __future__ import annotations

import csv

import pytest

from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.uncertainty import errors
from steelyard.bureau.sheets.findings import findings, plain
from steelyard.bureau.sheets.making import Sheets
from steelyard.bureau.sheets.publishing import publish
from steelyard.bureau.sheets.standing import groups
from steelyard.reports.charts.strip import strip
from steelyard.reports.checking.check import check_sheet
from steelyard.reports.page import page
from steelyard.reports.sentences import membership, standing
from steelyard.reports.sheet import UnitSheet
from tests.bureau.four_branches import DEBTS, FACTS, LATE, RULES, UNITS, debts, filings
from tests.bureau.small_bureau import bureau, load


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    office: Bureau = bureau(
        tmp_path_factory.mktemp("totals"), FACTS.replace("source: 征管", "source: 征管\nrows: totals"), RULES
    )
    files = {
        "units.csv": UNITS, "filing.csv": filings(LATE), "filing_old.csv": filings(LATE, 2025),
        "debt.csv": debts(DEBTS), "debt_old.csv": debts(DEBTS, 2025),
        "visit.csv": "序号,机关,日期\n1,11,2026-05-05\n2,13,2026-05-06\n3,14,2025-05-06",
    }  # fmt: skip
    load(office, files)
    return run(office, Order())


@pytest.fixture(scope="module")
def sheets(ran: Ran) -> list[UnitSheet]:
    found = groups(ran.result, errors(ran.result, ran.tables.values()))
    return list(Sheets(Results(ran), found, "2026"))


def test_one_indicator_of_totals_leaves_the_interval_of_all_unknown(ran: Ran) -> None:
    noise = errors(ran.result, ran.tables.values())
    assert (noise.measured, noise.unmeasured) == (False, {"debts"})
    assert errors(ran.result).measured
    for one in groups(ran.result, noise):
        assert (one.measured, one.standing.low.tolist()) == (False, one.standing.place.tolist())


def test_a_sheet_says_that_no_interval_can_be_told(sheets: list[UnitSheet]) -> None:
    assert len(sheets) == 4
    for sheet in sheets:
        assert sheet.place.confidence is None
        assert "把握" not in standing(sheet, "zh")
        assert standing(sheet, "zh").endswith("事实数据是汇总数，无从推算位次的偶然波动。")
        assert standing(sheet, "en").endswith("the facts are totals, which do not tell how far chance moves a place.")
        assert strip(sheet, "zh").data["interval"] is None
        assert [problem.text("zh") for language in ("zh", "en") for problem in check_sheet(sheet, language)] == []
        assert "入列概率 —" not in page(sheet, "zh")


def test_a_list_names_who_is_on_it_and_claims_no_chance(sheets: list[UnitSheet]) -> None:
    told = {(one.state, one.probability) for sheet in sheets for one in sheet.memberships}
    assert told == {("listed", None), ("out", None)}
    said = [membership(one, language) for sheet in sheets for one in sheet.memberships for language in ("zh", "en")]
    assert not any("概率" in text or "probability" in text or "确定" in text for text in said)
    assert any(text.endswith("：入列。") for text in said)
    assert any(text.endswith(": on it.") for text in said)


def test_findings_have_no_figures_of_chance(ran: Ran) -> None:
    noise = errors(ran.result, ran.tables.values())
    found = plain(findings(ran.result, noise, groups(ran.result, noise)))[-1]
    assert (found["verdict"], found["probability"], found["noise_share"]) == ("unmeasured", None, None)
    assert {one["noise_share"] for one in found["indicators"]} == {None}


def test_the_file_of_results_leaves_the_interval_open(ran: Ran) -> None:
    folder = publish(ran, sheets="none").folder
    with (folder / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        _, first, *_ = csv.reader(file)
    assert first[3:8] == ["一分局", "1", "", "", "101"]
