"""个人计划书: what somebody carries on each post, from when to when, adds up to the total before there is a score."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from steelyard.bureau.folder import Bureau
from steelyard.bureau.people.drawn import Drawn, drawn
from steelyard.engine.problems import Refused
from tests.bureau.small_bureau import bureau, load
from tests.bureau.small_people import FACTS as TABLES
from tests.bureau.small_people import FILES, MATTERS, RULES, confirmed_office, office

F = Fraction
DUTIES = """
---
document: rules_doc
name: 征管办法
issuer: 省局
since: 2020-01-01
clauses: [{clause: 第一条, text: 按期办结}]
---
duty: duty_window
name: 受理
items:
  - {item: on_time, does: 按期办结每一件, basis: 《征管办法》第一条, assesses: [单位按期率]}
  - {item: other, does: 其他工作}
"""


def plan_of(made: Bureau, person: str) -> Drawn | None:
    book = made.book()
    return drawn(made, book, book.persons["people"], person)


def whole(found: Drawn | None) -> Drawn:
    assert found is not None
    return found


def carries(found: Drawn) -> list[tuple[str, str, dict[str, Fraction | None]]]:
    return [(one.post, str(one.first), {line.indicator: line.worth for line in one.lines}) for one in found.held]


def test_two_posts_of_a_year_have_their_days_and_each_adds_up_to_a_hundred(tmp_path: Path) -> None:
    found = whole(plan_of(office(tmp_path), "p2"))
    assert carries(found) == [
        ("A1", "2026-01-01", {"clean": 25, "timely": 25, "": 20}),
        ("B2", "2026-07-01", {"clean": 50, "": 20}),
    ]
    assert [(one.last, one.days, one.weight) for one in found.held] == [
        (date(2026, 6, 30), 181, F(181, 365)),
        (date(2026, 12, 31), 184, F(184, 365)),
    ]
    assert (found.total, found.own_full, sum(one.full or 0 for one in found.own)) == (100, 30, 30)
    assert [found.missing(one) for one in found.held] == [0, 0]


def test_days_in_a_unit_that_is_not_assessed_do_not_count(tmp_path: Path) -> None:
    """p6 was eight months in an office that the plan does not assess: the rest of the year is the whole."""
    first, second = whole(plan_of(office(tmp_path), "p6")).held
    assert (first.assessed, first.weight, first.lines) == (False, 0, ())
    assert (second.weight, second.first) == (1, date(2026, 9, 1))


def test_a_post_that_carries_nothing_says_what_is_missing(tmp_path: Path) -> None:
    found = whole(plan_of(office(tmp_path), "p5"))
    assert [one.code for one in found.problems] == ["person-without-links"]
    assert found.missing(found.held[0]) == 50


def test_who_held_no_post_or_is_not_registered_has_no_plan(tmp_path: Path) -> None:
    made = office(tmp_path)
    assert plan_of(made, "nobody") is None
    assert whole(plan_of(made, "p3")).assessed is False


def test_the_item_of_the_duty_that_says_so_stands_beside_each_line(tmp_path: Path) -> None:
    rules = RULES.replace("name: 单位按期率\n", "name: 单位按期率\nbasis: 《征管办法》第一条\n")
    found = whole(plan_of(office(tmp_path, rules + DUTIES), "p2"))
    cited = {line.indicator: line.cited for line in found.held[0].lines}
    assert cited["timely"] is not None
    assert (cited["timely"].item.does, cited["timely"].clauses) == ("按期办结每一件", ("《征管办法》第一条",))
    assert found.held[1].lines[0].cited is None, "no duty is written for the second post"


def test_what_nobody_confirmed_is_there_and_worth_nothing(tmp_path: Path) -> None:
    """From July on A1 answers for 'clean', too; until then 'timely' has all the points."""
    rows = "A,timely,A1,lead,1,2026-01-01,,\nA,clean,A1,lead,1,2026-07-01,,\n"
    found = whole(plan_of(confirmed_office(tmp_path, rows), "p1"))
    assert carries(found) == [
        ("A1", "2026-01-01", {"timely": 50, "clean": None, "": 20}),
        ("A1", "2026-07-01", {"clean": 25, "timely": 25, "": 20}),
    ]
    first = found.held[0].lines[0]
    assert (first.role, first.share, first.since) == ("lead", 1, date(2026, 1, 1))
    assert [found.missing(one) for one in found.held] == [0, 0]


def test_working_days_need_a_calendar(tmp_path: Path) -> None:
    made = bureau(tmp_path, TABLES, RULES.replace("days: calendar", "days: workdays"))
    load(made, {**FILES, "matter.csv": MATTERS})
    with pytest.raises(Refused) as refused:
        plan_of(made, "p1")
    assert [one.code for one in refused.value.problems] == ["persons-no-calendar"]
