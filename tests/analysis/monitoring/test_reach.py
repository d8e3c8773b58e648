"""The chance to meet a target comes true as often as it says, on years that are made up and then let run."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from steelyard.analysis.monitoring import reach
from steelyard.analysis.monitoring.calibration import brier, calibration
from steelyard.analysis.monitoring.cards import colours
from steelyard.analysis.monitoring.reach import Goal, Outlook, needed_rest
from steelyard.analysis.uncertainty import Flags, Floats

UNITS, MONTHS, DONE = 4000, 24, 6
"""A year before, and the one of which six months have closed."""
Year = tuple[Outlook, Floats, Floats, Floats]
"""What was told, what the year came to, the target, and the year so far as the plain rule sees it."""
PEERS = np.zeros(UNITS, dtype=np.int64)
UP = np.ones(UNITS, dtype=bool)


def rows(table: Floats) -> Floats:
    """The twelve months behind the level of the rest."""
    return table[DONE : 12 + DONE]


def share(draw: np.random.Generator) -> Year:
    level = draw.beta(18, 2, UNITS)
    whole = draw.poisson(20, (MONTHS, UNITS)).astype(np.float64)
    part = draw.binomial(whole.astype(np.int64), level).astype(np.float64)
    own, so_far = slice(12, MONTHS), slice(12, 12 + DONE)
    target = np.full(UNITS, 0.9)
    done = part[so_far].sum(axis=0), whole[so_far].sum(axis=0)
    told = reach.share(rows(part), rows(whole), done, done[1], Goal(target, UP), PEERS)
    return told, part[own].sum(axis=0) / whole[own].sum(axis=0), target, done[0] / done[1]


def count(draw: np.random.Generator) -> Year:
    number = draw.poisson(draw.gamma(4, 1.5, UNITS), (MONTHS, UNITS)).astype(np.float64)
    done, target = number[12 : 12 + DONE].sum(axis=0), np.full(UNITS, 72.0)
    months = np.full(UNITS, 12.0), np.full(UNITS, 6.0)
    told = reach.count(rows(number), done, months, Goal(target, UP), PEERS)
    return told, number[12:].sum(axis=0), target, done * 2


def mean(draw: np.random.Generator) -> Year:
    weight = draw.poisson(30, (MONTHS, UNITS)) + 1.0
    value = draw.normal(draw.normal(50, 3, UNITS), 12 / np.sqrt(weight))
    so_far = slice(12, 12 + DONE)
    size = weight[so_far].sum(axis=0)
    now = (value * weight)[so_far].sum(axis=0) / size
    target = np.full(UNITS, 51.0)
    told = reach.mean(rows(value), rows(weight), (now, size), size, Goal(target, UP), PEERS)
    return told, (value * weight)[12:].sum(axis=0) / weight[12:].sum(axis=0), target, now


def total(draw: np.random.Generator) -> Year:
    value = draw.normal(draw.normal(100, 8, UNITS), 20, (MONTHS, UNITS))
    done, target = value[12 : 12 + DONE].sum(axis=0), np.full(UNITS, 1200.0)
    told = reach.total(rows(value), done, np.full(UNITS, 6.0), Goal(target, UP), PEERS)
    return told, value[12:].sum(axis=0), target, done * 2


@pytest.mark.parametrize("kind", [share, count, mean, total])
def test_chances_come_true_as_often_as_they_say_and_beat_the_plain_rule(kind: Callable[..., Year]) -> None:
    told, year, target, now = kind(np.random.default_rng(11))
    met: Flags = year >= target
    found = calibration(told.chance, met)
    assert found.apart < 0.05
    assert found.furthest < 0.08
    assert found.brier < brier((now >= target).astype(np.float64), met)
    assert np.abs(np.mean(told.projected - year)) < np.std(year) / 10, "no year is promised that does not come"


def test_what_is_certain_is_told_so() -> None:
    """Of ten cases to come, a target that lies beyond all of them, one that is met already, and one in between."""
    whole = np.full((6, 3), 10.0)
    part = whole * 0.5
    done, rest = (np.full(3, 30.0), np.full(3, 60.0)), np.full(3, 10.0)
    goal = Goal(np.array([0.99, 0.10, 0.5]), np.ones(3, dtype=bool))
    chance = reach.share(part, whole, done, rest, goal, np.zeros(3, dtype=np.int64)).chance
    assert (chance[0], chance[1]) == (0.0, 1.0)
    assert 0.3 < chance[2] < 0.9


def test_of_a_target_that_is_not_to_be_exceeded_the_chance_is_that_of_staying_below() -> None:
    number = np.full((12, 2), 5.0)
    goal = Goal(np.array([60.0, 20.0]), np.zeros(2, dtype=bool))
    months = np.full(2, 12.0), np.full(2, 6.0)
    chance = reach.count(number, np.full(2, 30.0), months, goal, np.zeros(2, dtype=np.int64)).chance
    assert 0.3 < chance[0] < 0.8
    assert chance[1] == 0.0, "more have happened already"


def test_how_much_of_the_rest_has_to_go_at_the_best_level() -> None:
    projected, best, target = np.array([80.0, 95.0, 70.0, 80.0]), np.array([100.0, 100.0, 80.0, 80.0]), np.full(4, 90.0)
    assert needed_rest(projected, best, target).tolist() == [0.5, -1.0, 2.0, np.inf]


def test_cards_are_red_where_action_is_needed_and_possible() -> None:
    meets = np.array([0.1, 0.5, 0.9, 0.1, np.nan])
    needed = np.array([0.5, 0.2, -1.0, 1.5, 0.5])
    assert colours(meets, needed) == ["red", "yellow", "green", "lost", None]


def test_a_forecast_is_held_against_what_came_of_it() -> None:
    found = calibration(np.array([0.0, 1.0, 0.5, 0.5]), np.array([False, True, True, False]))
    assert (found.count, found.brier, found.apart) == (4, 0.125, 0.0)
    assert [(one.count, one.happened) for one in found.bins] == [(1, 0.0), (2, 0.5), (1, 1.0)]
    assert np.isnan(found.furthest), "no bin has enough of them to say"
