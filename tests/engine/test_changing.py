"""Totals brought up to date by what came and went are those of reading everything again."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.engine.expressions.nodes import Aggregate, Window
from steelyard.engine.periods import Period
from steelyard.engine.planning.changing import Change, recollect
from steelyard.engine.planning.collecting import collect
from steelyard.engine.planning.rolling import Answer, signed
from steelyard.engine.planning.scans import plan
from steelyard.engine.planning.subjects import Subjects
from steelyard.lake.runners import direct_runner, duckdb_runner
from tests.engine.small_books import TABLES, UNITS, aggregate, arrow
from tests.engine.test_twins_sums import BOOKS, CORNERS, DAYS, FULL, SOME, TABLE, fractions

Rows = list[dict[str, Any]]
CHANGE = {"cases": Change("_came", "_went")}
WHOSE = st.sampled_from([UNITS, Subjects.alone(["a", "b", "nobody"])])


def changed(
    before: Rows, came: Rows, gone: Rows, book: list[Aggregate], periods: list[Any], whose: Subjects
) -> list[str]:
    """Differences between the cells that were brought up to date and those of a full reading."""
    after = [row for row in before if row not in gone] + came
    made = plan(book, TABLE, periods)
    with direct_runner.connect({"cases": arrow(before)}) as runner:
        old = collect(made, runner, whose)
    with direct_runner.connect({"cases": arrow(after), "_came": arrow(came), "_went": arrow(gone)}) as runner:
        fresh, full = recollect(old, CHANGE, runner).cells, collect(made, runner, whose)
    return [
        f"{total} {period}"
        for total in book
        for period in periods
        if fractions(fresh.numbers(total, period)) != fractions(full.numbers(total, period))
    ]


@settings(max_examples=100)
@given(TABLES, TABLES, st.data(), BOOKS, SOME, WHOSE)
def test_what_came_and_went_gives_the_totals_of_a_full_reading(
    before: Rows, came: Rows, data: st.DataObject, book: list[Aggregate], periods: list[Period], whose: Subjects
) -> None:
    before = [{**row, "id": str(index)} for index, row in enumerate(before)]
    gone = data.draw(st.lists(st.sampled_from(before), unique_by=lambda row: row["id"]) if before else st.just([]))
    assert changed(before, came, gone, book, periods, whose) == []


def test_every_operation_survives_a_correction() -> None:
    """The table of all combinations without ten of its rows, and ten others."""
    rows = [{**row, "id": str(index)} for index, row in enumerate(FULL)]
    book = [aggregate(text, Window()) for text in CORNERS]
    assert changed(rows[:50], rows[50:], rows[7:17], book, list(DAYS), UNITS) == []


def test_a_table_without_a_change_is_not_read() -> None:
    book = [aggregate(text, Window()) for text in ("count(cases)", "distinct(cases.kind)")]
    made = plan(book, TABLE, DAYS[:1])
    with duckdb_runner.connect({"cases": arrow(FULL), "_came": arrow([]), "_went": arrow([])}) as runner:
        old = collect(made, runner, UNITS)
        asked = runner.scans
        assert recollect(old, {}, runner).cells.answers == old.answers
        assert runner.scans == asked
        assert recollect(old, CHANGE, runner).cells.answers == old.answers
        assert runner.scans == asked + 4, "only what came and went is looked at when both are empty"


def test_only_touched_stretches_are_read_again() -> None:
    """A row of January leaves February's distinct count alone: its numbers are the old ones even if wrong."""
    january, february = DAYS[:2]
    count = aggregate("distinct(cases.kind)", Window())
    made = plan([count], TABLE, [january, february])
    came = [{**FULL[0], "id": "new", "kind": "q"}]
    with duckdb_runner.connect({"cases": arrow(FULL)}) as runner:
        old = collect(made, runner, UNITS)
    marked = {atom: column + 100 for atom, column in old.answers[0].items()}  # type: ignore[union-attr]
    with duckdb_runner.connect({"cases": arrow(FULL + came), "_came": arrow(came), "_went": arrow([])}) as runner:
        fresh = recollect(type(old)(made, UNITS, [marked]), CHANGE, runner).cells
    units = UNITS.codes.index("a"), UNITS.codes.index("b")
    assert [int(fresh.numbers(count, january).numerators[at]) for at in units] == [3, 102]
    assert all(fresh.numbers(count, february).numerators >= 100)


def test_extremes_stay_where_only_another_time_changed() -> None:
    """A row of last year touches last year's distinct count and leaves this year's highest alone."""
    this_year = DAYS[0]
    highest, kinds = aggregate("max(cases.amount)", Window()), aggregate("distinct(cases.kind)", Window(years=1))
    made = plan([highest, kinds], TABLE, [this_year])
    came = [{**FULL[0], "id": "new", "kind": "q", "due": this_year.start.replace(year=this_year.start.year - 1)}]
    with duckdb_runner.connect({"cases": arrow(FULL)}) as runner:
        old = collect(made, runner, UNITS)
    with duckdb_runner.connect({"cases": arrow(FULL + came), "_came": arrow(came), "_went": arrow([])}) as runner:
        fresh, full = recollect(old, CHANGE, runner).cells, collect(made, runner, UNITS)
    assert any(after is before for after, before in zip(fresh.answers, old.answers, strict=True))
    for total in (highest, kinds):
        assert fractions(fresh.numbers(total, this_year)) == fractions(full.numbers(total, this_year))
    assert fractions(fresh.numbers(kinds, this_year)) != fractions(old.numbers(kinds, this_year))


def test_sums_wider_than_a_machine_word_are_taken_back_exactly() -> None:
    huge = Answer(["a"], np.array([1]), [np.array([2**62])])
    assert signed([(1, huge), (1, huge), (1, huge), (-1, huge)]).values[0].tolist() == [2**63]
