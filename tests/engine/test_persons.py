"""People and their units: transfers worked by hand, points that add up, the worth of a unit's point to its people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.engine.model.persons import Link, PersonsPlan
from steelyard.engine.organisation import Organisation, build, calendar_days, stages
from steelyard.engine.organisation.rows import Post
from steelyard.engine.periods import CALENDAR_YEARS, Period
from steelyard.engine.persons.carrying import carried
from steelyard.engine.persons.influence import influence
from steelyard.engine.persons.weighing import PersonScore, UnitScore, weigh_person
from steelyard.engine.problems import Refused
from tests.engine.test_organisation import Row, person, unit

F = Fraction
Held = tuple[str, str, str | None, str]
"""Post (its first letter is the unit), first day, last day, share of full time."""


def plan(**changed: object) -> PersonsPlan:
    """50 linked, 20 for the unit's total, 30 of one's own."""
    written: dict[str, object] = {
        "persons": "p", "name": "个人绩效", "plan": "u", "total": 100, "places": 9, "linked": 50, "unit": 20,
        "spread": "number", "days": "calendar", "own": ["own"],
        "links": [{"indicator": "x", "duties": ["管理"], "weight": 1}],
    }  # fmt: skip
    return PersonsPlan.model_validate({**written, **changed})


def office(held: Sequence[Held]) -> Organisation:
    """Units A to D exist for ever; every post has the duty 管理."""
    since = date(2000, 1, 1)
    posts: list[Row] = [{"code": p, "unit": p[0], "name": p, "duty": "管理", "known_at": KNOWN} for p, *_ in held]
    rows: list[Row] = [
        {"person": "P", "post": post, "from": day(first), "to": last and day(last), "share": Decimal(share),
         "known_at": KNOWN}
        for post, first, last, share in held
    ]  # fmt: skip
    return build(
        {
            "units": [unit(code, None, since, known_at=KNOWN) for code in "ABCD"],
            "posts": list({str(row["code"]): row for row in posts}.values()),
            "persons": [person("P")],
            "holdings": rows,
        }
    )


def day(written: str) -> date:
    """``03-15`` is in 2026."""
    return date.fromisoformat(written if len(written) > 5 else f"2026-{written}")


KNOWN = datetime(2018, 1, 1)
RESULTS = {"A": (9, 90), "B": (8, 80), "C": (6, 70)}
"""Points of indicator x out of 10 and total out of 100. A stage on A is worth 50·9/10 + 20·90/100 = 63, B 56, C 44."""


def result(code: str, _: Period) -> UnitScore | None:
    if code not in RESULTS:
        return None
    points, total = RESULTS[code]
    return UnitScore({"x": (F(points), F(10))}, F(total), F(100))


def weighed(held: Sequence[Held], period: str = "2026", **changed: object) -> PersonScore:
    org, when = office(held), CALENDAR_YEARS.parse(period)
    own = {"own": (F(24), F(30))}
    found = stages(org, "P", when, calendar_days)
    return weigh_person(plan(**changed), "P", found, org.posts, when, result, own)


TRANSFERS: list[tuple[str, str, list[Held], list[tuple[str, str]], str | None]] = [
    # what happened, period, holdings, (day share, frozen at) of each stage, points carried from all stages
    ("all year", "2026", [("A1", "01-01", None, "1")], [("1", "2026")], "63"),
    ("half a year", "2026", [("A1", "01-01", "06-30", "1"), ("B1", "07-01", None, "1")],
     [("181/365", "2026-06YTD"), ("184/365", "2026")], "21707/365"),
    ("in mid-March, February is closed", "2026", [("A1", "01-01", "03-15", "1"), ("B1", "03-16", None, "1")],
     [("74/365", "2026-02YTD"), ("291/365", "2026")], "20958/365"),
    ("in the first month nothing is closed", "2026", [("A1", "01-01", "01-10", "1"), ("B1", "01-11", None, "1")],
     [("10/365", "2026-01YTD"), ("355/365", "2026")], "4102/73"),
    ("three posts", "2026",
     [("A1", "01-01", "04-30", "1"), ("B1", "05-01", "08-31", "1"), ("C1", "09-01", None, "1")],
     [("120/365", "2026-04YTD"), ("123/365", "2026-08YTD"), ("122/365", "2026")], "19816/365"),
    ("to another post of the same unit", "2026", [("A1", "01-01", "06-30", "1"), ("A2", "07-01", None, "1")],
     [("181/365", "2026-06YTD"), ("184/365", "2026")], "63"),
    ("two halves at once", "2026", [("A1", "01-01", None, "0.5"), ("B1", "01-01", None, "0.5")],
     [("1/2", "2026"), ("1/2", "2026")], "119/2"),
    ("a second half post from July", "2026",
     [("A1", "01-01", "06-30", "1"), ("A1", "07-01", None, "0.5"), ("B1", "07-01", None, "0.5")],
     [("181/365", "2026-06YTD"), ("92/365", "2026"), ("92/365", "2026")], "22351/365"),
    ("April without a post", "2026", [("A1", "01-01", "03-31", "1"), ("B1", "05-01", None, "1")],
     [("90/335", "2026-03YTD"), ("245/335", "2026")], "19390/335"),
    ("half time is no discount", "2026", [("A1", "01-01", None, "0.5")], [("1", "2026")], "63"),
    ("joined in October", "2026", [("B1", "10-01", None, "1")], [("1", "2026")], "56"),
    ("left in September", "2026", [("A1", "01-01", "09-30", "1")], [("1", "2026-09YTD")], "63"),
    ("entered in two rows", "2026", [("A1", "01-01", "06-30", "1"), ("A1", "07-01", None, "1")],
     [("1", "2026")], "63"),
    ("away and back", "2026",
     [("A1", "01-01", "02-28", "1"), ("B1", "03-01", "05-31", "1"), ("A1", "06-01", None, "1")],
     [("59/365", "2026-02YTD"), ("92/365", "2026-05YTD"), ("214/365", "2026")], "22351/365"),
    ("a single day", "2026", [("A1", "01-01", "01-01", "1"), ("B1", "01-02", None, "1")],
     [("1/365", "2026-01YTD"), ("364/365", "2026")], "20447/365"),
    ("years before and after do not count", "2026", [("A1", "2020-05-01", "2031-01-31", "1")], [("1", "2026")], "63"),
    ("days in a unit that is not assessed", "2026", [("D1", "01-01", "06-30", "1"), ("B1", "07-01", None, "1")],
     [("0", "2026-06YTD"), ("1", "2026")], "56"),
    ("never in an assessed unit", "2026", [("D1", "01-01", None, "1")], [("0", "2026")], None),
    ("a leap year", "2028", [("A1", "2028-01-01", "2028-02-29", "1"), ("B1", "2028-03-01", None, "1")],
     [("60/366", "2028-02YTD"), ("306/366", "2028")], "20916/366"),
    ("the half year", "2026H1", [("A1", "01-01", "05-31", "1"), ("B1", "06-01", None, "1")],
     [("151/181", "2026-05YTD"), ("30/181", "2026H1")], "11193/181"),
]  # fmt: skip


@pytest.mark.parametrize(("period", "held", "shares", "points"), [case[1:] for case in TRANSFERS],
                         ids=[case[0] for case in TRANSFERS])  # fmt: skip
def test_transfers_worked_by_hand(
    period: str, held: list[Held], shares: list[tuple[str, str]], points: str | None
) -> None:
    found = weighed(held, period)
    assert [(stage.weight, str(stage.frozen)) for stage in found.stages] == [(F(w), frozen) for w, frozen in shares]
    assert sum(stage.carried for stage in found.stages) == F(points or 0)
    assert found.total == (None if points is None else F(round((F(points) + 24) * 10**9), 10**9))


def test_there_are_twenty_of_them() -> None:
    assert len(TRANSFERS) == 20


def test_what_a_unit_does_after_somebody_left_is_not_theirs() -> None:
    """A falls from 90 to 10 in the second half; who left in June keeps the score of June."""

    def falling(code: str, period: Period) -> UnitScore | None:
        return UnitScore({}, F(10), F(100)) if (code, str(period)) == ("A", "2026") else result(code, period)

    org, year = office([("A1", "01-01", "06-30", "1"), ("B1", "07-01", None, "1")]), CALENDAR_YEARS.parse("2026")
    found = weigh_person(plan(), "P", stages(org, "P", year, calendar_days), org.posts, year, falling, {})
    assert found.stages[0].points == 63


def test_the_account_shows_each_indicator_and_the_unit() -> None:
    (stage,) = weighed([("A1", "01-01", None, "1")]).stages
    lines = [(e.indicator, e.worth, e.unit_points, e.unit_full, e.points) for e in stage.entries]
    assert lines == [("x", 50, 9, 10, 45), ("", 20, 90, 100, 18)]


@pytest.mark.parametrize(
    ("empty", "own", "points"),
    [
        ("rescale", {"a": (F(8), F(10)), "b": (None, F(20))}, "24"),
        ("full", {"a": (F(8), F(10)), "b": (None, F(20))}, "28"),
        ("zero", {"a": (F(8), F(10)), "b": (None, F(20))}, "8"),
        ("rescale", {"a": (None, F(10))}, "10"),
        ("rescale", {}, "0"),
    ],
)
def test_own_indicators_with_nothing_to_count(
    empty: str, own: Mapping[str, tuple[Fraction | None, Fraction]], points: str
) -> None:
    year = CALENDAR_YEARS.parse("2026")
    found = weigh_person(plan(own_empty=empty), "P", [], {}, year, result, own)
    assert (found.own_points, found.total) == (F(points), None)


def test_nothing_to_count_is_worth_what_the_plan_says_and_not_what_a_program_thinks() -> None:
    year = CALENDAR_YEARS.parse("2026")
    with pytest.raises(Refused) as refused:
        weigh_person(plan(), "P", [], {}, year, result, {"a": (F(8), F(10)), "b": (None, F(20))})
    assert [problem.code for problem in refused.value.problems] == ["own-empty-unsaid"]
    assert weigh_person(plan(), "P", [], {}, year, result, {"a": (F(8), F(10))}).own_points == 8


def test_a_unit_without_full_marks_gives_nothing() -> None:
    org, year = office([("A1", "01-01", None, "1")]), CALENDAR_YEARS.parse("2026")
    bare = UnitScore({"x": (F(0), F(0))}, F(0), F(0))
    held = stages(org, "P", year, calendar_days)
    found = weigh_person(plan(), "P", held, org.posts, year, lambda *_: bare, {})
    assert (found.total, influence(found, "A"), influence(found, "A", "x")) == (0, 0, 0)


# ---- points of a post ----

POST = Post("A1", "A", "岗位", "管理", None, None)  # type: ignore[arg-type]
links = st.lists(
    st.tuples(st.sampled_from("abcdefghijkl"), st.integers(1, 9)),
    min_size=1,
    max_size=12,
    unique_by=lambda pair: pair[0],
)


@given(links, st.permutations(range(12)), st.sampled_from(["number", "weight"]), st.integers(0, 4), st.integers(1, 99))
def test_linked_points_add_up_exactly_in_any_order(
    given_links: list[tuple[str, int]], order: list[int], spread: str, places: int, linked: int
) -> None:
    written = [Link(indicator=i, duties=["管理"], weight=w) for i, w in given_links]
    shuffled = [written[at] for at in order if at < len(written)]
    applicable = [i for i, _ in given_links]
    one, two = (
        carried(plan(links=these, spread=spread, places=places, linked=linked), POST, applicable)
        for these in (written, shuffled)
    )
    assert one == two
    assert sum(part.worth for part in one) == linked
    assert {part.indicator for part in one} == set(applicable)


def test_a_link_reaches_a_post_by_its_duty_or_its_code_and_only_where_the_unit_is_assessed_by_it() -> None:
    written = [
        {"indicator": "x", "duties": ["管理"], "weight": 1},
        {"indicator": "x", "posts": ["A1"], "weight": 3},
        {"indicator": "y", "posts": ["A1"], "weight": 1},
        {"indicator": "z", "posts": ["B1"], "weight": 1},
    ]
    found = carried(plan(links=written, spread="weight"), POST, ["x", "y", "z"])
    assert [(part.indicator, part.worth) for part in found] == [("x", Decimal("37.5")), ("y", Decimal("12.5"))]
    assert carried(plan(links=written), POST, ["z"]) == ()


# ---- influence ----


def test_a_point_of_the_unit_is_worth_its_day_share() -> None:
    found = weighed([("A1", "01-01", "06-30", "1"), ("B1", "07-01", None, "1")])
    assert influence(found, "A") == F(20, 100) * F(181, 365)
    assert influence(found, "B", "x") == (F(20, 100) + F(50, 10)) * F(184, 365)
    assert influence(found, "C") == 0


moves = st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 364)), min_size=1, max_size=4)


@given(st.lists(moves, min_size=1, max_size=5))
def test_one_more_point_changes_everybody_by_their_influence(everybody: list[list[tuple[str, int]]]) -> None:
    """On random careers: scored again with A one point higher, the differences are the influences, and they add up."""
    year = CALENDAR_YEARS.parse("2026")

    def higher(code: str, period: Period) -> UnitScore | None:
        now = result(code, period)
        return UnitScore(now.points, now.total + 1, now.full) if now and code == "A" else now

    differences, days = [], F(0)
    for career in everybody:
        days_of_change = sorted({1, *(number for _, number in career)})
        starts = [date.fromordinal(date(2025, 12, 31).toordinal() + number) for number in days_of_change]
        held: list[Held] = []
        for at, (start, (code, _)) in enumerate(zip(starts, career * 4, strict=False)):
            last = date.fromordinal(starts[at + 1].toordinal() - 1).isoformat() if at + 1 < len(starts) else None
            held.append((f"{code}{at}", start.isoformat(), last, "1"))
        org = office(held)
        found = stages(org, "P", year, calendar_days)
        before, after = (weigh_person(plan(), "P", found, org.posts, year, s, {}) for s in (result, higher))
        change = sum(s.carried for s in after.stages) - sum(s.carried for s in before.stages)
        assert change == influence(before, "A")
        differences.append(change)
        days += sum((stage.weight for stage in before.stages if stage.stage.unit == "A"), F(0))
    assert sum(differences) == F(20, 100) * days
