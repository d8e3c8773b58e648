"""Confirmed links: nobody is scored for what was not confirmed, shares and contributions make a whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.engine.checking.door import check_book
from steelyard.engine.model.declared import read_facts
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.organisation import Organisation, build, calendar_days, stages
from steelyard.engine.periods import CALENDAR_YEARS, Period
from steelyard.engine.persons.carrying import links_of
from steelyard.engine.persons.confirming import Confirmed, objections, read_assignments
from steelyard.engine.persons.contributing import contributions
from steelyard.engine.persons.influence import influence
from steelyard.engine.persons.weighing import PersonScore, Terms, UnitScore, weigh_person
from steelyard.engine.reference.daily import weighing as twin
from tests.engine.small_rules import LATE, PLAN, RATE, book, tables
from tests.engine.test_checking_meaning import PEOPLE
from tests.engine.test_organisation import Row, person, unit
from tests.engine.test_persons import KNOWN, day

F = Fraction
YEAR = CALENDAR_YEARS.parse("2026")
QUARTER = CALENDAR_YEARS.parse("2026Q1")
LINKS = [
    {"indicator": "x", "duties": ["管理"], "weight": 1},
    {"indicator": "y", "duties": ["管理"], "weight": 2},
    {"indicator": "z", "posts": ["A2"], "weight": 3},
]


def plan(**changed: object) -> PersonsPlan:
    """80 for linked indicators, 20 for the unit's total, two decimals."""
    written: dict[str, object] = {
        "persons": "p", "name": "个人绩效", "plan": "u", "total": 100, "places": 2, "linked": 80, "unit": 20,
        "spread": "weight", "days": "calendar", "links": LINKS, "confirmed": "assignments",
    }  # fmt: skip
    return PersonsPlan.model_validate({**written, **changed})


def row(unit: str, indicator: str, post: str, role: str, share: str, first: str = "01-01", last: str = "") -> Row:
    ends = day(last) if last else None
    return {
        "unit": unit, "indicator": indicator, "post": post, "role": role, "share": Decimal(share),
        "from": day(first), "to": ends,
    }  # fmt: skip


def office(held: list[tuple[str, str, str, str, str]]) -> Organisation:
    """Units A and B; posts A1, A2, B1, all of the duty 管理. Held: person, post, first, last day, share."""
    return build(
        {
            "units": [unit(code, None, date(2000, 1, 1), known_at=KNOWN) for code in "AB"],
            "posts": [
                {"code": code, "unit": code[0], "name": code, "duty": "管理", "known_at": KNOWN}
                for code in ("A1", "A2", "B1")
            ],
            "persons": [person(code) for code in sorted({who for who, *_ in held})],
            "holdings": [
                {"person": who, "post": post, "from": day(first), "to": day(last) if last else None,
                 "share": Decimal(share), "known_at": KNOWN}
                for who, post, first, last, share in held
            ],
        }
    )  # fmt: skip


MARKS: Mapping[str, Mapping[str, tuple[Fraction, Fraction]]] = {
    "A": {"x": (F(9), F(10)), "y": (F(5), F(10)), "z": (F(20), F(40)), "": (F(85), F(100))},
    "B": {"x": (F(6), F(10)), "y": (F(10), F(10)), "": (F(70), F(100))},
}


def marks(code: str, when: Period) -> Mapping[str, tuple[Fraction, Fraction]] | None:
    """A little less in every earlier month, so that it is seen which moment was frozen."""
    found = MARKS.get(code)
    return found and {id: (got - F(12 - len(when.months), 100), full) for id, (got, full) in found.items()}


def result(code: str, when: Period) -> UnitScore | None:
    found = marks(code, when)
    if found is None:
        return None
    return UnitScore({id: mark for id, mark in found.items() if id}, *found[""])


def weighed(
    org: Organisation, rows: list[Row], who: str = "P", period: Period = YEAR, **changed: object
) -> PersonScore:
    made = plan(**changed)
    terms = Terms(read_assignments(rows).counting(org.posts, links_of(made)))
    held = stages(org, who, period, calendar_days, terms.cuts)
    return weigh_person(made, who, held, org.posts, period, result, {}, terms)


def lines(score: PersonScore) -> list[list[tuple[str, Fraction]]]:
    return [[(entry.indicator, entry.worth) for entry in stage.entries] for stage in score.stages]


ALL_YEAR = [("P", "A1", "2025-01-01", "", "1")]


def test_what_nobody_confirmed_scores_nobody() -> None:
    org = office(ALL_YEAR)
    assert lines(weighed(org, [])) == [[("", 20)]]
    assert lines(weighed(org, [row("A", "x", "A1", "lead", "1")])) == [[("x", 80), ("", 20)]]
    elsewhere = [row("B", "x", "A1", "lead", "1"), row("A", "x", "B1", "lead", "1"), row("A", "x", "A2", "lead", "1")]
    assert lines(weighed(org, elsewhere)) == [[("", 20)]]


def test_a_confirmation_without_a_link_of_the_plan_is_none() -> None:
    org = office(ALL_YEAR)
    assert lines(weighed(org, [row("A", "z", "A1", "lead", "1", "05-01")])) == [[("", 20)]]


def test_a_confirmed_share_makes_the_link_so_much_lighter() -> None:
    rows = [
        row("A", "x", "A1", "lead", "1"),
        row("A", "y", "A1", "assist", "0.25"),
        row("A", "y", "A2", "lead", "0.75"),
    ]
    assert lines(weighed(office(ALL_YEAR), rows)) == [[("x", F("53.33")), ("y", F("26.67")), ("", 20)]]
    assert lines(weighed(office(ALL_YEAR), rows, spread="number")) == [[("x", 40), ("y", 40), ("", 20)]]


def test_what_is_confirmed_from_a_day_on_begins_a_stage_there() -> None:
    """Until June the post answers for x alone; the score of that time is frozen when it changes."""
    rows = [row("A", "x", "A1", "lead", "1"), row("A", "y", "A1", "lead", "1", "07-01")]
    found = weighed(office(ALL_YEAR), rows)
    assert [(stage.weight, str(stage.frozen)) for stage in found.stages] == [
        (F(181, 365), "2026-06YTD"),
        (F(184, 365), "2026"),
    ]
    assert lines(found) == [[("x", 80), ("", 20)], [("x", F("26.67")), ("y", F("53.33")), ("", 20)]]


def test_rows_that_follow_each_other_are_one() -> None:
    rows = [row("A", "x", "A1", "lead", "1", "01-01", "03-31"), row("A", "x", "A1", "lead", "1", "04-01")]
    assert len(read_assignments(rows).rows) == 1
    assert len(weighed(office(ALL_YEAR), rows).stages) == 1


def test_a_row_that_ends_before_it_begins_takes_the_confirmation_back() -> None:
    rows = [row("A", "x", "A1", "lead", "1", "03-01", "02-28"), row("A", "y", "A1", "lead", "1")]
    assert [one.indicator for one in read_assignments(rows).rows] == ["y"]
    assert lines(weighed(office(ALL_YEAR), rows)) == [[("y", 80), ("", 20)]]


def test_an_assisting_post_without_a_share_answers_with_its_veto() -> None:
    """x has 9 of 10, y 5 of 10. Below the line all of it is lost, and one more point may bring all of it back."""
    rows = [row("A", "x", "A1", "assist", "0"), row("A", "y", "A1", "assist", "0")]
    (stage,) = weighed(office(ALL_YEAR), rows, veto="60%").stages
    found = {entry.indicator: entry for entry in stage.entries}
    assert (found["x"].points, found["x"].vetoed, found["y"].points, found["y"].vetoed) == (F("24"), False, 0, True)
    score = weighed(office(ALL_YEAR), rows, veto="60%")
    assert influence(score, "A", "y") == found["y"].worth * 6 / 10 + F(20, 100)


def test_without_a_veto_in_the_plan_nothing_is_lost() -> None:
    (stage,) = weighed(office(ALL_YEAR), [row("A", "y", "A1", "lead", "1")], veto="60%").stages
    assert (stage.entries[0].line, stage.entries[0].points) == (None, 40)


@pytest.mark.parametrize(
    ("rows", "veto", "codes"),
    [
        ([row("A", "x", "A1", "lead", "0.7"), row("A", "x", "A2", "assist", "0.3")], False, []),
        ([row("A", "x", "A1", "lead", "0.7")], False, ["assignment-shares warning"]),
        (
            [row("A", "x", "A1", "lead", "0.7"), row("A", "x", "A2", "assist", "0.4")],
            False,
            ["assignment-shares error"],
        ),
        ([row("A", "x", "A1", "lead", "1"), row("A", "x", "A2", "assist", "0")], True, []),
        ([row("A", "x", "A1", "lead", "1"), row("A", "x", "A2", "assist", "0")], False, ["assignment-share error"]),
        ([row("A", "x", "A1", "lead", "0"), row("A", "x", "A2", "assist", "1")], True, ["assignment-share error"]),
        ([row("A", "x", "A1", "lead", "1.5")], True, ["assignment-share error", "assignment-shares error"]),
        ([row("A", "z", "A1", "lead", "1")], False, ["assignment-unlinked warning"]),
        ([row("A", "x", "B1", "lead", "1")], False, ["assignment-elsewhere warning"]),
        ([row("A", "x", "C9", "lead", "1")], False, ["assignment-elsewhere warning"]),
        (
            [row("A", "x", "A1", "lead", "0.5"), row("A", "x", "A1", "assist", "0.5", "03-01")],
            False,
            ["assignment-doubled error", "assignment-shares warning"],
        ),
    ],
)
def test_what_cannot_be_or_is_no_whole_yet_is_named(rows: list[Row], veto: bool, codes: list[str]) -> None:
    found = objections(read_assignments(rows), office(ALL_YEAR).posts, links_of(plan()), veto)
    assert [f"{problem.code} {problem.severity}" for problem in found] == codes


def test_shares_that_make_no_whole_name_unit_indicator_days_and_posts() -> None:
    rows = [row("A", "x", "A1", "lead", "0.7", "01-01", "06-30"), row("A", "x", "A2", "assist", "0.2", "03-01")]
    found = [
        one.text("zh") for one in objections(read_assignments(rows), office(ALL_YEAR).posts, links_of(plan()), False)
    ]
    assert found[0] == "A 的“x”自 2026-01-01 至 2026-02-28 已认定的份额合计 0.7，应当恰好是 1（A1 0.7）"
    assert "自 2026-03-01 至 2026-06-30 已认定的份额合计 0.9" in found[1]
    assert "2026-07-01 至 9999-12-31 已认定的份额合计 0.2" in found[2]


def test_days_on_which_nobody_is_confirmed_are_no_wrong_shares() -> None:
    rows = [row("A", "x", "A1", "lead", "1", "01-01", "03-31"), row("A", "x", "A2", "lead", "1", "06-01")]
    assert list(objections(read_assignments(rows), office(ALL_YEAR).posts, links_of(plan()), False)) == []


# ---- contributions ----

HELD = [
    ("P", "A1", "2025-01-01", "2026-01-31", "1"),
    ("Q", "A1", "2026-03-01", "", "1"),
    ("Q", "A2", "2025-01-01", "2026-02-28", "0.5"),
    ("R", "A2", "2026-01-01", "", "0.5"),
]


def holders(org: Organisation, post: str) -> list:  # type: ignore[type-arg]
    return [holding for who in org.persons for holding in org.holdings_of(who) if holding.post == post]


def test_contributions_add_up_to_the_points_of_the_unit() -> None:
    """A1 leads with 0.7, held by P in January, by nobody in February, by Q in March; A2 assists with 0.3."""
    org = office(HELD)
    rows = read_assignments([row("A", "x", "A1", "lead", "0.7"), row("A", "x", "A2", "assist", "0.3")]).rows
    found = contributions(rows, partial(holders, org), QUARTER, calendar_days, F(9))
    parts = {(one.post, one.person): one.part for one in found}
    assert parts == {
        ("A1", ""): F(7, 10) * F(28, 90),
        ("A1", "P"): F(7, 10) * F(31, 90),
        ("A1", "Q"): F(7, 10) * F(31, 90),
        ("A2", "Q"): F(3, 10) * F(59, 90) / 2,
        ("A2", "R"): F(3, 10) * (F(59, 90) / 2 + F(31, 90)),
    }
    assert sum(one.points for one in found) == 9


def test_what_nobody_confirmed_is_nobodys_contribution() -> None:
    rows = read_assignments([row("A", "x", "A2", "lead", "0.6", "02-01", "02-28")]).rows
    found = contributions(rows, partial(holders, office(HELD)), QUARTER, calendar_days, F(9))
    assert {(one.post, one.person) for one in found} == {("", ""), ("A2", "Q"), ("A2", "R")}
    assert sum(one.part for one in found) == 1


# ---- the slow twin says the same ----

DAYS = st.integers(0, 88).map(lambda number: QUARTER.start + timedelta(days=number))
SHARES = st.sampled_from(["0.25", "0.5", "0.75", "1"])


@st.composite
def spans(draw: st.DrawFn) -> tuple[date, date | None]:
    first = draw(DAYS)
    last = draw(st.none() | DAYS.filter(lambda one: one >= first))
    return first, last


@st.composite
def offices(draw: st.DrawFn) -> list[tuple[str, str, str, str, str]]:
    """Up to three holdings of P, together never more than full time, and one of Q."""
    cuts = sorted(draw(st.sets(DAYS, min_size=1, max_size=3)))
    ends = [*(cut - timedelta(days=1) for cut in cuts[1:]), draw(st.none() | st.just(QUARTER.end))]
    held = []
    for first, last in zip(cuts, ends, strict=True):
        posts = draw(st.permutations(["A1", "A2", "B1"]))[: draw(st.integers(1, 2))]
        held += [("P", post, first.isoformat(), last.isoformat() if last else "", "0.5") for post in posts]
    return [*held, ("Q", draw(st.sampled_from(["A1", "A2"])), "2026-02-10", "", draw(SHARES))]


@st.composite
def assigned(draw: st.DrawFn) -> list[Row]:
    found: dict[tuple[str, str, date], Row] = {}
    for _ in range(draw(st.integers(0, 6))):
        post, id = draw(st.sampled_from(["A1", "A2", "B1"])), draw(st.sampled_from("xyz"))
        if any(key[:2] == (post, id) for key in found):
            continue
        cut = draw(st.none() | DAYS.filter(lambda one: one > QUARTER.start))
        role = draw(st.sampled_from(["lead", "assist"]))
        share = draw(st.sampled_from(["0.3", "0.5", "1"] + (["0"] if role == "assist" else [])))
        first, last = draw(spans()) if cut is None else (QUARTER.start, cut - timedelta(days=1))
        found[post, id, first] = {**row(post[0], id, post, role, share), "from": first, "to": last}
        if cut is not None:
            found[post, id, cut] = {**row(post[0], id, post, role, draw(SHARES)), "from": cut}
    return list(found.values())


@settings(max_examples=150)
@given(offices(), assigned(), st.sampled_from(["number", "weight"]), st.sampled_from([None, "55%", "90%"]))
def test_the_twin_that_walks_through_every_day_finds_the_same_total(
    held: list[tuple[str, str, str, str, str]], rows: list[Row], spread: str, veto: str | None
) -> None:
    org = office(held)
    found = weighed(org, rows, "P", QUARTER, spread=spread, veto=veto)
    made = plan(spread=spread, veto=veto)
    slow = twin.total(made, org, rows, "P", QUARTER, lambda _: True, marks, twin.by_remainder)
    assert found.total == slow


@settings(max_examples=100)
@given(offices(), assigned())
def test_the_twin_finds_the_same_contributions(held: list[tuple[str, str, str, str, str]], rows: list[Row]) -> None:
    org = office(held)
    known = read_assignments(rows)
    for (code, id), own in known.of_indicator.items():
        found = contributions(own, partial(holders, org), QUARTER, calendar_days, F(77, 10))
        slow = twin.contributed(org, rows, code, id, QUARTER, F(77, 10))
        assert {(one.post, one.person): one.points for one in found} == slow
        assert sum(one.points for one in found) == F(77, 10)


def test_without_confirmed_the_twin_agrees_with_what_is_scored_today() -> None:
    org = office(HELD)
    made = plan(confirmed=None)
    for who in ("P", "Q", "R"):
        held = stages(org, who, YEAR, calendar_days)
        found = weigh_person(made, who, held, org.posts, YEAR, result, {})
        assert found.total == twin.total(made, org, None, who, YEAR, lambda _: True, marks, twin.by_remainder)
    assert isinstance(read_assignments([]), Confirmed)


def test_the_twin_too_leaves_out_days_that_do_not_count_and_units_without_a_score() -> None:
    org = office([("P", "A1", "2026-01-01", "2026-01-20", "1"), ("P", "B1", "2026-01-21", "", "1")])
    made = plan(confirmed=None)
    only = lambda code, when: marks(code, when) if code == "B" else None  # noqa: E731
    first = twin.total(made, org, None, "P", QUARTER, lambda one: one.month == 3, marks, twin.by_remainder)
    assert first == twin.total(made, org, None, "P", QUARTER, lambda _: True, only, twin.by_remainder)
    assert twin.total(made, org, None, "P", QUARTER, lambda _: False, marks, twin.by_remainder) is None


# ---- the check ----

ASSIGNED = """
table: assignments
name: 认定
source: 认定
columns:
  unit: {name: 机关, type: text}
  indicator: {name: 指标, type: text}
  post: {name: 岗位, type: text}
  role: {name: 角色, type: text}
  share: {name: 份额, type: "decimal(5,4)"}
  from: {name: 自, type: date}
  to: {name: 至, type: date}
key: [unit, indicator, post, from]
"""


def checked(more: str, declared: str = ASSIGNED) -> list[str]:
    declarations = {**tables(), **{table.table: table for table in read_facts(declared, "assigned.yaml")}}
    return [one.code for one in check_book(book(RATE, LATE, PLAN, PEOPLE + more), declarations)]


def test_the_table_of_assignments_is_declared_with_all_it_needs() -> None:
    assert checked("confirmed: assignments\n") == []
    assert checked("confirmed: nothing\n") == ["confirmed-table"]
    assert checked("confirmed: assignments\n", ASSIGNED.replace("share:", "part:")) == ["confirmed-table"]
    assert checked("confirmed: assignments\n", ASSIGNED.replace('"decimal(5,4)"', "text")) == ["confirmed-table"]


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ("confirmed: assignments\nveto: 60%\n", []),
        ("confirmed: assignments\nveto: 100%\n", []),
        ("confirmed: assignments\nveto: 0\n", ["confirmed-veto"]),
        ("confirmed: assignments\nveto: 60\n", ["confirmed-veto"]),
        ("veto: 60%\n", ["confirmed-veto"]),
    ],
)
def test_a_veto_is_a_line_of_the_score_rate_beside_confirmed(more: str, codes: list[str]) -> None:
    assert checked(more) == codes
