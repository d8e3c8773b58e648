"""Every piece on one page, in a real browser: in both languages, with the keyboard, on paper, without JavaScript."""

from __future__ import annotations

import pytest

from tests.web.browser import Enter, axe


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_piece_passes_the_rules_of_accessibility(enter: Enter, language: str) -> None:
    page = enter("system", "/style")
    if language == "en":
        page.get_by_role("button", name="English").click()
    page.wait_for_function("document.querySelectorAll('figure.drawn svg').length >= 8")
    assert page.locator("html").get_attribute("lang") == ("en" if language == "en" else "zh-CN")
    axe(page)
