"""Triggers are gathered where they are dense, and no more places are told than asked for."""

from __future__ import annotations

import numpy as np

from steelyard.analysis.monitoring.scan import gathered


def _keys(units: list[int], causes: list[int]) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Twenty units with thirty causes each."""
    return (
        {"unit": np.array(units), "cause": np.array(causes)},
        {"unit": np.full(20, 30.0), "cause": np.full(30, 20.0)},
    )


def test_one_cause_everywhere_and_one_unit_with_everything_are_two_issues():
    units, causes = [*range(20), *[7] * 12], [*[3] * 20, *range(10, 22)]
    places, left = gathered(*_keys(units, causes), 10)
    assert [(place.kind, place.key, len(place.rows)) for place in places] == [("cause", 3, 20), ("unit", 7, 12)]
    assert left.tolist() == []


def test_what_stands_alone_is_left():
    places, left = gathered(*_keys([1, 2, 3], [4, 5, 6]), 10)
    assert places == []
    assert left.tolist() == [0, 1, 2]


def test_a_thousand_triggers_are_no_more_places_than_asked_for():
    draws = np.random.default_rng(1)
    places, left = gathered(*_keys(draws.integers(0, 20, 1000).tolist(), draws.integers(0, 30, 1000).tolist()), 12)
    assert len(places) == 12
    assert sum(len(place.rows) for place in places) + left.size == 1000


def test_nothing_fired_is_nothing_gathered():
    assert gathered(*_keys([], []), 5)[0] == []
