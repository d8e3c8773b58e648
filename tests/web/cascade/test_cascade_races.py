"""Both databases: two who confirm at once, one who confirms while another returns, and departments in their order."""

from __future__ import annotations

from typing import Any

import pytest

from steelyard.engine.problems import Refused
from steelyard.web.cascade.answering import Said, confirm, move
from steelyard.web.cascade.figures import Department, by_department
from steelyard.web.cascade.models import Assignment, State, Step
from steelyard.web.pages.cascade.unit import in_turn
from steelyard.web.trail.models import Event
from tests.web.cascade.handed import assignment, cascade
from tests.web.databases import at_once
from tests.web.people.world import NOW, account, bureau, grant, unit


def tried(act: Any) -> str:
    try:
        act()
    except Refused as refused:
        return refused.problems[0].code
    return "done"


def two() -> list[Any]:
    """Both answer for the same unit."""
    bureau()
    found = [account("one"), account("two")]
    for who in found:
        grant(who, "unit", unit("A1"))
    return found


@pytest.mark.django_db(databases=[])
@pytest.mark.usefixtures("both")
def test_of_two_who_confirm_the_same_at_once_the_second_is_told() -> None:
    people, many = two(), [assignment(indicator=f"i{at}") for at in range(4)]
    seen, of = {one.pk: 1 for one in many}, cascade().pk
    acts = [lambda who=who: tried(lambda: confirm(of, unit("A1"), seen, by=who, now=NOW)) for who in people]
    assert sorted(at_once(*acts)) == ["assignment-over", "done"]
    assert Event.objects.filter(act="assignment-confirm").count() == 1


@pytest.mark.django_db(databases=[])
@pytest.mark.usefixtures("both")
def test_what_one_confirms_while_another_returns_it_is_one_of_both() -> None:
    (first, second), one = two(), assignment()
    of = cascade().pk
    found = at_once(
        lambda: tried(lambda: confirm(of, unit("A1"), {one.pk: 1}, by=first, now=NOW)),
        lambda: tried(lambda: move(one.pk, "return", 1, Said("不属于本局"), by=second, now=NOW)),
    )
    assert sorted(found) == ["assignment-over", "done"]
    one.refresh_from_db()
    assert (one.state, one.version, Step.objects.count()) in (("confirmed", 2, 0), ("returned", 2, 1))


@pytest.mark.django_db(databases=[])
@pytest.mark.usefixtures("both")
def test_a_unit_is_listed_by_its_leading_departments_and_in_each_what_is_to_be_done_comes_first() -> None:
    bureau()
    done, todo, other = (
        assignment(State.CONFIRMED, indicator="a"), assignment(indicator="b"), assignment(indicator="c", assisted=False)
    )  # fmt: skip
    other.carriers.update(post="A1-1")
    assert by_department(cascade(), unit("A1")) == [
        Department("征收管理科", 2, 0, 1, 1), Department("局领导", 1, 2, 2, 0)
    ]  # fmt: skip
    rows = in_turn(Assignment.objects.filter(unit="A1"), ["征收管理科", "局领导"])
    assert [(one, one.department) for one in rows] == [(todo, "征收管理科"), (done, "征收管理科"), (other, "局领导")]
