"""The forecast of lateness against years that it never saw, and the parts that it is made of."""

from __future__ import annotations

import numpy as np
import pytest

from steelyard.analysis.course.overdue import BEGINNING, NAMES, auc, chances, columns, fit, pulls
from tests.analysis.overdue_years import year


@pytest.fixture(scope="module")
def held_out() -> tuple[float, float, float, float]:
    """AUC, its standard error by Hanley and McNeil, the AUC without history, and the share that is late."""
    learnt, other = year(2025), year(2026)
    model = fit(columns(learnt.seen), learnt.late, len(learnt.seen))
    x = columns(other.seen)
    a = auc(chances(model, x), other.late)
    n, m = int(other.late.sum()), int((~other.late).sum())
    spread = (a * (1 - a) + (n - 1) * (a / (2 - a) - a**2) + (m - 1) * (2 * a**2 / (1 + a) - a**2)) / (n * m)
    return a, float(np.sqrt(spread)), auc(chances(BEGINNING, x), other.late), float(other.late.mean())


def test_a_year_that_it_never_saw_is_told_apart(held_out: tuple[float, float, float, float]) -> None:
    found, error, beginning, share = held_out
    assert found - 1.96 * error >= 0.80, "the lower end of the interval, not only the figure"
    assert found <= 0.95, "years without noise would prove nothing"
    assert beginning >= 0.75
    assert 0.1 < share < 0.4


def test_it_holds_for_other_years_too() -> None:
    learnt = year(1)
    model = fit(columns(learnt.seen), learnt.late, len(learnt.seen))
    for seed in range(2, 7):
        other = year(seed)
        assert auc(chances(model, columns(other.seen)), other.late) >= 0.80


def test_chances_are_as_frequent_as_they_say_within_ten_points() -> None:
    learnt, other = year(2025), year(2026)
    told = chances(fit(columns(learnt.seen), learnt.late, 1), columns(other.seen))
    for low, high in ((0.0, 0.1), (0.1, 0.3), (0.3, 0.6), (0.6, 1.0)):
        those = (told >= low) & (told < high)
        assert abs(other.late[those].mean() - told[those].mean()) < 0.1


def test_the_twenty_most_at_risk_hold_many_times_the_usual_share() -> None:
    learnt, other = year(2025), year(2026)
    told = chances(fit(columns(learnt.seen), learnt.late, 1), columns(other.seen))
    first = np.argsort(-told)[:20]
    assert other.late[first].mean() >= 3 * other.late.mean()


def test_of_shuffled_years_nothing_is_learnt() -> None:
    """Labels shuffled: what is left is chance."""
    learnt, other = year(2025), year(2026)
    shuffled = np.random.default_rng(3).permutation(learnt.late)
    model = fit(columns(learnt.seen), shuffled, 1)
    assert abs(auc(chances(model, columns(other.seen)), other.late) - 0.5) < 0.12


def test_the_fit_is_that_of_its_equation_and_columns_that_separate_stay_finite() -> None:
    x = np.array([[0.0], [1.0], [2.0], [3.0]])
    x = np.hstack([x, np.ones((4, len(NAMES) - 1))])
    model = fit(x, np.array([False, False, True, True]), 4)
    assert np.isfinite(model.weights).all()
    told = chances(model, x)
    assert list(told) == sorted(told)
    z = (x[:, 0] - x[:, 0].mean()) / x[:, 0].std()
    slope = float(((np.array([0, 0, 1, 1]) - told) * z).sum() - model.weights[1])
    assert abs(slope) < 1e-6, "the ridge's own equation holds at the end"


@pytest.mark.parametrize(
    ("scores", "late", "expected"),
    [([1, 2, 3, 4], [0, 0, 1, 1], 1.0), ([4, 3, 2, 1], [0, 0, 1, 1], 0.0), ([1, 1, 1, 1], [0, 1, 0, 1], 0.5),
     ([1, 2, 2, 3], [0, 0, 1, 1], 0.875)],
)  # fmt: skip
def test_the_area_by_hand(scores: list[float], late: list[int], expected: float) -> None:
    assert auc(np.array(scores, dtype=np.float64), np.array(late, dtype=bool)) == expected


def test_where_all_are_alike_there_is_no_area() -> None:
    assert np.isnan(auc(np.array([1.0, 2.0]), np.array([True, True])))


def test_pulls_add_up_to_the_chance() -> None:
    x = columns(year(5).seen[:10])
    model = fit(x, np.array([True, False] * 5), 10)
    odds = model.weights[0] + pulls(model, x).sum(axis=1)
    assert np.allclose(1 / (1 + np.exp(-odds)), chances(model, x))
