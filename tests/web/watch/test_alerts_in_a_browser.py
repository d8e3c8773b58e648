"""The way of an alert in a real browser: verified, pushed, answered by the unit, closed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from steelyard.web.watch.models import Alert, State
from tests.web.browser import Enter, axe, whole
from tests.web.people.world import bureau
from tests.web.watch.night import issue, night, opened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path) -> Iterator[None]:
    before = settings.STEELYARD
    bureau()
    opened(tmp_path)
    yield
    settings.STEELYARD = before


def again(page: Page, enter: Enter, role: str, address: str, unit: str = "P") -> Page:
    page.context.clear_cookies()
    return enter(role, address, unit)


def test_an_alert_goes_from_the_list_to_the_unit_and_back(enter: Enter) -> None:
    night(issue("one", (0,), under="A1", colour="red"))
    page = enter("assessor", "/alerts")
    axe(page)
    whole(page)
    page.get_by_role("link", name="限时办结率").click()
    whole(page)
    axe(page)
    page.get_by_role("button", name="核实属实").click()
    page.get_by_label("说明").fill("请说明原因和措施")
    page.get_by_role("button", name="推送给单位").click()
    expect(page.get_by_text("待答复").first).to_be_visible()
    again(page, enter, "unit", "/alerts", "A1")
    page.get_by_role("link", name="限时办结率").click()
    axe(page)
    page.get_by_label("情况和措施").fill("系统升级停机两天，已补办")
    page.get_by_role("button", name="答复").press("Enter")
    expect(page.get_by_text("已补办")).to_be_visible()
    again(page, enter, "assessor", f"/alerts/{Alert.objects.get().pk}/")
    page.locator("summary", has_text="办结").click()
    page.get_by_label("理由").first.fill("属实，已整改")
    page.get_by_role("button", name="办结").click()
    expect(page.get_by_text("已办结").first).to_be_visible()
    assert Alert.objects.get().state == State.CLOSED
