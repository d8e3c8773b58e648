"""What can be wrong: codes, places, words in two languages."""

from __future__ import annotations

import pickle

import pytest

from steelyard.engine.problems import NOWHERE, Catalogue, Place, Problem, Refused, refuse


def test_a_place_prints_as_editors_jump_to_it() -> None:
    assert str(Place("rules.yaml", 3, 7)) == "rules.yaml:3:7"
    assert str(Place("rules.yaml")) == "rules.yaml"


def test_a_problem_speaks_both_languages_from_the_same_values() -> None:
    problem = Problem("shape-missing", Place("a.yaml", 2, 1), {"key": "value"})
    assert problem.text("zh") == "缺少“value”"
    assert problem.text("en") == "'value' is missing"
    assert problem.line("zh") == "a.yaml:2:1: 错误 [shape-missing] 缺少“value”"
    assert problem.line("en") == "a.yaml:2:1: error [shape-missing] 'value' is missing"


def test_a_warning_says_that_it_is_one() -> None:
    problem = Problem("shape-missing", NOWHERE, {"key": "basis"}, severity="warning")
    assert problem.line("zh") == "提醒 [shape-missing] 缺少“basis”"
    assert problem.line("en") == "warning [shape-missing] 'basis' is missing"


def test_refusals_carry_every_problem_in_order_of_place() -> None:
    late, early = (
        Problem("shape-missing", Place("a", 9, 1), {"key": "b"}),
        refuse("shape-missing", Place("a", 1, 1), key="a"),
    )
    refused = Refused([late, *early.problems])
    assert [problem.place.line for problem in refused.problems] == [1, 9]
    assert str(refused).splitlines()[0].startswith("a:1:1")


def test_refusals_cross_process_borders_whole() -> None:
    refused = refuse("shape-missing", Place("a", 1, 1), key="a")
    assert pickle.loads(pickle.dumps(refused)).problems == refused.problems


def test_a_code_has_one_owner() -> None:
    catalogue = Catalogue()
    catalogue.add({"b": ("乙", "b"), "a": ("甲", "a")})
    assert list(catalogue) == ["a", "b"]
    with pytest.raises(ValueError, match="two owners"):
        catalogue.add({"a": ("甲", "a")})
