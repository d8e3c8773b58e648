"""The register through time: what it answers for a day, what was known when, and what it refuses."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from steelyard.engine.organisation import Organisation, build, unit_table
from steelyard.engine.periods import CALENDAR_YEARS
from steelyard.engine.problems import Place, Refused

KNOWN = datetime(2018, 1, 1)
LATER = datetime(2018, 9, 1, 12, 30)
Row = dict[str, object]


def the_day_before(end: date | None) -> date | None:
    """Rows are written here with the day of change; registers hold the last day before it."""
    return end - timedelta(days=1) if end else None


def unit(code: str, parent: str | None, start: date, end: date | None = None, **more: object) -> Row:
    row = {"code": code, "name": f"{code}局", "level": "县局", "parent": parent, "class": None}
    return {**row, "valid_from": start, "valid_to": the_day_before(end), "known_at": KNOWN, **more}


def succession(source: str, target: str, on: date, share: Any = None, back_share: Any = None) -> Row:
    return {
        "from_unit": source,
        "to_unit": target,
        "on": on,
        "share": share,
        "back_share": back_share,
        "known_at": KNOWN,
    }


def attribute(code: str, name: str, value: Any, start: date) -> Row:
    return {"unit": code, "attribute": name, "value": value, "valid_from": start, "known_at": KNOWN}


def person(code: str) -> Row:
    return {"code": code, "name": code, "birth_year": 1990, "known_at": KNOWN}


def post(code: str, of: str) -> Row:
    return {"code": code, "unit": of, "name": code, "duty": "税源管理", "known_at": KNOWN}


def holding(who: str, on_post: str, start: date, end: date | None = None, share: Any = 1) -> Row:
    return {"person": who, "post": on_post, "from": start, "to": the_day_before(end), "share": share, "known_at": KNOWN}


Y10, Y15, Y18, Y20 = date(2010, 1, 1), date(2015, 1, 1), date(2018, 7, 20), date(2020, 1, 1)

FIVE_LEVELS = [
    unit("总局", None, Y10, level="总局"),
    unit("省局", "总局", Y10, level="省局"),
    unit("市局", "省局", Y10, level="市局"),
    unit("县局", "市局", Y10, **{"class": "县局甲组"}),
    unit("分局", "县局", Y10, level="分局", **{"class": "一类分局"}),
    unit("稽查局", "省局", Y18, level="跨区稽查局"),
]


def problems(**tables: list[Row]) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        build(tables)
    return [(problem.code, str(problem.place)) for problem in refused.value.problems if problem.severity == "error"]


def warnings(**tables: list[Row]) -> list[str]:
    return [problem.code for problem in build(tables).warnings]


# -- structure ---------------------------------------------------------------------------------------------------------


def test_five_levels_from_top_to_branch():
    structure = build({"units": FIVE_LEVELS}).structure(date(2019, 1, 1))
    assert structure.ancestors("分局") == ("县局", "市局", "省局", "总局")
    assert structure.descendants("省局") == ("市局", "县局", "分局", "稽查局")
    assert structure.roots == ("总局",)
    assert structure.leaves == ("分局", "稽查局")
    assert structure.descendants("分局") == structure.ancestors("无此局") == ()


def test_a_unit_is_there_from_its_first_day_to_the_day_before_its_end():
    world = build({"units": [unit("A", None, Y10, Y15)]})
    there = [on for on in (date(2009, 12, 31), Y10, date(2014, 12, 31), Y15) if "A" in world.structure(on)]
    assert there == [Y10, date(2014, 12, 31)]
    assert world.unit_on("A", Y15) is None
    assert world.unit_on("A", Y10).name == "A局"


def test_an_end_in_the_register_is_the_last_day_and_the_end_of_time_is_no_end():
    rows = [
        {**unit("A", None, Y10), "valid_to": date(2014, 12, 31)},
        {**unit("B", None, Y10), "valid_to": date(9999, 12, 31)},
        {**unit("C", None, Y10), "valid_to": Y10},
    ]
    world = build({"units": rows})
    assert [tuple(world.structure(on).units) for on in (Y10, date(2014, 12, 31), Y15)] == [
        *(("A", "B", "C"), ("A", "B"), ("B",)),
    ]
    assert world.unit_on("B", Y20).until is None


def test_parent_and_class_are_those_of_the_day():
    rows = [
        *(unit("P", None, Y10), unit("Q", None, Y10)),
        *(unit("A", "P", Y10, Y20, **{"class": "二类"}), unit("A", "Q", Y20, **{"class": "一类"})),
    ]
    world = build({"units": rows})
    assert [world.structure(on).ancestors("A") for on in (date(2019, 12, 31), Y20)] == [("P",), ("Q",)]
    classes = [world.class_of("A", CALENDAR_YEARS.parse(text)) for text in ("2019", "2020", "2009")]
    assert classes == ["二类", "一类", None]


def test_the_class_of_a_period_is_that_of_the_last_day_on_which_the_unit_exists():
    rows = [
        unit("A", None, Y10, date(2020, 4, 1), **{"class": "一类"}),
        unit("A", None, date(2020, 4, 1), date(2020, 9, 1), **{"class": "二类"}),
    ]
    world = build({"units": rows})
    year = CALENDAR_YEARS.parse("2020")
    assert (world.class_of("A", year), world.class_of("A", year.parts("quarter")[0])) == ("二类", "一类")
    days = [unit_table(world, CALENDAR_YEARS.parse(text)).last_days for text in ("2020", "2020Q1", "2021")]
    assert days == [(date(2020, 8, 31),), (date(2020, 3, 31),), ()]


def test_an_attribute_holds_until_it_is_stated_anew():
    rows = [attribute("A", "staff", 30, Y10), attribute("A", "staff", Decimal("28.5"), Y15)]
    world = build({"units": [unit("A", None, Y10), unit("B", None, Y10)], "unit_attributes": rows})
    days = (date(2009, 12, 31), Y10, date(2014, 12, 31), Y15, date(2030, 1, 1))
    assert [world.attribute("A", "staff", on) for on in days] == [None, 30, 30, Decimal("28.5"), Decimal("28.5")]
    assert world.attribute("B", "staff", Y20) is None


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda world: world.attribute("A", "area", Y20), "attribute-not-registered"),
        (lambda world: world.attribute("Z", "staff", Y20), "unit-not-registered"),
        (lambda world: world.class_of("Z", CALENDAR_YEARS.parse("2020")), "unit-not-registered"),
        (lambda world: world.holdings_of("张三"), "person-not-registered"),
    ],
)
def test_what_is_not_registered_is_refused(ask, code):
    world = build({"units": [unit("A", None, Y10)], "unit_attributes": [attribute("A", "staff", 3, Y10)]})
    with pytest.raises(Refused) as refused:
        ask(world)
    assert [problem.code for problem in refused.value.problems] == [code]


# -- known time --------------------------------------------------------------------------------------------------------


def reform_known_late() -> Organisation:
    """The reform of 20 July was told on 1 September: until then everyone took A for a unit that goes on."""
    return build(
        {
            "units": [
                unit("A", None, Y10),
                unit("A", None, Y10, Y18, known_at=LATER),
                unit("B", None, Y18, known_at=LATER),
            ],
            "successions": [{**succession("A", "B", Y18, 1), "known_at": LATER}],
        }
    )


def test_what_was_known_earlier_is_answered_as_it_was_known():
    world = reform_known_late()
    assert tuple(world.structure(Y20).units) == ("B",)
    before = world.as_known(datetime(2018, 9, 1, 12, 29, 59))
    assert tuple(before.structure(Y20).units) == ("A",)
    assert before.lineage.events == ()
    assert tuple(before.as_known(LATER).structure(Y20).units) == ("B",)
    assert tuple(world.as_known(datetime(2017, 1, 1)).structure(Y20).units) == ()


def test_a_withdrawn_row_is_gone_and_can_come_back():
    rows = [
        unit("A", None, Y10),
        unit("A", None, Y10, known_at=LATER, withdrawn=True),
        unit("A", None, Y10, known_at=datetime(2019, 1, 1)),
    ]
    world = build({"units": rows})
    there = ["A" in world.as_known(at).structure(Y20) for at in (KNOWN, LATER, datetime(2019, 1, 1))]
    assert there == [True, False, True]


def test_a_state_that_was_never_sound_is_refused_when_asked_for():
    """The parent was registered a year after the child: in between nobody could have built this organisation."""
    world = build({"units": [unit("A", "P", Y10), unit("P", None, Y10, known_at=LATER)]})
    with pytest.raises(Refused) as refused:
        world.as_known(KNOWN)
    assert [problem.code for problem in refused.value.problems] == ["register-unknown-code"]


def test_two_different_rows_of_one_moment_are_refused_and_the_same_words_twice_are_not():
    assert problems(units=[unit("A", None, Y10), unit("A", None, Y10, name="别名")]) == [
        ("register-row-doubled", "units:2:0")
    ]
    assert build({"units": [unit("A", None, Y10), unit("A", None, Y10)]}).warnings == ()


def test_the_order_of_rows_does_not_matter():
    rows = [*FIVE_LEVELS, unit("乙县", "市局", Y10, Y20), unit("丙县", "市局", Y20)]
    rows = [{**row, "place": Place("units.csv", number)} for number, row in enumerate(rows, 2)]
    moved = list(rows)
    random.Random(7).shuffle(moved)
    first, second = build({"units": rows}), build({"units": moved})
    assert list(first.units.items()) == list(second.units.items())


# -- what is refused ---------------------------------------------------------------------------------------------------


def test_every_problem_of_shape_is_told_at_once_with_its_row():
    found = problems(
        units=[
            {**unit("A", None, Y10), "name": ""},
            {**unit("B", None, Y10), "valid_from": datetime(2010, 1, 1)},
            {**unit("C", None, Y10), "known_at": "2018-01-01", "place": Place("units.csv", 9)},
            {**unit("D", None, Y10), "code": 4},
            {**unit("E", None, Y10), "withdrawn": "yes"},
        ],
        unit_attributes=[attribute("A", "staff", 1.5, Y10), attribute("A", "staff", Decimal("NaN"), Y10)],
        holdings=[holding("张三", "岗", Y10, share=True)],
        unites=[],
    )
    assert found == [
        ("register-table", ""),
        ("register-value", "holdings:1:0"),
        ("register-value", "unit_attributes:1:0"),
        ("register-value", "unit_attributes:2:0"),
        ("register-missing", "units:1:0"),
        ("register-value", "units:2:0"),
        ("register-value", "units:4:0"),
        ("register-value", "units:5:0"),
        ("register-value", "units.csv:9:0"),
    ]


def test_codes_that_nobody_registered_are_named_with_their_column():
    with pytest.raises(Refused) as refused:
        build(
            {
                "units": [unit("A", "无", Y10)],
                "unit_attributes": [attribute("无", "staff", 1, Y10)],
                "posts": [post("岗", "无")],
                "successions": [succession("无", "没", Y15)],
                "holdings": [holding("某", "缺", Y10)],
            }
        )
    named = [problem.params["column"] for problem in refused.value.problems]
    assert sorted(map(str, named)) == ["from_unit", "parent", "person", "post", "to_unit", "unit", "unit"]


def test_an_end_that_is_not_after_the_start_is_refused():
    found = problems(
        units=[unit("A", None, Y15, Y10), unit("B", None, Y15, Y15), unit("C", None, Y10)],
        posts=[post("岗", "C")],
        persons=[person("张三")],
        holdings=[holding("张三", "岗", Y15, Y10)],
    )
    assert found == [
        ("register-dates-reversed", "holdings:1:0"),
        ("register-dates-reversed", "units:1:0"),
        ("register-dates-reversed", "units:2:0"),
    ]


def test_two_parents_at_once_are_refused_whichever_row_is_longer():
    parents = [unit("P", None, Y10), unit("Q", None, Y10)]
    assert problems(units=[*parents, unit("A", "P", Y10), unit("A", "Q", Y15)]) == [("unit-rows-overlap", "units:4:0")]
    rows = [*parents, unit("A", "P", Y10), unit("A", "Q", Y15, Y18), unit("A", "Q", Y20)]
    assert problems(units=rows) == [("unit-rows-overlap", "units:4:0"), ("unit-rows-overlap", "units:5:0")]


def test_a_parent_must_exist_as_long_as_its_child():
    with pytest.raises(Refused) as refused:
        build({"units": [unit("P", None, Y15, Y18), unit("P", None, Y20), unit("A", "P", Y10)]})
    gaps = [
        (problem.params["start"], problem.params["end"])
        for problem in refused.value.problems
        if problem.severity == "error"
    ]
    assert gaps == [(Y10, Y15), (Y18, Y20)]
    assert problems(units=[unit("P", None, Y10, Y15), unit("A", "P", Y10)]) == [("unit-without-parent", "units:2:0")]
    assert warnings(units=[unit("P", None, Y10), unit("A", "P", Y15, Y20)]) == []


def test_a_circle_of_parents_is_told_once_with_its_units():
    rows = [
        *(unit("A", "B", Y10), unit("B", "C", Y10), unit("C", "A", Y15), unit("C", None, Y10, Y15)),
        *(unit("D", "A", Y10), unit("E", "E", Y10), unit("F", None, Y20)),
    ]
    with pytest.raises(Refused) as refused:
        build({"units": rows})
    assert {problem.code for problem in refused.value.problems} == {"unit-cycle"}
    circles = [(problem.params["on"], problem.params["units"]) for problem in refused.value.problems]
    assert sorted(circles, key=str) == [(Y10, "E"), (Y15, "A、B、C")]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([succession("A", "A", Y15, Decimal("0.5"))], "succession-to-itself"),
        ([succession("A", "N", date(2014, 1, 1), 1)], "succession-target-absent"),
        ([succession("N", "A", Y15, Decimal("0.5"))], "succession-source-absent"),
        ([succession("O", "N", Y15, Decimal("0.5"))], "succession-shares"),
        ([succession("O", "N", Y15, Decimal("0.5")), succession("O", "A", Y15)], "succession-shares"),
        ([succession("O", "N", Y15, Decimal("1.5")), succession("O", "A", Y15, Decimal("-0.5"))], "succession-shares"),
        ([succession("A", "N", Y15, Decimal("1.1"))], "succession-shares"),
        ([succession("O", "N", Y15, 1, Decimal("0.9"))], "succession-shares"),
        ([succession("O", "A", Y15, 1, Decimal("1.2"))], "succession-shares"),
    ],
)
def test_a_succession_that_cannot_be_is_refused(rows, code):
    """A goes on all the time, O ends when N begins."""
    units = [unit("A", None, Y10), unit("O", None, Y10, Y15), unit("N", None, Y15)]
    assert code in [found for found, _ in problems(units=units, successions=rows)]


def test_a_unit_that_passes_everything_on_and_goes_on_is_worth_a_question():
    units = [unit("A", None, Y10), unit("N", None, Y15)]
    assert warnings(units=units, successions=[succession("A", "N", Y15, 1)]) == ["succession-unit-goes-on"]
    assert warnings(units=units, successions=[succession("A", "N", Y15, Decimal("0.4"))]) == []


def staff(*rows: Row) -> dict[str, list[Row]]:
    return {
        "units": [unit("A", None, Y10), unit("B", None, Y10, Y18)],
        "posts": [post("岗", "A"), post("旧岗", "B")],
        "persons": [person("张三")],
        "holdings": list(rows),
    }


def test_nobody_can_hold_more_than_a_full_post():
    half = Decimal("0.5")
    assert problems(**staff(holding("张三", "岗", Y10), holding("张三", "旧岗", Y15, Y18, half))) == [
        ("holding-shares-over-one", "holdings:2:0")
    ]
    assert problems(**staff(holding("张三", "岗", Y10, share=0))) == [("holding-share", "holdings:1:0")]
    assert problems(**staff(holding("张三", "岗", Y10, share=2))) == [("holding-share", "holdings:1:0")]
    assert warnings(**staff(holding("张三", "岗", Y10, share=half), holding("张三", "旧岗", Y15, Y18, half))) == []


def test_odd_but_possible_holdings_and_units_are_warnings():
    assert warnings(**staff(holding("张三", "旧岗", Y10))) == ["holding-outside-unit"]
    assert warnings(**staff(holding("张三", "岗", Y10, Y15), holding("张三", "岗", Y18))) == ["holding-gap"]
    assert warnings(units=[unit("A", None, Y10, Y15), unit("A", None, Y18)]) == ["unit-gap"]


def test_every_problem_has_words_in_both_languages():
    with pytest.raises(Refused) as refused:
        build({"units": [unit("A", "A", Y15, Y10), unit("B", "无", Y10), {**unit("B", "无", Y15), "name": "别名"}]})
    for problem in refused.value.problems:
        assert "{" not in problem.text("zh") + problem.text("en")


def test_a_unit_without_dates_begins_and_ends_with_its_successions() -> None:
    """A list of units with successions beside it needs no dates of its own; stated ones are left alone."""
    bare = {"valid_from": None, "valid_to": None}
    units = [{**unit(code, None, Y10), **bare} for code in ("A", "B", "C", "D", "E")]
    rows = [succession("A", "C", Y15, Decimal(1)), succession("B", "C", Y15, Decimal(1))]
    rows += [succession("C", "E", Y18, Decimal("0.4"))]
    org = build({"units": [*units, unit("F", None, Y18)], "successions": rows})
    there = {code: [day for day in (Y10, Y15, Y20) if org.unit_on(code, day)] for code in "ABCDEF"}
    assert there == {"A": [Y10], "B": [Y10], "C": [Y15, Y20], "D": [Y10, Y15, Y20], "E": [Y20], "F": [Y20]}
    assert org.unit_on("A", Y15 - timedelta(days=1)) is not None


def test_a_unit_without_dates_is_dated_by_what_was_known() -> None:
    units = [{**unit(code, None, Y10), "valid_from": None} for code in ("A", "B")]
    told_later = {**succession("A", "B", Y15), "known_at": LATER}
    org = build({"units": units, "successions": [told_later]})
    assert (org.unit_on("A", Y20), org.unit_on("B", Y10)) == (None, None)
    before = org.as_known(KNOWN)
    assert before.unit_on("A", Y20) is not None
    assert before.unit_on("B", Y10) is not None
