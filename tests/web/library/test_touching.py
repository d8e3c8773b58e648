"""谁的个人计划会变: told while the office writes a plan for persons, and before another person puts it in force."""

from __future__ import annotations

import re
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.test import Client

from steelyard.bureau.people.changing import books_changed
from steelyard.engine.model.book import read_book
from steelyard.engine.problems import Refused
from steelyard.lake.record.snapshot import snapshot
from steelyard.web.library.models import Rule, Version
from steelyard.web.library.rules import bureau
from steelyard.web.library.taking import take_up
from steelyard.web.pages import touched
from steelyard.web.pages.library import touching
from steelyard.web.people.models import Account
from tests.bureau.small_bureau import BOOK
from tests.web.cascade.small import opened
from tests.web.cascade.test_personal_plan import PERSONS
from tests.web.library.test_library import colleague
from tests.web.people.world import NOW, sign_in, with_role

URGED = "  - {indicator: filing_urged, duties: [税源管理职责], weight: 1}\n"
HEADS = URGED.replace("税源管理职责", "分局长职责")


@pytest.fixture
def office(db: None, tmp_path: Path, settings: Any) -> Account:  # noqa: ARG001  tables must be there
    opened(tmp_path, settings, PERSONS)
    who = with_role("office")
    take_up(by=who, now=NOW)
    return who


def as_(who: Account) -> Client:
    client = Client()
    sign_in(client, who)
    return client


def text() -> str:
    return Version.objects.get(rule__address="people").text


def told(who: Account, typed: str, **more: Any) -> str:
    answer = as_(who).post("/library/people/persons", {"text": typed, "base": 1, **more})
    assert answer.status_code == 200
    return plain(answer)


def plain(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_another_owner_is_told_person_by_person_before_it_is_kept(office: Account) -> None:
    """Urging goes from those who manage sources to the heads, who carried nothing before."""
    shown = told(office, text().replace(URGED, HEADS))
    assert "有个人计划 4 重排 4 有变动 4" in shown
    for line in ("王 税源管理岗", "按期申报率 53.33 → 80", "催报及时率 26.67 不再承接", "催报及时率 新承接 80"):
        assert line in shown
    assert "没有人无承接，也没有人重复承接" in shown
    assert Version.objects.filter(rule__address="people").count() == 1


def test_who_would_be_left_with_nothing_or_twice_the_same_is_named(office: Account) -> None:
    without = "".join(line for line in text().splitlines(keepends=True) if "indicator: filing" not in line)
    without = without.replace("links:\n", "links: []\n")
    shown = told(office, without)
    assert "王（w）在 A1 的岗位 A1-0 没有承接任何指标" in shown
    assert "新出现的无承接或重复 2" in shown, "the heads carried nothing before, either"
    doubled = told(office, text() + "  - {indicator: filing_urged, posts: [A1-0], weight: 1}\n")
    assert "王（w）在岗位 A1-0 由几条关联重复承接“filing_urged”" in doubled
    assert "没有人的个人计划会变" in doubled


def test_what_is_not_finished_and_what_changes_for_all_is_said(office: Account) -> None:
    book = read_book([("book.yaml", BOOK), ("rules.yaml", PERSONS.replace("linked: 80", "linked: count(matter)"))])
    with pytest.raises(Refused) as refused:
        list(books_changed(snapshot(bureau().record), bureau().book(), book))
    assert [one.code for one in refused.value.problems] == ["persons-unfinished"]
    assert "还没有写完整" in told(office, text().replace("linked: 80", "linked: count(matter)"))
    shown = told(office, text().replace("days: calendar", "days: workdays"))
    assert "对全部有个人计划的人另有改变：日数怎样数" in shown
    assert "没有人的个人计划会变" not in shown


def test_many_persons_come_page_by_page(office: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(touched, "MANY", 3)
    changed = text().replace(URGED, HEADS)
    first, second = told(office, changed), told(office, changed, page="2")
    names = [{name for name in "王李赵陈" if f" {name} " in shown} for shown in (first, second)]
    assert [len(one) for one in names] == [3, 1]
    assert names[0] | names[1] == set("王李赵陈")


def test_who_may_not_know_the_persons_sees_how_many_they_are(office: Account) -> None:
    changed = text().replace(URGED, HEADS)
    shown = told(with_role("assessor"), changed)
    assert "有变动 4" in shown
    assert "逐人的变动由绩效办查看" in shown
    assert " 王 " not in shown
    assert as_(with_role("unit", "A1")).post("/library/people/persons", {"text": changed}).status_code == 404
    del office


def test_who_puts_a_version_in_force_sees_it_first(office: Account) -> None:
    """From the card of the rule, for the version that waits."""
    changed = text().replace(URGED, HEADS)
    as_(office).post("/library/people/write", {"text": changed, "base": 1, "reason": "换承接岗位"})
    other = as_(colleague())
    card = other.get("/library/people/").content.decode()
    assert "/library/people/persons?version=2" in card
    assert "有变动 4" in plain(other.get("/library/people/persons?version=2"))
    assert other.get("/library/people/persons?version=9").status_code == 404
    assert other.get("/library/filing_urged/persons?version=1").status_code == 404
    form = as_(office).get("/library/people/write").content.decode()
    assert 'hx-post="/library/people/persons"' in form
    assert Rule.objects.get(address="people").current == 1


def test_a_plan_of_units_that_drops_an_indicator_changes_who_carried_it(office: Account) -> None:
    plan = Version.objects.get(rule__address="all").text.replace("filing_urged, ", "")
    answer = as_(office).post("/library/all/persons", {"text": plan, "base": 1})
    assert "催报及时率 26.67 不再承接" in plain(answer)


def test_what_takes_long_is_worked_out_beside_the_page_which_comes_back(
    office: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, changed = Event(), text().replace(URGED, HEADS) + "# asked for once\n"

    def slow(*given: Any) -> Any:
        go_on.wait(20)
        return books_changed(*given)

    monkeypatch.setattr(touching, "books_changed", slow)
    monkeypatch.setattr(touching, "PATIENCE", 0.01)
    answer = as_(office).post("/library/people/persons", {"text": changed, "base": 1})
    assert "正在逐人比对" in plain(answer)
    assert 'hx-post="/library/people/persons"' in answer.content.decode()
    go_on.set()
    monkeypatch.setattr(touching, "PATIENCE", 20)
    assert "有变动 4" in told(office, changed)
