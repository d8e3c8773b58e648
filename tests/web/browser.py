"""A real browser for tests: pages signed in as anybody, held to what every page promises when the test is over."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

AXE = Path(__file__).parent / "look/vendor/axe.js"
OFFICE, WIDE = ViewportSize(width=1366, height=768), ViewportSize(width=1920, height=1080)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

Enter = Callable[..., Page]


def executable() -> str | None:
    """The browser of this machine; Playwright's own is a download that no test may depend on."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = executable()
    if found is None:
        pytest.skip("no Chromium: pages are not tested in a browser (tools/packages.sh installs it)")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs a loop beside the test; Django takes it for its own
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        opened = playwright.chromium.launch(executable_path=found, args=arguments)
        yield opened
        opened.close()


class Watched:
    """What a page did that no page may do: asked another host, or complained."""

    def __init__(self, page: Page, home: str) -> None:
        self.elsewhere: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self._asked(request.url, home))
        page.on("console", lambda said: self._said(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _asked(self, url: str, home: str) -> None:
        if not url.startswith((home, "data:", "blob:", "about:")):
            self.elsewhere.append(url)

    def _said(self, kind: str, text: str) -> None:
        refused_on_purpose = text.startswith("Failed to load resource") and any(
            f" {code} " in text for code in (404, 422)
        )
        if kind == "error" and not refused_on_purpose:
            self.complaints.append(text)


@pytest.fixture
def live(live_server: LiveServer) -> str:
    """The address of the site under test, with its static files."""
    return str(live_server.url)


@pytest.fixture
def page(browser: Browser, live: str) -> Iterator[Page]:
    """An empty page on the size of an office screen, in Chinese. Nothing may leave the host, nothing may complain."""
    context = browser.new_context(viewport=OFFICE, locale="zh-CN", base_url=live, reduced_motion="reduce")
    opened = context.new_page()
    watched = Watched(opened, live)
    yield opened
    context.close()
    assert watched.elsewhere == []
    assert watched.complaints == []


@pytest.fixture
def enter(page: Page, live: str, signed_in: Any) -> Enter:
    """``enter("office", "/")``: the page at this address, for an account with this role over a unit."""

    def at(role: str, address: str = "/", unit: str = "P") -> Page:
        client = Client()
        signed_in(client, role, unit)
        for name, morsel in client.cookies.items():
            page.context.add_cookies([{"name": name, "value": morsel.value, "url": live}])
        assert settings.SESSION_COOKIE_NAME in client.cookies
        page.goto(address)
        return page

    return at


def axe(page: Page, *without: str) -> None:
    """No violation of WCAG 2.1 A and AA that a machine can find. ``without``: rules that a test has a reason to leave
    out."""
    page.evaluate(f"() => {{ {AXE.read_text('utf8')} }}")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
    rules = {name: {"enabled": False} for name in without}
    found = page.evaluate("(given) => axe.run(document, given)", {"runOnly": tags, "rules": rules})
    told = {
        one["id"]: [node["html"][:160] + " | " + node["failureSummary"][:300] for node in one["nodes"]]
        for one in found["violations"]
    }
    assert told == {}, "\n".join(f"{rule}: {node}" for rule, nodes in told.items() for node in nodes)


def whole(page: Page) -> None:
    """It says what it is, is readable by everybody and no wider than the screen, in both sizes."""
    expect(page.locator("h1").first).to_be_visible()
    for size in (WIDE, OFFICE):
        page.set_viewport_size(size)
        page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
        axe(page)
