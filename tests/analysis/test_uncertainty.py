"""Errors of values: right in size (checked by simulation), never zero by accident, wider when data are incomplete."""

from __future__ import annotations

import numpy as np
import pytest

from steelyard.analysis import uncertainty
from steelyard.engine.problems import Refused


def code_of(refusal: pytest.ExceptionInfo[Refused]) -> str:
    return refusal.value.problems[0].code


def test_a_share_of_nought_or_all_is_not_certain():
    few = uncertainty.proportion([0, 5], [5, 5])
    assert few.value.tolist() == [0.0, 1.0]
    assert few.error[0] == few.error[1] == pytest.approx((2 / 9 * 7 / 9 / 9) ** 0.5)


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_error_of_a_share_is_the_spread_of_repeated_years(share):
    hits = np.random.default_rng(1).binomial(200, share, 20_000)
    assert uncertainty.proportion(hits, np.full(hits.size, 200)).error.mean() == pytest.approx(
        (hits / 200).std(), rel=0.03
    )


def test_error_of_a_mean_from_its_sums():
    records = np.array([3.0, 5.0, 4.0, 8.0])
    found = uncertainty.mean([4], [records.sum()], [(records**2).sum()])
    assert found.value[0] == 5.0
    assert found.error[0] == pytest.approx(records.std(ddof=1) / 2)


def test_a_unit_with_one_record_borrows_the_spread_of_all():
    found = uncertainty.mean([2, 1], [4, 7], [10, 49])  # 1 and 3, and a single 7
    assert found.error.tolist() == pytest.approx([1.0, 2**0.5])


def test_nobody_with_two_records_leaves_no_spread_to_borrow():
    with pytest.raises(Refused) as refusal:
        uncertainty.mean([1, 1], [4, 7], [16, 49])
    assert code_of(refusal) == "analysis-too-few"


def test_error_of_a_ratio_of_sums_is_the_spread_of_repeated_years():
    random = np.random.default_rng(2)
    below = random.uniform(1, 3, (4_000, 60))
    above = below * 0.8 + random.normal(0, 0.3, below.shape)
    sums = [(x).sum(axis=1) for x in (above, below, above**2, below**2, above * below)]
    found = uncertainty.ratio(np.full(4_000, 60), *sums)
    assert found.value == pytest.approx(above.sum(axis=1) / below.sum(axis=1))
    assert found.error.mean() == pytest.approx(found.value.std(), rel=0.04)


def test_straight_scoring_multiplies_the_error_by_its_slope():
    values = uncertainty.Estimate(np.array([0.7, 0.8]), np.array([0.01, 0.02]))
    points = uncertainty.scored(lambda x: 10 * x, values)
    assert points.value == pytest.approx([7.0, 8.0])
    assert points.error == pytest.approx([0.1, 0.2])


def test_scoring_far_above_its_cap_leaves_no_error_and_at_the_cap_about_half():
    values = uncertainty.Estimate(np.array([2.0, 1.0]), np.array([0.01, 0.01]))
    points = uncertainty.scored(lambda x: np.minimum(10 * x, 10), values)
    assert points.error[0] == 0
    assert points.error[1] == pytest.approx(0.1 / 2**0.5, rel=0.01)


def test_interval_widened_for_late_records_covers_the_restated_value():
    random = np.random.default_rng(3)
    first, late = random.normal(0.9, 0.02, 4_000), random.normal(0, 0.3, 4_000)
    share = np.full((4_000, 1), 0.1)
    restated = first + random.normal(0, 0.01, 4_000) + 0.1 * late
    narrow = np.full(4_000, 0.01)
    wide = uncertainty.widened(narrow, share, [0.3])
    covered = [np.mean(np.abs(restated - first) <= 1.645 * error) for error in (narrow, wide)]
    assert covered[0] < 0.5
    assert covered[1] == pytest.approx(0.90, abs=0.015)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: uncertainty.finite("scores", [1.0, float("nan")]), "analysis-not-finite"),
        (lambda: uncertainty.finite("scores", [1.0], (2,)), "analysis-shape"),
        (lambda: uncertainty.proportion([6], [5]), "analysis-out-of-range"),
        (lambda: uncertainty.proportion([0], [0]), "analysis-out-of-range"),
    ],
)
def test_numbers_that_cannot_be_are_refused_in_words(call, code):
    with pytest.raises(Refused) as refusal:
        call()
    assert code_of(refusal) == code
    assert "{" not in refusal.value.problems[0].text("zh") + refusal.value.problems[0].text("en")
