"""Signals of the newest points: the designed rate of false alarms holds on stable series, and real changes are seen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from steelyard.analysis.monitoring.lines import LOGARITHM, ROOT, Lines, counts, means, scaled, shares
from steelyard.analysis.monitoring.newest import DOWN, RULES, UP, newest

Draws = np.random.Generator
SERIES = 20_000
CHANCE = 0.01


def _shares(draws: Draws, months: int) -> Lines:
    cases = draws.poisson(draws.gamma(2, 10, SERIES), (months, SERIES)).astype(float)
    part = draws.binomial(cases.astype(int), draws.beta(5, 2, SERIES)).astype(float)
    return shares(np.where(cases > 0, part, np.nan), np.where(cases > 0, cases, np.nan))


def _rare(draws: Draws, months: int) -> Lines:
    cases = draws.poisson(200, (months, SERIES))
    return shares(draws.binomial(cases, draws.beta(1, 40, SERIES)).astype(float), cases.astype(float))


def _scattered(draws: Draws, months: int) -> Lines:
    cases, level = draws.poisson(2000, (months, SERIES)), np.clip(draws.normal(0.9, 0.02, (months, SERIES)), 0, 1)
    return shares(draws.binomial(cases, level).astype(float), cases.astype(float))


def _counts(draws: Draws, months: int) -> Lines:
    return counts(draws.poisson(draws.gamma(1, 5, SERIES), (months, SERIES)).astype(float))


def _bursts(draws: Draws, months: int) -> Lines:
    return counts(draws.poisson(draws.gamma(1, 5, SERIES) * draws.gamma(5, 0.2, (months, SERIES))).astype(float))


def _means(draws: Draws, months: int) -> Lines:
    return means(draws.normal(10, 1, (months, SERIES)))


def _waits(draws: Draws, months: int) -> Lines:
    cases = draws.integers(1, 40, (months, SERIES))
    return scaled(draws.gamma(cases, 1 / cases), LOGARITHM, cases.astype(float))


def _amounts(draws: Draws, months: int) -> Lines:
    return scaled(draws.lognormal(0, 0.5, (months, SERIES)), LOGARITHM)


def _around_nothing(draws: Draws, months: int) -> Lines:
    return scaled(draws.normal(0, 1, (months, SERIES)), ROOT)


STABLE: list[Callable[[Draws, int], Lines]] = [
    _shares, _rare, _scattered, _counts, _bursts, _means, _waits, _amounts, _around_nothing,
]  # fmt: skip


@pytest.mark.parametrize("months", [10, 12, 18, 24])
@pytest.mark.parametrize("stable", STABLE)
def test_stable_series_raise_fewer_false_alarms_than_designed(stable, months):
    """Of 20,000 series of each kind; measured 0.1 to 0.8 of a hundred points where 1 is allowed."""
    lines = stable(np.random.default_rng(months), months)
    fired = newest(lines, CHANCE, RULES).fired
    assert fired.sum() / max(lines.judged.size, 1) < CHANCE


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_alone_keeps_the_whole_chance(rule):
    lines = _means(np.random.default_rng(3), 24)
    assert 0.0001 < newest(lines, CHANCE, [rule]).fired.mean() < 0.013


def test_a_fall_of_the_newest_month_is_seen_and_its_side_told():
    draws = np.random.default_rng(1)
    value = draws.normal(0.9, 0.01, (24, 500))
    value[-1] -= 0.08
    found = newest(means(value), CHANCE, RULES)
    assert found.fired.mean() > 0.98
    assert set(found.side[found.fired].tolist()) == {DOWN}


def test_three_bad_months_are_seen_where_none_of_them_would_be_alone():
    value = np.random.default_rng(2).normal(0, 1, (24, 2000))
    value[-3:] += 2.2
    alone = newest(means(value), CHANCE, ["outside"]).fired.mean()
    found = newest(means(value), CHANCE, RULES)
    assert found.fired.mean() > alone + 0.15
    assert (found.side[found.fired] == UP).mean() > 0.99


def test_a_long_run_on_one_side_is_a_signal_whatever_the_distribution():
    value = np.r_[[-9.0, 0.1, -3.0, -0.2, -7.0, 0.3, -1.0, -4.0] * 2, [0.6, 0.5, 0.7, 0.55, 0.65, 0.58, 0.62, 0.57]][
        :, None
    ]
    assert newest(means(value), CHANCE, ["run"]).fired.tolist() == [True]


def test_seven_points_that_rise_are_a_trend():
    value = np.r_[[3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0], np.arange(2.5, 10)][:, None]
    assert newest(means(value), CHANCE, ["trend"]).fired.tolist() == [True]


def test_too_few_points_and_no_newest_point_say_nothing():
    value = np.random.default_rng(4).normal(0, 1, (24, 2))
    value[:16, 0], value[-1, 1] = np.nan, np.nan
    value[-2, 0] = 1000.0
    lines = means(value)
    assert lines.judged.size == 0
    assert not newest(lines, CHANCE, RULES).fired.any()


def test_a_past_that_never_moved_says_nothing_of_chance():
    """Twenty-one equal months: the first other one was as likely to come at any of them."""
    assert not newest(means(np.r_[np.full(23, 5.0), 6.0][:, None]), CHANCE, RULES).fired.any()


def test_a_month_of_which_nothing_is_known_is_passed_over():
    value = np.random.default_rng(6).normal(0, 1, (24, 1))
    gap = np.insert(value, 5, np.nan, axis=0)
    assert means(gap).chance("high", 0) == pytest.approx(means(value).chance("high", 0))


def test_the_limit_told_is_where_the_rule_begins():
    lines = means(np.random.default_rng(7).normal(10, 1, (24, 50)))
    every = np.arange(50)
    for side in ("high", "low"):
        limit = lines.limit(side, 0.005, every)
        assert lines.tail(limit, side, 0, every) == pytest.approx(np.full(50, 0.005), rel=1e-3)


def test_few_cases_are_judged_by_the_binomial_alone():
    """19 of 20 each month, then 14 of 20: P(X <= 14) at 95 % is 0.03 %, more with a level that is estimated."""
    part, whole = np.full((12, 1), 19.0), np.full((12, 1), 20.0)
    part[-1] = 14
    assert 0.0003 < shares(part, whole).chance("low", 0)[0] < 0.002
