"""Sizes that are carried along, constants that are kept once, fractions beyond all room: never another digit."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.engine.arithmetic.numbers import (
    BEYOND,
    SMALL,
    Numbers,
    State,
    constant,
    joined,
    missing,
    numbers,
)
from steelyard.engine.arithmetic.truths import Truths, compared
from steelyard.engine.arithmetic.whole import ROOM, bound, single, spread

FIRST = np.array([True, False])
OPERATIONS = [operator.add, operator.sub, operator.mul, operator.truediv]
EDGES = [0, 1, -1, 2**31, SMALL - 1, SMALL, ROOM - 1, ROOM, -ROOM, 2**63, BEYOND - 1, BEYOND, -BEYOND]
values = st.builds(
    Fraction, st.sampled_from(EDGES), st.sampled_from([1, 3, SMALL, ROOM - 1, ROOM, 2**63, BEYOND, BEYOND + 1])
)


def exactly(operation: Callable[..., Any], a: Fraction, b: Fraction) -> Fraction | None:
    return None if operation is operator.truediv and b == 0 else operation(a, b)


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(max_examples=60)
@given(rows=st.lists(st.tuples(values, values), min_size=1, max_size=3), one=values)
def test_columns_and_constants_of_any_size_calculate_like_fractions(
    operation: Callable[..., Any], rows: list[tuple[Fraction, Fraction]], one: Fraction
) -> None:
    a, b = (numbers(pair[side] for pair in rows) for side in (0, 1))
    fixed = constant(one, len(rows))
    assert operation(a, b).fractions() == [exactly(operation, x, y) for x, y in rows]
    assert operation(a, fixed).fractions() == [exactly(operation, x, one) for x, _ in rows]
    assert operation(fixed, a).fractions() == [exactly(operation, one, x) for x, _ in rows]
    chained = operation(operation(a, b), fixed).fractions()
    pairs = [exactly(operation, x, y) for x, y in rows]
    assert chained == [None if x is None else exactly(operation, x, one) for x in pairs]


@settings(max_examples=60)
@given(a=values, b=values)
def test_what_was_never_cancelled_compares_and_rounds_exactly(a: Fraction, b: Fraction) -> None:
    one, other = numbers([a, 1]), numbers([b, 1])
    product = one * other * one
    assert product.compare(other).tolist()[0] == (a * b * a > b) - (a * b * a < b)
    assert compared("<", product, other).value.tolist()[0] == (a * b * a < b)
    assert product.floor().fractions()[0] == a * b * a // 1
    assert product.round(2, "down").fractions()[0] == Fraction(int(a * b * a * 100), 100)


def test_a_product_that_just_fits_stays_in_a_machine_word_and_the_next_does_not() -> None:
    below, at = numbers([2**31 - 1, 1]) * constant(2**31, 2), numbers([2**31, 1]) * constant(2**31, 2)
    assert below.numerator.dtype == np.int64
    assert at.numerator.dtype == object
    assert below.fractions() == [ROOM - 2**31, 2**31]
    assert at.fractions() == [ROOM, 2**31]


def test_a_sum_that_just_fits_stays_in_a_machine_word_and_the_next_does_not() -> None:
    half = numbers([2**61, 0])
    assert (half + numbers([2**61 - 1, 0])).numerator.dtype == np.int64
    assert (half + half).numerator.dtype == object
    assert (half + half).fractions() == [ROOM, 0]


def test_a_carried_size_that_is_too_large_is_looked_up_before_anything_grows_wide() -> None:
    large, small = numbers([2**50, 2**50]), numbers([3, 5])
    chosen = large.where(np.array([False, False]), small)
    assert chosen.sizes[0] >= 2**50
    product = chosen * chosen
    assert product.numerator.dtype == np.int64
    assert product.fractions() == [9, 25]
    assert product.sizes == (25, 1)
    assert (product + product).fractions() == [18, 50]


def test_choosing_keeps_one_denominator_for_all_where_both_sides_have_one() -> None:
    cents, tenths = numbers([Fraction(1, 100), Fraction(3, 100)]), constant(Fraction(1, 10), 2)
    shared = Numbers(np.array([1, 3]), 100, cents.state)
    assert shared.where(FIRST, tenths).denominator == 100
    assert shared.where(FIRST, tenths).fractions() == [Fraction(1, 100), Fraction(1, 10)]
    own = numbers([Fraction(1, 3), Fraction(1, 7)])
    assert own.where(FIRST, tenths).fractions() == [Fraction(1, 3), Fraction(1, 10)]


def test_a_constant_is_kept_once_and_cannot_be_written_over() -> None:
    column = constant(Fraction(-7, 2), 1000)
    assert column.numerator.strides == (0,)
    assert single(column.numerator) == -7
    assert (column * column).numerator.strides == (0,)
    assert (column / constant(-2, 1000)).fractions()[999] == Fraction(7, 4)
    with pytest.raises(ValueError, match="read-only"):
        column.numerator[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        column.state[0] = 1


def test_a_constant_beyond_a_machine_word_is_a_column_of_its_own() -> None:
    assert single(spread(ROOM - 1, 3)) == ROOM - 1
    assert spread(ROOM, 3).tolist() == [ROOM] * 3
    assert bound(spread(-ROOM, 2)) == ROOM


def test_dividing_by_a_constant_nought_is_empty_for_everybody() -> None:
    quotient = constant(1, 2) / constant(0, 2)
    assert quotient.fractions() == [None, None]
    assert quotient.state.tolist() == [State.EMPTY] * 2
    assert (missing(State.ABSENT, 2) / constant(0, 2)).state.tolist() == [State.ABSENT] * 2


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_panel_of_nobody_has_no_numbers(operation: Callable[..., Any]) -> None:
    for a, b in [(constant(3, 0), constant(0, 0)), (numbers([]), constant(2, 0)), (numbers([]), numbers([]))]:
        assert operation(a, b).fractions() == []
        assert a.where(np.array([], dtype=np.bool_), b).fractions() == []
        assert compared(">=", a, b).met.tolist() == []
        assert a.round(2, "half_up").fractions() == []


def test_columns_are_put_one_after_the_other() -> None:
    whole = joined([constant(2, 1), constant(3, 2)])
    assert whole.denominator == 1
    assert whole.fractions() == [2, 3, 3]
    mixed = joined([constant(Fraction(1, 2), 1), numbers([Fraction(1, 3)]), constant(ROOM, 1)])
    assert mixed.fractions() == [Fraction(1, 2), Fraction(1, 3), ROOM]


def test_conditions_and_their_reasons_are_taken_by_position() -> None:
    condition = compared("<", numbers([1, None, 3]), constant(2, 3)).take(np.array([2, 1]))
    assert (condition.met.tolist(), condition.known.tolist()) == ([False, False], [True, False])
    assert condition.reason.tolist() == [State.KNOWN, State.EMPTY]
    plain = Truths(np.array([True, False]), np.array([True, True])).take(np.array([1]))
    assert plain.met.tolist() == [False]
