"""The key ``score:`` of a rule file."""

from __future__ import annotations

from steelyard.engine.expressions.nodes import number
from steelyard.engine.scoring.recipe import Setting
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


def test_a_target_that_is_one_number_is_told_with_it() -> None:
    fixed = Setting(show="percent", target=number("19/20"))
    assert (
        rule("step: {every: 1%, lose: 1, counting: whole}").sentence(fixed, "zh").startswith("比目标值95%每低1个百分点")
    )
    met = rule("threshold: {at_target: met, met: full, missed: 0}")
    assert met.sentence(fixed, "zh") == "不低于目标值95%的得满分，否则得0分"
    assert met.sentence(fixed, "en") == "at least the target 95%: full mark; otherwise: 0 points"


def test_a_value_that_is_points_already_is_told_so() -> None:
    points = Setting(unit="分")
    assert rule("deduct: {each: 1}").sentence(points, "zh") == "按实际值扣分"
    assert rule("bonus: {each: 1, at_most: 5}").sentence(points, "en") == "gain the value in points, at most 5 points"
    assert rule("deduct: {each: 2}").sentence(points, "zh") == "每分扣2分"
