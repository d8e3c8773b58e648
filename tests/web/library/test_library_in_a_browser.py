"""The library in a real browser: every page on both screens and in both languages, forms by keyboard, what is wrong at
its field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from steelyard.web.configuration import Configuration
from steelyard.web.library.considering import Wanted
from steelyard.web.library.models import Version
from steelyard.web.library.taking import take_up
from steelyard.web.library.writing import write
from tests.web.browser import Enter, whole
from tests.web.people.world import NOW, unit, with_role

BUREAU = Path(__file__).parents[3] / "examples" / "province"
PAGES = (
    "/library", "/library?kind=task", "/library?q=none", "/library?state=waiting", "/library/filing_on_time/",
    "/library/branches_2026/", "/library/doc_measures/", "/library/duty_advice/", "/library/task_arrears/",
    "/library/new", "/library/new?kind=task", "/library/filing_on_time/write",
    "/library/filing_on_time/write?way=text", "/library/branches_2026/write", "/library/read", "/library/bring",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _taken(transactional_db: None, tmp_path: Path, settings: Any) -> None:  # noqa: ARG001  seen by the server
    settings.STEELYARD = Configuration(tmp_path, bureau=str(BUREAU))
    unit("P")
    office = with_role("office")
    take_up(by=office, now=NOW)
    one = Version.objects.get(rule__code="filing_on_time")
    text = one.text.replace("warn: value < target", "warn: value <= target")
    write(Wanted(text, one.rule, 1), "刚好达到也预警", by=with_role("assessor"), now=NOW)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_for_everybody_on_every_screen(enter: Enter, language: str) -> None:
    page = enter("office", "/library")
    if language == "en":
        page.get_by_role("button", name="English").click()
    for address in PAGES:
        page.goto(address)
        expect(page.locator("h1")).not_to_be_empty()
        page.wait_for_load_state("networkidle")
        whole(page)


def test_what_is_wrong_has_the_focus_and_leads_to_its_field(enter: Enter) -> None:
    page = enter("office", "/library/filing_on_time/write")
    page.get_by_label("目标值").fill("abc%")
    page.get_by_role("button", name="只检查").press("Enter")
    wrong = page.get_by_role("alert")
    expect(wrong).to_be_focused()
    whole(page)
    page.keyboard.press("Tab")
    expect(wrong.get_by_role("link", name="目标值")).to_be_focused()
    field = page.get_by_label("目标值")
    assert field.get_attribute("aria-invalid") == "true"
    said = (field.get_attribute("aria-describedby") or "").split()
    assert all(page.locator(f"#{one}").count() == 1 for one in said)
    expect(page.locator("#wrong-target")).to_contain_text("看不懂")


def test_a_weight_is_moved_with_the_keyboard_and_the_number_follows(enter: Enter) -> None:
    page = enter("office", "/library/branches_2026/write")
    slider, number = page.locator("[data-drags]").first, page.locator("input[type=number]").first
    before = float(number.input_value())
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert float(number.input_value()) > before


def test_a_box_in_the_head_ticks_all_and_the_button_says_how_many(enter: Enter) -> None:
    page = enter("office", "/library?state=waiting")
    page.get_by_label("本页全选").focus()
    page.keyboard.press("Space")
    said = page.locator("output[data-ticked]")
    expect(said).to_have_text("1")
    page.keyboard.press("Space")
    expect(said).to_have_text("0")
