"""Making a plan in a real browser: ticked by keyboard, on both sizes of screen, in both languages, with no fault that a
machine can find."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from steelyard.web.plans.models import Making
from steelyard.web.plans.picking import tick, untick
from tests.web.browser import Enter, axe, whole
from tests.web.people.world import NOW
from tests.web.plans import office as world
from tests.web.plans.office import begun, department, moved, place, said

PARTS = ("picks", "diff", "checks", "tasks", "burden", "comments", "head", "steps")


@pytest.fixture
def making(transactional_db: None, tmp_path: Path, settings: Any) -> Making:  # noqa: ARG001  seen by the server
    world.placed(tmp_path, settings)
    return begun()


def test_a_department_ticks_by_keyboard_and_the_office_sends_it_round(making: Making, enter: Enter) -> None:
    page = enter("assessor", f"/plans/{making.pk}/tick?q=prompt", "P1")
    page.get_by_label("按期").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="勾选所选").first.click()
    expect(page.get_by_text("已勾选 1 项")).to_be_visible()
    expect(page.get_by_text("省局一处 · 共性")).to_be_visible()
    office = enter("office", f"/plans/{making.pk}/")
    office.locator("summary", has_text="征求意见").click()
    office.get_by_label("意见期限").fill("3")
    office.locator("form[action$=consult] button").click()
    expect(office.get_by_text("已征求意见")).to_be_visible()
    unit = enter("unit", f"/plans/{making.pk}/?part=comments", "A1")
    unit.get_by_label("意见 *").fill("目标偏高")
    unit.get_by_role("button", name="提交").click()
    expect(unit.get_by_text("未答复", exact=True)).to_be_visible()


def test_the_check_comes_by_itself_and_the_group_waives_there(making: Making, enter: Enter) -> None:
    world.weigh_all(making)
    page = enter("group", f"/plans/{making.pk}/?part=checks")
    expect(page.get_by_role("heading", name="检查结果")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="由县局承担")
    row.get_by_text("特批", exact=True).click()
    for label, text in (("批准人", "温衡"), ("职务", "组长"), ("批准文件", "税绩1号"), ("理由", "试点一年")):
        row.get_by_label(label).fill(text)
    row.get_by_role("button", name="登记特批").click()
    expect(page.get_by_text("特批已登记")).to_be_visible()
    expect(page.get_by_role("cell", name="温衡（组长）", exact=True)).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_part_is_sound_on_both_screens(making: Making, enter: Enter, language: str) -> None:
    moved(making, "consult")
    said(making)
    page = enter("office", "/plans")
    if language == "en":
        page.get_by_role("button", name="English").click()
    one = f"/plans/{making.pk}/"
    more = ("tick", "tick?q=none", "head", "head?way=text", "?part=picks&change=done", "?part=picks&group=1")
    addresses = [*(f"{one}?part={part}" for part in PARTS), *(f"{one}{rest}" for rest in more)]
    for address in ("/plans", "/plans?all=1", "/plans/new", *addresses):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        whole(page)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_form_that_opens_is_sound_and_closes_where_it_was_opened(making: Making, enter: Enter, language: str) -> None:
    world.weigh_all(making)
    page = enter("group", f"/plans/{making.pk}/?part=checks")
    if language == "en":
        page.get_by_role("button", name="English").click()
    page.locator("#checks details.ask summary").first.press("Enter")
    expect(page.locator("[name=authority]").first).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(page.locator("#checks details.ask summary").first).to_be_focused()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_issued_is_sound(making: Making, enter: Enter, language: str) -> None:
    tick(making.pk, ["prompt", "major"], place(making), by=department("P1"), now=NOW)
    untick(making.pk, "done", by=world.office(), now=NOW)
    Making.objects.filter(pk=making.pk).update(stage="issued", number="税绩〔2026〕9号", issued_on=NOW.date())
    page = enter("office", f"/plans/{making.pk}/")
    if language == "en":
        page.get_by_role("button", name="English").click()
    for address in (f"/plans/{making.pk}/", f"/plans/{making.pk}/notice"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        whole(page)
