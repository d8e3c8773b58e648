"""The indicator lab finds what was planted, and says what removing it would do."""

from __future__ import annotations

import numpy as np
import pytest

from steelyard.analysis.indicators.quality import Limits, candidates, quality, removal_effect
from steelyard.engine.problems import Refused

UNITS, GOOD, FLAT, COPIES, NOISY = 474, 145, 10, 10, 10


def planted(seed: int):
    """145 useful indicators, 10 at full marks for all, 10 copies of others, 10 of pure noise; three periods."""
    random = np.random.default_rng(seed)
    level = random.normal(0, 1, (UNITS, GOOD))
    for _ in range(3):
        errors = np.full((UNITS, GOOD + FLAT + COPIES + NOISY), 0.3)
        useful = 7 + level + 0.3 * random.standard_normal(level.shape)
        flat = np.where(random.random((UNITS, FLAT)) < 0.99, 10.0, 9.5)
        copies = useful[:, :COPIES] * 0.9 + 0.02 * random.standard_normal((UNITS, COPIES))
        noise = 7 + random.standard_normal((UNITS, NOISY))
        errors[:, -NOISY:] = 1.0
        yield np.hstack([useful, flat, copies, noise]), errors


def test_thirty_planted_bad_indicators_are_found_with_few_false_alarms():
    tables = list(planted(1))
    full = np.full(175, 10.0)
    found = {c.indicator: c.reasons for c in candidates([quality(table, full, errors) for table, errors in tables])}
    bad = set(range(GOOD, 175))
    assert len(found.keys() & bad) >= 27
    assert len(found.keys() - bad) <= 5
    assert "full marks" in found[GOOD]
    assert found[GOOD + FLAT] == ("redundant",)
    assert found[174] == ("noise",)


def test_removing_candidates_changes_places_by_the_stated_amount():
    table, _ = next(iter(planted(2)))
    assert removal_effect(table, list(range(GOOD, GOOD + FLAT))) > 0.999
    assert removal_effect(table, list(range(100))) < 0.9
    assert removal_effect(table, []) == pytest.approx(1.0)


def test_numbers_of_one_indicator_worked_by_hand():
    found = quality([[10, 1], [10, 2], [9, 6]], [10, 10], np.array([[0, 1.0]] * 3))
    assert found.full_share == pytest.approx([2 / 3, 0])
    assert found.variance_share.sum() == pytest.approx(1)
    assert found.variance_share[0] < 0  # better totals go with worse points
    assert found.noise_share == pytest.approx([0, 1 / 7])
    assert found.twin.tolist() == [1, 0]
    assert found.likeness == pytest.approx([np.corrcoef([10, 10, 9], [1, 2, 6])[0, 1] * -1] * 2)


def test_without_the_only_indicator_that_ranks_places_change():
    found = quality([[1, 5.0], [2, 5.0], [3, 5.0]], [10, 10], np.zeros((3, 2)))
    assert found.rank_change == pytest.approx([1, 0])


def test_a_table_without_any_difference_has_no_variance_to_share():
    found = quality(np.full((4, 2), 5.0), [10, 10], np.zeros((4, 2)))
    assert found.variance_share.tolist() == [0, 0]
    assert found.noise_share.tolist() == [1, 1]


def test_a_bad_year_alone_retires_nothing():
    tables = [quality(table, np.full(175, 10.0), errors) for table, errors in planted(3)]
    random = np.random.default_rng(1)
    sound = 5 + random.standard_normal((UNITS, 1)) + random.standard_normal((UNITS, 175))
    healthy = quality(sound, np.full(175, 10.0), np.full((UNITS, 175), 0.1))
    assert candidates([tables[0], healthy, tables[2]]) == ()
    with pytest.raises(Refused):
        candidates(tables[:2])
    assert candidates(tables[:1], Limits(periods=1)) != ()


def test_of_two_copies_only_the_later_is_a_candidate():
    """Their shares of the variance are the same; one of them has to stay."""
    copied, own = [1.0, 2.0, 4.0, 3.0, 0.0], [2.0, 0.0, 1.0, 5.0, 3.0]
    period = quality(np.array([copied, own, copied]).T, np.full(3, 10.0), np.zeros((5, 3)))
    found = {candidate.indicator for candidate in candidates([period] * 3) if "redundant" in candidate.reasons}
    assert found == {2}
