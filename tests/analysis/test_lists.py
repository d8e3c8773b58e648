"""Lists and tiers: who is certainly on them, who is on the line, what the rounding of a share decides."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from steelyard.analysis import lists
from steelyard.analysis.places import standing
from steelyard.engine.model.plan import Cut
from steelyard.engine.problems import Refused
from steelyard.engine.ranking.cuts import quota


def test_a_list_that_all_tied_units_fit_on_has_no_crowd_and_a_crowd_that_does_not_fit_is_said():
    tied = standing([95, 95, 95, 80], np.full(4, 1.0), seed=1)
    assert lists.top(tied, 1).listed.tolist() == [True, True, True, False]
    assert (lists.top(tied, 1).crowd, lists.top(tied, 3).crowd) == (3, 0)


SPACED = standing([99.0, 98.0, 90.2, 90.0, 80.0, 79.0], np.full(6, 0.5), seed=1)


def test_red_list_shows_certain_boundary_and_out():
    found = lists.top(SPACED, 3)
    assert found.listed.tolist() == [True, True, True, False, False, False]
    assert found.state == ("certain", "certain", "boundary", "boundary", "out", "out")
    assert found.chance.sum() == pytest.approx(3)


def test_black_list_counts_from_the_end():
    found = lists.bottom(SPACED, 2)
    assert found.listed.tolist() == [False] * 4 + [True] * 2
    assert found.state == ("out",) * 4 + ("certain",) * 2


def test_stated_chances_come_true():
    """Of units said to be on the list with chance p, a share p truly is."""
    random, stated, true = np.random.default_rng(4), [], []
    for seed in range(40):
        truth = random.normal(0, 1, 51)
        found = lists.top(
            standing((truth + 0.5 * random.standard_normal(51)).tolist(), np.full(51, 0.5), seed=seed, draws=2_000), 20
        )
        stated.append(found.chance)
        true.append(truth >= np.sort(truth)[-20])
    chance, member = np.concatenate(stated), np.concatenate(true)
    for low, high in ((0.05, 0.35), (0.35, 0.65), (0.65, 0.95)):
        inside = (chance >= low) & (chance < high)
        assert member[inside].mean() == pytest.approx(chance[inside].mean(), abs=0.06)


def test_a_shared_place_on_the_cut_is_counted_as_a_crowd():
    tied = standing([95, 90, 90, 80], np.full(4, 1.0), seed=1)
    assert lists.top(tied, 2).crowd == 2
    assert lists.top(tied, 3).crowd == 0
    assert lists.bottom(standing([95, 90, 80, 80], np.full(4, 1.0), seed=1), 1).crowd == 2
    assert lists.bottom(standing([95, 90, 80, 80], np.full(4, 1.0), seed=1), 2).crowd == 0


def test_empty_lists_have_nobody():
    assert not lists.top(SPACED, 0).listed.any()
    assert set(lists.bottom(SPACED, 0).state) == {"out"}


def test_a_line_through_the_scores():
    found = lists.at_least([90.0, 60.0, 30.0, 60.0], [1.0, 1.0, 1.0, 0.0], 60.0)
    assert found.listed.tolist() == [True, True, False, True]
    assert found.state == ("certain", "boundary", "out", "certain")
    assert found.chance[1] == 0.5


def test_quota_tiers_fill_the_class_and_keep_shared_places_together():
    shares = [Decimal("0.4"), Decimal("0.4"), Decimal("0.2")]
    tied = standing([95, 90, 90, 80, 70], np.full(5, 0.1), seed=1)
    found = lists.by_quota(tied, shares, "half_up")
    assert found.tier.tolist() == [1, 1, 1, 2, 3]
    assert found.chance.sum(axis=1) == pytest.approx(np.ones(5))
    assert found.own[0] == pytest.approx(1.0)


@pytest.mark.parametrize(("rounding", "first"), [("down", 13), ("half_up", 14), ("half_even", 14), ("up", 14)])
def test_the_first_tier_of_34_units_is_as_long_as_a_list_of_forty_percent(rounding, first):
    """13.6 places: the tiers of the analysis and the lists of the rules count alike."""
    places = standing(list(range(34, 0, -1)), np.full(34, 0.1), seed=1)
    found = lists.by_quota(places, [Decimal("0.4"), Decimal("0.6")], rounding)
    assert np.count_nonzero(found.tier == 1) == first
    cut = Cut(list="red", name="红榜", top=Decimal("0.4"), rounding=rounding)
    assert quota(cut.top.value, np.array([34]), cut.rounding).tolist() == [first]


@pytest.mark.parametrize(("share", "seats"), [(Decimal("0.07"), 7), (Decimal("0.125"), 12)])
def test_shares_are_exact_where_binary_floats_slip_and_halves_go_to_the_even_neighbour(share, seats):
    """In floats 0.07 * 100 is 7.000000000000001, which would round up to 8."""
    places = standing(list(range(100, 0, -1)), np.full(100, 0.1), seed=1, draws=10)
    rounding = "up" if seats == 7 else "half_even"
    assert np.count_nonzero(lists.by_quota(places, [share, 1 - share], rounding).tier == 1) == seats


@pytest.mark.parametrize(
    ("shares", "rounding"),
    [(["0.4", "0.4"], "up"), (["1.2", "-0.2"], "up"), (["0.4", "0.6"], "nearest")],
)
def test_quota_shares_add_up_to_one_and_are_rounded_by_a_rule_that_has_a_name(shares, rounding):
    with pytest.raises(Refused):
        lists.by_quota(SPACED, [Decimal(share) for share in shares], rounding)


def test_threshold_tiers_compare_exactly():
    found = lists.by_threshold([Decimal("90.00"), Decimal("89.99"), Decimal("60")], np.full(3, 0.5), [90, 60])
    assert found.tier.tolist() == [1, 2, 2]
    assert found.chance[0] == pytest.approx([0.5, 0.5, 0.0], abs=1e-9)


def test_threshold_lines_must_fall():
    with pytest.raises(Refused):
        lists.by_threshold([1], [1.0], [60, 90])


def test_natural_breaks_find_the_gaps_and_never_split_equal_scores():
    scores = [99, 98, 98, 97, 90, 89, 89, 70]
    assert lists.natural_breaks(scores, 3) == (97, 89)
    assert lists.by_breaks(scores, np.full(8, 0.5), 3).tier.tolist() == [1, 1, 1, 1, 2, 2, 2, 3]


def test_natural_breaks_are_the_best_of_all_cuts():
    from itertools import combinations

    random = np.random.default_rng(6)
    scores = sorted(random.integers(0, 100, 14).tolist(), reverse=True)
    values = sorted(set(scores), reverse=True)

    def cost(lines):
        tier = np.array([sum(score < line for line in lines) for score in scores])
        parts = [np.array(scores)[tier == t] for t in range(3)]
        return sum(((part - part.mean()) ** 2).sum() for part in parts)

    best = min(combinations(values[:-1], 2), key=cost)
    assert cost(lists.natural_breaks(scores, 3)) == pytest.approx(cost(best))


def test_units_whose_tier_depends_on_the_rule_are_named():
    scores = [95, 90, 89, 70]
    quota = lists.by_quota(standing(scores, np.full(4, 1.0), seed=1), [Fraction(1, 2), Fraction(1, 2)], "up")
    line = lists.by_threshold(scores, np.full(4, 1.0), [80])
    assert lists.tier_changes({"quota": quota, "line": line}).tolist() == [False, False, True, False]


def test_every_verdict_is_certain_only_beyond_a_half():
    with pytest.raises(Refused):
        lists.top(SPACED, 3, firm=0.5)
