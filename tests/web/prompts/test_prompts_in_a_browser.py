"""The prompt in place, in a real browser: chosen case by case, heard, and out of the way when it cannot be had."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.web.browser import Enter, axe, whole
from tests.web.people.world import bureau
from tests.web.prompts.office import opened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path) -> Iterator[None]:
    before = settings.STEELYARD
    bureau()
    opened(tmp_path)
    yield
    settings.STEELYARD = before


def test_the_prompt_follows_the_case_and_says_so_when_it_cannot_be_had(enter: Enter) -> None:
    page = enter("unit", "/prompts/try", "A1")
    prompt = page.locator("steelyard-prompt")
    expect(prompt).to_contain_text("综合受理职责")
    expect(prompt).to_contain_text("60 个工作分钟内办结")
    expect(prompt).to_contain_text("还没有公布的结果")
    axe(page)
    whole(page)
    page.get_by_role("link", name="A1-003").click()
    expect(prompt).to_contain_text("没有时限")
    page.route("**/prompts/ask/**", lambda route: route.fulfill(body="<h1>gateway</h1>"))
    page.reload()
    expect(prompt).to_contain_text("暂时取不到，不影响办理")


def test_it_speaks_the_language_of_its_page(enter: Enter, page: Any) -> None:
    page.set_extra_http_headers({"Accept-Language": "en"})
    page = enter("unit", "/prompts/try", "A1")
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": page.url}])
    page.reload()
    expect(page.locator("steelyard-prompt")).to_contain_text("within 60 working minutes")
    axe(page)
