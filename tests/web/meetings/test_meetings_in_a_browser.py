"""A meeting in a real browser: prepared, held, and what it decides assigned from its page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from steelyard.web.meetings.models import Meeting, State
from tests.web.browser import Enter, axe, whole
from tests.web.meetings.hall import decided, held
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


def test_a_meeting_is_prepared_held_and_its_decision_assigned(enter: Enter) -> None:
    decided(held().document, "压减报表填报")
    night(issue("red", (0, 1), colour="red"))
    page = enter("office", "/meetings")
    axe(page)
    whole(page)
    page.get_by_role("link", name="筹备一次会议").click()
    page.get_by_label("会议名称").fill("四月推进会")
    page.get_by_label("召开日期").fill("2026-11-30")
    page.get_by_label("纪要文号").fill("衡税纪〔2026〕4号")
    page.get_by_role("button", name="筹备").press("Enter")
    expect(page.get_by_text("材料随数据更新")).to_be_visible()
    axe(page)
    whole(page)
    page.get_by_role("button", name="召开，材料定稿").click()
    expect(page.get_by_text("材料定稿于")).to_be_visible()
    assert Meeting.objects.get(name="四月推进会").state == State.HELD
    page.get_by_role("link", name="交办议定事项").click()
    expect(page.locator("[name=document]")).to_have_value("衡税纪〔2026〕4号")
