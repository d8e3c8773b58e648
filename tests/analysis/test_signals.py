"""Signal or noise: the published XmR rules, on the published examples and on a series worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from steelyard.analysis.signals import chart, summary
from steelyard.engine.problems import Refused

# twenty values used by the tests of NHSRplotthedots (R: set.seed(123); rnorm(20))
TWENTY = [
    -0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123, -0.68685285,
    -0.44566197, 1.22408180, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314, 0.49785048, -1.96661716,
    0.70135590, -0.47279141,
]  # fmt: skip
SHOCKED = [*TWENTY[:14], 10.0, *TWENTY[15:]]
ONE_PEAK = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]


@pytest.mark.parametrize(
    ("values", "screen", "mean", "lower", "upper"),
    [
        (TWENTY, True, 0.1416238, -3.01138, 3.294627),
        (SHOCKED, True, 0.6694159, -2.383666, 3.722497),
        (SHOCKED, False, 0.6694159, -4.596625, 5.935457),
        (ONE_PEAK, True, 1.94, -0.72, 4.6),
        (ONE_PEAK, False, 1.94, -3.06, 6.95),
    ],
)
def test_limits_are_those_that_nhsrplotthedots_publishes(values, screen, mean, lower, upper):
    """Its snapshot of ptd_spc_standard, and the captions of its vignette "Deviations from Excel defaults"."""
    found = chart(values, screen=screen)
    tolerance = {"abs": 0.005} if values is ONE_PEAK else {"rel": 1e-6}
    assert (found.mean[0], found.lower[0], found.upper[0]) == pytest.approx((mean, lower, upper), **tolerance)


def test_marks_are_those_that_nhsrplotthedots_publishes():
    """Twenty common-cause points in the first example; the peak alone in the second, screened or not."""
    assert not any(point.signal for point in chart(TWENTY).points)
    for screen in (True, False):
        marks = [point.rules for point in chart(ONE_PEAK, screen=screen).points]
        assert [i for i, rules in enumerate(marks) if rules] == [4]
        assert marks[4] == ("outside limits",)


def test_limits_worked_by_hand():
    """Values 10 12 11 13: mean 11.5, moving ranges 2 1 2, average 5/3, reach 2.66 x 5/3 = 4.4333."""
    found = summary(chart([10, 12, 11, 13]), target=12)
    assert (found.latest, found.target, found.mean, found.median) == (13, 12, 11.5, 11.5)
    assert (found.lower, found.upper) == pytest.approx((7.0667, 15.9333), abs=1e-4)
    assert found.reach == "by chance"


def rules_of(values, **options):
    return [point.rules for point in chart(values, **options).points]


BASE = [10, 12, 10, 12, 10, 12]  # mean 11, average range 2, limits 11 -+ 5.32, near beyond 11 -+ 3.5467


def test_seven_rising_points_are_a_trend_and_six_are_not():
    six = rules_of([*BASE, 10.1, 10.4, 10.7, 11.2, 11.6, 11.9, 9], baseline=6)
    assert not any("trend of 7" in rules for rules in six)
    found = chart([*BASE, 9.1, 9.4, 10.7, 11.2, 11.6, 11.9, 12.2, 10], baseline=6).points
    assert [i for i, point in enumerate(found) if "trend of 7" in point.rules] == [6, 7, 8, 9, 10, 11, 12]
    assert {found[i].direction for i in range(6, 13)} == {"up"}


def test_equal_neighbours_interrupt_a_trend():
    assert not any("trend of 7" in rules for rules in rules_of([*BASE, 9, 9.5, 10, 10, 10.5, 11, 11.5, 12], baseline=6))


def test_seven_falling_points_point_down():
    found = chart([*BASE, 13, 12.5, 12, 11.4, 10.9, 10.2, 9.6], baseline=6).points
    assert found[-1].rules == ("trend of 7",)
    assert found[-1].direction == "down"


def test_seven_points_on_one_side_of_the_mean_are_a_shift():
    found = rules_of([*BASE, 11.5, 12, 11.5, 12, 11.5, 12, 11.5], baseline=6)
    assert found[5] == ("7 on one side",)  # the 12 before belongs to the run as well
    assert all("7 on one side" in rules for rules in found[6:])
    assert not any(rules_of([*BASE, 10, 11.5, 12, 11.5, 12, 11.5, 12], baseline=6))


def test_two_of_three_near_a_limit_on_one_side():
    assert rules_of([*BASE, 15, 11.5, 15], baseline=6)[6:] == [("2 of 3 near a limit",), (), ("2 of 3 near a limit",)]
    assert not any(rules_of([*BASE, 15, 10.5, 15], baseline=6)[6:])


def test_a_declared_step_starts_new_limits():
    found = chart([10, 12, 10, 12, 50, 52, 50, 52], steps=[4])
    assert (found.mean[0], found.mean[4]) == (11, 51)
    assert not any(point.signal for point in found.points)
    assert summary(found).mean == 51


@pytest.mark.parametrize(
    ("target", "higher", "reach"),
    [(5, True, "always"), (20, True, "never"), (5, False, "never"), (20, False, "always"), (11, True, "by chance"),
     (None, True, "no target")],
)  # fmt: skip
def test_target_against_what_the_process_does_anyway(target, higher, reach):
    assert summary(chart(BASE), target, higher_is_better=higher).reach == reach


def test_a_steady_process_rarely_signals_outside_its_limits():
    series = np.random.default_rng(3).normal(size=4_000)
    outside = ["outside limits" in rules for rules in rules_of(series)]
    assert np.mean(outside) == pytest.approx(0.0027, abs=0.002)


def test_one_value_is_no_series():
    with pytest.raises(Refused):
        chart([1.0])
