"""Counts, sums and orders by cell are exact at any size, in any order of rows and blocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from steelyard.engine.expressions.rows import Row, constant, multiply, row
from steelyard.engine.planning.runner import Whole
from steelyard.engine.totalling.column import Block, Column
from steelyard.engine.totalling.folding import begins, gathered, grown, laid, merged, packed
from steelyard.engine.totalling.making import Chosen
from steelyard.engine.totalling.profiles import Facts
from steelyard.engine.totalling.spreads import in_order
from steelyard.engine.totalling.steps import Steps

CELLS = 4
SMALL, LARGE = st.integers(-9, 9), st.integers(-(2**63) + 1, 2**63 - 1)
WIDE = st.integers(-(10**30), 10**30)
ROWS = st.one_of(
    *(st.lists(st.tuples(st.integers(0, CELLS - 1), value), max_size=30) for value in (SMALL, LARGE, WIDE))
)
PLAIN: dict[str, Callable[[list[int]], int]] = {"sum": sum, "min": min, "max": max}


def whole(values: list[int], wide: bool = False) -> Whole:
    """As Python's integers where one of them needs it, or where one in another block may."""
    return np.array(values, object if wide or any(abs(value) >= 2**63 for value in values) else np.int64)


def cells_of(rows: list[tuple[int, int]]) -> npt.NDArray[np.intp]:
    return np.array([cell for cell, _ in rows], np.intp)


def folded(rows: list[tuple[int, int]], kind: str, size: int, wide: bool = False) -> Whole:
    """Of each cell one number, by way of gathering its rows."""
    values = whole([value for _, value in rows], wide)
    cells, count, (found,) = gathered(cells_of(rows), [(kind, values)])
    return laid(kind, count if kind == "count" else found, begins(cells), cells, size)


@given(ROWS, st.sampled_from(["sum", "min", "max"]))
def test_numbers_of_a_cell_are_those_of_its_rows(rows: list[tuple[int, int]], kind: str) -> None:
    found = folded(rows, kind, CELLS)
    for cell in range(CELLS):
        values = [value for at, value in rows if at == cell]
        if values or kind == "sum":
            assert int(found[cell]) == PLAIN[kind](values)


@given(ROWS, ROWS, st.sampled_from(["count", "sum", "min", "max"]))
@example([(0, 2**62)], [(0, 2**62)], "sum")
@example([], [(0, -(2**63))], "max")
def test_two_blocks_say_what_one_would(one: list[tuple[int, int]], two: list[tuple[int, int]], kind: str) -> None:
    seen = {cell for cell, _ in one + two}
    size = max((cell + 1 for cell, _ in one), default=0)
    wide = kind in ("min", "max") and any(abs(value) >= 2**63 for _, value in one + two)
    together = merged(kind, grown(kind, folded(one, kind, size, wide), CELLS), folded(two, kind, CELLS, wide))
    expected = folded(one + two, kind, CELLS)
    assert [int(together[cell]) for cell in seen] == [int(expected[cell]) for cell in seen]


@given(ROWS)
def test_rows_are_counted_whether_or_not_numbers_go_with_them(rows: list[tuple[int, int]]) -> None:
    cells = cells_of(rows)
    plain, beside = gathered(cells, []), gathered(cells, [("sum", cells)])
    assert [one.tolist() for one in plain[:2]] == [one.tolist() for one in beside[:2]]


@given(ROWS)
@example([(0, 2**53 + 1)])
@example([(0, 2**52 + 1), (0, 2**52)])
def test_rows_that_are_counted_say_what_sorted_ones_do(rows: list[tuple[int, int]]) -> None:
    cells, values = cells_of(rows), whole([value for _, value in rows])
    plain, tallied = gathered(cells, [("sum", values)]), gathered(cells, [("sum", values)], CELLS)
    for one, other in zip((*plain[:2], *plain[2]), (*tallied[:2], *tallied[2]), strict=True):
        assert (one.tolist(), one.dtype) == (other.tolist(), other.dtype)


def test_keys_too_large_to_be_sorted_with_their_rows_are_gathered_as_well() -> None:
    keys, count, (total,) = gathered(np.array([2**62, 5, 2**62, 0]), [("sum", np.array([1, 2, 3, 4]))])
    assert [keys.tolist(), count.tolist(), total.tolist()] == [[0, 5, 2**62], [1, 1, 2], [4, 2, 4]]


KEYS = st.lists(st.tuples(st.integers(0, 3), LARGE | SMALL, LARGE | SMALL, SMALL), min_size=1, max_size=20)


@given(KEYS)
@example([(0, -(2**61), 0, 0), (3, 2**61, 0, 0)])
@example([(0, -(2**63) + 1, 2**63 - 1, 0), (3, 2**63 - 1, -(2**63) + 1, 0)])
@example([(0, -5, 7, 0), (3, 2**40, 9, 0)])
def test_rows_are_packed_alike_where_cell_and_keys_are_cells_first_and_taken_apart_again(
    rows: list[tuple[int, ...]],
) -> None:
    cells, *keys = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    together = packed(cells, keys)
    assert [int(number) // together.span for number in together.numbers] == [row[0] for row in rows]
    assert len(set(together.numbers.tolist())) == len(set(rows))
    if together.ranges:
        assert [*zip(*(column.tolist() for column in together.apart(together.numbers)), strict=True)] == rows


@given(ROWS)
def test_values_stand_in_order_within_their_cells(rows: list[tuple[int, int]]) -> None:
    found = in_order(cells_of(rows), whole([value for _, value in rows]))
    assert [int(value) for value in found] == [value for _, value in sorted(rows)]


def column(values: list[int]) -> Steps:
    return Steps(Block(len(values), {"n": Column(np.array(values, np.int64))}))


N = Row("column", bound=2**63 - 1, value="n")


@pytest.mark.parametrize("values", [[3, -4], [2**62, -(2**62)]])
def test_products_that_need_more_than_a_machine_word_are_exact(values: list[int]) -> None:
    found = column(values).column(multiply(multiply(N, N), constant(3))).values
    assert [int(value) for value in found] == [3 * value * value for value in values]
    condition = row(">", multiply(N, constant(4)), constant(2**63), kind="boolean")
    assert column(values).true(condition).tolist() == [4 * value > 2**63 for value in values]


def test_a_day_before_1970_has_its_month_and_year() -> None:
    born = Row("column", kind="date", value="born")
    days = np.array([date(1949, 10, 1).toordinal() - date(1970, 1, 1).toordinal()], np.int64)
    steps = Steps(Block(1, {"born": Column(days)}))
    found = [int(steps.column(row(part, born)).values[0]) for part in ("year", "month")]
    assert found == [1949, 10]


@pytest.mark.parametrize("chosen", [["甲"], ["甲", "丙"], list("甲乙丙丁戊己")])
def test_a_text_is_one_of_few_or_of_many(chosen: list[str]) -> None:
    words = tuple("甲乙丙丁戊己庚辛")
    text = Row("column", kind="text", value="text")
    steps = Steps(Block(len(words), {"text": Column(np.arange(len(words), dtype=np.int32), None, words)}))
    among = row("in", text, *(Row("constant", kind="text", value=word) for word in chosen), kind="boolean")
    assert steps.true(among).tolist() == [word in chosen for word in words]


def test_what_is_the_same_for_every_row_counts_for_each_of_them() -> None:
    rows = Chosen(column([5, 6, 7]), Facts(1, {}), None, np.array([0, 1, 1], np.intp), np.zeros(3, np.int32))
    assert gathered(rows.cells, [("sum", rows.values(constant(2)))])[2][0].tolist() == [2, 4]
