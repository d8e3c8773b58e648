"""The one function that rounds."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.engine.arithmetic.rounding import ROUNDINGS, Rounding, rounded


@pytest.mark.parametrize(
    ("tenths", "half_up", "half_even", "down", "up"),
    [(24, 2, 2, 2, 3), (25, 3, 2, 2, 3), (26, 3, 3, 2, 3), (35, 4, 4, 3, 4), (30, 3, 3, 3, 3), (0, 0, 0, 0, 0)],
)
def test_halves_go_where_the_rule_says(tenths: int, half_up: int, half_even: int, down: int, up: int) -> None:
    assert [rounded(tenths, 10, rule) for rule in ROUNDINGS] == [half_up, half_even, down, up]


@pytest.mark.parametrize("rule", ROUNDINGS)
@given(numerator=st.integers(-(10**6), 10**6), denominator=st.integers(1, 999))
def test_a_deduction_rounds_like_a_bonus_of_the_same_size(rule: Rounding, numerator: int, denominator: int) -> None:
    assert rounded(-numerator, denominator, rule) == -rounded(numerator, denominator, rule)


@pytest.mark.parametrize("rule", ROUNDINGS)
def test_halves_round_the_same_way_one_by_one_and_in_columns(rule: Rounding) -> None:
    tenths = list(range(-40, 41))
    one_by_one = [rounded(value, 10, rule) for value in tenths]
    assert rounded(np.array(tenths), 10, rule).tolist() == one_by_one
    assert rounded(np.array(tenths, dtype=object), 10, rule).tolist() == one_by_one


@given(value=st.fractions(max_denominator=40))
def test_rounding_half_up_moves_by_at_most_a_half_and_halves_away_from_zero(value: Fraction) -> None:
    found = rounded(value.numerator, value.denominator, "half_up")
    assert abs(found - value) <= Fraction(1, 2)
    if abs(found - value) == Fraction(1, 2):
        assert abs(found) > abs(value)
