"""Pages of results in a real browser: they hold on both screens, by keyboard, and for those who hear them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from steelyard.bureau.opened import OPENER
from tests.web.browser import OFFICE, WIDE, whole
from tests.web.pages.results.conftest import Site

pytestmark = [pytest.mark.xdist_group("province"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def entered(page: Page, live: str, site: Site) -> Any:
    """``entered(role, address)``: the page for the account of that role in the demonstration."""

    def at(role: str, address: str) -> Page:
        client: Client = site.client(role)
        page.context.add_cookies(
            [{"name": name, "value": one.value, "url": live} for name, one in client.cookies.items()]
        )
        page.goto(address)
        page.wait_for_load_state("networkidle")
        return page

    return at


def test_pages_are_for_everybody_on_every_screen(entered: Any, site: Site) -> None:
    OPENER.wait(site.folder, site.folder.parent.parent / "record")
    version, unit, loss = site.version, site.unit, site.loss
    addresses = [
        reverse("portrait", args=[version, unit]),
        reverse("unit-indicators", args=[version, unit]),
        reverse("explanation", args=[version, unit, loss]),
        reverse("rows", args=[version, unit, loss]),
        reverse("proof", args=[version, unit, "total"]),
        reverse("ranking", args=[version]),
        reverse("indicator", args=[version, loss]),
        reverse("compare", args=[version]) + f"?a={unit}&b={site.views.overview.units[0].code}",
        reverse("compare", args=[version])
        + f"?of=periods&a={unit}&m={site.views.overview.months[-1]}&n={site.views.overview.months[0]}",
        reverse("compare", args=[version]) + f"?x={loss}&y={site.views.overview.rules[0].id}",
        reverse("whole", args=[version]),
        reverse("person", args=[version, site.person]),
        reverse("search") + "?q=局",
    ]
    for address in addresses:
        page = entered("office", address)
        whole(page)


def test_a_row_opens_below_itself_and_its_links_lead_on(entered: Any, site: Site) -> None:
    page = entered("unit", reverse("unit-indicators", args=[site.version, site.unit]) + f"?q={site.loss}")
    page.get_by_role("link", name="下钻").press("Enter")
    opened = page.locator(f"#drill-{site.loss}")
    expect(opened).to_contain_text("依据")
    opened.get_by_role("link", name="来源记录").focus()
    opened.get_by_role("button", name="收起").press("Enter")
    expect(opened).to_be_empty()


def test_the_wall_fills_its_screen_without_scrolling(entered: Any, site: Site) -> None:
    page = entered("leader", reverse("wall", args=[site.version]))
    for size in (OFFICE, WIDE):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
    expect(page.locator("figure.drawn")).to_have_count(3)
