"""What is at stake: how many more cases may go wrong, and what the first that costs anything costs."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.engine.explaining.stakes import Stakes
from tests.engine.test_explaining import ALL, LATE, RATE, weighed

POOL = """
items:
  - {item: late, name: 逾期, value: count(filing where late), score: {deduct: {each: 0.5}}}
  - {item: kind, name: 办理, value: "count(filing where kind = '一')", score: {deduct: {each: 2}}}
"""


def test_one_more_case_late_costs_what_its_step_costs() -> None:
    """Of 100 filings 8 are late: 92 %, 3 whole steps below 95 %. The ninth takes it to 91 %, a step more."""
    found, scope = weighed(RATE, {LATE: [8, 0, 0], ALL: [100, 100, 100]})
    first, second, _ = (Stakes(scope).of(found, index) for index in range(3))
    assert first is not None
    assert second is not None
    assert (first.cases, first.points, first.aggregate.kind) == (1, Fraction("0.5"), "count")
    assert (second.cases, second.points) == (6, Fraction("0.5")), "five may be late before the target is missed"


def test_in_a_pool_the_case_counts_that_costs_most() -> None:
    """Both parts lose by the first case: the dearer one is told, in points of the whole."""
    kinds = "count(filing where kind = '一')"
    found, scope = weighed(POOL, {LATE: [1, 1, 1], kinds: [0, 0, 0]})
    one = Stakes(scope).of(found, 0)
    assert one is not None
    assert (one.cases, one.points) == (1, 2)


def test_nothing_is_at_stake_where_points_are_not_known_or_do_not_hang_on_cases() -> None:
    sums = "value: sum(filing.amount)\n"
    sums += (
        "score: {linear: {points: [{at: 0, share: 0%}, {at: 100, share: 100%}], below: flat, above: flat}}\nempty: full"
    )
    found, scope = weighed(sums, {"sum(filing.amount)": [50, 60, 70]})
    assert Stakes(scope).of(found, 0) is None
    gone, scope = weighed(RATE, {LATE: [100, 0, 0], ALL: [100, 100, 100]})
    assert Stakes(scope).of(gone, 0) is None, "all are late already, or nothing is left to lose"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 60), st.integers(60, 200))
def test_the_cases_told_cost_the_points_told_and_one_fewer_costs_nothing(late: int, whole: int) -> None:
    """Weighed again with so many more, and with one fewer, as if they had happened."""
    found, scope = weighed(RATE, {LATE: [late] * 3, ALL: [whole] * 3})
    one = Stakes(scope).of(found, 0)
    now = found.points.fraction(0) if found.points else None
    assert now is not None

    def after(cases: int) -> Fraction | None:
        again, _ = weighed(RATE, {LATE: [late + cases] * 3, ALL: [whole] * 3})
        return again.points.fraction(0) if again.points else None

    if one is None:
        assert after(min(whole - late, 1000)) == now
    else:
        assert after(one.cases) == now - one.points
        assert after(one.cases - 1) == now
