"""What notebooks may ask of tables of scores is there by one import."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

import steelyard


def test_tiers_and_whose_tier_hangs_on_the_rule_are_asked_by_one_import():
    scores = [95, 94, 90, 70, 69]
    places = steelyard.standing(scores, np.full(5, 0.5), seed=1)
    tiers = {
        "share": steelyard.by_quota(places, [Decimal("0.4"), Decimal("0.6")], "half_up"),
        "line": steelyard.by_threshold(scores, np.full(5, 0.5), [90]),
        "breaks": steelyard.by_breaks(scores, np.full(5, 0.5), 2),
    }
    assert steelyard.tier_changes(tiers).tolist() == [False, False, True, False, False]


def test_the_gap_to_chosen_peers_adds_up_indicator_by_indicator():
    points = [[10, 5], [8, 5], [6, 1], [4, 3], [2, 2]]
    best = steelyard.best_quarter([sum(row) for row in points])
    middle = steelyard.median_units([sum(row) for row in points])
    alike = steelyard.most_similar([[10.0], [30.0], [11.0], [50.0], [70.0]], 0, 1)
    assert (best, alike) == ((0, 1), (2,))
    for members in (best, middle, alike):
        found = steelyard.gap([4, 3], steelyard.profile(points, members))
        assert sum(found.parts) == found.total


def test_what_cannot_be_told_apart_stays_on_several_places():
    scores, errors = [10.0, 9.9, 1.0], np.full(3, 0.5)
    sets = steelyard.marginal_sets(scores, errors, seed=1)
    assert sets.high.tolist() == [2, 2, 3]
    assert steelyard.possibly_best(scores, errors, 1, seed=1).tolist() == [True, True, False]


def test_every_name_that_is_promised_is_there():
    assert [name for name in steelyard.__all__ if getattr(steelyard, name).__name__ != name] == []
