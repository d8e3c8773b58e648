"""Units answer for themselves: confirm, name other posts, return; the office answers what came back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from steelyard.engine.problems import Refused
from steelyard.web.cascade.answering import Given, Said, confirm, move
from steelyard.web.cascade.figures import by_city, by_unit, overdue
from steelyard.web.cascade.models import Assignment, Cascade, State
from steelyard.web.people.models import Account
from steelyard.web.people.seeing import ALL
from tests.web.cascade.handed import SINCE, assignment, cascade, shares
from tests.web.people.world import NOW, bureau, unit, with_role

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def chief(at: str = "A1") -> Account:
    bureau()
    return with_role("unit", at)


def refused(act: Callable[[], object]) -> list[str]:
    with pytest.raises(Refused) as found:
        act()
    return [one.code for one in found.value.problems]


def test_a_unit_confirms_many_at_once_and_they_count_from_the_first_day_of_the_plan() -> None:
    who, many = chief(), [assignment(indicator=f"i{at}") for at in range(5)]
    done = confirm(cascade().pk, unit("A1"), {one.pk: 1 for one in many}, by=who, now=NOW)
    assert done == 5
    assert {one.state for one in Assignment.objects.all()} == {State.CONFIRMED}
    assert {carrier.since for carrier in many[0].carriers.all()} == {SINCE}


def test_nobody_confirms_for_another_unit() -> None:
    who, other = chief("A2"), assignment()
    act = lambda: confirm(cascade().pk, unit("A1"), {other.pk: 1}, by=who, now=NOW)  # noqa: E731
    assert refused(act) == ["act-not-allowed"]
    act = lambda: confirm(cascade().pk, unit("A2"), {other.pk: 1}, by=who, now=NOW)  # noqa: E731
    assert refused(act) == ["assignment-none"], "what is not of the unit is not confirmed on its page"


def test_what_changed_since_the_page_was_opened_is_not_confirmed() -> None:
    who, one = chief(), assignment()
    Assignment.objects.filter(pk=one.pk).update(version=2)
    assert refused(lambda: confirm(cascade().pk, unit("A1"), {one.pk: 1}, by=who, now=NOW)) == ["assignment-meanwhile"]


def test_a_unit_names_other_posts_with_shares_that_add_up_to_one() -> None:
    who, one = chief(), assignment()
    posts = (Given("A1-1", "lead", "0.666667"), Given("A1-0", "assist", "0.333333"))
    made = move(one.pk, "settle", 1, Said("分局长牵头", posts), by=who, now=NOW)
    assert (made.state, made.by_hand, made.to_carry) == (State.CONFIRMED, True, True)
    assert shares(made) == {"A1-1": ("lead", "0.666667"), "A1-0": ("assist", "0.333333")}
    assert {carrier.since for carrier in made.carriers.all()} == {SINCE}


@pytest.mark.parametrize(
    ("posts", "codes"),
    [
        ((Given("A1-0", "lead", "0.6"), Given("A1-1", "assist", "0.3")), ["assignment-sum"]),
        ((Given("A1-0", "lead", "0.6"), Given("A1-1", "lead", "0.4")), ["assignment-lead"]),
        ((Given("A1-0", "assist", "1"),), ["assignment-lead"]),
        ((Given("A2-0", "lead", "1"),), ["assignment-post"]),
        ((Given("A1-0", "lead", "0.5"), Given("A1-0", "assist", "0.5")), ["assignment-twice"]),
        ((Given("A1-0", "lead", "1.5"),), ["assignment-number"]),
        ((Given("A1-0", "lead", "0.9999999"),), ["assignment-number"]),
        ((Given("A1-0", "lead", "６"),), ["assignment-number"]),
        ((), ["assignment-lead"]),
    ],
)
def test_posts_that_make_no_whole_are_refused_and_nothing_changes(posts: tuple[Given, ...], codes: list[str]) -> None:
    who, one = chief(), assignment()
    assignment(at="A2")
    before = shares(one)
    assert refused(lambda: move(one.pk, "settle", 1, Said("", posts), by=who, now=NOW)) == codes
    one.refresh_from_db()
    assert (one.state, shares(one)) == (State.PROPOSED, before)


def test_what_is_returned_says_why_and_the_office_insists_or_withdraws() -> None:
    who, office = chief(), with_role("office")
    one, other = assignment(), assignment(indicator="other")
    assert refused(lambda: move(one.pk, "return", 1, Said(" "), by=who, now=NOW)) == ["assignment-reason"]
    for each in (one, other):
        move(each.pk, "return", 1, Said("不属于本局职责"), by=who, now=NOW)
    past = Said("岗责已明确", due=TODAY - timedelta(days=1))
    assert refused(lambda: move(one.pk, "insist", 2, past, by=office, now=NOW)) == ["assignment-due"]
    due = TODAY + timedelta(days=3)
    again = move(one.pk, "insist", 2, Said("岗责已明确", due=due), by=office, now=NOW)
    assert (again.state, again.due, again.reason) == (State.PROPOSED, due, "岗责已明确")
    gone = move(other.pk, "withdraw", 2, Said("同意"), by=office, now=NOW)
    assert (gone.state, shares(gone)) == (State.WITHDRAWN, {})
    assert [step.move for step in again.steps.all()] == ["return", "insist"]


def test_the_office_gives_it_to_other_posts_and_the_unit_confirms_those() -> None:
    who, office, one = chief(), with_role("office"), assignment()
    move(one.pk, "return", 1, Said("应由分局长承担"), by=who, now=NOW)
    posts = (Given("A1-1", "lead", "1"),)
    made = move(one.pk, "assign", 2, Said("改由分局长承担", posts, due=TODAY), by=office, now=NOW)
    assert (made.state, shares(made)) == (State.PROPOSED, {"A1-1": ("lead", "1")})
    confirm(cascade().pk, unit("A1"), {one.pk: 3}, by=who, now=NOW)


def test_a_change_leaves_the_days_before_to_the_posts_that_had_them() -> None:
    who, one = chief(), assignment(State.CONFIRMED)
    posts, day = (Given("A1-1", "lead", "1"),), TODAY - timedelta(days=10)
    made = move(one.pk, "change", 1, Said("人员调整", posts, since=day), by=who, now=NOW)
    past = made.carriers.exclude(until=None)
    assert {carrier.until for carrier in past} == {day - timedelta(days=1)}
    assert [carrier.since for carrier in made.carriers.filter(until=None)] == [day]
    for wrong in (SINCE, TODAY + timedelta(days=1), None):
        said = Said("人员调整", posts, since=wrong)
        assert refused(lambda said=said: move(one.pk, "change", 2, said, by=who, now=NOW)) == ["assignment-day"]


def test_a_second_change_does_not_reach_behind_the_first() -> None:
    """The days before belong to the posts of then: two would carry them at once, and every run would be refused."""
    who, one = chief(), assignment(State.CONFIRMED)
    first, posts = TODAY - timedelta(days=10), (Given("A1-1", "lead", "1"),)
    move(one.pk, "change", 1, Said("人员调整", posts, since=first), by=who, now=NOW)
    again = Said("再次调整", (Given("A1-0", "lead", "1"),), since=first - timedelta(days=5))
    assert refused(lambda: move(one.pk, "change", 2, again, by=who, now=NOW)) == ["assignment-day"]
    move(one.pk, "change", 2, replace(again, since=first), by=who, now=NOW)


def test_what_has_not_begun_to_count_is_changed_from_its_first_day() -> None:
    who, one = chief(), assignment(State.CONFIRMED)
    later = TODAY + timedelta(days=40)
    Cascade.objects.update(since=later)
    one.carriers.update(since=later)
    posts = (Given("A1-1", "lead", "1"),)
    for wrong in (TODAY, later + timedelta(days=1)):
        said = Said("人员调整", posts, since=wrong)
        assert refused(lambda said=said: move(one.pk, "change", 1, said, by=who, now=NOW)) == ["assignment-day"]
    made = move(one.pk, "change", 1, Said("人员调整", posts, since=later), by=who, now=NOW)
    assert [(each.post_id, each.since) for each in made.carriers.filter(until=None)] == [("A1-1", later)]
    assert all(each.until < each.since for each in made.carriers.exclude(until=None)), "nobody had a day of it"


def test_only_a_change_says_from_which_day_on() -> None:
    who, one = chief(), assignment()
    said = Said("分局长牵头", (Given("A1-1", "lead", "1"),), since=SINCE - timedelta(days=400))
    made = move(one.pk, "settle", 1, said, by=who, now=NOW)
    assert [carrier.since for carrier in made.carriers.all()] == [SINCE]


def test_nobody_carries_a_plan_before_its_first_day() -> None:
    """Next year's, confirmed and proposed again before it begins."""
    who, one, begins = chief(), assignment(), TODAY + timedelta(days=40)
    Cascade.objects.update(since=begins)
    one.carriers.filter(part="assist").update(since=begins, until=TODAY - timedelta(days=1))
    confirm(cascade().pk, unit("A1"), {one.pk: 1}, by=who, now=NOW)
    assert [carrier.since for carrier in one.carriers.filter(until=None)] == [begins]


def test_what_nobody_answers_in_time_stands_in_one_list() -> None:
    bureau()
    late, one = assignment(), assignment(State.RETURNED)
    Assignment.objects.filter(pk__in=(late.pk, one.pk)).update(due=TODAY - timedelta(days=1))
    assert list(overdue(TODAY)) == [late]
    (city,) = by_city(by_unit(cascade(), ALL, TODAY))
    assert (city.code, city.overdue, city.returned, city.settled) == ("A", 1, 1, 0)
