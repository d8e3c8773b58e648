"""Both programs mean the same by every operator, whatever is missing and why: two writings of one page."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.engine.arithmetic.compute import Column, compute
from steelyard.engine.arithmetic.numbers import Numbers, State, constant, missing
from steelyard.engine.arithmetic.peers import Groups
from steelyard.engine.expressions.nodes import Aggregate, Call, Name, Node, walk
from steelyard.engine.expressions.parse import parse
from steelyard.engine.proof.encoding import encoded
from steelyard.engine.proof.results import shown
from tests.verifier import books
from tests.verifier.weighings import weighings
from verifier import verify

VALUES = st.one_of(
    st.sampled_from([Fraction(n, d) for n in range(-5, 6) for d in (1, 2, 3, 4)]),
    st.sampled_from([State.EMPTY, State.AWAITED, State.ABSENT, State.OUTSIDE]),
)
TWO = st.sampled_from(["least", "greatest", "or_else", "steps", "given"])
RULES = st.sampled_from(["half_up", "half_even", "up", "down"])


def _conditions(number: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.recursive(
        st.one_of(
            st.builds("{} {} {}".format, number, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), number),
            st.builds("{} in ({}, {})".format, number, number, number),
            st.builds("{} is null".format, number),
            st.builds("is_empty({})".format, number),
        ),
        lambda part: st.one_of(
            st.builds("({} {} {})".format, part, st.sampled_from(["and", "or"]), part),
            st.builds("not ({})".format, part),
        ),
        max_leaves=3,
    )


CONDITIONS = _conditions(st.sampled_from(["a", "b", "c", "1", "a / b", "b - c"]))
NUMBERS = st.recursive(
    st.sampled_from(["a", "b", "c", "1", "0.5"]),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("{}({}, {})".format, TWO, inner, inner),
        st.builds("{}({})".format, st.sampled_from(["abs", "floor", "ceil", "-"]), inner),
        st.builds("round({}, {}, '{}')".format, inner, st.integers(-1, 1), RULES),
        st.builds("if({}, {}, {})".format, CONDITIONS, inner, inner),
        st.builds("given({}, {})".format, CONDITIONS, inner),
    ),
    max_leaves=6,
)


@dataclass
class One:
    """A panel of one subject that has nothing but three names."""

    names: dict[str, Column]
    size: int = 1
    groups: Groups = field(default_factory=lambda: Groups(np.zeros(1, dtype=np.intp), {}))

    def named(self, name: Name) -> Column:
        return self.names[name.text]

    def total(self, aggregate: Aggregate) -> Numbers:
        raise NotImplementedError

    def class_is(self, name: str) -> Any:
        raise NotImplementedError

    def subject_is(self, code: str) -> Any:
        raise NotImplementedError

    def indicator(self, what: str, indicator: str) -> Column:
        raise NotImplementedError


def column(value: Fraction | State) -> Numbers:
    return missing(value, 1) if isinstance(value, State) else constant(value, 1)


def theirs(value: Fraction | State) -> Any:
    return verify.Missing(int(value)) if isinstance(value, State) else value


def scale() -> verify.Scale:
    (weighing,) = weighings(books.small())
    _, bundle = next(weighing.bundles())
    return verify.Scale(bundle)


SCALE = scale()


@settings(max_examples=400)
@given(NUMBERS, VALUES, VALUES, VALUES)
def test_a_step_comes_out_alike(text: str, a: Fraction | State, b: Fraction | State, c: Fraction | State) -> None:
    tree = cast(Node, parse(text))
    ours = compute(tree, One({"a": column(a), "b": column(b), "c": column(c)}))
    found = SCALE.weigh(encoded(tree), {"a": theirs(a), "b": theirs(b), "c": theirs(c)})
    assert verify.shown(found) == shown(ours, 0)


CORNERS: list[Fraction | State] = [
    *(Fraction(n, 2) for n in (-5, -3, -2, -1, 0, 1, 2, 3, 5)), State.EMPTY, State.AWAITED, State.OUTSIDE,
]  # fmt: skip
EVERY = [
    "a + b", "a - b", "a * b", "a / b", "-a", "abs(a)", "floor(a)", "ceil(a)", "least(a, b)", "greatest(a, b)",
    "steps(a, b)", "or_else(a, b)", "given(a, b)", "given(a < b, 1)", "given(a > 0 or b > 0, 1)",
    "given(a > 0 and b > 0, 1)", "given(not (a > b), 1)", "given(a in (1, b), 1)", "if(a = b, 1, 2)",
    "if(a != b, 1, 2)", "if(a < b, 1, 2)", "if(a <= b, 1, 2)", "if(a > b, 1, 2)", "if(a >= b, 1, 2)",
    "if(not (a = b), 1, 2)", "if(a is null and b is not null, 1, 2)", "if(is_empty(a), 1, b)", "if(a in (1, b), 1, 2)",
    "round(a, 0)",
    *(f"round(a + b, {places}, '{rule}')" for places in (-1, 0, 1) for rule in ("half_up", "half_even", "up", "down")),
    "round(a * 10, -1, 'half_even')", "nothing()", "outside()", "awaited()",
]  # fmt: skip


@pytest.mark.parametrize("text", EVERY)
def test_every_operator_comes_out_alike_in_every_corner(text: str) -> None:
    tree = cast(Node, parse(text))
    found = {}
    for a in CORNERS:
        for b in CORNERS:
            ours = shown(compute(tree, One({"a": column(a), "b": column(b)})), 0)
            weighed = verify.shown(SCALE.weigh(encoded(tree), {"a": theirs(a), "b": theirs(b)}))
            if ours != weighed:
                found[a, b] = ours, weighed
    assert found == {}


def test_every_operator_of_the_verifier_stands_in_a_corner() -> None:
    used = {node.op for text in EVERY for node in walk(cast(Node, parse(text))) if isinstance(node, Call)}
    whose = {"class_is", "subject_is", "value", "points", "label", "no_text"}  # tried with whole books
    assert sorted(set(SCALE.operators) - used - whose) == []
