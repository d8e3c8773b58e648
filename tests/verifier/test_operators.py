"""Both programs mean the same by every operator, whatever is missing and why: two writings of one page."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, cast

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.engine.arithmetic.compute import Column, compute
from steelyard.engine.arithmetic.numbers import Numbers, State, constant, missing
from steelyard.engine.arithmetic.peers import Groups
from steelyard.engine.expressions.nodes import Aggregate, Name, Node
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
