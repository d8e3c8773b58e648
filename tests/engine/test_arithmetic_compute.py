"""What operators mean, to columns and to the plain twin: missing numbers, undecided conditions, peers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from steelyard.engine.arithmetic.compute import Column, compute
from steelyard.engine.arithmetic.numbers import Numbers, State, constant, missing
from steelyard.engine.arithmetic.peers import Groups, rank, statistic
from steelyard.engine.arithmetic.truths import Texts, Truths, compared, no_texts, texts
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.expressions.parse import parse
from steelyard.engine.reference.formulas import Missing, Subject, Value, evaluate
from tests.engine.small_worlds import CLASSES, World, value_at

EMPTY, AWAITED, ABSENT = Missing.EMPTY, Missing.AWAITED, Missing.ABSENT


def answer(text: str, **names: Value | int) -> Value:
    """The expression for one subject of class 甲."""
    known = {key: value if isinstance(value, Missing | str) else Fraction(value) for key, value in names.items()}
    one = Subject("a", CLASSES[0], dict(known), {Aggregate("count", "filing"): Fraction(7)})
    one.company = [one]
    found = value_at(compute(parse(text), World([one])), 0)
    assert found == evaluate(parse(text), one)
    return found


def among(text: str, *values: Value | int, groups: str = "") -> list[Value]:
    """The expression for several subjects, each with its value; all of class 甲 where no groups are given."""
    classes = {"甲": "甲", "乙": "乙", "无": None}
    subjects = [
        Subject(
            str(i), classes[(groups or "甲" * len(values))[i]], {"value": v if isinstance(v, Missing) else Fraction(v)}
        )
        for i, v in enumerate(values)
    ]
    for one in subjects:
        one.company = subjects
    column = compute(parse(text), World(subjects))
    found = [value_at(column, index) for index in range(len(subjects))]
    assert found == [evaluate(parse(text), one) for one in subjects]
    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("floor(a / 2) + ceil(a / 2)", Fraction(-7)),
        ("abs(a) - -a", Fraction(0)),
        ("greatest(a, b, 3)", Fraction(3)),
        ("least(a, b, 3)", Fraction(-7)),
        ("steps(b * 2, 3)", Fraction(1)),
        ("steps(a, 3)", Fraction(0)),
        ("steps(b, 0)", EMPTY),
        ("b / 0", EMPTY),
        ("round(b / 8, 2)", Fraction(1, 4)),
        ("round(b / 16, 2)", Fraction(13, 100)),
        ("round(b / 16, 2, 'half_even')", Fraction(12, 100)),
        ("round(a * 10, -2, 'up')", Fraction(-100)),
        ("if(a < b, 1, 2)", Fraction(1)),
        ("if(b in (1, 2), '好', '差')", "好"),
        ("date '2026-01-02' - date '2026-01-01'", Fraction(1)),
        ("count(filing) + 1", Fraction(8)),
        ("class_is('甲') and subject_is('a')", True),
        ("class_is('乙') or subject_is('b')", False),
        ("'好' = '好' and '好' != '差'", True),
        ("a != b and a <= b and not a >= b and a < b and not a > b and not a = b", True),
    ],
)
def test_operators(text: str, value: Value) -> None:
    assert answer(text, a=-7, b=2) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a + empty", EMPTY),
        ("empty * awaited", AWAITED),
        ("least(absent, awaited)", ABSENT),
        ("or_else(empty, 5)", Fraction(5)),
        ("or_else(a, empty)", Fraction(1)),
        ("or_else(empty, awaited)", AWAITED),
        ("empty is null and a is not null", True),
        ("is_empty(empty)", True),
        ("is_empty(awaited)", False),
        ("is_empty(outside())", True),
        ("nothing()", EMPTY),
        ("no_text()", EMPTY),
        ("awaited()", AWAITED),
        ("empty > 1", EMPTY),
        ("not awaited > 1", AWAITED),
    ],
)
def test_what_is_missing_stays_missing_for_its_reason(text: str, value: Value) -> None:
    assert answer(text, a=1, empty=EMPTY, awaited=AWAITED, absent=ABSENT) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("awaited > 1 and a > 1", False),
        ("awaited > 1 and a = 1", AWAITED),
        ("awaited > 1 or a = 1", True),
        ("awaited > 1 or empty > 1", AWAITED),
        ("a in (empty, 1)", True),
        ("a in (empty, 2)", EMPTY),
        ("if(awaited > 1, 1, 2)", Fraction(2)),
        ("given(awaited, 3)", AWAITED),
        ("given(awaited > 1, empty, 3)", AWAITED),
        ("given(a, 3)", Fraction(3)),
        ("given(a, empty)", EMPTY),
        ("given(a = 1, a > 2)", False),
        ("given(empty, a > 2)", EMPTY),
        ("given(empty, '好')", EMPTY),
    ],
)
def test_a_condition_that_cannot_be_decided_knows_why(text: str, value: Value) -> None:
    assert answer(text, a=1, empty=EMPTY, awaited=AWAITED) == value


def test_a_condition_without_a_stated_reason_is_empty() -> None:
    unknown = Truths(np.array([True]), np.array([False]))
    assert unknown.reason.tolist() == [State.EMPTY]
    assert len(unknown) == 1


def test_words_are_not_compared_with_numbers() -> None:
    with pytest.raises(TypeError, match="words"):
        compared("=", texts("好", 1), constant(1, 1))


def test_words_are_chosen_and_read_one_by_one() -> None:
    some = texts("好", 2).where(np.array([True, False]), no_texts(State.AWAITED, 2))
    assert [some.word(0), some.word(1)] == ["好", None]
    assert len(some) == 2
    assert some.known.tolist() == [True, False]


# ---- peers ----


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("peers_mean(value)", Fraction(9, 2)),
        ("peers_median(value)", Fraction(3)),
        ("peers_sum(value)", Fraction(18)),
        ("peers_max(value)", Fraction(10)),
        ("peers_min(value)", Fraction(2)),
        ("peers_count(value)", Fraction(4)),
        ("peers_trimmed_mean(value, 1)", Fraction(3)),
        ("peers_trimmed_mean(value, 2)", EMPTY),
        ("peers_nth(value, 1)", Fraction(10)),
        ("peers_nth(value, 5)", EMPTY),
        ("peers_nth(value, 0)", EMPTY),
        ("peers_percentile(value, 50)", Fraction(2)),
        ("peers_percentile(value, 100)", Fraction(10)),
        ("peers_mean(value / (value - 2))", Fraction(13, 8)),
    ],
)
def test_statistics_of_the_class(text: str, value: Value) -> None:
    assert among(text, 2, 2, 4, 10, EMPTY)[0] == value


def test_the_mean_of_values_with_many_denominators_is_exact() -> None:
    assert among("peers_mean(1 / value)", 3, 7, 11)[0] == (Fraction(1, 3) + Fraction(1, 7) + Fraction(1, 11)) / 3


def test_peers_are_those_of_the_own_class_unless_another_is_named() -> None:
    assert among("peers_sum(value)", 1, 2, 4, groups="甲甲乙") == [3, 3, 4]
    assert among("peers_sum(value, '乙')", 1, 2, 4, groups="甲甲乙") == [4, 4, 4]
    assert among("peers_count(value, '乙')", 1, 2, 4, groups="甲甲甲") == [0, 0, 0]


def test_who_is_in_no_class_has_no_peers_and_no_place() -> None:
    assert among("peers_mean(value)", 1, 2, groups="甲无") == [1, EMPTY]
    assert among("peers_count(value)", 1, 2, groups="甲无") == [1, 0]
    assert among("peers_rank(value)", 1, 2, groups="甲无") == [1, EMPTY]


def test_equals_share_the_better_place() -> None:
    assert among("peers_rank(value)", 5, 9, 5, 1, AWAITED) == [2, 1, 2, 4, AWAITED]
    assert among("peers_rank(-value)", 5, 9, 5, 1) == [2, 4, 2, 1]


def test_a_class_without_any_number_has_no_statistic() -> None:
    assert among("peers_mean(value)", EMPTY, AWAITED) == [EMPTY, EMPTY]
    assert among("peers_count(value)", EMPTY, AWAITED) == [0, 0]


def test_statistics_do_not_depend_on_the_order_of_the_subjects() -> None:
    values = [Fraction(n, d) for n, d in ((1, 3), (22, 7), (5, 2), (-1, 9))]
    for op in ("mean", "median", "trimmed_mean", "sum"):
        text = f"peers_{op}(value{', 1' if op == 'trimmed_mean' else ''})"
        assert among(text, *values)[0] == among(text, *reversed(values))[0]


def test_places_and_statistics_of_nobody_are_nothing() -> None:
    nobody = missing(State.EMPTY, 0)
    groups = Groups(np.array([], dtype=np.intp), {})
    assert len(rank(nobody, groups)) == len(statistic("peers_mean", nobody, groups, [], None)) == 0


def test_huge_numbers_are_ranked_exactly() -> None:
    values = [Fraction(10**30 + n, 3 * 10**20) for n in (0, 1, 1)]
    assert among("peers_rank(value)", *values) == [3, 1, 1]
    column: Column = compute(parse("value"), World([Subject(names={"value": values[0]})]))
    assert isinstance(column, Numbers)
    assert not isinstance(column, Texts)


def test_an_expression_that_looks_back_asks_for_the_subject_as_it_was() -> None:
    then = {("last_year", 1): Fraction(3), ("previous", 2): Fraction(5)}
    one = Subject(names={"value": Fraction(8)})
    one.past = lambda op, count: Subject(names={"value": then[op, count]})
    assert evaluate(parse("value - last_year(value) + previous(value, 2)"), one) == 10
