"""The page of a health check in a real browser: it holds on both screens, and a unit comes to it from its portrait."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.web.browser import whole
from tests.web.pages.results.conftest import Site
from tests.web.pages.results.conftest import site as site
from tests.web.pages.results.test_results_in_a_browser import entered as entered

pytestmark = [pytest.mark.xdist_group("province"), pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("role", ["unit", "office"])
def test_the_check_holds_on_every_screen(entered: Any, site: Site, role: str) -> None:
    whole(entered(role, reverse("health", args=[site.version, site.unit])))


def test_a_unit_comes_from_its_portrait_to_its_check_and_takes_it_along(entered: Any, site: Site) -> None:
    page = entered("unit", reverse("portrait", args=[site.version, site.unit]))
    page.locator("#main").get_by_role("link", name="体检报告").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("绩效考评体检报告")
    expect(page.locator("#part-10")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("link", name="PDF").click()
    assert taken.value.suggested_filename == f"{site.unit}-health.pdf"
