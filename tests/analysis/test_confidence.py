"""Confidence sets for places: published figures reproduced, promised coverage kept."""

from __future__ import annotations

import numpy as np
import pytest

from steelyard.analysis.confidence import marginal_sets, possibly_best, simultaneous_sets
from steelyard.analysis.places import shared_places
from tests.analysis.pisa_2018 import MATHEMATICS

COUNTRIES = list(MATHEMATICS)
MEANS, ERRORS = (np.array(side) for side in zip(*MATHEMATICS.values(), strict=True))
BRITAIN = COUNTRIES.index("United Kingdom")


def test_united_kingdom_is_thirteenth_and_its_set_is_7_to_23():
    """Published: csranks vignette "Inference for Ranks", marginal set at 95 %, 1,000 draws."""
    found = marginal_sets(MEANS, ERRORS, seed=1)
    assert shared_places(MEANS.tolist())[BRITAIN] == 13
    assert (found.low[BRITAIN], found.high[BRITAIN]) == (7, 23)


@pytest.mark.parametrize("seed", range(5))
def test_single_step_gives_7_to_23_whatever_the_seed(seed):
    """In the second step Canada (2.942) lies so near the critical value (2.93) that 1,000 draws may exclude it."""
    once = marginal_sets(MEANS, ERRORS, seed=seed, stepdown=False)
    again = marginal_sets(MEANS, ERRORS, seed=seed)
    assert (once.low[BRITAIN], once.high[BRITAIN]) == (7, 23)
    assert again.low[BRITAIN] in (7, 8)
    assert again.high[BRITAIN] == 23


def test_twelve_countries_may_be_among_the_best_five():
    """Published: the 95 % set has 12 countries; at 90 % Sweden leaves it."""
    wide = possibly_best(MEANS, ERRORS, 5, seed=0)
    narrow = possibly_best(MEANS, ERRORS, 5, seed=0, coverage=0.90)
    assert int(wide.sum()) == 12
    assert [COUNTRIES[i] for i in np.flatnonzero(wide != narrow)] == ["Sweden"]


def test_stepdown_only_ever_sharpens_and_simultaneous_sets_contain_marginal_ones():
    sharp, plain = (marginal_sets(MEANS, ERRORS, seed=2, stepdown=flag) for flag in (True, False))
    together = simultaneous_sets(MEANS, ERRORS, seed=2)
    assert np.all((plain.low <= sharp.low) & (sharp.high <= plain.high))
    assert np.all((together.low <= sharp.low) & (sharp.high <= together.high))


def test_simultaneous_sets_hold_for_all_units_at_once():
    random = np.random.default_rng(8)
    truth, errors = np.arange(12) * 1.5, np.full(12, 1.0)
    place = shared_places(truth.tolist())
    held = []
    for seed in range(200):
        found = simultaneous_sets(truth + random.standard_normal(12), errors, seed=seed, coverage=0.90, draws=400)
        held.append(bool(np.all((found.low <= place) & (place <= found.high))))
    assert np.mean(held) >= 0.88


def test_units_far_apart_have_one_place_each():
    found = simultaneous_sets([30.0, 10.0, 20.0], [1.0, 1.0, 1.0], seed=1)
    assert found.low.tolist() == found.high.tolist() == [1, 3, 2]
