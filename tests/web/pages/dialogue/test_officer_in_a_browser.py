"""An officer's whole way in a real browser: logs in, reads his plan, his score and why, appeals an entry, and finds the
answer on his first page."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from steelyard.bureau.opened import OPENER
from steelyard.web.dialogue.appealing import move
from steelyard.web.dialogue.models import Appeal, Stage
from steelyard.web.people.models import Account
from tests.web.browser import whole
from tests.web.pages.results.conftest import Site
from tests.web.pages.results.conftest import site as site
from tests.web.people.world import PASSWORD

pytestmark = [pytest.mark.xdist_group("province"), pytest.mark.django_db(transaction=True)]
CLAIM, REASON = "其中一件不是我经办的", "经核，该件由本人签收，依据岗责第三条"


@pytest.fixture
def opened(site: Site) -> Site:
    """So that no page has to wait for the run."""
    run, people = OPENER.wait(site.folder, site.folder.parent.parent / "record"), site.views.persons()
    run.own(people, people[0]["plan"], people[0]["period"])
    for future in run._own.values():
        future.result()
    return site


def log_in(page: Page) -> None:
    officer = Account.objects.get(username="officer")
    officer.set_password(PASSWORD)
    officer.must_change, officer.changed_at = False, timezone.now()
    officer.save()
    page.goto("/")
    page.get_by_label("用户名").fill("officer")
    page.get_by_label("口令").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="我的结果")).to_be_visible()


def answered(appeal: Appeal) -> None:
    """By the three who handle every appeal, one after the other."""
    for name, by in (("answer", "assessor"), ("check", "office"), ("reject", "committee")):
        move(appeal, name, REASON, by=Account.objects.get(username=by), now=timezone.now())


def test_from_the_plan_to_the_score_its_reason_an_appeal_and_the_answer(page: Page, opened: Site) -> None:
    log_in(page)
    page.get_by_role("link", name="个人计划书", exact=True).click()
    expect(page.get_by_role("heading", name="个人计划书")).to_be_visible()
    together = page.locator("tr.total td.num")
    expect(together.first).to_have_text("100")
    expect(page.locator("th", has_text="哪条职责这样说").first).to_be_visible()
    whole(page)
    page.get_by_role("link", name="个人绩效", exact=True).first.click()
    expect(page.get_by_text("同职责位次")).to_be_visible()
    account = opened.views.account(opened.person)
    assert account is not None
    own = next(line for line in account.own if line.points is not None)
    explained = page.locator(f'a[href="{reverse("person-own", args=[opened.version, opened.person, own.indicator])}"]')
    name = explained.inner_text()
    explained.click()
    expect(page.get_by_role("heading", name=name).first).to_be_visible()
    whole(page)
    page.go_back()
    page.get_by_role("link", name=f"申诉 {name}").click()
    page.get_by_role("textbox").last.fill(CLAIM)
    whole(page)
    page.get_by_role("button", name="提出申诉").click()
    expect(page.get_by_text(CLAIM)).to_be_visible()
    filed = Appeal.objects.get()
    assert (filed.person, filed.indicator, filed.stage) == (opened.person, own.indicator, Stage.FILED)
    answered(filed)
    page.goto("/")
    page.get_by_role("link", name="申诉不成立").click()
    expect(page.get_by_text(REASON).first).to_be_visible()
    whole(page)
