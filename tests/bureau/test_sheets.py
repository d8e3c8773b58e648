"""Four branches, two tables, one year: what each branch is told about its score, and that it is true."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import pytest

from steelyard.analysis.places import Standing, standing
from steelyard.bureau.asking.explaining import explain_unit
from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.uncertainty import errors
from steelyard.bureau.sheets import figures
from steelyard.bureau.sheets.findings import findings, plain
from steelyard.bureau.sheets.history import History
from steelyard.bureau.sheets.making import Sheets
from steelyard.bureau.sheets.publishing import publish
from steelyard.bureau.sheets.standing import groups
from steelyard.engine.arithmetic.numbers import numbers
from steelyard.engine.model.declared import read_facts
from steelyard.engine.problems import Refused
from steelyard.engine.wording.vocabulary import of_tables
from steelyard.reports.charts import bridge
from steelyard.reports.checking.check import check_sheet
from steelyard.reports.formats import measure
from steelyard.reports.page import page
from steelyard.reports.present import present
from steelyard.reports.sheet import UnitSheet
from tests.bureau.four_branches import DEBTS, FACTS, LATE, RULES, UNITS, debts, filings, made
from tests.bureau.small_bureau import UNITS as UNITS_OF_BUREAU
from tests.bureau.small_bureau import bureau, load


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    return made(tmp_path_factory.mktemp("sheets"), LATE, DEBTS)


@pytest.fixture(scope="module")
def ran(office: Bureau) -> Ran:
    return run(office, Order())


@pytest.fixture(scope="module")
def sheets(ran: Ran) -> dict[str, UnitSheet]:
    found = groups(ran.result, errors(ran.result))
    return {sheet.name.zh: sheet for sheet in Sheets(Results(ran), found, "2026")}


def test_every_sheet_of_the_class_can_be_checked_sentence_by_sentence(sheets: dict[str, UnitSheet]) -> None:
    assert sorted(sheets) == ["一分局", "三分局", "二分局", "四分局"]
    for sheet in sheets.values():
        assert [problem.text("zh") for language in ("zh", "en") for problem in check_sheet(sheet, language)] == []


def test_a_sheet_says_points_place_lists_and_where_the_number_comes_from(sheets: dict[str, UnitSheet]) -> None:
    third = sheets["三分局"]
    rate, owed, visits = third.indicators
    assert (rate.points, rate.full, rate.numerator) == (Decimal(46), Decimal(60), None)
    assert (owed.points, owed.full, visits.points, third.total) == (
        Decimal("37.5"), Decimal(40), Decimal(1), Decimal("84.5"),
    )  # fmt: skip
    assert (third.parent.zh, third.class_name.zh, third.place.place) == ("城东税务局", "分局", 3)
    assert {one.name.zh: one.state for one in third.memberships}.keys() == {"红榜", "黑榜", "达标"}
    assert third.machine_share == 1


def test_the_waterfall_of_every_branch_ends_at_its_total(sheets: dict[str, UnitSheet]) -> None:
    """Also for the branch whose bonus lifts it above full marks."""
    ends = {
        name: cast(list[dict[str, str]], bridge(sheet, "zh").data["steps"])[-1]["to"] for name, sheet in sheets.items()
    }
    assert {name: Decimal(end) for name, end in ends.items()} == {name: sheet.total for name, sheet in sheets.items()}
    assert sheets["一分局"].total > 100


def test_a_list_from_the_bottom_begins_at_its_first_place(sheets: dict[str, UnitSheet]) -> None:
    cuts = {one.name.zh: one.cut for one in sheets["一分局"].memberships}
    assert (cuts["红榜"], cuts["黑榜"]) == (1, 3)
    assert "黑榜（起于第 3 位）" in page(sheets["一分局"], "zh")


def test_a_sheet_does_not_speak_of_indicators_for_other_classes(sheets: dict[str, UnitSheet]) -> None:
    assert [row.id for row in sheets["一分局"].indicators] == ["rate", "debts", "visits"]
    assert "大厅专项" not in page(sheets["一分局"], "zh")


def test_a_bonus_is_no_full_mark(sheets: dict[str, UnitSheet]) -> None:
    """What only adds is told as added, or as nothing; 满分 is for what has a full mark."""
    told = {name: present(sheets[name], "zh")["indicators"] for name in ("一分局", "二分局")}
    words = {name: cast(list[dict[str, str]], rows)[-1] for name, rows in told.items()}
    assert [(row["points"], row["full"], row["word"]) for row in words.values()] == [
        ("1.00", "—", "加分"),
        ("0.00", "—", "无加减"),
    ]


def test_families_are_compared_by_their_score_rate(tmp_path: Path) -> None:
    """四分局 filed nothing, so that its 业务 has 40 full marks where the others have 100."""
    ran = run(made(tmp_path, {unit: late for unit, late in LATE.items() if unit != "14"}, DEBTS), Order(history=False))
    made_sheets = list(Sheets(Results(ran), groups(ran.result, errors(ran.result)), "2026"))
    work = {sheet.name.zh: sheet.families[0] for sheet in made_sheets}
    assert {name: family.full for name, family in work.items()} == {
        "一分局": 100, "二分局": 100, "三分局": 100, "四分局": 40,
    }  # fmt: skip
    rates = [family.rate or Decimal(0) for family in work.values()]
    assert {family.peer_mean for family in work.values()} == {(sum(rates, Decimal(0)) / 4).quantize(Decimal("0.0001"))}
    assert {family.peer_best for family in work.values()} == {max(rates)}
    last = next(sheet for sheet in made_sheets if sheet.name.zh == "四分局")
    assert work["四分局"].gap > 0
    assert "得分率 99.50%，高于同类均值" in page(last, "zh")


def test_derived_columns_are_told_by_the_columns_they_are_made_of() -> None:
    facts = Path(__file__).parents[2] / "examples/province/facts/queue.yaml"
    (queue,) = read_facts(facts.read_text("utf8"), "queue.yaml")
    assert of_tables({"queue": queue}).of("queue.wait_minutes", "zh") == "取号时间至叫号时间的分钟数"


def test_counts_are_whole_numbers_and_means_have_two_decimals() -> None:
    column = numbers([Fraction(1234), Fraction(37, 3)])
    assert [measure(figures.count(column, index), "zh") for index in (0, 1)] == ["1,234", "12.33"]


def test_the_coefficient_that_was_switched_off_moved_nobody(sheets: dict[str, UnitSheet]) -> None:
    assert all(one.adjustments == () for one in sheets.values())


def test_what_the_coefficient_moved_is_told_as_an_amount(tmp_path: Path) -> None:
    office = made(tmp_path, LATE, DEBTS)
    for path in (office.root / "rules").glob("*.yaml"):
        path.write_text(path.read_text("utf8").replace(",\n             off_when: peers_max(points) > 97", ""), "utf8")
    ran = run(office, Order(history=False))
    told = {sheet.name.zh: sheet for sheet in Sheets(Results(ran), groups(ran.result, errors(ran.result)), "2026")}
    (moved,) = told["四分局"].adjustments
    assert (moved.name.zh, moved.points) == ("难度调整", Decimal("3.49"))


def test_history_shows_the_year_before_and_the_months(sheets: dict[str, UnitSheet]) -> None:
    last = sheets["四分局"]
    assert last.earlier is not None
    assert (last.earlier.period, last.earlier.total, last.earlier.place) == ("2025", Decimal("70.8"), 4)
    assert {view.dimension for view in last.rankings} >= {"level"}


def test_a_branch_that_changed_its_class_has_no_earlier_place(tmp_path: Path) -> None:
    """A place among halls says nothing beside one among branches; the points of that year are still told."""
    dated = {"facts/registers.yaml": UNITS_OF_BUREAU.replace("key: [code]", "key: [code, valid_from]")}
    was, now = "14,四分局,branch,10,大厅,2020-01-01,2025-12-31\n", "14,四分局,branch,10,分局,2026-01-01,\n"
    office = bureau(tmp_path, FACTS, RULES, dated)
    load(
        office,
        {
            "units.csv": UNITS.replace("14,四分局,branch,10,分局,2020-01-01,\n", was + now),
            "filing.csv": filings(LATE),
            "filing_old.csv": filings(LATE, 2025),
            "debt.csv": debts(DEBTS),
            "debt_old.csv": debts(DEBTS, 2025),
            "visit.csv": "序号,机关,日期\n1,11,2026-05-05\n3,14,2025-05-06",
        },
    )
    ran = run(office, Order())
    assert ran.history is not None
    assert ran.history.places.place[ran.history.panel.at("14", "2025")] == 1
    (group,) = groups(ran.result, errors(ran.result))
    found = History(ran.history, ran.result, group)
    moved, stayed = found.earlier("14"), found.earlier("13")
    assert moved is not None
    assert (moved.total > 0, moved.place) == (True, None)
    assert stayed is not None
    assert stayed.place == 3


def test_every_class_and_period_is_drawn_by_itself(ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal scores in two years must not get equal luck; the same run does."""
    seeds = []

    def noted(*given: Any, seed: int, **more: Any) -> Standing:
        seeds.append(seed)
        return standing(*given, seed=seed, **more)

    monkeypatch.setattr("steelyard.bureau.sheets.standing.standing", noted)
    both = run(ran.bureau, Order(periods=("2025", "2026"), history=False))
    assert [group.period for group in groups(both.result, errors(both.result))] == ["2025", "2026"]
    groups(both.result, errors(both.result))
    assert seeds[:2] == seeds[2:]
    assert seeds[0] != seeds[1]


def test_months_without_a_table_are_awaited_not_zero(ran: Ran) -> None:
    """Debts came only in March: every other month waits for them."""
    assert ran.history is not None
    panel, total = ran.history.panel, ran.history.total
    assert [total.fraction(panel.at("11", f"2026-{month:02d}")) is None for month in (2, 3, 4)] == [True, True, True]
    awaited = ran.history.indicators["debts"].points
    assert awaited is not None
    assert [awaited.fraction(panel.at("11", f"2026-{month:02d}")) is None for month in (2, 3, 4)] == [True, False, True]


def test_a_table_of_which_nothing_came_leaves_no_total_and_no_sheet(tmp_path: Path) -> None:
    waiting = run(made(tmp_path, LATE, DEBTS, visits=False), Order(history=False))
    assert waiting.result.total.fractions() == [None] * 4
    assert groups(waiting.result, errors(waiting.result)) == []
    told = explain_unit(waiting, "11", "走访加分", None, "zh")
    assert (told.explanation.reason, told.explanation.points, told.remedy) == ("数据未到", None, None)


def test_lost_points_come_with_a_reason_a_clause_and_a_remedy(sheets: dict[str, UnitSheet]) -> None:
    loss = next(loss for loss in sheets["三分局"].losses if loss.indicator == "rate")
    assert (loss.points, loss.basis.zh) == (Decimal(14), "《细则》第三条")
    assert loss.reason.text.zh.startswith("实际值 87.50%，目标值 95.00%；")
    assert loss.remedy is not None
    assert "再少 3 笔（由 5 到 2 笔），可保住 14.00 分" in loss.remedy.text.zh
    assert "3 fewer of" in loss.remedy.text.en
    assert "5 to 2" in loss.remedy.text.en
    owed = next(loss for loss in sheets["三分局"].losses if loss.indicator == "debts")
    assert owed.reason.text.zh.startswith("实际值 250.00 元；")
    assert owed.remedy is not None
    assert "欠税的金额合计再少 249.50 元（由 250.00 到 0.50 元），可保住 2.50 分" in owed.remedy.text.zh


def test_what_a_remedy_promises_comes_true_when_the_rows_are_like_that(tmp_path: Path, ran: Ran) -> None:
    """三分局 with three late filings fewer and nothing owed has every point."""
    assert explain_unit(ran, "三分局", "准期申报率", None, "zh").remedy is not None
    better = made(tmp_path, {**LATE, "13": 2}, {**DEBTS, "13": "0.00"})
    told = [explain_unit(run(better, Order(history=False)), "13", id, None, "zh") for id in ("rate", "debts")]
    assert [(one.explanation.points, one.explanation.lost, one.remedy) for one in told] == [
        (60, 0, None),
        (40, 0, None),
    ]


def test_one_late_filing_more_than_promised_costs_points_again(tmp_path: Path) -> None:
    worse = made(tmp_path, {**LATE, "13": 3}, DEBTS)
    assert explain_unit(run(worse, Order(history=False)), "13", "rate", None, "zh").explanation.points == 56


@pytest.mark.parametrize(
    ("unit", "indicator", "period", "code", "near"),
    [
        ("五分局", "rate", None, "unit-not-assessed", "分局"),
        ("11", "准期申报", None, "indicator-not-in-plan", "准期申报率"),
        ("11", "rate", "2024", "period-not-run", "2026"),
    ],
)
def test_a_name_that_is_not_there_is_told_with_the_nearest(
    ran: Ran, unit: str, indicator: str, period: str | None, code: str, near: str
) -> None:
    with pytest.raises(Refused) as refused:
        explain_unit(ran, unit, indicator, period, "zh")
    (problem,) = refused.value.problems
    assert problem.code == code
    assert near in problem.text("zh")
    assert near in problem.text("en")


def test_findings_tell_which_indicator_separates_whom(ran: Ran) -> None:
    noise = errors(ran.result)
    (found,) = findings(ran.result, noise, groups(ran.result, noise))
    assert (found.name, found.units, found.moved, found.units_moved) == ("分局", 4, {}, 0)
    assert [one.indicator for one in found.indicators] == ["rate", "debts"]
    assert all(0 <= one.full_share <= 1 and one.twin in ("rate", "debts") for one in found.indicators)
    assert plain([found])[0]["name"] == "分局"


def test_publishing_leaves_tables_findings_and_a_sheet_for_every_branch(ran: Ran) -> None:
    done = publish(ran, workers=1)
    names = {path.name for path in done.folder.iterdir()}
    tables = {"scores.parquet", "indicators.parquet", "findings.json", "results.csv", "results.xlsx"}
    assert names >= {"run.json", "rules.json", *tables}
    told = [path for path in done.sheets if path.stem != "index"]
    manifest = json.loads((done.folder / "run.json").read_text("utf-8"))
    assert all(manifest[key] in told[0].read_text("utf-8") for key in ("run", "root", "rules", "digest"))
    assert len(told) == 4
    assert all("准期申报率" in path.read_text("utf-8") for path in told)
