"""The quality lab in a real browser: on both screens, for those who hear it, and with the keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from steelyard.bureau.opened import OPENER
from tests.web.browser import whole
from tests.web.pages.lab.test_lab_pages import looked as looked
from tests.web.pages.results.conftest import Site
from tests.web.pages.results.test_results_in_a_browser import entered as entered

pytestmark = [pytest.mark.xdist_group("province"), pytest.mark.django_db(transaction=True)]


@pytest.mark.usefixtures("looked")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_its_pages_are_for_everybody_on_every_screen(entered: Any, site: Site, language: str) -> None:
    page = entered("office", f"/results/{site.version}/lab/")
    if language == "en":
        page.get_by_role("button", name="English").click()
    for address in ("", "?q=none", "filing_on_time/", "retire?id=filing_electronic", "next", "candidates"):
        page = entered("office", f"/results/{site.version}/lab/{address}")
        whole(page)


@pytest.mark.usefixtures("looked")
def test_ticking_an_indicator_with_the_keyboard_tells_what_would_change(entered: Any, site: Site) -> None:
    OPENER.wait(site.folder, site.folder.parent.parent / "record")
    page = entered("office", f"/results/{site.version}/lab/?verdict=retire")
    effect = page.locator("#effect")
    expect(effect).to_contain_text("勾选指标")
    page.locator("input[name=id]").first.focus()
    page.keyboard.press("Space")
    expect(effect).to_contain_text("Spearman", timeout=20_000)
    expect(effect.locator("b .num").first).to_have_text("1")
    page.keyboard.press("Space")
    expect(effect).to_contain_text("勾选指标")
