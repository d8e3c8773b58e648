"""Bounds and causes, read off trees before any data: the arithmetic behind the checks of meaning."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.engine.checking import outlook
from steelyard.engine.checking.door import context_of
from steelyard.engine.checking.looking import Looking
from steelyard.engine.checking.outlook import Outlook
from steelyard.engine.expressions.parse import parse
from steelyard.engine.model.book import RuleBook

EMPTY = context_of(RuleBook(), {})
NAMES = {"small": Outlook(Fraction(1), Fraction(3)), "any": Outlook(), "positive": Outlook(Fraction(0))}


def look(text: str) -> Outlook:
    return Looking().read(parse(text), NAMES, EMPTY.looks)


def bounds(text: str) -> tuple[object, object]:
    found = look(text)
    return tuple(None if bound is None else str(bound) for bound in (found.low, found.high))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("small + 2", "3", "5"),
        ("2 - small", "-1", "1"),
        ("small * -2", "-6", "-2"),
        ("any * 0", "0", "0"),
        ("any * 2", None, None),
        ("positive * positive", "0", None),
        ("any * any", None, None),
        ("small / 2", "1/2", "3/2"),
        ("small / small", "1/3", "3"),
        ("positive / small", "0", None),
        ("small / (positive + 2)", "0", "3/2"),
        ("any / small", None, None),
        ("positive / positive", "0", None),
        ("least(any, 5)", None, "5"),
        ("greatest(any, 5)", "5", None),
        ("least(small, positive)", "0", "3"),
        ("abs(-small)", "1", "3"),
        ("if(unknown, 1, 2)", "1", "2"),
        ("abs(any)", "0", None),
        ("floor(small / 2)", "0", "2"),
        ("ceil(small / 2)", "0", "2"),
        ("round(small / 3, 1)", "3/10", "1"),
        ("round(small, -1)", None, None),
        ("steps(any, 2)", "0", None),
        ("if(any > 1, 2, 5)", "2", "5"),
        ("if(small > 0, 2, 5)", "2", "2"),
        ("if(small > 3, 2, 5)", "5", "5"),
        ("if(small < 1, 2, 5)", "5", "5"),
        ("if(small <= 3, 2, 5)", "2", "2"),
        ("if(small = 9, 2, 5)", "5", "5"),
        ("if(small = 2, 2, 5)", "2", "5"),
        ("if(small >= 1 and any > 2, 2, 5)", "2", "5"),
        ("if(small >= 1 and small <= 3, 2, 5)", "2", "2"),
        ("if(small > 3 or any > 1, 2, 5)", "2", "5"),
        ("if(small > 3 or small < 1, 2, 5)", "5", "5"),
        ("if(small > 0 or any > 1, 2, 5)", "2", "2"),
        ("if(not small > 3, 2, 5)", "2", "2"),
        ("if(not any > 3, 2, 5)", "2", "5"),
        ("or_else(small, 9)", "1", "9"),
        ("given(any, small)", "1", "3"),
        ("peers_mean(small)", "1", "3"),
        ("peers_sum(small)", "0", None),
        ("peers_sum(any)", None, None),
        ("peers_count(small)", "1", None),
        ("peers_count(small, 'x')", "0", None),
        ("peers_rank(any)", "1", None),
        ("count(t where a) / count(t)", "0", "1"),
        ("count(t where a and b) / count(t where a)", "0", "1"),
        ("count(t where b) / count(t where a)", "0", None),
        ("distinct(t.x where a) / distinct(t.x)", "0", "1"),
        ("count(t) * 100 / count(u)", "0", None),
        ("count(t where a) * 100 / count(t)", "0", "100"),
        ("max(count(t) per a)", "0", None),
        ("-positive", None, "0"),
        ("unknown", None, None),
        ("sum(t.x)", None, None),
        ("avg(t.x)", None, None),
        ("'text'", None, None),
        ("points(nobody)", None, None),
        ("small in (1, 2)", None, None),
    ],
)
def test_bounds(text: str, low: str | None, high: str | None) -> None:
    assert bounds(text) == (low, high)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nothing()", "items"),
        ("if(any > 1, 2, nothing())", "method"),
        ("if(any > 1, 2, if(any <= 1, 3, nothing()))", None),
        ("if(any >= 1, 2, if(any <= 2, 3, nothing()))", None),
        ("if(any > 1, 2, if(any < 1, 3, nothing()))", "method"),
        ("if(any > 2, 2, if(any <= 1, 3, nothing()))", "method"),
        ("if(any > any2, 2, if(any <= any2, 3, nothing()))", None),
        ("if(any > 1, 2, if(other <= 1, 3, nothing()))", "method"),
        ("if(any > 1 and other > 2, 2, nothing())", "method"),
        ("if(any > 1 and any > 2, 2, nothing())", "method"),
        ("if(any = 1, 2, nothing())", "method"),
        ("if(any >= 1 and any < 2, 1, if(any >= 2, 2, nothing()))", "method"),
        ("if(any < 2, 1, if(any >= 3, 2, if(any >= 2 and any < 3, 3, nothing())))", None),
        ("if(class_is('厅'), 2, nothing())", None),
        ("if(day >= date '2026-01-01', 2, nothing())", None),
        ("if(any > 1, nothing(), if(any <= 1, nothing(), nothing()))", "items"),
        ("if(1 > 2, 3, if(class_is('厅'), nothing(), nothing()))", "method"),
        ("if(any > 1, 1, if(any <= 1, 2, if(1 > 2, 3, nothing())))", None),
        ("if(class_is('厅'), 1, given(any, nothing()))", None),
        ("if(class_is('厅'), 1, if(1 > 2, 3, nothing()))", "method"),
        ("given(unit.a, unit.a + 1)", "attribute"),
        ("1 / 0", "division"),
        ("1 / -small", None),
    ],
)
def test_causes(text: str, why: str | None) -> None:
    cause = look(text).cause
    assert (None if cause is None else cause.why) == why


numbers = st.fractions(-5, 5, max_denominator=4)


@st.composite
def ranges(draw: st.DrawFn) -> tuple[Outlook, Fraction]:
    """A range with a number inside it."""
    inside = draw(numbers)
    low = draw(st.none() | numbers.map(lambda n: min(n, inside)))
    high = draw(st.none() | numbers.map(lambda n: max(n, inside)))
    return Outlook(low, high), inside


def holds(found: Outlook, number: Fraction) -> bool:
    return (found.low is None or found.low <= number) and (found.high is None or number <= found.high)


@given(ranges(), ranges())
def test_bounds_hold_whatever_the_numbers(one: tuple[Outlook, Fraction], two: tuple[Outlook, Fraction]) -> None:
    (left, a), (right, b) = one, two
    assert holds(outlook.plus(left, right), a + b)
    assert holds(outlook.times(left, right), a * b)
    assert holds(outlook.negative(left), -a)
    assert holds(outlook.size(left), abs(a))
    assert holds(outlook.least([left, right]), min(a, b))
    assert holds(outlook.greatest([left, right]), max(a, b))
    assert holds(outlook.hull(left, right), a)
    assert holds(outlook.hull(left, right), b)
    assert holds(outlook.whole(left, 10), Fraction(round(a * 10), 10))
    if b != 0:
        assert holds(outlook.over(left, right), a / b)
