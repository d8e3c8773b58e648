"""The nouns of a rule file: what they refuse, and what is the same written shorter."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from pydantic import ValidationError

from steelyard.engine.expressions.nodes import Number
from steelyard.engine.model.book import read_book
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.model.plan import Group
from steelyard.engine.model.target import Target
from steelyard.engine.problems import Refused
from tests.engine.by_hand import GENERAL, book, plan, rule


def codes(*documents: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        book(*documents)
    assert all(problem.text("zh") and problem.text("en") for problem in refused.value.problems)
    return [problem.code for problem in refused.value.problems]


SCORED = "value: count(filing)\nscore: {formula: value}\n"


@pytest.mark.parametrize(
    "more",
    [
        "empty: {}",
        "empty: {gives: full, points: 3}",
        "veto: [{when: value > 1, because: 因}]",
        "score: {formula: value, deduct: {each: 1}}",
    ],
)
def test_one_thing_and_only_one_is_written(more: str) -> None:
    text = SCORED if not more.startswith("score") else "value: count(filing)\n"
    assert codes(rule("one", text + more)) == ["shape-one-of"]


def test_a_list_is_cut_in_one_way() -> None:
    for cut in ("top: 1, bottom: 1", "rounding: up"):
        assert codes(plan("a", more=f"lists: [{{list: red, name: 红榜, {cut}}}]")) == ["shape-one-of"]


def test_problems_of_all_files_are_told_together() -> None:
    files = [("a.yaml", "book: [b"), ("b.yaml", rule("one", "score: {formula: 1 +}")), ("c.yaml", GENERAL)]
    with pytest.raises(Refused) as refused:
        read_book(files)
    assert [problem.place.file for problem in refused.value.problems] == ["a.yaml", "b.yaml"]


def test_a_day_that_does_not_exist_starts_no_target() -> None:
    assert codes(rule("one", SCORED + "target: {2026-02-30: 3}")) == ["expression-date"]
    assert codes(rule("one", SCORED + "target: {next year: 3}")) == ["shape-value"]


def test_a_target_is_the_one_in_force_for_the_class_on_the_day() -> None:
    target = Target.model_validate({"all": {"2025-01-01": 1, "2026-01-01": 2}, "by_class": {"甲": 3}})
    asked = [("甲", date(2020, 1, 1)), (None, date(2026, 5, 1)), ("乙", date(2025, 5, 1)), ("乙", date(2024, 5, 1))]
    found = [target.of(name, day) for name, day in asked]
    assert [one.value if isinstance(one, Number) else one for one in found] == [3, 2, 1, None]
    assert Target.model_validate({"by_class": {"甲": 3}}).of("乙", date(2026, 1, 1)) is None


def test_a_group_says_once_for_whom_its_indicators_are() -> None:
    written = {
        "name": "甲组",
        "only": ["甲"],
        "indicators": ["a", {"indicator": "b"}, {"indicator": "c", "only": ["x"]}],
    }
    assert [entry.only for entry in Group.model_validate(written).indicators] == [["甲"], ["甲"], ["x"]]
    assert codes(plan("a").replace("indicators:\n      - a", "only: [甲]\n    indicators: [3]")) == ["shape-value"]
    assert codes(plan("a").replace("indicators:\n      - a", "only: [甲]\n    indicators: 3")) == ["shape-value"]


def test_every_noun_has_one_name() -> None:
    written = {
        "persons": "people", "name": "个人", "plan": "p", "total": 100, "places": 2, "linked": 60, "unit": 40,
        "spread": "number", "days": "calendar",
    }  # fmt: skip
    assert PersonsPlan.model_validate(written).id == "people"
    silent = {key: value for key, value in written.items() if key != "days"}
    with pytest.raises(ValidationError, match="days"):  # calendar days or working days: nothing is assumed
        PersonsPlan.model_validate(silent)
    found = book(rule("one", SCORED), plan("one"))
    assert ([*found.indicators], [*found.plans], found.plans["p"].id) == (["one"], ["p"], "p")
    assert found.plans["p"].total.value == Fraction(100)


PEOPLE = (
    "persons: q\nname: 个人\nplan: p\ntotal: 100\nplaces: 2\nlinked: 60\nunit: 40\nspread: number\ndays: calendar\n"
)


def test_a_plan_that_says_nothing_rounds_as_its_book_does() -> None:
    """For units and for persons alike, whatever file the general part stands in."""
    general = GENERAL.replace("rounding: half_up", "rounding: half_even")
    silent, stated = plan("a"), plan("a").replace("\nyear:", "\nrounding: up\nyear:")
    files = [("a.yaml", silent), ("b.yaml", PEOPLE), ("c.yaml", general)]
    found = read_book(files)
    assert (found.plans["p"].rounding, found.persons["q"].rounding) == ("half_even", "half_even")
    assert found.plans["p"].segment_rounding == "half_even"
    of_both = read_book([("a.yaml", stated), ("c.yaml", general)]).plans["p"]
    assert (of_both.rounding, of_both.segment_rounding) == ("up", "half_even")
    segments = silent.replace("\nyear:", "\nsegment_rounding: down\nyear:")
    of_segments = read_book([("a.yaml", segments), ("c.yaml", general)]).plans["p"]
    assert (of_segments.rounding, of_segments.segment_rounding) == ("half_even", "down")
    assert found.persons["q"].place("total").line == 4
    assert read_book([*files[:2], ("c.yaml", GENERAL)]).persons["q"].rounding == "half_up"


@pytest.mark.parametrize("id", ["a/b", "..", "a.b", "a:b", "a b", "1a", "一", "?x#y", "", "A"])
def test_a_rule_of_any_kind_is_known_by_what_can_stand_in_an_address(id: str) -> None:
    texts = [
        GENERAL.replace("book: ", f'book: "{id}" # '),
        rule("one", SCORED).replace("indicator: one", f'indicator: "{id}"'),
        plan("a").replace("plan: ", f'plan: "{id}" # '),
        f'document: "{id}"\nname: 甲\nissuer: 局\nsince: 2026-01-01\n',
        f'duty: "{id}"\nname: 甲\nitems: [{{item: a, does: 乙}}]\n',
        f'task: "{id}"\nname: 甲\nbasis: 乙\nyear: "2026"\nowner: 丙\nmandatory: false\n',
    ]
    for text in texts:
        with pytest.raises(Refused) as caught:
            read_book([("a.yaml", text)])
        assert "编号以小写字母开头" in " ".join(problem.text("zh") for problem in caught.value.problems)


def test_a_year_is_written_in_plain_digits() -> None:
    with pytest.raises(Refused) as caught:
        read_book([("a.yaml", "task: t\nname: 甲\nbasis: 乙\nyear: '２０２７'\nowner: 丙\nmandatory: false\n")])
    assert caught.value.problems[0].text("en") == "'２０２７' does not fit: write four digits, such as \"2026\""
