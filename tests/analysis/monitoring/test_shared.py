"""What moves all peers is taken out of each; few peers say nothing of what moves them all."""

from __future__ import annotations

import numpy as np
import pytest

from steelyard.analysis.monitoring import shared
from steelyard.analysis.monitoring.lines import counts, shares
from steelyard.analysis.monitoring.newest import RULES, newest

PEERS = np.repeat([0, 1], [40, 3])


def test_a_month_that_is_bad_for_everybody_is_nobodys_signal():
    draws = np.random.default_rng(1)
    cases, level = np.full((24, 400), 300.0), np.full((24, 1), 0.9)
    level[-1] = 0.8
    part = draws.binomial(300, np.broadcast_to(level, (24, 400))).astype(float)
    part[-1, 0] = 180.0
    peers = np.zeros(400, dtype=np.int64)
    whole = shared.sums(part, peers, 1) / shared.sums(cases, peers, 1)
    plain = newest(shares(part, cases), 0.01, RULES).fired
    told = newest(shares(part, cases, shared.differences(whole, cases, peers)), 0.01, RULES).fired
    assert plain.mean() > 0.8
    assert told[0]
    assert told.mean() < 0.02


def test_a_season_of_counts_is_taken_as_times():
    season = np.tile([1, 1, 1, 1, 3, 1, 1, 1, 1, 1, 1, 1], 2)[:17]
    number = np.random.default_rng(2).poisson(20.0 * season[:, None], (17, 300)).astype(float)
    peers = np.zeros(300, dtype=np.int64)
    moved = shared.times(shared.sums(number, peers, 1), number, peers)
    assert newest(counts(number), 0.01, RULES).fired.mean() > 0.1
    assert newest(counts(number, moved), 0.01, RULES).fired.mean() < 0.01


def test_few_peers_move_nobody():
    values = np.arange(43.0)[None, :] + np.array([[0.0], [5.0]])
    level = shared.medians(values, PEERS, 2)
    moved = shared.differences(level, values, PEERS)
    assert moved[:, 0] == pytest.approx([-2.5, 2.5])
    assert moved[:, -1].tolist() == [0.0, 0.0]


def test_a_median_is_of_those_who_have_a_value():
    values = np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, np.nan]])
    found = shared.medians(values, np.array([0, 0, 0]), 1)
    assert found[0, 0] == 2.0
    assert np.isnan(found[1, 0])
