"""进步加分 without luck: no true change, no bonus; true improvement is found."""

from __future__ import annotations

import numpy as np
import pytest

from steelyard.analysis.course.progress import progress
from steelyard.engine.problems import Refused


def year(random, truth, noise):
    return truth + noise * random.standard_normal(truth.size)


def simulate(gain: float, noise: float, rounds: int = 60, size: int = 150, against: str = "own"):
    random = np.random.default_rng(31)
    for _ in range(rounds):
        truth, errors = random.normal(90, 1, size), np.full(size, noise)
        improved = np.arange(size) % 10 == 0
        before, after = year(random, truth, noise), year(random, truth + gain * improved, noise)
        yield improved, before, after, progress(before, after, errors, errors, against=against)


@pytest.mark.parametrize("noise", [0.2, 0.5, 1.0])
def test_without_true_change_at_most_five_in_a_hundred_get_a_bonus(noise):
    assert np.mean([found.shown.mean() for *_, found in simulate(0.0, noise)]) <= 0.05


def test_true_improvement_of_one_spread_is_found_in_eighty_of_a_hundred():
    """One standard deviation between units, measured with a quarter of it as noise."""
    assert np.mean([found.shown[improved].mean() for improved, _, _, found in simulate(1.0, 0.25)]) >= 0.80


def test_a_plain_difference_would_pay_for_bad_luck():
    """Among the worst tenth of last year, luck alone makes two of three rise; corrected they are treated as all."""
    naive, fair = [], []
    for _, before, after, found in simulate(0.0, 1.0):
        worst = before <= np.quantile(before, 0.1)
        naive.append((after > before)[worst].mean())
        fair.append(found.shown[worst].mean())
    assert np.mean(naive) > 0.75
    assert np.mean(fair) <= 0.06


def test_a_rise_of_the_whole_class_counts_only_against_own_past():
    random = np.random.default_rng(5)
    before = random.normal(90, 1, 60)
    errors = np.full(60, 0.1)
    own, peers = (progress(before, before + 2, errors, errors, against=side) for side in ("own", "peers"))
    assert own.shown.all()
    assert not peers.shown.any()


def test_best_guess_is_smaller_than_the_bare_change_and_keeps_its_order():
    _, _, _, found = next(simulate(1.0, 0.5))
    assert np.abs(found.best_guess - found.best_guess.mean()).max() < np.abs(found.change - found.change.mean()).max()
    assert np.argmax(found.best_guess) == np.argmax(found.change)


def test_a_clear_fall_is_said_too():
    before = np.array([80.0, 85.0, 90.0, 95.0, 99.0])
    found = progress(before, [80, 85, 90, 85, 99], np.full(5, 0.2), np.full(5, 0.2))
    assert found.worse.tolist() == [False, False, False, True, False]


def test_four_units_are_too_few_and_an_unknown_comparison_is_refused():
    with pytest.raises(Refused, match="analysis-too-few"):
        progress([1, 2, 3, 4], [1, 2, 3, 4], np.ones(4), np.ones(4))
    with pytest.raises(Refused, match="analysis-unknown-choice"):
        progress(np.arange(5), np.arange(5), np.ones(5), np.ones(5), against="best")
