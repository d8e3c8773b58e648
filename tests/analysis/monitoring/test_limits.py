"""Few cases are judged by the exact binomial: one error of twenty is not yet 5 %."""

from __future__ import annotations

import numpy as np

from steelyard.analysis.monitoring.limits import chance_at, few_and_likely, least_that_fires


def test_one_error_of_twenty_is_likely_at_three_per_cent():
    found = few_and_likely(np.array([1.0]), np.array([20.0]), np.array([0.03]), "high", 0.01, 30)
    assert found.tolist() == [True]


def test_four_errors_of_twenty_are_not():
    found = few_and_likely(np.array([4.0]), np.array([20.0]), np.array([0.03]), "high", 0.01, 30)
    assert found.tolist() == [False]


def test_many_cases_are_left_to_the_plain_limit():
    found = few_and_likely(np.array([3.0]), np.array([60.0]), np.array([0.03]), "high", 0.01, 30)
    assert found.tolist() == [False]


def test_how_many_errors_fire_is_told():
    """P(X >= 3 of 20 at 3 %) = 2.1 %, P(X >= 4) = 0.3 %; of 3 at 90 % all may fail without any doubt only at 0.1 %."""
    assert least_that_fires(20, 0.03, "high", 0.01) == 4
    assert least_that_fires(3, 0.9, "low", 0.01) == 0
    assert least_that_fires(2, 0.5, "high", 0.01) is None


def test_the_true_chance_of_a_warning_stays_below_the_one_allowed():
    draws = np.random.default_rng(5)
    for whole, limit in ((8, 0.05), (20, 0.03), (29, 0.2)):
        part = draws.binomial(whole, limit, 100_000).astype(float)
        fires = chance_at(part, np.full(part.shape, float(whole)), np.full(part.shape, limit), "high") <= 0.01
        assert fires.mean() <= 0.011
