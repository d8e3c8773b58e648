"""Fair difficulty: real circumstances are found and priced, chance is not, and every place moved is reported."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from steelyard.analysis.difficulty import fit, places_moved
from steelyard.analysis.places import shared_places
from steelyard.engine.problems import Refused

NAMES = ["管辖户数", "收入规模", "人员配备"]


def province(random, effect: float, size: int = 150):
    attributes = random.lognormal(0, 0.5, (size, 3))
    spread = (attributes[:, 0] - attributes[:, 0].mean()) / attributes[:, 0].std()
    return 90 + effect * spread + random.normal(0, 2, size), attributes


def test_slopes_agree_with_least_squares_and_hc3_worked_by_hand():
    """One attribute of -1 and 1 in equal halves: slope = half the difference of the means; leverage is 2/10."""
    values = np.array([8.0, 9, 10, 11, 12, 9, 10, 11, 12, 18])
    found = fit(values, np.repeat([[-1.0], [1.0]], 5, axis=0), ["人员配备"], cap=(0.9, 1.1)).slopes[0]
    assert found.effect == pytest.approx((12 - 10) / 2)
    squares = np.sum((values - np.repeat([10, 12], 5)) ** 2) / 0.8**2
    assert found.error == pytest.approx((squares / 100) ** 0.5)
    assert (found.low + found.high) / 2 == pytest.approx(found.effect)


def test_intervals_cover_the_true_effect_although_spread_differs():
    random, covered = np.random.default_rng(41), []
    for _ in range(400):
        x = random.normal(size=(120, 1))
        scaled = (x[:, 0] - x.mean()) / x.std()
        values = 90 + 1.5 * scaled + random.normal(size=120) * (0.3 + np.abs(scaled))
        slope = fit(values, x, ["规模"], cap=(0.8, 1.2)).slopes[0]
        covered.append(slope.low <= 1.5 <= slope.high)
    assert 0.92 <= np.mean(covered) <= 0.98


def test_harder_circumstances_get_a_higher_coefficient_inside_the_cap():
    values, attributes = province(np.random.default_rng(42), -8.0)
    found = fit(values, attributes, NAMES, cap=(0.95, 1.05))
    assert found.kept > 0.9
    assert found.coefficient.min() == 0.95
    assert found.coefficient.max() == 1.05
    assert np.corrcoef(found.coefficient, attributes[:, 0])[0, 1] > 0.8
    assert 0 < found.capped < 150
    assert np.all(found.low <= found.high)


def test_adjusting_takes_the_planted_difficulty_out():
    values, attributes = province(np.random.default_rng(43), -4.0)
    found = fit(values, attributes, NAMES, cap=(0.8, 1.25))
    adjusted = values * found.coefficient
    assert abs(np.corrcoef(values, attributes[:, 0])[0, 1]) > 0.7
    assert abs(np.corrcoef(adjusted, attributes[:, 0])[0, 1]) < 0.15


def test_when_circumstances_explain_nothing_nobody_moves_beyond_noise():
    random = np.random.default_rng(44)
    moved, by_noise = [], []
    for _ in range(200):
        values, attributes = province(random, 0.0)
        found = fit(values, attributes, NAMES, cap=(0.9, 1.1))
        moved.append(np.abs(places_moved(values.tolist(), (values * found.coefficient).tolist()).moved).mean())
        again = values + random.normal(0, 0.5, values.size)
        by_noise.append(np.abs(places_moved(values.tolist(), again.tolist()).moved).mean())
    assert np.mean(np.array(moved) > 0) <= 0.02  # in at least 98 of 100 years every coefficient is exactly 1
    assert np.mean(moved) < np.mean(by_noise) / 10


def test_removing_difficulty_changes_places_exactly_as_reported():
    plain = [Decimal("90"), Decimal("88"), Decimal("88"), Decimal("70")]
    harder = [Decimal("90"), Decimal("88"), Decimal("92.4"), Decimal("70")]
    found = places_moved(plain, harder)
    assert found.moved.tolist() == [-1, -1, 1, 0]
    assert (found.units_moved, found.largest) == (3, 1)
    assert (found.adjusted + found.moved).tolist() == shared_places(plain).tolist()


def test_a_perfect_fit_is_no_accident():
    x = np.arange(12.0)
    found = fit(50 + Fraction(1, 2) * x, x[:, None], ["规模"], cap=(0.5, 2.0))
    assert found.explained == pytest.approx(1)
    assert found.probability < 1e-9


@pytest.mark.parametrize(
    ("values", "attributes", "cap"),
    [
        (np.full(9, 90.0), np.arange(9.0)[:, None], (0.9, 1.1)),  # too few units
        (np.arange(1, 13.0), np.ones((12, 1)), (0.9, 1.1)),  # an attribute that is the same for all
        (np.arange(1, 13.0), np.arange(12.0)[:, None], (1.05, 1.1)),  # a cap that forbids 1
        (np.arange(0, 12.0), np.arange(12.0)[:, None], (0.9, 1.1)),  # a value of zero cannot be multiplied up
        (np.arange(1, 21.0), np.column_stack([np.arange(20.0), np.arange(20.0) * 2]), (0.9, 1.1)),  # a copy
    ],
)
def test_what_cannot_be_fitted_is_refused(values, attributes, cap):
    with pytest.raises(Refused):
        fit(values, attributes, NAMES[: attributes.shape[1]], cap=cap)


def test_two_tables_of_different_units_are_refused():
    with pytest.raises(Refused):
        places_moved([1, 2], [1])
