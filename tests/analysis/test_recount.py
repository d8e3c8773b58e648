"""Recount: how many, which, and what it proved; anyone can draw the same list."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.analysis.recount import draw, finding, sample_size, share_size
from steelyard.engine.problems import Refused

CELLS = [f"{unit:03d}/{indicator:03d}" for unit in range(40) for indicator in range(10)]


@pytest.mark.parametrize(("altered", "needed"), [("0.001", 2_993), ("0.01", 298)])
def test_province_sized_recounts(altered, needed):
    assert sample_size(82_950, risk=Decimal("0.05"), altered=Decimal(altered)) == needed


@given(st.integers(1, 60), st.fractions(Fraction(1, 100), Fraction(9, 10)), st.fractions(Fraction(1, 60), 1))
def test_sample_keeps_the_risk_and_is_the_smallest_by_its_formula(size, risk, altered):
    n = sample_size(size, risk=risk, altered=altered)
    bad = -(-altered * size // 1)
    assert Fraction(comb(size - n, bad), comb(size, bad)) <= risk
    assert (1 - Fraction(bad, size)) ** (n - 1) > risk
    assert n <= size


def test_the_list_depends_on_the_seed_and_nothing_else():
    first = draw(CELLS, 20, "2026-11-22 上证指数收盘")
    assert draw(reversed(CELLS), 20, "2026-11-22 上证指数收盘") == first
    assert set(draw(CELLS, 20, "another")) != set(first)
    assert len(set(first)) == 20


def test_an_enlarged_recount_keeps_what_was_done():
    assert draw(CELLS, 30, "s")[:20] == draw(CELLS, 20, "s")


def test_published_recipe_gives_the_published_list():
    """`printf 's\\na' | sha256sum` begins with 009f, b with cd85, c with a953."""
    assert draw(["a", "b", "c"], 3, "s") == ("a", "c", "b")


def test_every_cell_has_the_same_chance():
    counts = dict.fromkeys(CELLS, 0)
    for seed in range(300):
        for cell in draw(CELLS, 40, str(seed)):
            counts[cell] += 1
    expected = 300 * 40 / 400
    statistic = sum((count - expected) ** 2 / (expected * 0.9) for count in counts.values())
    assert 300 < statistic < 500  # chi-square with 399 degrees


def test_a_cell_listed_twice_is_refused():
    with pytest.raises(Refused, match="recount-doubled"):
        draw(["a", "b", "a"], 1, "s")


def test_error_rate_with_interval():
    """Clopper-Pearson 95 % limits: 0 of 298 up to 1 - 0.025^(1/298); 2 of 100: 0.24 % to 7.04 %."""
    clean, two = finding(0, 298), finding(2, 100)
    assert (clean.low, clean.high) == (0, pytest.approx(1 - 0.025 ** (1 / 298), rel=1e-6))
    assert (two.low, two.high) == pytest.approx((0.002431, 0.070384), abs=1e-5)
    assert two.rate == Fraction(1, 50)
    assert finding(5, 5).high == 1


def test_five_percent_sample_is_rounded_up():
    assert share_size(101, Decimal("0.05")) == 6


@pytest.mark.parametrize(
    "call",
    [
        lambda: sample_size(0, risk=Decimal("0.05"), altered=Decimal("0.1")),
        lambda: sample_size(10, risk=Decimal(0), altered=Decimal("0.1")),
        lambda: sample_size(10, risk=Decimal("0.05"), altered=Decimal(2)),
        lambda: share_size(10, Decimal(0)),
        lambda: finding(3, 2),
    ],
)
def test_impossible_plans_are_refused(call):
    with pytest.raises(Refused, match="recount-impossible"):
        call()


def test_a_sample_whose_chance_to_miss_is_just_the_risk_is_enough():
    """Half of four cells are altered: two draws miss them with a chance of exactly a quarter."""
    assert sample_size(4, risk=Decimal("0.25"), altered=Decimal("0.5")) == 2
