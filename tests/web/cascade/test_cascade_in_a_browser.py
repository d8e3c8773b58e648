"""The pages of a cascade in a real browser: readable by everybody, and the way from proposed to confirmed, walked with
keys and mouse by a unit and the office."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from steelyard.web.cascade.models import Assignment, Seat, State
from steelyard.web.configuration import Configuration
from steelyard.web.people.models import Account
from tests.web.browser import OFFICE, Enter, whole
from tests.web.cascade.handed import assignment, cascade
from tests.web.people.world import bureau, person, unit

pytestmark = pytest.mark.django_db(transaction=True)
BUREAU = Path(__file__).parents[3] / "examples" / "province"


@pytest.fixture(autouse=True)
def _handed(tmp_path: Path) -> None:
    settings.STEELYARD = replace(Configuration(tmp_path), bureau=str(BUREAU))
    bureau()
    for state in State:
        assignment(state, reason="由县局集中办理" if state == State.RETURNED else "")
    assignment(indicator="second", assisted=False)


PAGES = ("/cascade", "/cascade/new", "{of}", "{of}?city=A", "{of}assignments", "{of}assignments?q=none", "{of}trace",
         "{of}trace/-", "{of}trace/-/of_returned", "/cascade/overdue", "{of}unit/A1/", "{of}unit/A1/?state=returned",
         "{of}unit/A1/letter", "/assignment/{returned}/")  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_the_office_is_whole_and_readable_by_everybody(enter: Enter, language: str) -> None:
    returned = Assignment.objects.get(state=State.RETURNED).pk
    page = enter("office", "/cascade")
    if language == "en":
        page.get_by_role("button", name="English").click()
    for address in PAGES:
        page.goto(address.format(of=f"/cascade/{cascade().pk}/", returned=returned))
        page.set_viewport_size(OFFICE)
        whole(page)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_officers_own_pages_are_whole_and_readable_by_everybody(enter: Enter, language: str) -> None:
    seat = Seat.objects.get(post="A1-0")
    person(seat.person, unit("A1"))
    page = enter("officer", "/cascade/mine", "A1")
    Account.objects.filter(grants__role="officer").update(person=seat.person)
    if language == "en":
        page.get_by_role("button", name="English").click()
    for address in ("/cascade/mine", f"/cascade/{cascade().pk}/person/{seat.person}/letter"):
        page.goto(address)
        expect(page.locator("table").first).to_be_visible()
        page.set_viewport_size(OFFICE)
        whole(page)


def test_confirming_all_asks_first(enter: Enter) -> None:
    page = enter("unit", f"/cascade/{cascade().pk}/unit/A1/", "A1")
    page.get_by_text("全部确认").first.press("Enter")
    expect(page.get_by_text("包括其他各页的")).to_be_visible()
    assert Assignment.objects.filter(state=State.PROPOSED).count() == 2
    page.get_by_role("button", name="全部确认").press("Enter")
    expect(page.get_by_text("待确认", exact=True).first).to_be_visible()
    assert not Assignment.objects.filter(unit="A1", state=State.PROPOSED).exists()


def test_a_unit_confirms_one_and_returns_another_and_the_office_insists(enter: Enter) -> None:
    first = Assignment.objects.get(indicator="of_proposed")
    page = enter("unit", f"/cascade/{cascade().pk}/unit/A1/", "A1")
    whole(page)
    page.get_by_role("checkbox", name=first.name).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="确认所选").press("Enter")
    expect(page.get_by_text("已确认").first).to_be_visible()
    first.refresh_from_db()
    assert first.state == State.CONFIRMED
    page.get_by_role("link", name="指标second").click()
    page.get_by_text("退回", exact=True).first.click()
    page.get_by_label("理由").last.fill("不属于本局职责")
    page.get_by_role("button", name="退回").click()
    expect(page.get_by_text("不属于本局职责").first).to_be_visible()
    whole(page)
    second = Assignment.objects.get(indicator="second")
    assert second.state == State.RETURNED
    page.context.clear_cookies()
    page = enter("office", f"/assignment/{second.pk}/")
    page.get_by_text("维持原分解", exact=True).first.click()
    page.locator("#reason-insist").fill("岗责第二十五条已明确")
    page.get_by_role("button", name="维持原分解").click()
    expect(page.get_by_text("待确认").first).to_be_visible()
    second.refresh_from_db()
    assert (second.state, second.steps.count()) == (State.PROPOSED, 2)


def test_a_unit_names_another_leading_post_and_wrong_shares_stay_typed(enter: Enter, settings: Any) -> None:
    del settings
    one = Assignment.objects.get(indicator="of_proposed")
    page = enter("unit", f"/assignment/{one.pk}/", "A1")
    page.get_by_text("改定岗位并确认", exact=True).first.click()
    page.locator('[name="share-0"]').first.fill("0.5")
    page.get_by_role("button", name="改定岗位并确认").click()
    expect(page.get_by_text("份额合计 0.9，应当恰好是 1")).to_be_visible()
    whole(page)
    page.locator('[name="share-0"]').first.fill("0.6")
    page.get_by_role("button", name="改定岗位并确认").click()
    expect(page.get_by_text("已确认").first).to_be_visible()
    one.refresh_from_db()
    assert one.state == State.CONFIRMED
