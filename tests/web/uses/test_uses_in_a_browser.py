"""The way of a use in a real browser: logged from a ranking, corrected, answered, and seen by the unit; and from an
account, seen by the officer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from steelyard.web.cycles.models import Stage, Version
from steelyard.web.uses.models import Difference, Kind, Review, State, Use
from tests.web.browser import Enter, whole
from tests.web.promises import rows
from tests.web.promises.bureau import behind
from tests.web.promises.rows import AT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Any) -> None:
    behind(settings, tmp_path).open()
    rows.placed()
    rows.versions()


def published() -> Version:
    return rows.versions()[Stage.PUBLISHED]


def corrected(use: Use) -> None:
    """As a correction leaves it that took points from the first of those named."""
    named = use.named.get(code=AT)
    review = Review.objects.create(
        use=use, before=use.version, after=use.version, changed=1, same=use.many - 1, at=use.at
    )
    Difference.objects.create(review=review, named=named, total="1.5", place=4, grade="", total_before=named.total,
                              place_before=named.place, grade_before=named.grade)  # fmt: skip
    Use.objects.filter(pk=use.pk).update(state=State.DUE)


def test_honours_are_logged_from_the_ranking_and_kept_after_a_correction(enter: Enter) -> None:
    page = enter("office", f"/results/{published().pk}/ranking/?class=县局")
    page.get_by_role("link", name="登记运用").click()
    expect(page.get_by_label("成组的")).to_have_value("class:县局")
    whole(page)
    page.get_by_label("用途").select_option("honours")
    page.get_by_label("使用部门").fill("机关党委")
    page.get_by_label("单位代码").fill("nowhere")
    page.get_by_label("文号").fill("党〔2027〕3号")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("alert")).to_contain_text("nowhere")
    expect(page.get_by_label("使用部门")).to_have_value("机关党委")
    whole(page)
    page.get_by_label("单位代码").fill("")
    page.get_by_role("button", name="登记").press("Enter")
    expect(page.get_by_text("有效").first).to_be_visible()
    use = Use.objects.get()
    assert (use.many, use.document, use.kind) == (4, "党〔2027〕3号", Kind.UNITS)
    whole(page)
    corrected(use)
    page.goto("/")
    page.get_by_role("link", name="原决定待处理").click()
    expect(page.locator(".alert").first).to_contain_text("4")
    whole(page)
    page.locator("#reason-keep").fill("名次有变，仍符合条件")
    page.get_by_role("button", name="维持原决定").click()
    expect(page.get_by_text("名次有变，仍符合条件")).to_be_visible()
    assert Use.objects.get().state == State.KEPT
    page.context.clear_cookies()
    page = enter("unit", f"/results/{published().pk}/units/{AT}/", AT)
    panel = page.locator("section", has=page.get_by_role("heading", name="结果用在哪里"))
    expect(panel).to_contain_text("机关党委")
    expect(panel).to_contain_text("名次有变，仍符合条件")


def test_the_register_is_whole_and_finds_what_it_is_asked_for(enter: Enter) -> None:
    for state in State:
        rows.use(AT, state)
    page = enter("office", "/uses")
    expect(page.get_by_text("登记的运用").first).to_be_visible()
    whole(page)
    page.get_by_label("状态").select_option("cancelled")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_label("文号、事由或部门").fill("没有这样的文号")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_text("没有登记的运用")).to_be_visible()


def test_an_appointment_is_logged_from_an_account_and_cancelled(enter: Enter) -> None:
    page = enter("office", f"/results/{published().pk}/people/n-{AT}/")
    page.get_by_role("link", name="登记运用").click()
    expect(page.get_by_label("人员代码")).to_have_value(f"n-{AT}")
    page.get_by_label("用途").select_option("appointment")
    page.get_by_label("使用部门").fill("人事处")
    page.get_by_label("事由").fill("拟任科长")
    page.get_by_role("button", name="登记").click()
    use = Use.objects.get()
    expect(page).to_have_url(f"{page.url.split('/use/')[0]}/use/{use.pk}/")
    page.get_by_text("撤销登记").first.click()
    page.locator("#reason-cancel").fill("写错了人")
    page.get_by_role("button", name="撤销登记").click()
    expect(page.get_by_text("已撤销").first).to_be_visible()
    assert Use.objects.get().state == State.CANCELLED
