"""Measures whose effect is known are labelled right, and what moved everybody is no effect of anybody (N10)."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from steelyard.analysis.course.effect import Effect, effect

BEFORE, BETWEEN, AFTER, CONTROLS = 12, 3, 6, 30
TRIALS = 600
RIGHT = {1: "effective", 0: "not_shown", -1: "harmful"}


def simulated(chance: np.random.Generator, sign: int, *, size: float = 2.5, shared: float = 1.0) -> Effect:
    """A unit of a class: a level of its own, noise, what moves everybody (a trend, a step at the measure), a bad month
    that made the finding, and a measure of known effect in units of the noise."""
    months = BEFORE + BETWEEN + AFTER
    everybody = shared * (0.1 * np.arange(months) + 2 * (np.arange(months) >= BEFORE + BETWEEN))
    values = chance.normal(0, 1, (CONTROLS + 1, months)) + chance.normal(0, 3, (CONTROLS + 1, 1)) + everybody
    values[0, BEFORE] -= 3
    values[0, BEFORE + BETWEEN :] += sign * size
    return effect(values[0], values[1:], BEFORE, BEFORE + BETWEEN, higher_is_better=True)


def test_at_least_85_of_100_labels_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    chance = np.random.default_rng(20261124)
    right = {
        sign: np.mean([simulated(chance, sign).label == label for _ in range(TRIALS)]) for sign, label in RIGHT.items()
    }
    with capsys.disabled():
        shares = ", ".join(f"{RIGHT[sign]} {share:.1%}" for sign, share in right.items())
        sys.stdout.write(
            f"\nlabels right of {3 * TRIALS} simulated measures: {np.mean(list(right.values())):.1%} ({shares})\n"
        )
    assert min(right.values()) >= 0.85


def test_an_ineffective_measure_is_called_effective_at_the_stated_rate() -> None:
    chance = np.random.default_rng(7)
    labels = [simulated(chance, 0).label for _ in range(2000)]
    assert 0.01 < labels.count("effective") / 2000 < 0.045


def test_what_moved_everybody_is_no_effect() -> None:
    """Without controls the same units would nearly all be called mended."""
    chance = np.random.default_rng(11)
    labels = [simulated(chance, 0, shared=3).label for _ in range(400)]
    assert labels.count("not_shown") > 360


def test_lower_may_be_better() -> None:
    chance = np.random.default_rng(3)
    values = chance.normal(0, 1, (21, 20))
    values[0, 13:] -= 4
    assert effect(values[0], values[1:], 12, 13, higher_is_better=False).label == "effective"
    assert effect(values[0], values[1:], 12, 13, higher_is_better=True).label == "harmful"


@pytest.mark.parametrize(("found", "months", "controls"), [(5, 20, 20), (12, 15, 20), (12, 20, 4), (0, 3, 0)])
def test_too_little_shows_nothing(found: int, months: int, controls: int) -> None:
    values = np.zeros((controls + 1, months))
    values[0, found:] = 100
    told = effect(values[0], values[1:], found, found + 1, higher_is_better=True)
    assert (told.label, told.enough) == ("not_shown", False)


def test_months_without_values_are_left_out() -> None:
    values = np.random.default_rng(5).normal(0, 1, (21, 24))
    values[0, 13:] += 5
    values[0, [2, 15]] = np.nan
    values[1:, 4] = np.nan
    told = effect(values[0], values[1:], 12, 13, higher_is_better=True)
    assert (told.label, told.before, told.after) == ("effective", 10, 10)
    assert told.low < told.size < told.high
    assert told.outside[0] > 0
