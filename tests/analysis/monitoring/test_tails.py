"""Tails worked out for whole arrays agree with sums of binomial terms and with published tables."""

from __future__ import annotations

from math import comb, fsum

import numpy as np
import pytest

from steelyard.analysis.monitoring.tails import at_least, at_most, beyond, where_met


@pytest.mark.parametrize(
    ("k", "n", "p"), [(1, 20, 0.03), (3, 20, 0.03), (5, 100, 0.01), (400, 1000, 0.5), (560, 1000, 0.5), (5, 5, 0.2)]
)
def test_binomial_tails_are_the_sums_of_their_terms(k, n, p):
    upper = fsum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))
    lower = fsum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k + 1))
    assert at_least(np.array([k]), np.array([n]), np.array([p]))[0] == pytest.approx(upper, rel=1e-9)
    assert at_most(np.array([k]), np.array([n]), np.array([p]))[0] == pytest.approx(lower, rel=1e-9)


def test_the_ends_are_certain_and_impossible():
    k, n, p = np.array([0.0, 6.0, 3.0, 3.0]), np.full(4, 5.0), np.array([0.5, 0.5, 0.0, 1.0])
    assert at_least(k, n, p).tolist() == [1.0, 0.0, 0.0, 1.0]


def test_millions_of_cases_are_near_the_normal():
    n = np.array([1e7])
    assert at_least(n / 2 + 3098.0, n, np.array([0.5]))[0] == pytest.approx(0.025, abs=2e-4)


def test_students_t_is_that_of_the_tables():
    """Two-sided 5 % and 1 %: Fisher and Yates, table III."""
    t, degrees = np.array([12.706, 2.228, 2.042, 3.169, -2.228]), np.array([1.0, 10, 30, 10, 10])
    assert beyond(t, degrees) == pytest.approx([0.025, 0.025, 0.025, 0.005, 0.975], abs=2e-5)


def test_a_limit_is_where_the_tail_becomes_small():
    found = where_met(lambda t: beyond(t, np.full(t.shape, 10.0)), np.zeros(2), np.full(2, 100.0), 0.025)
    assert found == pytest.approx([2.2281, 2.2281], abs=1e-4)
