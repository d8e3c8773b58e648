"""Alerts on pages: for whoever verifies them, for units that answer, and for nobody else."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.test import Client

from steelyard.web.jobs.models import Job
from steelyard.web.watch.models import Alert, State
from tests.web.people.world import NOW, sign_in, with_role
from tests.web.watch.night import DAY, issue, night, pushed, raised, units

pytestmark = pytest.mark.usefixtures("home")


def client(role: str, at: str = "P") -> Client:
    found = Client()
    sign_in(found, with_role(role, at))
    return found


def text(who: Client, address: str) -> str:
    answer = who.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def test_the_assessor_sees_the_gravest_first_filters_verifies_and_dismisses() -> None:
    night(issue("one", (0, 1)), issue("two", (1,), colour="red"))
    red, yellow = Alert.objects.get(key="two"), Alert.objects.get(key="one")
    assessor = client("assessor")
    page = text(assessor, "/alerts")
    assert page.index(f"/alerts/{red.pk}/") < page.index(f"/alerts/{yellow.pk}/")
    assert "1.0%<small> / 0.4%" in page
    assert f"/alerts/{yellow.pk}/" not in text(assessor, "/alerts?colour=red")
    one = text(assessor, f"/alerts/{red.pk}/")
    assert "90.00%" in one
    assert "95.00%" in one
    assert assessor.post(f"/alerts/{red.pk}/dismiss", {"reason": ""}).status_code == 302
    red.refresh_from_db()
    assert red.state == State.RAISED
    assessor.post(f"/alerts/{red.pk}/dismiss", {"reason": "口径变了"})
    assert f"/alerts/{red.pk}/" not in text(assessor, "/alerts")
    assert f"/alerts/{red.pk}/" in text(assessor, "/alerts?state=dismissed")
    book = openpyxl.load_workbook(BytesIO(assessor.get("/alerts.xlsx?state=all").content))
    assert len(list(book.active.iter_rows())) >= 3  # type: ignore[union-attr]


def test_a_unit_sees_its_own_part_once_it_was_pushed_and_answers_it() -> None:
    units()
    first, other = client("unit", "A1"), client("unit", "B1")
    one = raised()
    assert first.get(f"/alerts/{one.pk}/").status_code == 404
    assert first.get(f"/alerts/{one.pk}/A1").status_code == 404, "nothing before somebody verified it"
    one = pushed_again(one)
    assert f"/alerts/{one.pk}/A1" in text(first, "/alerts")
    assert f"/alerts/{one.pk}/B1" not in text(first, "/alerts")
    assert other.get(f"/alerts/{one.pk}/A1").status_code == 404
    assert "限时办结率" in text(first, f"/alerts/{one.pk}/A1")
    assert other.post(f"/alerts/{one.pk}/A1/answer", {"reason": "替他说"}).status_code == 404
    first.post(f"/alerts/{one.pk}/A1/answer", {"reason": "已增开窗口"})
    assert "已增开窗口" in text(first, f"/alerts/{one.pk}/A1")
    assert "已增开窗口" in text(client("assessor"), f"/alerts/{one.pk}/")


def pushed_again(one: Alert) -> Alert:
    assessor = client("assessor")
    for name in ("verify", "push"):
        assessor.post(f"/alerts/{one.pk}/{name}", {"reason": ""})
    one.refresh_from_db()
    assert one.state == State.PUSHED
    return one


def test_a_city_reads_what_lies_below_it_and_what_is_gone_says_so() -> None:
    night(issue("city", (0,), under="A"), issue("other", (1,), under="B"))
    night(issue("other", (1,), under="B"), now=NOW + DAY)
    city = client("office", "A")
    mine, other = Alert.objects.get(key="city"), Alert.objects.get(key="other")
    assert "最近没有再发现" in text(city, "/alerts")
    assert f"/alerts/{other.pk}/" not in text(city, "/alerts")
    assert city.get(f"/alerts/{other.pk}/").status_code == 404
    assert "没有再发现它" in text(city, f"/alerts/{mine.pk}/")


def test_the_office_looks_now_and_nobody_else_may() -> None:
    pushed()
    office = client("office")
    assert office.post("/alerts/look", {"plan": "units", "month": "2026-06", "key": "a"}).status_code == 302
    assert Job.objects.get(kind="watch").given == {"plan": "units", "month": "2026-06"}
    assert client("assessor").post("/alerts/look", {"plan": "units"}).status_code == 404


def test_the_home_page_says_what_waits_for_the_department_and_for_the_unit() -> None:
    units()
    one = raised()
    assert "预警待核实" in text(client("assessor"), "/")
    assert "预警" not in text(client("unit", "A1"), "/").split("等您办理")[-1].split("</section>")[0]
    pushed_again(one)
    assert f"/alerts/{one.pk}/A1" in text(client("unit", "A1"), "/")
    assert f"/alerts/{one.pk}/" not in text(client("assessor"), "/")
