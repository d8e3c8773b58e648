"""The page where one signs in, in a real browser: what is offered, with and without scripts, and all the way to a
provider and back under the site's own policy for contents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from steelyard.web.identities.naming import Directory, Provider
from tests.web.browser import OFFICE, axe
from tests.web.people.outside import free_port
from tests.web.people.provider_here import CLIENT, SECRET, Here, provider
from tests.web.people.world import PASSWORD, account

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(tmp_path: Path, settings: Any) -> Iterator[Here]:
    (tmp_path / "a.key").write_text(SECRET)
    with provider() as found:
        settings.STEELYARD = replace(
            settings.STEELYARD,
            ldap=Directory(f"ldap://127.0.0.1:{free_port()}", "dc=x", "cn=x", tmp_path / "a.key", seconds=1),
            oidc=Provider(found.issuer, CLIENT, tmp_path / "a.key", name="省局统一门户"),
        )
        yield found


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def door(request: pytest.FixtureRequest, browser: Browser, live: str) -> Iterator[Page]:
    context = browser.new_context(viewport=OFFICE, locale="zh-CN", base_url=live, java_script_enabled=request.param)
    page = context.new_page()
    page.goto("/login?next=/own")
    yield page
    context.close()


def test_to_the_provider_and_back_to_where_one_wanted(here: Here, door: Page, live: str) -> None:
    account("zhang.wei", way="provider")
    asked: list[str] = []
    door.on("request", lambda request: asked.append(request.url))
    door.get_by_role("link", name="用省局统一门户登录").click()
    door.wait_for_url(f"{live}/own")
    expect(door.locator("h1").first).to_have_text("我的账号")
    expect(door.get_by_text("在统一身份认证")).to_be_visible()
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(live).netloc, urlsplit(here.issuer).netloc}


@pytest.mark.usefixtures("here")
def test_a_silent_directory_is_told_and_a_password_of_the_site_still_opens(door: Page, live: str) -> None:
    account("li")
    for password in ("wrong", PASSWORD):
        door.get_by_label("用户名").fill("li")
        door.get_by_label("口令").fill(password)
        door.get_by_role("button", name="登录", exact=True).click()
        if password == "wrong":
            expect(door.get_by_text("单位目录没有应答")).to_be_visible()
    door.wait_for_url(f"{live}/own")


def test_the_page_is_readable_by_everybody_whatever_it_offers(here: Here, browser: Browser, live: str) -> None:
    context = browser.new_context(viewport=OFFICE, locale="zh-CN", base_url=live)
    page = context.new_page()
    for address in ("/login", "/login/provider/back?code=x"):
        page.goto(address)
        axe(page)
        assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_role("button", name="English").click()
    page.goto("/login")
    expect(page.get_by_role("link", name="Sign in with 省局统一门户")).to_be_visible()
    context.close()
    assert here.codes == {}
