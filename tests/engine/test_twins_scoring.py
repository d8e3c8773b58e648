"""The steps that a method turns into, and the method as plain code, give the same to the last digit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from steelyard.engine.arithmetic.compute import compute
from steelyard.engine.expressions.nodes import Node
from steelyard.engine.reference.formulas import evaluate
from steelyard.engine.reference.methods import score
from steelyard.engine.scoring.score import Score, names
from tests.engine.small_scores import METHODS, among_peers, conditional, expressions
from tests.engine.small_worlds import World, setting, totals_of_ratings, value_at, worlds


def same(world: World, method: str, written: Any, direction: str, full: bool) -> None:
    try:
        found = Score.model_validate({method: written}).method
    except ValidationError:
        reject()
    how = setting(direction, full)
    steps = found.steps(how)
    totals_of_ratings(world, steps)
    twin = [score(found, how, one) for one in world.subjects]
    columns = world.run(steps)
    for index, expected in enumerate(twin):
        given_by_steps = {name: value_at(columns[name], index) for name in ("points", "label") if name in columns}
        assert given_by_steps == expected, (found, world.subjects[index].names)


def test_every_method_is_compared() -> None:
    assert sorted(METHODS) == sorted(names())


@pytest.mark.parametrize("method", sorted(METHODS))
def test_steps_and_plain_code_give_the_same(method: str) -> None:
    @settings(max_examples=40)
    @given(worlds(), METHODS[method], st.sampled_from(["higher", "lower"]), st.booleans())
    def compare(world: World, written: Any, direction: str, full: bool) -> None:
        same(world, method, written, direction, full)

    compare()


@settings(max_examples=200)
@given(worlds(), expressions | conditional(expressions) | among_peers())
def test_any_expression_means_the_same_to_arrays_and_to_fractions(world: World, tree: Node) -> None:
    column = compute(tree, world)
    assert [value_at(column, index) for index in range(world.size)] == [evaluate(tree, one) for one in world.subjects]
