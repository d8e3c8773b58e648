"""Places with intervals: exact shared places, calibrated coverage, nothing outside the class counts."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.analysis.places import chances_over, interval, shared_places, standing, standings, tie_groups


def test_equal_scores_share_the_better_place():
    assert shared_places([Decimal("9.0"), Decimal("9.5"), Decimal("9.00"), Decimal("8")]).tolist() == [2, 1, 2, 4]


def test_places_see_differences_that_binary_floats_cannot():
    tiny = Fraction(1, 10**30)
    assert shared_places([Fraction(90), Fraction(90) + tiny]).tolist() == [2, 1]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_a_place_is_one_more_than_the_number_of_better_units(scores):
    assert shared_places(scores).tolist() == [1 + sum(other > score for other in scores) for score in scores]


def coverage_of(size: int, noise: float, rounds: int, spread: str, draws: int = 1_000) -> float:
    random = np.random.default_rng(20)
    covered = []
    for seed in range(rounds):
        truth = random.normal(90, 1, size)
        errors = noise * random.uniform(0.5, 1.5, size)
        found = standing(
            (truth + errors * random.standard_normal(size)).tolist(), errors, seed=seed, draws=draws, spread=spread
        )
        true_place = shared_places(truth.tolist())
        covered.append(np.mean((found.low <= true_place) & (true_place <= found.high)))
    return float(np.mean(covered))


@pytest.mark.parametrize("noise", [0.2, 0.5, 1.0])
def test_ninety_percent_intervals_cover_the_true_place_in_ninety_of_a_hundred(noise):
    assert 0.88 <= coverage_of(474, noise, 8, "fitted") <= 0.92


def test_draws_around_published_scores_would_promise_too_much():
    assert coverage_of(474, 1.0, 4, "none") < 0.85


@pytest.mark.parametrize("size", [12, 34])
def test_small_classes_are_covered_at_least_as_promised(size):
    assert coverage_of(size, 0.5, 60, "fitted") >= 0.90


SCORES, ERRORS = [93.0, 91.0, 90.5, 88.0, 90.5, 70.0], [1.0, 1.0, 0.5, 2.0, 0.1, 0.3]


def test_chances_are_a_distribution_and_the_place_lies_in_its_interval():
    found = standing(SCORES, ERRORS, seed=3)
    assert found.chances.sum(axis=1) == pytest.approx(np.ones(6))
    assert found.chances.sum(axis=0) == pytest.approx(np.ones(6))
    assert np.all((found.low <= found.place) & (found.place <= found.high))
    assert (found.place[5], found.low[5], found.high[5]) == (6, 6, 6)


def test_order_of_rows_does_not_matter():
    turn = [4, 2, 5, 0, 3, 1]
    straight = standing(SCORES, ERRORS, seed=3)
    turned = standing([SCORES[i] for i in turn], [ERRORS[i] for i in turn], seed=3)
    assert np.array_equal(turned.chances, straight.chances[turn])
    assert turned.group.tolist() == straight.group[turn].tolist()


def test_another_class_never_moves_a_unit():
    alone = standings(SCORES, ERRORS, ["一类"] * 6, seed=3)["一类"]
    beside = standings([99.0, *SCORES], [3.0, *ERRORS], ["二类", *["一类"] * 6], seed=3)["一类"]
    assert np.array_equal(alone.chances, beside.chances)


def test_certain_units_with_equal_scores_are_ranked_by_lot_not_by_row():
    found = standing([90.0, 90.0, 80.0], [0.0, 0.0, 0.0], seed=1, spread="none")
    assert found.chances[:2, :2] == pytest.approx(np.full((2, 2), 0.5), abs=0.02)
    assert (found.low.tolist(), found.high.tolist()) == ([1, 1, 3], [2, 2, 3])


def test_equal_performance_leaves_every_place_open():
    scores = np.random.default_rng(5).normal(90, 1, 40)
    found = standing((90 + (scores - scores.mean()) / scores.std() * 0.9).tolist(), np.ones(40), seed=1)
    assert found.between == 0
    assert np.all(found.high - found.low >= 35)


def test_a_class_too_small_to_fit_is_not_fitted():
    assert standing(SCORES[:4], ERRORS[:4], seed=1).spread == "none"


def test_interval_takes_the_shortest_tails_that_keep_the_promise():
    low, high = interval(np.array([[0.04, 0.02, 0.88, 0.02, 0.04]]), 0.90)
    assert (low[0], high[0]) == (2, 4)


def test_tie_groups_open_where_the_first_of_the_group_is_clearly_better():
    values, errors = np.array([90.0, 89.0, 87.0, 86.9]), np.full(4, 1.0)
    assert tie_groups(values, errors, 0.90).tolist() == [1, 1, 2, 2]  # 1.645 x sqrt(2) = 2.33


def test_chances_over_repeated_rankings_count_shared_places_at_the_better_one():
    found = chances_over([[9, 8, 7], [8, 9, 7], [9, 9, 7], [9, 8, 7]])
    assert found.tolist() == [[0.75, 0.25, 0], [0.5, 0.5, 0], [0, 0, 1]]


def test_a_published_place_lies_in_its_own_interval_however_far_the_score_is_pulled():
    """The first of eleven, with hardly any records, is probably not the best; yet its place is 1."""
    found = standing([10, *range(9, -1, -1)], [8.0] + [0.1] * 10, seed=1)
    assert found.chances[0, 0] < 0.05
    assert (found.low <= found.place).all()
    assert (found.place <= found.high).all()
