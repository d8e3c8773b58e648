"""Points of a person within bounds: exact sums, in any order, near last period, or the bounds that contradict."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.organisation import calendar_days, stages
from steelyard.engine.organisation.rows import Post
from steelyard.engine.periods import CALENDAR_YEARS
from steelyard.engine.persons.carrying import Carried, carried, earlier_plans, parts
from steelyard.engine.persons.weighing import Terms, UnitScore, weigh_person
from steelyard.engine.problems import Refused
from steelyard.engine.reference.daily import weighing as twin
from tests.engine.small_rules import LATE, PLAN, RATE, codes, problems
from tests.engine.test_checking_meaning import PEOPLE
from tests.engine.test_confirming import office

F = Fraction
POST = Post("A1", "A", "甲岗", "管理", None, None)  # type: ignore[arg-type]
THREE = [{"indicator": id, "duties": ["管理"], "weight": w} for id, w in (("x", 1), ("y", 1), ("z", 2))]


def plan(bounds: dict[str, object], **changed: object) -> PersonsPlan:
    """80 linked, 20 for the unit's total, by weights 1, 1 and 2."""
    written: dict[str, object] = {
        "persons": "p", "name": "个人绩效", "plan": "u", "total": 100, "places": 2, "linked": 80, "unit": 20,
        "spread": "bounds", "days": "calendar", "links": THREE, "bounds": {"divides": "linked", **bounds},
    }  # fmt: skip
    return PersonsPlan.model_validate({**written, **changed})


def worths(found: tuple[Carried, ...]) -> dict[str, Fraction]:
    return {part.indicator: F(part.worth) for part in found}


def divided(bounds: dict[str, object], applicable: str = "xyz", **changed: object) -> dict[str, Fraction]:
    """Of linked indicators and, under an empty name, of the unit's total."""
    return worths(parts(plan(bounds, **changed), POST, list(applicable), None, (), F(0)))


def limit(indicator: str, **points: str) -> dict[str, object]:
    return {"indicator": indicator, **{name: Decimal(value) for name, value in points.items()}}


def group(name: str, indicators: str, **points: str) -> dict[str, object]:
    return {"group": name, "indicators": list(indicators), **{key: Decimal(value) for key, value in points.items()}}


def test_without_any_bound_it_is_the_division_by_weight() -> None:
    assert divided({}) == {"x": 20, "y": 20, "z": 40, "": 20}
    assert divided({"divides": "total"}) == {"x": 20, "y": 20, "z": 40, "": 20}


def test_bounds_of_indicators_and_groups_hold_and_the_rest_goes_by_weight() -> None:
    assert divided({"indicators": [limit("z", most="30")]}) == {"x": 25, "y": 25, "z": 30, "": 20}
    assert divided({"indicators": [limit("x", least="35")]}) == {"x": 35, "y": 15, "z": 30, "": 20}
    assert divided({"indicators": [limit("x", fixed="8")]}) == {"x": 8, "y": 24, "z": 48, "": 20}
    assert divided({"groups": [group("共性", "xy", least="50")]}) == {"x": 25, "y": 25, "z": 30, "": 20}


def test_a_group_counts_on_posts_that_carry_any_of_it() -> None:
    only_z = {"groups": [group("共性", "xy", least="50")]}
    assert divided(only_z, "z") == {"z": 80, "": 20}
    assert divided(only_z, "yz") == {"y": 50, "z": 30, "": 20}


def test_where_the_whole_is_divided_the_total_of_the_unit_takes_part() -> None:
    """Indicators that may not take more leave the rest to the unit's total, and nobody falls short of 100."""
    capped = {"divides": "total", "indicators": [limit(id, most="10") for id in "xyz"]}
    assert divided(capped) == {"x": 10, "y": 10, "z": 10, "": 70}
    assert divided({"divides": "total"}, "") == {"": 100}
    assert divided({"divides": "total", "indicators": [limit("unit", fixed="40")]}, "x") == {"x": 60, "": 40}
    assert divided({"divides": "total"}, unit=0, linked=100) == {"x": 25, "y": 25, "z": 50, "": 0}
    assert divided({}, "") == {"": 20}


def test_the_whole_is_what_the_own_indicators_of_that_person_leave() -> None:
    """Of 100, 30 are for own indicators in the plan; who has only 10 of them gets 90 for the rest."""
    made = plan({"divides": "total"}, linked=50, unit=20)
    for own, whole in ((F(30), 70), (F(10), 90)):
        assert sum(F(part.worth) for part in parts(made, POST, ["x"], None, (), own)) == whole
    year = CALENDAR_YEARS.parse("2026")
    found = weigh_person(made, "P", [], {}, year, lambda *_: None, {"o": (F(10), F(10))}, Terms())
    assert found.total is None


def test_keeping_last_period_changes_as_few_points_as_can_be() -> None:
    """Last year x 20, y 20, z 40. This year w weighs a fifth: 16 points, of which the others give a fifth."""
    last = plan({}, persons="last")
    new = [*THREE, {"indicator": "w", "duties": ["管理"], "weight": 1}]
    made = plan({"keep": "last"}, links=new)
    assert worths(carried(made, POST, list("wxyz"), None, (last,))) == {"w": 16, "x": 16, "y": 16, "z": 32}
    heavier = plan({"keep": "last"}, links=[{**THREE[0], "weight": 9}, *THREE[1:]])
    assert worths(carried(heavier, POST, list("xyz"), None, (last,))) == {"x": 20, "y": 20, "z": 40}
    assert worths(carried(heavier, POST, list("xyz"))) == {"x": 60, "y": F("6.67"), "z": F("13.33")}


def test_last_period_may_itself_have_kept_to_the_one_before() -> None:
    first = plan({}, persons="a")
    second = plan({"keep": "a", "indicators": [limit("x", fixed="30")]}, persons="b")
    third = plan({"keep": "b"}, persons="c")
    chain = earlier_plans({"a": first, "b": second, "c": third}, third)
    assert [one.id for one in chain] == ["b", "a"]
    assert worths(carried(third, POST, list("xyz"), None, chain)) == {"x": 30, "y": F("16.67"), "z": F("33.33")}


def test_what_cannot_be_done_names_the_fewest_bounds_that_contradict_each_other() -> None:
    wishes = {"indicators": [limit("x", least="50"), limit("y", least="40"), limit("z", least="1")]}
    with pytest.raises(Refused) as refused:
        divided(wishes)
    (problem,) = refused.value.problems
    assert problem.code == "persons-not-divisible"
    zh, en = problem.text("zh"), problem.text("en")
    assert "给岗位“甲岗”" in zh
    assert "“x”至少 50、“y”至少 40，合计至少 90，与总分 80 矛盾" in zh
    assert "“z”" not in zh
    assert "'x' at least 50, 'y' at least 40; together at least 90" in en


def test_points_with_too_many_decimals_are_no_points() -> None:
    with pytest.raises(Refused) as refused:
        divided({"indicators": [limit("x", fixed="1.005")]})
    assert "1.005" in refused.value.problems[0].text("zh")


ids = st.sampled_from("abcdefgh")
points = st.none() | st.integers(0, 12).map(Decimal)


@st.composite
def bounded(draw: st.DrawFn) -> PersonsPlan:
    carrying = draw(st.lists(st.tuples(ids, st.integers(1, 9)), min_size=1, max_size=8, unique_by=lambda pair: pair[0]))
    links = [{"indicator": id, "duties": ["管理"], "weight": weight} for id, weight in carrying]
    limits = [{"indicator": id, "least": draw(points)} for id, _ in carrying[:3]]
    groups = [
        {"group": "组", "indicators": [id for id, _ in carrying[:4]], "most": draw(st.none() | st.just(Decimal(70)))}
    ]
    whole = draw(st.sampled_from(["linked", "total"]))
    return plan({"divides": whole, "indicators": limits, "groups": groups}, links=links)


@settings(max_examples=100)
@given(bounded(), st.randoms(use_true_random=False), st.integers(0, 40))
def test_points_add_up_to_the_whole_in_any_order_or_a_conflict_is_told(made: PersonsPlan, chance, own) -> None:  # type: ignore[no-untyped-def]
    shuffled = made.model_copy(update={"links": chance.sample(made.links, len(made.links))})
    applicable = [link.indicator for link in made.links]
    found = []
    for one in (made, shuffled):
        try:
            found.append(worths(parts(one, POST, applicable, None, (), F(own))))
        except Refused as refused:
            found.append({problem.text("zh"): F(1) for problem in refused.problems})
    assert found[0] == found[1]
    if "" in found[0]:
        whole = made.bounds is not None and made.bounds.divides == "total"
        assert sum(found[0].values()) == (100 - own if whole else 100)


def test_the_twin_that_walks_through_every_day_divides_the_whole_as_well() -> None:
    org = office([("P", "A1", "2026-01-01", "", "1")])
    made = plan({"divides": "total", "indicators": [limit("unit", most="15")]}, links=THREE[:1])
    year, x = CALENDAR_YEARS.parse("2026"), (F(9), F(10))
    held = stages(org, "P", year, calendar_days)
    score = UnitScore({"x": x}, F(85), F(100))
    found = weigh_person(made, "P", held, org.posts, year, lambda *_: score, {})
    by_hand = lambda *_: {"x": F(85), "unit": F(15)}  # noqa: E731
    marks = {"x": x, "": (F(85), F(100))}
    slow = twin.total(made, org, None, "P", year, lambda _: True, lambda *_: marks, by_hand)
    assert found.total == slow == F("89.25")


# ---- the check ----

BOUNDED = PEOPLE.replace("spread: number", "spread: bounds").replace(
    "links: [{indicator: rate, weight: 1}]",
    "links: [{indicator: rate, duties: [管理], weight: 1}, {indicator: late, duties: [管理], posts: [A1], weight: 1}]",
)


def with_bounds(text: str) -> list[str]:
    return codes(RATE, LATE, PLAN, f"{BOUNDED}bounds: {{divides: linked, {text}}}\n")


def test_bounds_that_can_be_kept_pass_the_check() -> None:
    assert (
        with_bounds("indicators: [{indicator: rate, least: 10}], groups: [{group: 甲, indicators: [late], most: 60}]")
        == []
    )
    whole = "bounds: {divides: total, indicators: [{indicator: unit, least: 50}]}\n"
    assert codes(RATE, LATE, PLAN, BOUNDED + whole) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("indicators: [{indicator: rate, least: 40}, {indicator: late, least: 30}]", ["persons-not-divisible"]),
        ("indicators: [{indicator: late, most: 50}]", ["persons-not-divisible"]),  # the post A1 carries nothing else
        ("indicators: [{indicator: ratio, least: 40}]", ["bounds-unlinked"]),
        ("indicators: [{indicator: unit, least: 40}]", ["bounds-unlinked"]),
        ("groups: [{group: 甲, indicators: [other], least: 40}]", ["bounds-unlinked"]),
        ("keep: nobody", ["bounds-keep"]),
        ("keep: people", ["bounds-keep"]),
    ],
)
def test_bounds_that_mean_nothing_or_cannot_be_kept_are_named(text: str, found: list[str]) -> None:
    assert with_bounds(text) == found


def test_bounds_and_the_way_to_divide_go_together() -> None:
    assert codes(RATE, LATE, PLAN, BOUNDED) == ["bounds-unsaid"]
    assert codes(RATE, LATE, PLAN, PEOPLE + "bounds: {divides: linked}\n") == ["bounds-unsaid"]


def test_an_indicator_called_unit_has_no_place_in_bounds() -> None:
    called = [text.replace("indicator: late", "indicator: unit").replace("late]", "unit]") for text in (LATE, PLAN)]
    written = BOUNDED.replace("indicator: late", "indicator: unit") + "bounds: {divides: total}\n"
    assert codes(RATE, *called, written) == ["bounds-unit"]


def test_last_period_is_found_in_the_same_book() -> None:
    last = PEOPLE.replace("persons: people", "persons: last").replace(
        "links: [{indicator: rate", "links: [{indicator: late"
    )
    assert "persons: last" in last
    assert codes(RATE, LATE, PLAN, last, BOUNDED + "bounds: {divides: linked, keep: last}\n") == []
    assert problems(RATE, LATE, PLAN, last) == []
