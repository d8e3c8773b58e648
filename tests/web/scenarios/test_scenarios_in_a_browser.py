"""Two scenarios in a real browser: put together from a rule's form, seen side by side, returned to, dropped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from steelyard.web.library.models import Rule, Version
from steelyard.web.scenarios.models import Scenario, State
from tests.web.browser import Enter, whole
from tests.web.library.aimed import kept
from tests.web.promises import rows
from tests.web.promises.bureau import behind

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Any) -> None:
    behind(settings, tmp_path).open()
    rows.placed()
    rows.versions()
    kept()


def put(page: Page, plan: Rule, weight: str, name: str) -> None:
    page.goto(f"/library/{plan.address}/write")
    page.locator("input[name^='weight-']").first.fill(weight)
    page.get_by_label("新情景的名称").fill(name)
    page.get_by_role("button", name="放进情景").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_two_scenarios_are_made_compared_returned_to_and_dropped(enter: Enter) -> None:
    plan, before = Rule.objects.get(kind="plan"), Version.objects.count()
    page = enter("office", "/scenarios")
    expect(page.get_by_text("还没有情景")).to_be_visible()
    put(page, plan, "1", "少一些")
    put(page, plan, "90", "多一些")
    whole(page)
    page.goto("/scenarios")
    expect(page.get_by_role("region", name="各情景的影响").get_by_role("link")).to_have_count(2)
    expect(page.get_by_role("region", name="变动最大的单位")).to_contain_text("局")
    whole(page)
    less = Scenario.objects.get(name="少一些")
    page.goto(f"/library/{plan.address}/write")
    page.locator("input[name^='weight-']").first.fill("2")
    page.get_by_label("情景", exact=True).select_option(str(less.pk))
    page.get_by_role("button", name="放进情景").click()
    first, second = less.saved.order_by("number")
    assert first.digest != second.digest
    page.get_by_role("link", name="第 1 次").click()
    page.get_by_role("button", name="回到这一次").click()
    expect(page.get_by_text("已回到第 1 次保存")).to_be_visible()
    assert less.last.digest == first.digest
    whole(page)
    page.get_by_role("button", name="弃用").click()
    expect(page.get_by_text("已弃用").first).to_be_visible()
    assert Scenario.objects.get(pk=less.pk).state == State.DROPPED
    assert Version.objects.count() == before, "the library is as it was"
