"""Totals over stretches of time: parts of a year, awaited tables, periods side by side, functions of the past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from steelyard.engine.arithmetic.numbers import State
from steelyard.engine.expressions.nodes import Aggregate, Node, Window, walk
from steelyard.engine.expressions.parse import parse
from steelyard.engine.expressions.windows import windowed
from steelyard.engine.periods import CALENDAR_YEARS, Period
from steelyard.engine.planning.cells import Numbers
from steelyard.engine.planning.stretches import Stretch
from steelyard.engine.planning.totals import PanelTotals, arrivals, not_due, window_days

YEAR, HALF, QUARTER = (CALENDAR_YEARS.parse(text) for text in ("2026", "2026H1", "2026Q2"))


def part(name: str, reach: str = "period") -> Window:
    return Window(reach, checkpoint=name)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("window", "days"),
    [
        (Window(), (date(2026, 4, 1), date(2026, 7, 1))),
        (part("Q1"), (date(2026, 1, 1), date(2026, 4, 1))),
        (part("M06", "to_date"), (date(2026, 1, 1), date(2026, 7, 1))),
        (Window("to_date", years=1, checkpoint="H1"), (date(2025, 1, 1), date(2025, 7, 1))),
    ],
)
def test_a_part_of_the_year_is_seen_from_itself(window: Window, days: tuple[date, date]) -> None:
    assert window_days(window, QUARTER) == Stretch(*days)


@pytest.mark.parametrize(
    ("window", "late"),
    [
        (Window(), False), (part("Q2"), False), (part("Q3"), True), (part("Q3", "to_date"), True),
        (part("Q1"), True), (part("Q1", "to_date"), False),
    ],
)  # fmt: skip
def test_a_part_that_is_not_over_or_was_over_before_is_not_for_this_period(window: Window, late: bool) -> None:
    assert not_due(window, QUARTER) is late


COUNT, SUM, MEAN = (parse(text) for text in ("count(filing)", "sum(filing.paid)", "avg(filing.paid)"))


@dataclass(frozen=True)
class Answered:
    """Numbers by period and kind, as the runner would have brought them."""

    found: Mapping[tuple[Period, str], tuple[Sequence[int], Sequence[int] | int, Sequence[bool]]]

    def side_by_side(self, aggregate: Aggregate, periods: Sequence[Period]) -> Numbers:
        above, below, empty = zip(*(self.found[period, aggregate.kind] for period in periods), strict=True)
        whole = below[0] if isinstance(below[0], int) else np.concatenate(below)
        return Numbers(np.concatenate(above), whole, np.concatenate(empty))


def total(tree: Node, sparse: frozenset[str] = frozenset(), count: Sequence[int] = (2, 0)) -> list[Fraction | None]:
    no = (False, False)
    answered = Answered(
        {
            (HALF, "count"): (count, 1, no), (QUARTER, "count"): ((0, 0), 1, no),
            (HALF, "sum"): ((150, 0), 100, no), (QUARTER, "sum"): ((0, 0), 100, no),
            (HALF, "avg"): ((150, 0), (200, 1), (False, True)), (QUARTER, "avg"): ((0, 0), (1, 1), (True, True)),
        }
    )  # fmt: skip
    assert isinstance(tree, Aggregate)
    column = PanelTotals(answered, (HALF, QUARTER), sparse).column(tree)  # type: ignore[arg-type]
    words = {State.EMPTY: Fraction(-1), State.AWAITED: Fraction(-2), State.OUTSIDE: Fraction(-4)}
    return [words.get(State(int(s)), v) for s, v in zip(column.state, column.fractions(), strict=True)]


def test_nothing_anywhere_is_awaited_unless_the_table_may_have_no_rows() -> None:
    assert total(SUM) == [Fraction("1.5"), 0, -2, -2]
    assert total(SUM, frozenset({"filing"})) == [Fraction("1.5"), 0, 0, 0]
    assert total(COUNT, frozenset({"filing"})) == [2, 0, 0, 0]


def test_an_average_of_no_rows_is_empty_beside_one_that_is_not() -> None:
    assert total(MEAN, frozenset({"filing"})) == [Fraction("0.75"), -1, -1, -1]


def test_one_period_stays_as_it_is() -> None:
    one = Answered({(HALF, "count"): ((2, 0), 1, (False, False))})
    assert isinstance(COUNT, Aggregate)
    column = PanelTotals(one, (HALF,), frozenset()).column(COUNT)  # type: ignore[arg-type]
    assert column.fractions() == [2, 0]


def test_a_part_of_the_year_outside_the_period_is_outside_whatever_has_come() -> None:
    later = Aggregate("count", "filing", window=part("Q3"))
    assert total(later) == [-4, -4, -4, -4]
    assert arrivals(later).window == later.window


# -- functions of the past --------------------------------------------------------------------------------------------

VALUES = {"rate": parse("count(filing where late) / count(filing)")}


def windows(text: str) -> list[Window]:
    return [node.window for node in walk(windowed(parse(text), VALUES)) if isinstance(node, Aggregate)]


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("last_year(count(filing))", Window(years=1)),
        ("last_year(count(filing), 3)", Window(years=3)),
        ("previous(count(filing), 2)", Window(periods=2)),
        ("previous(last_year(count(filing)))", Window(years=1, periods=1)),
        ("to_date(count(filing))", Window("to_date")),
        ("last_year(to_date(count(filing)))", Window("to_date", years=1)),
        ("whole_year(count(filing))", Window("year")),
        ("1 + count(filing)", Window()),
    ],
)
def test_the_past_moves_the_totals_inside(text: str, window: Window) -> None:
    assert windows(text) == [window]


def test_last_year_of_an_indicator_is_its_own_calculation_a_year_ago() -> None:
    assert windows("last_year(value(rate))") == [Window(years=1)] * 2
    assert windowed(parse("value(rate)"), VALUES) == parse("value(rate)")
    assert windows("last_year(value(unknown))") == []


def test_attributes_are_those_of_the_time_and_constants_are_timeless() -> None:
    moved = windowed(parse("last_year(unit.staff + 1) + previous(unit.staff) + to_date(unit.staff)"), {})
    names = {node.text for node in walk(moved) if hasattr(node, "parts")}
    assert names == {"unit.staff.last_year:1", "unit.staff.previous:1", "unit.staff"}
