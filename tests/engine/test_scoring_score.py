"""The key ``score:`` of a rule file."""

from __future__ import annotations

from steelyard.engine.scoring.score import Score, names
from tests.engine.scored import codes, refused, rule


def test_a_rule_has_exactly_one_method() -> None:
    assert codes("{}") == ["shape-one-of"]
    (found,) = refused("{deduct: {each: 1}, bonus: {each: 1, at_most: 2}}")
    assert (found.code, found.params["found"]) == ("shape-one-of", "deduct、bonus")


def test_a_misspelt_method_is_met_with_a_suggestion() -> None:
    found = refused("dedukt: {each: 1}")
    assert [problem.code for problem in found] == ["shape-unknown"]
    assert "deduct" in found[0].text("zh")


def test_every_method_is_known_by_the_word_of_rule_files() -> None:
    assert len(names()) == 19
    assert "place" in names()
    assert "by_place" not in names()


def test_a_rule_knows_where_it_was_written() -> None:
    method = rule("place:\n  from: value\n  table: [1, 2]\n  after: 0")
    assert (method.place().line, method.place("after").line) == (2, 4)


def test_rules_that_say_the_same_are_equal_wherever_they_stand() -> None:
    first, second = rule("deduct: {each: 5%}"), rule("deduct:\n  each:   0.05")
    assert first == second
    assert hash(first) == hash(second)
    assert first != rule("deduct: {each: 6%}")


def test_editors_get_a_schema_of_every_method() -> None:
    properties = Score.model_json_schema(by_alias=True)["properties"]
    assert sorted(properties) == sorted(names())
