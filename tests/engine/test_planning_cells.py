"""Sums of months and units put together in arrays: exact at any size, and quick to ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

import numpy as np
import pytest

from steelyard.engine.expressions.nodes import Aggregate, Window
from steelyard.engine.periods import CALENDAR_YEARS
from steelyard.engine.planning.cells import Numbers
from steelyard.engine.planning.collecting import collect
from steelyard.engine.planning.runner import Whole
from steelyard.engine.planning.scans import plan
from steelyard.engine.planning.stretches import Stretch
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.sql.asking import Asking
from tests.engine.small_books import CASES, aggregate

JANUARY = CALENDAR_YEARS.parse("2026-01")
TWO_MONTHS = CALENDAR_YEARS.parse("2026-02YTD")
MONTH = 2026 * 12
Rows = list[tuple[str, int, list[int]]]


class Canned(Asking):
    """A runner that has only one answer: rows of (code, slot, atoms)."""

    dialect: Literal["duckdb"] = "duckdb"

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.pairs: Sequence[tuple[str, str]] | None = None

    def answer(self, sql: str) -> Mapping[str, Whole | list[str]]:
        assert sql.startswith(("SELECT", "WITH"))
        columns: dict[str, Whole | list[str]] = {"_owner0": [code for code, _, _ in self.rows]}
        columns["_slot"] = np.array([slot for _, slot, _ in self.rows], np.int64)
        for index in range(2):
            values = [atoms[index] if index < len(atoms) else 0 for _, _, atoms in self.rows]
            wide = any(abs(value) > 2**63 - 1 for value in values)
            columns[f"a{index}"] = np.array(values, object if wide else np.int64)
        return columns

    def members(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.pairs = pairs


def ask(text: str, rows: Rows, subjects: Subjects, period: object = TWO_MONTHS) -> Numbers:
    total = aggregate(text, Window())
    return collect(plan([total], {"cases": CASES}, [period]), Canned(rows), subjects).numbers(total, period)


TREE = Subjects.rolled(["a", "b", "top", "nobody"], {"a": "top", "b": "top", "c": "top", "top": None})


def test_months_and_units_below_add_up() -> None:
    rows: Rows = [("a", MONTH, [1]), ("a", MONTH + 1, [10]), ("b", MONTH, [100]), ("c", MONTH, [1000])]
    assert ask("sum(cases.points)", rows, TREE).numerators.tolist() == [11, 100, 1111, 0]
    assert ask("sum(cases.points)", rows, TREE, JANUARY).numerators.tolist() == [1, 100, 1101, 0]
    february, march = CALENDAR_YEARS.parse("2026-02"), CALENDAR_YEARS.parse("2026-03")
    assert ask("sum(cases.points)", rows, TREE, february).numerators.tolist() == [10, 0, 10, 0]
    assert ask("sum(cases.points)", rows, TREE, march).numerators.tolist() == [0, 0, 0, 0]


def test_rows_of_a_stranger_count_for_nobody() -> None:
    assert ask("sum(cases.points)", [("stranger", MONTH, [5])], TREE).numerators.tolist() == [0, 0, 0, 0]


def test_an_average_brings_its_own_denominators_and_says_where_it_is_empty() -> None:
    rows: Rows = [("a", MONTH, [700, 2]), ("b", MONTH, [100, 1])]
    found = ask("avg(cases.amount)", rows, TREE)
    assert found.numerators.tolist() == [700, 100, 800, 0]
    assert isinstance(found.denominators, np.ndarray)
    assert found.denominators.tolist() == [200, 100, 300, 1]
    assert found.empty.tolist() == [False, False, False, True]


def test_a_minimum_passes_over_months_without_rows() -> None:
    rows: Rows = [("a", MONTH, [0, 0]), ("a", MONTH + 1, [7, 1]), ("b", MONTH, [9, 3])]
    found = ask("min(cases.points)", rows, TREE)
    assert found.numerators.tolist() == [7, 9, 7, 0]
    assert found.empty.tolist() == [False, False, False, True]
    assert ask("max(cases.points)", [("a", MONTH, [0, 0]), ("b", MONTH, [-9, 3])], TREE).numerators.tolist()[2] == -9


@pytest.mark.parametrize("size", [2**62, 2**63 - 1, 2**70])
def test_sums_beyond_63_bits_stay_exact(size: int) -> None:
    rows: Rows = [(code, MONTH + month, [size]) for code in ("a", "b") for month in (0, 1)]
    found = ask("sum(cases.minutes)", rows, TREE)
    assert found.numerators.tolist() == [2 * size, 2 * size, 4 * size, 0]
    assert all(isinstance(value, int) for value in found.numerators)


def test_the_smallest_number_of_63_bits_stays_exact() -> None:
    found = ask("min(cases.minutes)", [("a", MONTH, [-(2**63), 1]), ("b", MONTH, [5, 0])], TREE)
    assert found.numerators.tolist() == [-(2**63), 0, -(2**63), 0]


def test_denominators_beyond_63_bits_stay_exact() -> None:
    found = ask("avg(cases.amount)", [("a", MONTH, [1, 2**60])], TREE)
    assert isinstance(found.denominators, np.ndarray)
    assert found.denominators[0] == 100 * 2**60


def test_numbers_cannot_be_written_over() -> None:
    total: Aggregate = aggregate("sum(cases.points)", Window())
    made = plan([total], {"cases": CASES}, [JANUARY])
    cells = collect(made, Canned([("a", MONTH, [1])]), TREE)
    for array in (cells.numbers(total, JANUARY).numerators, cells.numbers(total, JANUARY).empty):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_what_was_not_planned_is_not_there() -> None:
    cells = collect(plan([], {"cases": CASES}, [JANUARY]), Canned([]), TREE)
    with pytest.raises(KeyError):
        cells.numbers(aggregate("count(cases)", Window()), JANUARY)


def test_months_and_days_that_are_none_stand_side_by_side() -> None:
    total = aggregate("sum(cases.points)", Window())
    month, days = Stretch(date(2026, 1, 1), date(2026, 2, 1)), Stretch(date(2026, 1, 5), date(2026, 1, 20))
    cells = collect(plan([total], {"cases": CASES}, [month, days]), Months(), TREE)
    assert cells.side_by_side(total, [month, days]).numerators.tolist() == [5, 0, 5, 0, 3, 0, 7, 0]


class Months(Canned):
    """A month has one answer, a part of it another."""

    def __init__(self) -> None:
        super().__init__([])

    def answer(self, sql: str) -> Mapping[str, Whole | list[str]]:
        self.rows = [("a", 0, [3]), ("top", 0, [7])] if "_members" in sql else [("a", MONTH, [5])]
        return super().answer(sql)


def test_upper_levels_of_whole_atoms_are_asked_through_members() -> None:
    total = aggregate("distinct(cases.kind)", Window())
    runner = Canned([("top", 0, [3]), ("stranger", 0, [9])])
    cells = collect(plan([total], {"cases": CASES}, [JANUARY]), runner, TREE)
    assert cells.numbers(total, JANUARY).numerators.tolist() == [0, 0, 3, 0]
    assert runner.pairs == [("a", "a"), ("a", "top"), ("b", "b"), ("b", "top"), ("c", "top"), ("nobody", "nobody"),
                            ("top", "top")]  # fmt: skip


def test_a_ring_of_units_ends() -> None:
    assert Subjects.rolled(["a"], {"a": "b", "b": "a"}).members == (("a", "a"), ("b", "a"))


def test_a_pair_that_was_said_twice_counts_once() -> None:
    doubled = Subjects(("a",), (("a", "a"), ("a", "a")))
    assert ask("sum(cases.points)", [("a", MONTH, [4])], doubled).numerators.tolist() == [4]
