"""England's council tax: 334 authorities, thirteen years, twenty-five of them become eight; loaded by declaration only.

The published files are not part of the repository. Where ``../shared/data/council_tax_england`` lies beside the
checkout (or ``COUNCIL_TAX`` names the folder), everything of docs/how-to/council-tax.md is done and its numbers hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction

import pyarrow.parquet as pq
import pytest

from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.reconciling.comparing import Outcome, reconcile
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.structures.viewing import view
from steelyard.bureau.subjects.registers import organisation
from steelyard.lake.intake import BatchReport, intake
from steelyard.lake.record import snapshot
from tests.lake.intake_office import shared_cage
from tests.published import COUNCIL_TAX as DATA
from tests.published import MISSING, ROOT, THERE, WORKBOOK

EXAMPLE = ROOT / "examples" / "council_tax"
FILES = ["units.csv", "successions.csv", WORKBOOK, "receipts_quarterly.csv", "receipts_by_type_2022_23.csv"]

pytestmark = [
    pytest.mark.skipif(not THERE, reason=MISSING),
    pytest.mark.xdist_group("council tax"),  # one worker loads the files, once
]


@pytest.fixture(scope="module")
def england(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    made = Bureau(EXAMPLE, tmp_path_factory.mktemp("england") / "record")
    files = [DATA / name for name in FILES]
    reports = intake(made.record, list(made.tables().values()), files, datetime(2023, 6, 21), cage=shared_cage())
    assert [problem for report in reports if not isinstance(report, BatchReport) for problem in report.problems] == []
    return made


def test_no_row_is_rejected_and_cells_of_authorities_that_did_not_exist_are_no_rows(england: Bureau) -> None:
    batches = {(batch.file, batch.table): batch for batch in snapshot(england.record).batches}
    assert sum(batch.counts.rejected for batch in batches.values()) == 0
    assert batches[WORKBOOK, "receipts"].counts.rows == 344 * 52
    assert batches[WORKBOOK, "receipts"].counts.skipped == 636


def test_three_districts_are_classed_as_unitary_authorities(england: Bureau) -> None:
    """Their codes (E07…) say shire district, the column Class says UA: found by a check of the declaration."""
    (batch,) = [batch for batch in snapshot(england.record).batches if batch.table == "units"]
    assert batch.findings is not None
    rows = pq.read_table(england.record / batch.findings.path).column("_row").to_pylist()
    lines = (DATA / "units.csv").read_text("utf-8").splitlines()
    assert [lines[row - 1].split(",")[2] for row in rows] == [
        "East Suffolk", "Somerset West & Taunton", "West Suffolk",
    ]  # fmt: skip


def test_the_reorganisation_is_dated_by_the_successions(england: Bureau) -> None:
    org = organisation(snapshot(england.record))
    counts = {
        year: sum(unit.level == "authority" for unit in org.structure(date(year, 4, 1)).units.values())
        for year in (2010, 2018, 2019, 2020, 2021, 2022)
    }
    assert counts == {2010: 326, 2018: 326, 2019: 317, 2020: 314, 2021: 309, 2022: 309}
    assert org.unit_on("E07000004", date(2020, 3, 31)) is not None  # Aylesbury Vale, its last day
    assert org.unit_on("E06000060", date(2020, 3, 31)) is None  # Buckinghamshire, the day before its first


# ---- scores ----


def scored(england: Bureau, structure: date | None) -> Ran:
    order = Order(periods=("FY2021", "FY2022"), structure=structure, uncertainty=False, history=False)
    return run(england, order)


def places(ran: Ran, period: str) -> Mapping[str, tuple[str, int, int]]:
    """Class, place and size of the class by authority."""
    panel, found = ran.result.panel, ran.result.places
    at = {code: panel.at(code, period) for code in panel.subjects}
    return {
        code: (panel.class_names[int(panel.classes[i])], int(found.place[i]), int(found.size[i]))
        for code, i in at.items()
        if found.ranked[i]
    }


def test_every_authority_is_ranked_inside_its_class(england: Bureau) -> None:
    found = places(scored(england, None), "FY2022")
    assert len(found) == 309
    assert {(name, size) for name, _, size in found.values()} == {("SD", 178), ("UA", 62), ("MD", 36), ("L", 33)}
    assert {code: place for code, (_, place, _) in found.items() if place == 1} == {
        "E09000018": 1, "E08000028": 1, "E07000141": 1, "E06000047": 1,
    }  # fmt: skip


def test_growth_of_the_eight_needs_the_history_of_the_twenty_five(england: Bureau) -> None:
    as_it_was, anew = scored(england, None), scored(england, date(2022, 4, 1))
    west = "E06000062"  # West Northamptonshire, founded in April 2021

    def growth(ran: Ran, period: str) -> Fraction | None:
        return ran.result.indicators["growth"].value.fraction(ran.result.panel.at(west, period))  # type: ignore[union-attr]

    assert (growth(as_it_was, "FY2021"), growth(anew, "FY2021")) == (None, Fraction("0.0912"))
    assert growth(as_it_was, "FY2022") == growth(anew, "FY2022") == Fraction("0.0538")
    assert (places(as_it_was, "FY2022")[west][1], places(anew, "FY2022")[west][1]) == (15, 9)


# ---- structures ----


def test_old_and_new_structure_reconcile_in_every_year(england: Bureau) -> None:
    years = [f"FY{year}" for year in range(2010, 2023)]
    found = view(england, "sum(receipts.receipts)", years, [], Order())
    assert found.reconciled
    assert [len(seen.rows) for seen in found.seen] == [326 + 8, 309]  # eight lines for what is joined since
    (england_row,) = [row for row in found.seen[1].above if row.name == "England"]
    (reported,) = found.reported.values()
    assert england_row.values == reported
    assert reported[-1] == 36_535_125
    by_name = {row.name: row.values for row in found.seen[1].rows}
    assert by_name["Dorset"][8:10] == (287_647, 303_863)


# ---- the inconsistency ----


def outcomes(england: Bureau) -> dict[str, Outcome]:
    return {outcome.rule.id: outcome for outcome in reconcile(england, Order())}


def test_the_year_2020_of_arun_is_not_the_sum_of_its_quarters(england: Bureau) -> None:
    found = outcomes(england)
    wrong = [
        (d.name, d.period, d.size, str(d.left_spots[0]).removeprefix(f"{WORKBOOK} "))
        for d in found["year_and_quarters"].differences
    ]
    assert wrong == [
        ("Arun", "FY2020", -212, "Table_5!BH20"),
        ("South East England", "FY2020", -212, "Table_5!BH13"),
        ("England", "FY2020", -212, "Table_5!BH7"),
    ]
    assert [(d.period, d.size) for d in found["england_years"].differences] == [("FY2020", Fraction("-0.212"))]
    repeated = [(d.name, d.period) for d in found["repeated"].differences]
    assert repeated == [
        ("Uttlesford", "FY2011"), ("West Oxfordshire", "FY2011"), ("Rotherham", "FY2011"),
        ("Wigan", "FY2015"), ("Brent", "FY2015"), ("Isles of Scilly", "FY2017"),
    ]  # fmt: skip
    agreeing = set(found) - {"year_and_quarters", "england_years", "repeated"}
    assert {id: len(found[id].differences) for id in agreeing} == dict.fromkeys(agreeing, 0)
    assert found["tidy_and_workbook"].exact == 16_732
