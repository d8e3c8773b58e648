"""个人计划书 before there are results: what an officer sees of his own, who else does, and what it says where there is
nothing to show."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
from django.test import Client

from steelyard.engine.persons.confirming import Confirmed
from steelyard.web.cascade.answering import confirm
from steelyard.web.cascade.carrying import awaited, carry
from steelyard.web.cascade.models import Assignment, Carrier, Cascade
from steelyard.web.pages import later as later_room
from steelyard.web.pages.cascade import loading
from steelyard.web.pages.later import Later
from steelyard.web.people.models import Account, Person
from steelyard.web.trail.models import Event as Told
from tests.web.cascade.small import NOW, handed_down, office, one, opened, work
from tests.web.people.world import account, grant, sign_in, unit, with_role

PERSONS = """
---
persons: people
name: 干部个人绩效
plan: all
total: 100
places: 2
linked: 80
unit: 20
spread: weight
days: calendar
links:
  - {indicator: filing_on_time, duties: [税源管理职责], weight: 2}
  - {indicator: filing_urged, duties: [税源管理职责], weight: 1}
"""
ASKS = PERSONS.replace("days:", "confirmed: assignments\ndays:")


def officer(person: str = "w", at: str = "A1") -> Account:
    made = account(f"officer-{person}", person=person)
    if not made.grants.exists():
        grant(made, "officer", unit(at))
    return made


def page(who: Account, address: str) -> Any:
    client = Client()
    sign_in(client, who)
    return client.get(address, follow=True)


def text(who: Account, address: str = "/personal-plan") -> str:
    answer = page(who, address)
    assert answer.status_code == 200
    found: str = answer.content.decode()
    return found


@pytest.mark.django_db
def test_an_officer_finds_his_plan_from_the_first_page_before_anything_was_weighed(
    tmp_path: Path, settings: Any
) -> None:
    opened(tmp_path, settings, PERSONS)
    who = officer()
    assert 'href="/personal-plan/w/"' in text(who, "/")
    shown = text(who)
    assert "甲市一县税务局 · 税源管理岗" in shown
    assert '占 <span class="num">1</span>' in shown
    for points in ("53.33", "26.67", "20", "100"):
        assert f"<b>{points}</b>" in shown or f'"num">{points}</td>' in shown
    assert "税源管理职责：按户提醒，保证按期申报率，对逾期未申报的催报" in shown
    assert "《征管办法》第二十五条" in shown
    assert "按关联即计" in shown
    assert "counts by its link" in page_in_english(who)


def page_in_english(who: Account) -> str:
    client = Client()
    sign_in(client, who)
    client.cookies["django_language"] = "en"
    found: str = client.get("/personal-plan/w/").content.decode()
    return found


@pytest.mark.django_db
def test_what_is_not_confirmed_yet_is_there_without_points_and_gets_them_when_it_is(
    tmp_path: Path, settings: Any
) -> None:
    opened(tmp_path, settings, ASKS)
    who = officer()
    assert "尚未分解到这个岗位" in text(who)
    of = handed_down()
    waiting = text(who)
    assert "待确认" in waiting
    assert "没有承接的" in waiting, "nothing counts yet, so that 80 points are missing"
    first = one()
    confirm(of.pk, unit("A1"), {first.pk: first.version}, by=with_role("unit", "A1"), now=NOW)
    assert "已确认" in text(who), "confirmed, and not in the record yet"
    work(carry(of.pk, by=office(), now=NOW + timedelta(minutes=1)))
    shown = text(who)
    assert "2026年1月1日 起" in shown
    assert "主办" in shown
    assert "<b>80</b>" in shown


@pytest.mark.django_db
def test_of_two_years_of_a_plan_the_newer_cascade_says_how_far_it_has_come(tmp_path: Path, settings: Any) -> None:
    opened(tmp_path, settings, ASKS)
    of, old = handed_down(), one()
    Assignment.objects.exclude(pk=old.pk).delete()
    Assignment.objects.update(state="confirmed")
    post = Carrier.objects.get(assignment=old, post="A1-0").post
    of.pk, of.year = None, "2027"
    of.save(force_insert=True)
    old.pk, old.cascade, old.state = None, of, "returned"
    old.save(force_insert=True)
    Carrier.objects.create(assignment=old, post=post, part="lead", share=1)
    shown = text(officer())
    assert "已退回" in shown
    assert "已确认" not in shown


@pytest.mark.django_db
def test_his_unit_and_the_office_see_it_on_record_and_nobody_else_does(tmp_path: Path, settings: Any) -> None:
    opened(tmp_path, settings, PERSONS)
    address = "/personal-plan/w/"
    for role, at in (("unit", "A1"), ("office", "P")):
        assert page(with_role(role, at), address).status_code == 200
    assert [one.role for one in Told.objects.filter(act="personal-plan").order_by("number")] == ["unit", "office"]
    text(officer())
    assert Told.objects.filter(act="personal-plan").count() == 2, "one's own is not told"
    for other in (officer("z", "A2"), with_role("unit", "A2"), with_role("unit", "A"), with_role("leader", "A")):
        assert page(other, address).status_code == 404


@pytest.mark.django_db
def test_where_there_is_nothing_to_show_it_says_why(tmp_path: Path, settings: Any) -> None:
    opened(tmp_path, settings)
    assert "还没有个人绩效方案" in text(officer())
    assert "没有担任岗位" in text(officer("unknown")), "an account of somebody whom the registers do not know"


@pytest.mark.django_db
def test_who_holds_no_post_is_told_so(tmp_path: Path, settings: Any) -> None:
    opened(tmp_path, settings, PERSONS)
    Person.objects.create(code="new", name="新来的", unit=unit("A1"))
    assert "没有担任岗位" in text(officer("new"))


@pytest.mark.django_db
def test_the_liaison_goes_from_a_post_to_the_plan_of_who_holds_it(tmp_path: Path, settings: Any) -> None:
    opened(tmp_path, settings, PERSONS)
    of = handed_down()
    shown = text(with_role("unit", "A1"), f"/cascade/{of.pk}/unit/A1/")
    assert '<a href="/personal-plan/w/">王</a>' in shown


@pytest.mark.django_db
def test_the_office_sees_whose_plans_change_before_what_is_confirmed_is_loaded(tmp_path: Path, settings: Any) -> None:
    opened(tmp_path, settings, ASKS)
    of, who = handed_down(), office()
    address = f"/cascade/{of.pk}/persons"
    assert "没有人的个人计划会变" in text(who, address)
    first = one()
    confirm(of.pk, unit("A1"), {first.pk: first.version}, by=with_role("unit", "A1"), now=NOW)
    shown = text(who, address)
    assert '<a href="/personal-plan/w/">王</a>' in shown
    assert "新承接" in shown
    assert f'action="/cascade/{of.pk}/carry"' in shown
    assert "/personal-plan/z/" not in shown, "nobody of another unit"
    assert address in text(who, f"/cascade/{of.pk}/")
    work(carry(of.pk, by=who, now=NOW + timedelta(minutes=1)))
    assert "没有人的个人计划会变" in text(who, address)


@pytest.mark.django_db
def test_where_no_plan_asks_for_confirmations_loading_them_changes_nobody(tmp_path: Path, settings: Any) -> None:
    opened(tmp_path, settings, PERSONS)
    shown = text(office(), f"/cascade/{handed_down().pk}/persons")
    assert "干部个人绩效：按关联计分，不以认定为条件" in shown
    assert "没有以认定为条件的个人绩效方案" in shown


@pytest.mark.django_db(transaction=True)
def test_very_many_are_compared_beside_the_page_which_comes_back_for_them(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Event()

    def slow(of: Cascade) -> Confirmed:
        asked.wait(20)
        return awaited(of)

    monkeypatch.setattr(loading, "AT_ONCE", 0)
    monkeypatch.setattr(loading, "awaited", slow)
    opened(tmp_path, settings, ASKS)
    of, who, first = handed_down(), office(), one()
    confirm(of.pk, unit("A1"), {first.pk: first.version}, by=with_role("unit", "A1"), now=NOW)
    address = f"/cascade/{of.pk}/persons"
    shown = text(who, address)
    assert "正在逐人比对" in shown
    assert f'hx-get="{address}"' in shown
    asked.set()
    until = monotonic() + 20
    while "正在逐人比对" in shown and monotonic() < until:
        sleep(0.1)
        shown = text(who, address)
    assert '<a href="/personal-plan/w/">王</a>' in shown


def test_what_failed_beside_a_page_is_told_once_and_tried_again() -> None:
    later: Later[int] = Later("trial")
    answers = iter((ValueError("not today"), 5))

    def work() -> int:
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    assert waited(later, work) == "not today"
    assert waited(later, work) == 5
    assert later.ask("key", work) == 5, "kept"


def test_of_many_who_wait_everybody_gets_an_answer_and_each_question_is_worked_on_once() -> None:
    later: Later[str] = Later("trial")
    begun, go = [], Event()

    def work(key: str) -> str:
        begun.append(key)
        go.wait(20)
        return key

    questions = ("a", "b", "c", "d")
    for _ in range(3):
        assert [later.ask(key, partial(work, key)) for key in questions] == [None] * 4
    go.set()
    assert [later.ask(key, partial(work, key), 20) for key in questions] == [*questions]
    assert begun == [*questions]


def test_what_nobody_comes_back_for_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(later_room, "AWAITED", 0.0)
    later: Later[str] = Later("trial")
    begun, go = [], Event()

    def work(key: str) -> str:
        begun.append(key)
        go.wait(20)
        return key

    later.ask("a", partial(work, "a"))
    while not begun:
        sleep(0.01)
    for key in ("b", "c", "d"):
        later.ask(key, partial(work, key))
    go.set()
    assert later.ask("d", partial(work, "d"), 20) == "d"
    assert begun == ["a", "c", "d"], "b was left by whoever asked for it"


def waited(later: Later[int], work: Any) -> object:
    until = monotonic() + 20
    while monotonic() < until:
        try:
            found = later.ask("key", work)
        except ValueError as problem:
            return str(problem)
        if found is not None:
            return found
        sleep(0.01)
    return None
