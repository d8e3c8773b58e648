"""Agreement of raters, held against the worked example of its author and against its definition."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.analysis.raters.agreement import agreement, nearness

KRIPPENDORFF = ("123321412---", "1233224125-3", "-333234225 1-".replace(" ", ""), "12332441251-")
"""Section E of the source: four observers, twelve units, numbers missing where nobody looked."""


def turned(observers: tuple[str, ...]) -> list[list[int | None]]:
    return [[None if one == "-" else int(one) for one in unit] for unit in zip(*observers, strict=True)]


def test_the_worked_example_of_the_source() -> None:
    found = agreement(turned(KRIPPENDORFF))
    assert found.alpha is not None
    assert round(float(found.alpha), 3) == 0.849
    assert (found.units, found.ratings) == (11, 40)  # the twelfth unit was rated once, so it can be paired with nothing


def test_who_agree_on_different_numbers_agree_fully() -> None:
    assert agreement([[1, 1, 1], [3, 3, 3]]).alpha == 1


def test_opposite_ratings_are_worse_than_chance() -> None:
    alpha = agreement([[0, 10], [10, 0]]).alpha
    assert alpha is not None
    assert alpha < 0


@pytest.mark.parametrize("table", [[], [[1], [2]], [[1, None], [None, 2]], [[5, 5], [5, 5]]])
def test_nothing_is_told_of_what_cannot_differ(table: list[list[int | None]]) -> None:
    assert agreement(table).alpha is None


ROWS = st.lists(st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=2, max_size=4), min_size=2, max_size=6)


@given(ROWS)
def test_it_is_one_less_observed_over_expected_by_the_definition(rows: list[list[int | None]]) -> None:
    units = [[one for one in row if one is not None] for row in rows]
    units = [row for row in units if len(row) > 1]
    every = [one for row in units for one in row]
    found = agreement(rows)
    if not units or len(set(every)) == 1:
        assert found.alpha is None
        return
    observed = sum(Fraction(sum((a - b) ** 2 for a, b in permutations(row, 2)), len(row) - 1) for row in units)
    expected = Fraction(sum((a - b) ** 2 for a, b in permutations(every, 2)), len(every) - 1)
    assert found.alpha == 1 - observed / expected


def test_nearness_is_what_the_rules_show() -> None:
    assert nearness([Decimal("1.5"), Decimal("2.5"), Decimal("2")], 0, 4) == Fraction(3, 4)
    assert nearness([0, 3], 0, 3) == 0
