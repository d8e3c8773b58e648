"""The rule book of the synthetic province is sound, and its results find what was planted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import yaml

from steelyard.bureau.asking.explaining import explain_unit
from steelyard.bureau.asking.listing import listed
from steelyard.bureau.asking.running import run
from steelyard.bureau.demo import PLAN, Prepared, prepare
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.uncertainty import errors, floats
from steelyard.bureau.sheets.findings import ClassFinding, IndicatorFinding, findings
from steelyard.bureau.sheets.standing import groups
from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.checking.door import check_book
from steelyard.engine.evaluate import Result
from steelyard.engine.expressions.nodes import Aggregate, Number
from steelyard.engine.model.book import RuleBook
from steelyard.engine.proof.canonical import plain
from steelyard.engine.weighing.needs import needed, plan_trees
from tests.rows_behind import rows_behind

PROVINCE = Path(__file__).parent.parent / "examples" / "province"
HALL, KEY, TERRITORIAL = "第一税务分局", "第二税务分局", "属地税务分局"
pytestmark = pytest.mark.xdist_group("province")


@dataclass
class Year:
    """A run of the demo's year beside the truth file of its world."""

    ran: Ran
    truths: dict[str, Any]
    result: Result

    def unit(self, truth: str, number: int = 0) -> str:
        return str(self.truths[truth]["where"]["units"][number])

    def at(self, unit: str) -> int:
        return self.result.panel.at(unit, self.result.panel.periods[-1])

    def class_of(self, unit: str) -> str:
        return self.result.panel.class_names[int(self.result.panel.classes[self.at(unit)])]

    def number(self, indicator: str, what: str, unit: str) -> float:
        column = self.result.indicators[indicator].column(what)
        assert isinstance(column, Numbers)
        return float(floats(column)[self.at(unit)])

    def share_below(self, indicator: str, unit: str, what: str = "points") -> float:
        """Share of the unit's class that has less of it."""
        column = self.result.indicators[indicator].column(what)
        assert isinstance(column, Numbers)
        return self.below(column, unit)

    def below(self, column: Numbers, unit: str) -> float:
        panel, here = self.result.panel, self.at(unit)
        peers = panel.assessed & (panel.classes == panel.classes[here]) & column.known
        values = floats(column)
        assert column.known[here]
        return float((values[peers] < values[here]).mean())

    def listed(self, name: str, unit: str) -> bool:
        return bool(self.result.lists[name][self.at(unit)])

    def barred(self, name: str, unit: str) -> bool:
        return bool(self.result.barred[name][self.at(unit)])


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return Bureau(PROVINCE).book()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    out = tmp_path_factory.mktemp("province")
    yield prepare(out, PROVINCE, "demo", 42)
    shutil.rmtree(out)


def _truths(prepared: Prepared) -> dict[str, Any]:
    written = yaml.load((prepared.world / "truth.yaml").read_text("utf8"), yaml.CSafeLoader)
    return {truth["id"]: truth for truth in written["truths"]}


@pytest.fixture(scope="module")
def branches(prepared: Prepared) -> Year:
    ran = run(prepared.bureau, Order(plan=PLAN))
    return Year(ran, _truths(prepared), ran.result)


@pytest.fixture(scope="module")
def audit(prepared: Prepared) -> Year:
    ran = run(prepared.bureau, Order(plan="audit_2026", history=False))
    return Year(ran, _truths(prepared), ran.result)


@pytest.fixture(scope="module")
def found(branches: Year) -> dict[str, ClassFinding]:
    noise = errors(branches.result)
    return {one.name: one for one in findings(branches.result, noise, groups(branches.result, noise))}


# --- the book


def test_the_book_has_186_indicators_and_nothing_that_nobody_answers_for(book: RuleBook) -> None:
    problems = check_book(book, Bureau(PROVINCE).tables())
    assert len(book.indicators) == 186
    assert [problem.line() for problem in problems if problem.code != "finding-waived"] == []


def test_every_indicator_says_what_a_rule_must_hold(book: RuleBook) -> None:
    for indicator in book.indicators.values():
        said = (indicator.basis, indicator.owner, indicator.family, indicator.evidence)
        assert all(said), indicator.id
    assert {indicator.family for indicator in book.indicators.values()} == {"抓好党务", "干好税务", "带好队伍"}


def test_every_indicator_is_in_a_plan(book: RuleBook) -> None:
    used = {entry.indicator for plan in book.plans.values() for entry in plan.entries}
    used |= {entry.indicator for plan in book.persons.values() for entry in plan.own}
    assert used == set(book.indicators)


def test_the_book_asks_the_tables_for_much_and_in_many_ways(book: RuleBook) -> None:
    totals: tuple[Aggregate, ...] = needed(
        book, book.indicators, [tree for plan in book.plans.values() for tree in plan_trees(plan)]
    )
    assert len(totals) >= 270
    assert len({total.table for total in totals}) == 16
    assert sum(total.kind == "distinct" for total in totals) >= 20
    assert {total.kind for total in totals} >= {"count", "sum", "avg", "distinct", "percentile", "max", "last"}


def test_every_scoring_method_has_its_place_in_the_book(book: RuleBook) -> None:
    def methods(rule: Any) -> Iterator[str]:
        if rule.score is not None:
            yield type(rule.score.method).__name__
        for item in rule.items:
            yield from methods(item)

    assert len({name for indicator in book.indicators.values() for name in methods(indicator)}) == 19


# --- the year


def test_totals_spread_as_those_of_real_bureaus(branches: Year) -> None:
    panel, totals = branches.result.panel, floats(branches.result.total)
    for number in range(3):
        mine = totals[panel.assessed & (panel.classes == number)]
        assert 780 < np.median(mine) < 880
        assert np.quantile(mine, 0.9) - np.quantile(mine, 0.1) > 50
        assert mine.min() > 600
        assert mine.max() < 960


def test_parts_of_a_class_make_a_thousand(branches: Year) -> None:
    """Every class has a set of its own; full marks of what applies to it make the total exactly."""
    plan, panel = branches.ran.plan, branches.result.panel
    base = [entry for group in plan.groups if group.role == "base" for entry in group.indicators]
    for name in plan.classes:
        mine = [entry.indicator for entry in base if not entry.only or name in entry.only]
        marks = sum(cast(Number, branches.ran.book.indicators[id].full).value for id in mine)
        assert marks == 1000
        assert int(panel.in_class(name).sum()) > 100


def test_the_red_list_takes_two_fifths_of_each_class(branches: Year) -> None:
    panel = branches.result.panel
    for number in range(3):
        mine = panel.assessed & (panel.classes == number)
        barred = int((branches.result.barred["red"] & mine).sum())
        assert abs(int(branches.result.lists["red"][mine].sum()) - round(mine.sum() * 0.4)) <= barred + 1


@pytest.mark.parametrize(
    ("truth", "indicator"),
    [
        ("filing_better", "filing_on_time"),
        ("payment_better", "payment_on_time"),
        ("refund_fast", "refund_days"),
        ("service_best", "service_first_pass"),
        ("improved_since_last_year", "filing_progress"),
        ("improved_from_july", "bonus_half_year"),
    ],
)
def test_units_that_are_really_better_stand_above_three_in_four(branches: Year, truth: str, indicator: str) -> None:
    what = (
        "value" if truth in ("filing_better", "payment_better", "service_best") else "points"
    )  # full marks are shared
    share = branches.share_below(indicator, branches.unit(truth), what)
    assert share > 0.75


@pytest.mark.parametrize(
    ("truth", "indicator"),
    [
        ("filing_worse", "filing_on_time"),
        ("payment_worse", "payment_on_time"),
        ("refund_slow", "refund_days"),
        ("service_worst", "service_first_pass"),
        ("queue_long", "queue_wait"),
        ("satisfaction_low", "survey_overall"),
        ("declined_from_july", "payment_on_time"),
        ("bottleneck_unit", "step_approval_wait"),
        ("limit_bunching", "refund_at_limit"),
        ("backdated_control", "control_backdated"),
        ("backdated_filing", "filing_edited_later"),
        ("shrinking_base", "filing_excluded"),
        ("year_end_surge", "risk_december"),
        ("churn_service", "service_churn"),
        ("churn_invoice", "invoice_void_at_once"),
        ("straight_lining_unit", "survey_lined"),
    ],
)
def test_units_that_are_really_worse_have_fewer_points_than_nine_in_ten(
    branches: Year, truth: str, indicator: str
) -> None:
    share = branches.share_below(indicator, branches.unit(truth))
    assert share < 0.1


def test_good_and_poor_all_round_show_in_the_group_of_their_work_and_in_the_total(branches: Year) -> None:
    work = branches.result.column("group:个性·申报征收")
    assert isinstance(work, Numbers)
    good, poor = branches.unit("good_all_round"), branches.unit("poor_all_round")
    better, worse = branches.below(work, good), branches.below(work, poor)
    assert better > 0.5
    assert worse < 0.05
    last = branches.below(branches.result.total, poor)
    assert last < 0.1


@pytest.mark.parametrize(
    "truth", ["churn_service", "churn_invoice", "straight_lining_unit", "backdated_control", "backdated_filing"]
)
def test_who_manipulates_is_kept_off_the_red_list(branches: Year, truth: str) -> None:
    unit = branches.unit(truth)
    barred, listed = branches.barred("red", unit), branches.listed("red", unit)
    assert barred
    assert not listed


def test_audit_bureaus_differ_as_planted(audit: Year) -> None:
    strong = audit.share_below("audit_tax_each", audit.unit("audit_strong"), "value")
    assert strong > 0.8
    faults = next(part for part in audit.result.indicators["audit_procedure"].parts if part.item == "faults")
    assert isinstance(faults.value, Numbers)
    faulty = audit.below(faults.value, audit.unit("audit_faulty"))
    assert faulty > 0.9


# --- what quality data find


def _finding(found: dict[str, ClassFinding], name: str, indicator: str) -> IndicatorFinding:
    return next(one for one in found[name].indicators if one.indicator == indicator)


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        (TERRITORIAL, "filing_electronic", "filing_online"),
        (KEY, "filing_online", "filing_electronic"),
        (HALL, "service_no_returns", "service_first_pass"),
    ],
)
def test_a_redundant_indicator_has_its_twin(found: dict[str, ClassFinding], name: str, one: str, other: str) -> None:
    finding = _finding(found, name, one)
    assert finding.twin == other
    assert finding.likeness > 0.95


@pytest.mark.parametrize("indicator", ["registration_verified", "survey_integrity"])
def test_an_indicator_that_separates_nobody_is_full_for_all(found: dict[str, ClassFinding], indicator: str) -> None:
    finding = _finding(found, HALL, indicator)
    assert finding.full_share == 1
    assert abs(finding.variance_share) < 1e-9


def test_supervised_tasks_are_mostly_noise_and_filing_is_not(found: dict[str, ClassFinding]) -> None:
    """All units really handle supervised tasks alike; their filing rates and waiting times really differ."""
    assert _finding(found, TERRITORIAL, "supervised_on_time").noise_share > 0.6
    assert _finding(found, TERRITORIAL, "registration_pending").noise_share > 0.9
    assert 0.1 < _finding(found, TERRITORIAL, "filing_on_time").noise_share < 0.5
    assert 0.05 < _finding(found, HALL, "queue_wait").noise_share < 0.5


def test_units_of_every_class_can_be_told_apart_by_their_totals(found: dict[str, ClassFinding]) -> None:
    assert {one.verdict for one in found.values()} == {"distinguishable"}


# --- organisation and time


def test_units_before_and_after_the_reorganisation_are_both_assessed(branches: Year) -> None:
    for truth in ("merged", "split"):
        for old, new in branches.truths[truth]["where"]["successions"]:
            places = [branches.at(unit) for unit in (old, new)]
            assert branches.result.panel.assessed[places].all()
            assert branches.result.total.known[places].all()


def test_halls_without_ticket_machines_have_no_waiting_time_not_a_waiting_time_of_zero(branches: Year) -> None:
    assert branches.ran.history is not None
    history, city = branches.ran.history, branches.truths["no_data_yet"]["where"]["city"]
    silent = [code for code in history.panel.subjects if code.startswith(city[:5]) and _is_hall(branches, code)]
    assert silent
    value = history.indicators["queue_wait"].value
    assert isinstance(value, Numbers)
    for code in silent:
        assert not value.known[history.panel.at(code, "2026-02")]
        assert value.known[history.panel.at(code, "2026-05")]


def _is_hall(year: Year, code: str) -> bool:
    return code in year.result.panel.subjects and year.class_of(code) == HALL


def test_a_decline_shows_in_the_months(branches: Year) -> None:
    assert branches.ran.history is not None
    history, unit = branches.ran.history, branches.unit("declined_from_july")
    value = history.indicators["payment_on_time"].value
    assert isinstance(value, Numbers)
    months = [floats(value)[history.panel.at(unit, f"2026-{month:02d}")] for month in range(1, 13)]
    assert np.mean(months[6:]) < np.mean(months[:6]) - 0.15


def test_a_file_that_came_late_moves_only_its_city(prepared: Prepared, branches: Year) -> None:
    """As known on 10 January the March rows of one city are missing; everybody else has the same rate."""
    before = run(prepared.bureau, Order(plan=PLAN, known_at=datetime(2027, 1, 10), uncertainty=False, history=False))
    city = branches.truths["late_file"]["where"]["city"][:5]
    now, then = (floats(one.indicators["filing_on_time"].value) for one in (branches.result, before.result))  # type: ignore[arg-type]
    moved = {code[:5] for code, a, b in zip(branches.result.panel.subjects, now, then, strict=True) if a != b}
    assert moved == {city}


# --- the demo itself


def test_a_second_start_loads_nothing_again(prepared: Prepared) -> None:
    told: list[str] = []
    again = prepare(prepared.world.parent.parent, PROVINCE, "demo", 42, lambda zh, _: told.append(zh))
    assert again.bureau == prepared.bureau
    assert not any(text.startswith("装载") for text in told)


def test_a_file_with_a_wrong_total_is_refused_and_its_correction_taken(prepared: Prepared) -> None:
    assert [problem.code for problem in prepared.refused] == ["control-total"]


@pytest.mark.parametrize("part", range(4))
def test_the_rows_that_are_shown_are_those_that_a_database_finds(branches: Year, part: int) -> None:
    ran = branches.ran
    unit = ran.result.panel.subjects[part]
    for entry in ran.plan.entries[part::24]:
        explained = explain_unit(ran, unit, entry.indicator, None, "zh")
        for one, total in zip(listed(ran, explained), dict.fromkeys(explained.explanation.totals), strict=False):
            columns, rows = rows_behind(ran, total.aggregate, unit, explained.period)
            shown = sorted([plain(cell) for cell in map(_exact, row)] for row in one.rows)
            assert columns[1:] == tuple(one.columns)
            assert shown == sorted(row[1:] for row in rows if row[0]), entry.indicator
            assert (one.of, len(one.spots)) == (len(rows), len(shown))


def _exact(cell: object) -> Any:
    return Fraction(cell) if isinstance(cell, Decimal) or type(cell) is int else cell
