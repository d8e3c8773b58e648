"""Every piece on one page, in a real browser: in both languages, with the keyboard, on paper, without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.web.browser import Enter, axe

DRAWN = "() => document.querySelectorAll('figure.drawn svg').length >= 8"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_piece_passes_the_rules_of_accessibility(enter: Enter, language: str) -> None:
    page = enter("system", "/style")
    if language == "en":
        page.get_by_role("button", name="English").click()
    page.wait_for_function(DRAWN)
    assert page.locator("html").get_attribute("lang") == ("en" if language == "en" else "zh-CN")
    axe(page)


@pytest.mark.parametrize("width", [1366, 1920, 2560])
def test_nothing_is_wider_than_the_screen(enter: Enter, width: int) -> None:
    page = enter("system", "/style")
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_function(DRAWN)
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_keyboard_reaches_content_search_and_menu(enter: Enter) -> None:
    page = enter("system", "/style")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    account = page.locator("details.drop")
    account.locator("summary").press("Enter")
    assert account.get_by_role("button", name="退出登录").is_visible()
    page.keyboard.press("Escape")
    assert account.get_attribute("open") is None


def test_a_chart_can_be_taken_away_as_picture_and_as_numbers(enter: Enter) -> None:
    page = enter("system", "/style")
    page.wait_for_function(DRAWN)
    figure = page.locator("figure[data-chart=peers]")
    taken = {}
    for kind in ("png", "svg", "csv"):
        with page.expect_download() as waiting:
            figure.locator(f"[data-save={kind}]").click()
        taken[waiting.value.suggested_filename] = waiting.value.path().read_bytes()
    assert taken["peers.png"].startswith(b"\x89PNG")
    assert b"<svg" in taken["peers.svg"]
    assert taken["peers.csv"].decode("utf-8-sig").splitlines()[:2] == ['"单位","位次","得分"', '"甲市","1","94.23"']


def test_a_dialog_opens_and_closes(enter: Enter) -> None:
    page = enter("system", "/style")
    page.get_by_role("button", name="生成报告").click()
    page.get_by_role("dialog").get_by_role("button", name="关闭").click()
    assert page.get_by_role("dialog").count() == 0


def test_on_paper_there_is_no_frame(enter: Enter) -> None:
    page = enter("system", "/style")
    page.emulate_media(media="print")
    assert not page.locator("header.head").is_visible()
    assert not page.locator("nav.side").is_visible()
    assert page.get_by_role("heading", name="红榜").is_visible()


def test_without_javascript_numbers_are_there_and_one_can_leave(browser: Browser, live: str, signed_in: Any) -> None:
    client = Client()
    signed_in(client, "system")
    context = browser.new_context(base_url=live, java_script_enabled=False, locale="zh-CN")
    context.add_cookies([{"name": name, "value": one.value, "url": live} for name, one in client.cookies.items()])
    page = context.new_page()
    page.goto("/style")
    chart = page.locator("figure[data-chart=peers]")
    assert not chart.locator(".chart-room").is_visible()
    chart.locator("summary").click()
    assert chart.get_by_role("cell", name="94.23").is_visible()
    page.locator("details.drop summary").click()
    page.get_by_role("button", name="退出登录").click()
    assert page.url.endswith("/login")
    context.close()


def test_signing_in_passes_the_rules_of_accessibility(page: Page) -> None:
    page.goto("/login")
    axe(page)
    page.goto("/nowhere")
    axe(page)
