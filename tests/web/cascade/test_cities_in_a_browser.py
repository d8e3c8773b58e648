"""The plan of the cities in a real browser, from the office that begins it to an officer of a department."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from steelyard.web.cascade.models import Assignment, State
from steelyard.web.configuration import Configuration
from steelyard.web.jobs.claiming import claim
from steelyard.web.jobs.doing import perform
from steelyard.web.people.models import Unit
from steelyard.web.site import demonstration
from tests.web.browser import Enter
from tests.web.cascade.test_cascade_in_a_browser import whole
from tests.web.province import RULES, Province

pytestmark = [pytest.mark.xdist_group("province"), pytest.mark.django_db(transaction=True)]
CITY = "19601000000"


@pytest.fixture(autouse=True)
def _filled(province: Province, settings: Any, tmp_path: Path) -> None:
    settings.STEELYARD = Configuration(tmp_path, bureau=str(RULES), record=str(province.bureau.record), demo=True)
    demonstration.fill(province.folder, [], timezone.now(), passwords=False)


def worked() -> None:
    while (job := claim("test", timezone.now())) is not None:
        perform(job.pk, job.attempts)
        job.refresh_from_db()
        assert job.state == "done", job.problems


def test_a_city_is_handed_its_plan_by_departments_and_confirms_one_of_them(enter: Enter) -> None:
    page = enter("office", "/cascade/new", "19600000000")
    page.locator("#plan").select_option("cities_2026")
    page.get_by_label("局长职责", exact=True).check()
    page.get_by_role("button", name="开始分解").click()
    here = page.url
    page.get_by_role("button", name="比对岗责").first.click()
    worked()
    page.goto(here)
    page.locator("details.ask summary", has_text="下发").click()
    page.locator("details.ask").get_by_role("button", name="下发").click()
    worked()
    page.goto(f"{here}trace")
    page.get_by_role("button", name="重新核对").click()
    worked()
    page.goto(f"{here}trace")
    expect(page.get_by_text("每项责任都落到了人")).to_be_visible()
    expect(page.locator(".tile", has_text="无处可归的").locator(".tile-value")).to_have_text("0")
    whole(page)
    page.context.clear_cookies()
    page = enter("unit", "/cascade/ours", CITY)
    assert page.url.endswith(f"/unit/{CITY}/")
    expect(page.locator("tr.group", has_text="纳税服务科")).to_be_visible()
    whole(page)
    page.get_by_role("link", name="征收管理科").click()
    listed = page.locator('input[name="chosen"]')
    expect(listed.first).to_be_visible()  # the page of the department is there; counting does not wait for it
    count = listed.count()
    assert 0 < count < Assignment.objects.filter(unit=CITY).count()
    for at in range(count):
        listed.nth(at).check()
    page.get_by_role("button", name="确认所选").click()
    confirmed = Assignment.objects.filter(unit=CITY, state=State.CONFIRMED)
    assert confirmed.count() == count
    assert set(confirmed.values_list("carriers__post__department", flat=True)) == {"征收管理科"}
    page.get_by_role("link", name="责任书").first.click()
    expect(page.get_by_text("部门负责人（签字）")).to_be_visible()
    whole(page)


def test_the_demonstration_has_the_units_of_every_plan(province: Province) -> None:
    del province
    classes = set(Unit.objects.filter(ended=None).values_list("class_name", flat=True))
    assert {"第一税务分局", "属地税务分局", "市税务局", "跨区稽查局"} <= classes
