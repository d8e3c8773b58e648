"""无差异无管理 only where there is a difference: equal units are not forced apart."""

from __future__ import annotations

import numpy as np
import pytest

from steelyard.analysis.differentiation import (
    chi_square_beyond,
    equal_mean_errors,
    equal_rate_errors,
    equal_share_errors,
    f_beyond,
    told_apart,
)

ROUNDS = 600


def share_distinguishable(simulate) -> float:
    return float(np.mean([simulate().verdict == "distinguishable" for _ in range(ROUNDS)]))


@pytest.mark.parametrize("size", [34, 150])
def test_equal_units_are_called_not_distinguishable_in_95_of_100_periods(size):
    random = np.random.default_rng(11)
    errors = random.uniform(0.5, 2, size)
    assert share_distinguishable(lambda: told_apart(random.normal(0, errors), errors)) <= 0.05


def test_equal_shares_and_equal_counts_are_not_forced_apart_either():
    random = np.random.default_rng(12)
    trials, exposure = random.integers(15, 200, 60), random.uniform(5, 60, 60)

    def shares():
        hits = random.binomial(trials, 0.93)
        return told_apart(hits / trials, equal_share_errors(hits, trials))

    def counts():
        events = random.poisson(0.4 * exposure)
        return told_apart(events / exposure, equal_rate_errors(events, exposure))

    assert share_distinguishable(shares) <= 0.05
    assert share_distinguishable(counts) <= 0.05


@pytest.mark.parametrize(("size", "records"), [(60, 40), (10, 3)])
def test_equal_means_are_not_forced_apart_even_with_three_records_each(size, records):
    random = np.random.default_rng(13)

    def means():
        table = random.normal(10, 3, (size, records))
        sums = np.full(size, records), table.sum(axis=1), (table**2).sum(axis=1)
        errors, freedom = equal_mean_errors(*sums)
        return told_apart(table.mean(axis=1), errors, error_freedom=freedom)

    assert share_distinguishable(means) <= 0.05


def test_units_that_really_differ_are_told_apart():
    random = np.random.default_rng(14)
    found = [told_apart(random.normal(0, 1, 60) + random.normal(0, 1, 60), np.ones(60)) for _ in range(100)]
    assert np.mean([result.verdict == "distinguishable" for result in found]) >= 0.95
    assert np.mean([result.between for result in found]) == pytest.approx(1.0, abs=0.1)
    assert np.mean([result.noise_share for result in found]) == pytest.approx(0.5, abs=0.05)


def test_identical_values_are_all_noise():
    found = told_apart([90.0, 90.0, 90.0], [1.0, 1.0, 1.0])
    assert (found.statistic, found.between, found.noise_share) == (0, 0, 1)
    assert found.verdict == "not distinguishable"


def test_everybody_successful_still_has_an_error():
    assert np.all(equal_share_errors([5, 8], [5, 8]) > 0)
    assert np.all(equal_share_errors([0, 0], [1, 1]) > 0)
    assert np.all(equal_rate_errors([0, 0], [1.0, 2.0]) > 0)


@pytest.mark.parametrize(
    ("statistic", "freedom", "probability"),
    [(3.841458820694124, 1, 0.05), (5.991464547107979, 2, 0.05), (7.814727903251179, 3, 0.05),
     (18.307038053275146, 10, 0.05), (124.3421, 100, 0.05), (23.6848, 14, 0.05), (2.7055434540954, 1, 0.10)],
)  # fmt: skip
def test_chi_square_agrees_with_published_tables(statistic, freedom, probability):
    assert chi_square_beyond(statistic, freedom) == pytest.approx(probability, rel=2e-5)


def test_chi_square_of_many_degrees_neither_overflows_nor_vanishes():
    assert chi_square_beyond(2_000, 2_000) == pytest.approx(0.4958, abs=0.001)
    assert chi_square_beyond(507, 507) == pytest.approx(0.4916, abs=0.001)
    assert chi_square_beyond(9_000, 507) == 0


@pytest.mark.parametrize(
    ("ratio", "above", "below", "probability"),
    [(4.9646, 1, 10, 0.05), (2.3928, 9, 20, 0.05), (3.9151, 2, 100, 0.0231), (1.0, 7, 7, 0.5), (0.0, 3, 9, 1.0),
     (3.1059, 5, 12, 0.05), (1e9, 3, 9, 0.0)],
)  # fmt: skip
def test_f_agrees_with_published_tables(ratio, above, below, probability):
    assert f_beyond(ratio, above, below) == pytest.approx(probability, abs=2e-4)


def test_f_with_known_errors_is_chi_square():
    assert f_beyond(507.6 / 473, 473, 10**7) == pytest.approx(chi_square_beyond(507.6, 473), rel=1e-3)
