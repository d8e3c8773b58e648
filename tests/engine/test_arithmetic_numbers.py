"""Columns of exact numbers: nothing is lost, whatever the size, and what is missing keeps its reason."""

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
    Numbers,
    State,
    constant,
    missing,
    numbers,
    scaled,
)
from steelyard.engine.arithmetic.whole import ROOM, bound, narrow, plus, times, widen

small = st.fractions(min_value=-100, max_value=100, max_denominator=12)
huge = st.builds(Fraction, st.integers(-(10**30), 10**30), st.integers(1, 10**25))
edge = st.builds(
    Fraction, st.sampled_from([ROOM - 1, ROOM, ROOM + 1, -ROOM, 2**63, 1]), st.sampled_from([1, 2**61, 2**62, 2**63, 3])
)
fractions = st.one_of(small, huge, edge)
columns = st.lists(st.tuples(fractions, fractions), min_size=1, max_size=4)


def pair(rows: list[tuple[Fraction, Fraction]]) -> tuple[Numbers, Numbers]:
    return numbers(a for a, _ in rows), numbers(b for _, b in rows)


@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.mul])
@settings(max_examples=40)
@given(rows=columns)
def test_sums_differences_and_products_lose_no_digit(operation: Callable[..., Any], rows: list[Any]) -> None:
    assert operation(*pair(rows)).fractions() == [operation(a, b) for a, b in rows]


@settings(max_examples=40)
@given(rows=columns)
def test_a_division_is_exact_and_by_zero_is_empty(rows: list[Any]) -> None:
    quotient = operator.truediv(*pair(rows))
    assert quotient.fractions() == [a / b if b else None for a, b in rows]
    assert all(quotient.state[i] == (State.KNOWN if b else State.EMPTY) for i, (_, b) in enumerate(rows))


@settings(max_examples=40)
@given(rows=columns)
def test_comparing_is_exact_at_any_size(rows: list[Any]) -> None:
    a, b = pair(rows)
    assert a.compare(b).tolist() == [(x > y) - (x < y) for x, y in rows]


@settings(max_examples=40)
@given(rows=columns)
def test_size_sign_and_whole_parts_are_exact(rows: list[Any]) -> None:
    a, _ = pair(rows)
    exact = [x for x, _ in rows]
    assert abs(a).fractions() == [abs(x) for x in exact]
    assert (-a).fractions() == [-x for x in exact]
    assert a.floor().fractions() == [x // 1 for x in exact]
    assert a.ceil().fractions() == [-(-x // 1) for x in exact]


@settings(max_examples=40)
@given(rows=columns, places=st.integers(-3, 6))
def test_rounding_half_up_is_exact_at_any_size(rows: list[Any], places: int) -> None:
    a, _ = pair(rows)
    unit = Fraction(10) ** -places
    for found, x in zip(a.round(places, "half_up").fractions(), (x for x, _ in rows), strict=True):
        assert found is not None
        assert found % unit == 0
        assert abs(found - x) <= unit / 2
        if abs(found - x) == unit / 2:
            assert abs(found) > abs(x)


@settings(max_examples=40)
@given(rows=columns)
def test_choosing_between_two_columns_takes_number_and_reason_from_one(rows: list[Any]) -> None:
    a, b = pair(rows)
    mask = np.array([i % 2 == 0 for i in range(len(rows))])
    assert a.where(mask, b).fractions() == [x if i % 2 == 0 else y for i, (x, y) in enumerate(rows)]


def test_a_constant_over_a_common_denominator_meets_a_column_with_its_own() -> None:
    third = numbers([Fraction(1, 3), Fraction(1, 7)])
    assert (constant(Fraction(1, 2), 2) + third).fractions() == [Fraction(5, 6), Fraction(9, 14)]
    assert (constant(10**20, 2) - third).fractions() == [10**20 - Fraction(1, 3), 10**20 - Fraction(1, 7)]


def test_a_missing_number_keeps_the_weightier_reason() -> None:
    empty, absent = missing(State.EMPTY, 1), missing(State.ABSENT, 1)
    assert (empty + absent).state.tolist() == [State.ABSENT]
    assert (absent / constant(0, 1)).state.tolist() == [State.ABSENT]
    assert (empty * constant(3, 1)).fraction(0) is None


def test_elements_are_taken_by_position() -> None:
    assert numbers([1, Fraction(1, 3), None]).take(np.array([2, 1])).fractions() == [None, Fraction(1, 3)]
    assert constant(Fraction(5, 2), 3).take(np.array([0])).fractions() == [Fraction(5, 2)]


def test_money_in_cents_is_a_number_of_yuan() -> None:
    assert scaled(np.array([1234, -5]), 2).fractions() == [Fraction(617, 50), Fraction(-1, 20)]


def test_numbers_that_outgrew_a_machine_word_come_back_when_they_shrink() -> None:
    wide = numbers([10**30, 10**31])
    assert wide.numerator.dtype == object
    back = wide / constant(10**29, 2)
    assert back.fractions() == [10, 100]
    assert back.numerator.dtype == np.int64


def test_no_sum_or_product_wraps_round() -> None:
    near = np.array([2**61, -(2**61)])
    assert plus(near, near).tolist() == [2**62, -(2**62)]
    assert times(near, near).tolist() == [2**122, 2**122]
    assert times(near, 4).tolist() == [2**63, -(2**63)]
    assert (plus(2, 3), times(2, 3)) == (5, 6)


def test_an_empty_column_has_no_largest_number() -> None:
    assert bound(np.array([], dtype=np.int64)) == 0
    assert numbers([]).fractions() == []


def test_widening_and_narrowing_change_no_number() -> None:
    assert widen(7) == narrow(7) == 7
    assert narrow(widen(np.array([1, 2]))).dtype == np.int64
    assert narrow(np.array([2**70], dtype=object)).dtype == object


@settings(max_examples=40)
@given(value=fractions, other=fractions)
def test_a_constant_is_as_exact_as_a_column(value: Fraction, other: Fraction) -> None:
    a, b = constant(value, 2), numbers([other, other])
    assert (a + b).fractions() == [value + other] * 2
    assert (b * a).fractions() == [value * other] * 2
    assert (b / a).fractions() == [other / value if value else None] * 2
    assert (a / b).fractions() == [value / other if other else None] * 2
    assert a.compare(b).tolist() == [(value > other) - (value < other)] * 2
    assert a.floor().fractions() == [value // 1] * 2
    assert a.ceil().fractions() == [-(-value // 1)] * 2
    assert a.round(2, "down").fractions() == [Fraction(int(value * 100), 100)] * 2
    assert a.round(-1, "down").fractions() == [int(value / 10) * 10] * 2
