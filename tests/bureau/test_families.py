"""What a sheet says where the parts are not the whole story: limits of families, fine digits, judged indicators."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.uncertainty import errors
from steelyard.bureau.sheets.figures import places_within
from steelyard.bureau.sheets.making import Sheets
from steelyard.bureau.sheets.publishing import publish
from steelyard.bureau.sheets.standing import groups
from steelyard.engine.arithmetic.numbers import numbers
from steelyard.reports.checking.check import check_sheet
from steelyard.reports.sheet import UnitSheet
from tests.commands.small_bureau import build

GROUP = "{name: 申报, indicators: [rate, late]}"
JUDGED = """
---
indicator: mood
name: 评议
basis: 《细则》第十四条
owner: 征管科
full: 60
score: {judgement: {picks: points, lowest: 0, highest: 40, ratings: filing.late_days, take: mean}}
empty: full
---
plan: year"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    return build(tmp_path_factory.mktemp("families"))


def changed(home: Bureau, folder: Path, *replaced: tuple[str, str]) -> Bureau:
    """The same record under other rules."""
    text = (home.root / "rules/rules.yaml").read_text("utf-8")
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    (folder / "rules").mkdir()
    (folder / "rules/rules.yaml").write_text(text, "utf-8")
    (folder / "facts").symlink_to(home.root / "facts")
    (folder / "record").symlink_to(home.record)
    return Bureau(folder)


def sheets(made: Bureau) -> dict[str, UnitSheet]:
    ran = run(made, Order(history=False))
    return {sheet.code: sheet for sheet in Sheets(Results(ran), groups(ran.result, errors(ran.result)), "2026")}


@pytest.mark.parametrize(
    ("limit", "unit", "moved", "total"),
    [
        (("indicators: [rate", "cap: 95, indicators: [rate"), "A", ("申报：封顶", "申报: cap", -3), 95),
        (("indicators: [rate", "floor: 99, indicators: [rate"), "A", ("申报：保底", "申报: floor", 1), 99),
        (
            ("places: 2\nexceed", "places: 2\nalignment: {method: convert_best, places: 2}\nexceed"),
            "B",
            ("申报：部门间对齐", "申报: alignment of departments", Decimal("1.91")),
            Decimal("95.41"),
        ),
    ],
    ids=["cap", "floor", "alignment"],
)
def test_what_a_limit_of_a_family_moves_is_told_and_the_sheet_adds_up(
    home: Bureau, tmp_path: Path, limit: tuple[str, str], unit: str, moved: tuple[str, str, Decimal], total: Decimal
) -> None:
    found = sheets(changed(home, tmp_path, limit))
    (told,) = found[unit].adjustments
    assert (told.name.zh, told.name.en, told.points) == moved
    assert found[unit].total == total
    assert [problem.line() for sheet in found.values() for problem in check_sheet(sheet)] == []


@pytest.mark.parametrize("engine", ["direct", "duckdb"])
@pytest.mark.parametrize(
    ("limit", "totals"),
    [
        (("indicators: [rate", "cap: 96 - 2 * count(filing where late_days > 35), indicators: [rate"), [94, 90, 96]),
        (("indicators: [rate", "floor: 97 + count(filing where late_days > 35), indicators: [rate"), [98, 100, 100]),
    ],
    ids=["cap", "floor"],
)
def test_a_limit_may_count_rows_of_its_own(
    home: Bureau, tmp_path: Path, limit: tuple[str, str], totals: list[int], engine: str
) -> None:
    """What only a limit asks for is fetched like all else: A has one late filing, B three, C none."""
    ran = run(changed(home, tmp_path, limit), Order(history=False, engine=engine))
    panel = ran.result.panel
    assert [ran.result.total.fraction(panel.at(code, "2026")) for code in "ABC"] == totals


def test_an_alignment_may_count_rows_of_its_own(home: Bureau, tmp_path: Path) -> None:
    """Every filing counts a thousandth: a hundred of them make a mean of a tenth, and so do ten per cent."""
    counted, written = (
        f"places: 2\nalignment: {{method: mean_spread, places: 2, centre: {centre}, spread: {spread}}}\nexceed"
        for centre, spread in (("count(filing where late_days >= 0) / 1000", "count(filing) / 5000"), ("10%", "0.02"))
    )
    found = []
    for name, text in (("counted", counted), ("written", written)):
        (tmp_path / name).mkdir()
        ran = run(changed(home, tmp_path / name, ("places: 2\nexceed", text)), Order(history=False))
        found.append(ran.result.total.fractions())
    assert found[0] == found[1]
    assert None not in found[0]


@pytest.mark.parametrize(
    "place", [("exceed_total: false", "exceed_total: false\nGRADES"), ("{each: 2}}", "{each: 2}}\nGRADES")]
)
def test_a_grade_may_begin_where_rows_of_its_own_say(home: Bureau, tmp_path: Path, place: tuple[str, str]) -> None:
    """Late filings lower the bar of the best grade; B has three of them and is still below it, C has none."""
    best = (
        "100 - count(filing where late_days > 35)"
        if "exceed" in place[0]
        else "40 - count(filing where late_days > 35)"
    )
    grades = f"grades: [{{label: 优, at_least: {best}}}, {{label: 良}}]"
    ran = run(changed(home, tmp_path, (place[0], place[1].replace("GRADES", grades))), Order(history=False))
    found = ran.result.grade if "exceed" in place[0] else ran.result.indicators["late"].label
    assert found is not None
    panel = ran.result.panel
    assert [found.word(panel.at(code, "2026")) for code in "BC"] == ["良", "优"]


def test_a_bonus_below_its_limit_is_told_once(home: Bureau, tmp_path: Path) -> None:
    bonus = (
        "indicators: [rate, late]}",
        "indicators: [rate]}\n  - {name: 加分, role: bonus, cap: 39, indicators: [late]}",
    )
    free = ("exceed_total: false", "exceed_total: true")
    found = sheets(changed(home, tmp_path, bonus, free))
    assert [(one.name.zh, one.points) for one in found["C"].adjustments] == [("加分：封顶", Decimal(-1))]
    assert found["B"].adjustments == ()
    assert [problem.line() for sheet in found.values() for problem in check_sheet(sheet)] == []


def test_a_book_of_fine_digits_is_published_with_all_of_them(home: Bureau, tmp_path: Path) -> None:
    fine = (("points_places: 2", "points_places: 6"), ("\nplaces: 2", "\nplaces: 6"), ("lose: 0.5", "lose: 0.333333"))
    made = changed(home, tmp_path, *fine, ("{each: 2}", "{each: 0.005001}"))
    published = publish(run(made, Order(history=False)), workers=1)
    with (published.folder / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {(row["单位代码"], row["指标编号"]): row for row in csv.DictReader(file)}
    assert rows["B", "rate"]["得分"] == "59.666667"
    assert rows["B", "late"]["得分"] == "39.984997"
    assert rows["B", "late"]["总分"] == "99.651664"


def test_the_machines_share_is_that_of_the_units_own_indicators(home: Bureau, tmp_path: Path) -> None:
    judged = ("---\n\nplan: year", JUDGED.strip())
    mixed = (GROUP, "{name: 申报, indicators: [late, {indicator: rate, only: [厅]}, {indicator: mood, only: [所]}]}")
    found = sheets(changed(home, tmp_path, judged, mixed))
    assert {code: sheet.machine_share for code, sheet in found.items()} == {
        **dict.fromkeys("AB", Decimal(1)),
        **dict.fromkeys("CDE", Decimal("0.4")),
    }


def test_the_largest_loss_comes_first_and_with_its_remedy(home: Bureau, tmp_path: Path) -> None:
    found = sheets(changed(home, tmp_path))["B"].losses
    assert [(loss.indicator, loss.points, loss.remedy is not None) for loss in found] == [
        ("late", 6, True),
        ("rate", Decimal("0.5"), True),
    ]


def test_equal_points_share_a_place_and_others_have_none() -> None:
    column = numbers([5, 5, 3, None, 9, 99])
    members = np.array([True, True, True, True, True, False])
    assert places_within(column, members).tolist() == [2, 2, 4, 0, 1, 0]
