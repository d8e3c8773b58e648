"""What a value is made of is read from its tree, and decides how it is judged."""

from __future__ import annotations

import pytest

from steelyard.bureau.watching.kinds import made_of
from steelyard.engine.expressions.nodes import call, number
from steelyard.engine.expressions.parse import parse


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("count(work where ok) / count(work)", "share"),
        ("100 * count(work where ok and kind = '甲') / count(work where ok)", "share"),
        ("count(work where ok) / count(other)", "mean"),
        ("sum(work.minutes) / count(work)", "mean"),
        ("avg(work.minutes)", "mean"),
        ("count(work)", "count"),
        ("10 * count(work where not ok) / unit.staff", "count"),
        ("sum(work.minutes) / unit.staff / 60", "sum"),
        ("sum(work.paid) / sum(work.due)", "ratio"),
        ("(sum(work.due) - sum(work.paid)) / sum(work.due)", "ratio"),
        ("percentile(work.minutes, 90)", "level"),
        ("count(work) / peers_mean(count(work))", "level"),
        ("max(work.minutes) / avg(work.minutes)", "level"),
        ("last(work.done by day) / last(work.planned by day)", "level"),
    ],
)
def test_each_value_has_its_kind(value, kind):
    assert made_of(parse(value)).kind == kind


def test_rounding_changes_nothing():
    tree = call("round", parse("count(work where ok) / count(work)"), number(4))
    assert made_of(tree).kind == "share"


def test_what_reads_the_year_so_far_is_no_series_of_months():
    from steelyard.engine.expressions.windows import windowed

    assert not made_of(windowed(parse("to_date(count(work))"), {})).monthly
    assert made_of(windowed(parse("count(work) - last_year(count(work))"), {})).monthly
