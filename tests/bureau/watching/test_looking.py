"""Watching finds what happened, says how sure it is and since when, and leaves alone what may be chance."""

from __future__ import annotations

from dataclasses import asdict
from json import dumps
from pathlib import Path

import pytest

from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.watching.looking import watch
from steelyard.bureau.watching.watched import Row, Watched
from steelyard.engine.problems import Refused
from tests.bureau.watching.office import RULES, WATCHING, office


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    return office(tmp_path_factory.mktemp("watched"))


@pytest.fixture(scope="module")
def june(made: Bureau) -> Watched:
    return watch(made, Order(), "2026-06")


def of(found: Watched, unit: str, indicator: str, *rules: str) -> list[Row]:
    return [row for row in found.rows if (row.unit, row.indicator) == (unit, indicator) and row.rule in rules]


def test_a_sudden_fall_is_a_signal_of_that_month_and_of_that_unit(june: Watched) -> None:
    (row,) = of(june, "A", "on_time", "outside", "three")
    assert (row.side, row.period, row.first_seen, row.owner) == ("worse", "2026-06", "2026-06", "征管科")
    assert row.value < 0.7 < (row.expected or 0)
    assert (row.chance or 1) < 0.01
    changed = {row.unit for row in june.rows if row.rule not in ("limit", "reach") and row.indicator == "on_time"}
    assert changed == {"A"}


def test_nothing_is_said_of_a_fall_before_it_happened(made: Bureau) -> None:
    may = watch(made, Order(), "2026-05")
    assert not of(may, "A", "on_time", "outside", "three", "run", "trend", "limit")


def test_a_bad_level_that_never_changed_is_beyond_the_limit_since_january_and_no_signal(june: Watched) -> None:
    (row,) = of(june, "C", "on_time", "limit", "outside", "three", "run", "trend")
    assert (row.rule, row.limit, row.period, row.first_seen) == ("limit", 0.9, "2026-06YTD", "2026-01")


def test_two_errors_of_twelve_do_not_fire_at_ten_per_cent(made: Bureau, june: Watched) -> None:
    """P(X <= 10 of 12 at 90 %) is 34 %. A bureau that wants the plain limit says ``small: 1``."""
    assert not of(june, "B", "on_time", "limit")
    (made.root / "watching.yaml").write_text(WATCHING.replace("small: 30", "small: 1"), "utf-8")
    plain = watch(made, Order(), "2026-06")
    (made.root / "watching.yaml").write_text(WATCHING, "utf-8")
    assert of(plain, "B", "on_time", "limit")


def test_counts_are_held_against_the_limit_at_the_pace_of_the_year(june: Watched) -> None:
    """C has about 72 late ones by June, 144 a year; the limit is 100."""
    (row,) = of(june, "C", "late", "limit")
    assert 50 < row.value < 100 == row.limit


def test_an_indicator_may_be_watched_otherwise(tmp_path: Path) -> None:
    rules = RULES.replace("warn: value < target", "warn: value < target\nwatch: {signals: []}")
    found = watch(office(tmp_path, rules=rules), Order(), "2026-06")
    assert not of(found, "A", "on_time", "outside", "three", "run", "trend")
    assert of(found, "A", "late", "outside", "three")


def test_every_row_is_in_one_issue_and_an_issue_names_owners_and_the_unit_above(june: Watched) -> None:
    listed = sorted(at for issue in june.issues for at in issue.rows)
    assert listed == list(range(len(june.rows)))
    fallen = next(issue for issue in june.issues if issue.sort == "changes")
    assert (fallen.under, fallen.units, fallen.indicators) == ("A", 1, 2)
    assert fallen.owners == ("征管科",)
    assert fallen.last_seen == "2026-06"


def test_the_rate_of_false_alarms_is_measured_beside_the_designed_one(june: Watched) -> None:
    assert (june.series, june.chance) == (36, 0.01)
    assert june.judged == 36 + 3
    assert june.measured is not None
    assert june.measured < 0.05


def test_the_result_is_made_of_plain_values(june: Watched) -> None:
    assert '"unit_name": "A分局"' in dumps(asdict(june), ensure_ascii=False)


def test_a_month_outside_the_year_of_the_plan_is_refused(made: Bureau) -> None:
    with pytest.raises(Refused) as refused:
        watch(made, Order(), "2025-06")
    assert [problem.code for problem in refused.value.problems] == ["watching-month"]
    assert "2026-01 到 2026-12" in refused.value.problems[0].line("zh")


@pytest.mark.parametrize(
    ("text", "lacking"),
    [(WATCHING.replace("chance: 1%\n", ""), "chance"), ("", "small、chance、reach、signals、peers")],
)
def test_what_a_bureau_leaves_open_is_not_guessed(made: Bureau, text: str, lacking: str) -> None:
    (made.root / "watching.yaml").write_text(text, "utf-8")
    with pytest.raises(Refused) as refused:
        watch(made, Order(), "2026-06")
    (made.root / "watching.yaml").write_text(WATCHING, "utf-8")
    assert [problem.code for problem in refused.value.problems] == ["watching-unsaid"]
    assert lacking in refused.value.problems[0].line("zh")


def test_better_months_are_told_where_somebody_wants_them(made: Bureau, june: Watched) -> None:
    (made.root / "watching.yaml").write_text(WATCHING.replace("1%", "10%") + "sides: both\n", "utf-8")
    both = watch(made, Order(), "2026-06")
    (made.root / "watching.yaml").write_text(WATCHING, "utf-8")
    assert {row.side for row in june.rows} == {"worse"}
    assert {row.side for row in both.rows} == {"worse", "better"}
