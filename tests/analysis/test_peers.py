"""Gaps that add up to the last digit; several rankings beside each other."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.analysis import peers
from steelyard.engine.problems import Refused

POINTS = st.lists(st.decimals(0, 100, places=4), min_size=3, max_size=3)


@given(st.lists(POINTS, min_size=1, max_size=9), st.data())
def test_parts_of_a_gap_add_up_exactly(table, data):
    unit = data.draw(st.integers(0, len(table) - 1))
    totals = [sum(map(Fraction, row), Fraction(0)) for row in table]
    for members in (peers.best_quarter(totals), peers.median_units(totals)):
        found = peers.gap(table[unit], peers.profile(table, members))
        mean = sum((totals[m] for m in members), Fraction(0)) / len(members)
        assert sum(found.parts, Fraction(0)) == found.total == totals[unit] - mean


@given(st.lists(POINTS, min_size=1, max_size=9))
def test_the_units_in_the_middle_have_the_median_total(table):
    totals = sorted(sum(map(Fraction, row), Fraction(0)) for row in table)
    middle = (totals[(len(totals) - 1) // 2] + totals[len(totals) // 2]) / 2
    members = peers.median_units([sum(map(Fraction, row), Fraction(0)) for row in table])
    assert sum(peers.profile(table, members), Fraction(0)) == middle


def test_gap_names_the_indicator_most_behind_first():
    found = peers.gap([Decimal("5"), Decimal("9.5"), 3], [6, 9, 8])
    assert found.parts == (-1, Fraction(1, 2), -5)
    assert found.largest() == (2, 0, 1)


def test_best_quarter_is_rounded_up_and_keeps_ties():
    assert peers.best_quarter([9, 8, 8, 7, 6]) == (0, 1, 2)
    assert peers.best_quarter([9, 8, 7, 6]) == (0,)


def test_gap_between_different_indicators_is_refused():
    with pytest.raises(Refused):
        peers.gap([1, 2], [1])


def test_most_similar_units_by_scaled_attributes():
    staff_and_taxpayers = [[10, 1_000], [11, 1_100], [30, 1_000], [10, 9_000], [10, 1_000]]
    assert peers.most_similar(staff_and_taxpayers, 0, 2) == (4, 1)


def test_rankings_side_by_side_with_their_agreement():
    found = peers.side_by_side({"level": [90, 80, 70, 60], "progress": [Decimal("-1"), 0, 1, 2], "data": [1, 1, 1, 1]})
    assert found.names == ("level", "progress", "data")
    assert found.places.tolist() == [[1, 4, 1], [2, 3, 1], [3, 2, 1], [4, 1, 1]]
    assert found.agreement[0] == pytest.approx([1, -1, 0])


def test_spearman_with_ties_worked_by_hand():
    """Ranks 1 2.5 2.5 4 against 1 2 3 4: covariance 4.5, squares 4.5 and 5, so 4.5 / sqrt(22.5)."""
    found = peers.spearman(
        peers.average_places(np.array([9.0, 8, 8, 7])), peers.average_places(np.array([4.0, 3, 2, 1]))
    )
    assert found == pytest.approx(4.5 / 22.5**0.5)


def test_steadier_units_rank_higher():
    assert np.argsort(-peers.consistency([[90, 70, 90], [80, 81, 80]])).tolist() == [1, 0]


def test_rankings_of_different_units_are_refused():
    with pytest.raises(Refused):
        peers.side_by_side({"level": [1, 2], "progress": [1]})
