"""Targets at risk: what is out of reach, what can still be turned and until when, and how good that was last year."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.watching.backtesting import backtest
from steelyard.bureau.watching.looking import watch
from steelyard.bureau.watching.series import watchable
from steelyard.bureau.watching.watched import Row, Watched
from steelyard.commands.lab.watching import judged
from tests.bureau.watching.office import office

CALENDAR = (Path(__file__).parents[3] / "examples" / "province" / "calendar.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    found = office(tmp_path_factory.mktemp("risky"))
    (found.root / "calendar.yaml").write_text(CALENDAR, "utf-8")
    return found


@pytest.fixture(scope="module")
def june(made: Bureau) -> Watched:
    return watch(made, Order(), "2026-06")


def at_risk(found: Watched, unit: str, indicator: str = "on_time") -> Row | None:
    rows = [row for row in found.rows if (row.unit, row.indicator, row.rule) == (unit, indicator, "reach")]
    return rows[0] if rows else None


def test_what_no_level_brings_back_is_told_without_a_card_and_without_a_day(june: Watched) -> None:
    """C has 60 % for half a year; with all the rest in time it would come to 80 %, and 90 % is asked."""
    row = at_risk(june, "C")
    assert row is not None
    assert (row.target, row.colour, row.last_day) == (0.9, "none", None)
    assert row.meets is not None
    assert row.meets < 0.01


def test_what_can_still_be_turned_has_a_last_day_and_a_smallest_step(june: Watched) -> None:
    """A fell in June: the year so far is below 90 %, and the usual level of the rest may or may not bring it back."""
    row = at_risk(june, "A")
    assert row is not None
    assert row.meets is not None
    assert 0.05 < row.meets < 0.75
    assert row.colour in ("red", "yellow")
    if row.last_day is not None:
        assert date(2026, 7, 1) <= date.fromisoformat(row.last_day) <= date(2026, 12, 31)
    assert row.step is not None
    assert "再多" in row.step.zh


def test_whoever_works_as_always_is_not_troubled_nor_is_a_rule_without_a_target(june: Watched) -> None:
    """B has twelve cases, two of them late: it may still meet 90 %, and may not."""
    assert {row.unit for row in june.rows if row.rule == "reach" and row.indicator == "on_time"} == {"A", "B", "C"}
    assert not [row for row in june.rows if row.rule == "reach" and row.indicator == "late"]


def test_a_closed_year_says_how_good_its_forecasts_were(made: Bureau) -> None:
    """Its end is taken to be June, so that five months are looked back at."""
    found = backtest(watchable(made, Order(), "2026-06"))
    assert found.months == 3
    assert found.found.count > 60
    assert found.found.brier <= found.threshold + 0.02
    for language in ("zh", "en"):
        told = list(judged(found, language))  # type: ignore[arg-type]
        assert len(told) == 3 + len(found.found.bins)
