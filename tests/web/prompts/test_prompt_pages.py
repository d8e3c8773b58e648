"""The list of prompts, one of them, and the demonstration of a business page."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.test import Client

from steelyard.web.prompts.lateness import look
from steelyard.web.prompts.prompting import finish, prompt
from tests.web.people.world import NOW, person, sign_in, unit, with_role
from tests.web.prompts.aimed import kept
from tests.web.prompts.office import asked, case

pytestmark = pytest.mark.usefixtures("home")


def client(role: str, at: str = "P", **more: object) -> Client:
    found = Client()
    sign_in(found, with_role(role, at, **more))
    return found


def test_the_office_reads_what_is_late_first_and_how_late_it_was() -> None:
    late, _ = prompt(asked(), case("甲-1"), NOW)
    prompt(asked("审核"), case("甲-2"), NOW)
    look(NOW + timedelta(hours=2))
    page = client("office").get("/prompts").content.decode()
    assert page.index("甲-1") < page.index("甲-2")
    assert "逾期未办" in page
    finish(late, NOW + timedelta(hours=2), NOW + timedelta(hours=2))
    one = client("office").get(f"/prompts/{late.pk}/").content.decode()
    assert "+60 个工作分钟" in one
    assert "受理申请，能当场办结的一次办结" in one


def test_everybody_reads_only_what_is_theirs_also_in_the_file() -> None:
    kept("A1", "甲一县的办件", "n-1")
    kept("B1", "乙一县的办件", "n-2")
    of_city = client("unit", "A").get("/prompts").content.decode()
    assert ("甲一县的办件" in of_city, "乙一县的办件" in of_city) == (True, False)
    person("n-2", unit("B1"))
    officer = client("officer", "B1", person="n-2").get("/prompts").content.decode()
    assert ("甲一县的办件" in officer, "乙一县的办件" in officer) == (False, True)
    book = openpyxl.load_workbook(BytesIO(client("unit", "A").get("/prompts.xlsx").content))
    cells = [cell for row in book.active.iter_rows(values_only=True) for cell in row]  # type: ignore[union-attr]
    assert ("甲一县的办件" in cells, "乙一县的办件" in cells) == (True, False)


@pytest.mark.parametrize(("query", "seen"), [("?q=甲一", True), ("?q=无", False), ("?state=late", False),
                                             ("?process=行政许可", True), ("?state=colour", True)])  # fmt: skip
def test_the_list_is_filtered(query: str, seen: bool) -> None:
    kept("A1", "甲一县的办件")
    assert ("甲一县的办件" in client("office").get(f"/prompts{query}").content.decode()) is seen


def test_the_business_page_leads_to_posts_that_are_prompted_and_keeps_nothing() -> None:
    office = client("office")
    answer = office.get("/prompts/try")
    assert answer.url == "/prompts/try/A1"
    assert "行政许可·受理" in office.get(answer.url).content.decode()
    told = office.get("/prompts/ask/A1?process=行政许可&step=受理&post=A1-01&received=2026-07-01T09:00")
    assert told.json()["does"] == "受理申请，能当场办结的一次办结"
    wrong = office.get("/prompts/ask/A1?process=行政许可&step=送达&post=A1-01&received=2026-07-01T09:00")
    assert (wrong.status_code, "触发环节" in wrong.json()["problems"][0]["zh"]) == (422, True)
    assert office.get("/prompts/ask/A1?received=yesterday").status_code == 404
    assert office.get("/prompts").content.decode().count("没有提示过") == 1
    assert "没有触发环节" in client("unit", "A2").get("/prompts/try").content.decode()


def test_a_unit_opens_its_own_page_and_no_other() -> None:
    own = client("unit", "A1")
    assert own.get("/prompts/try").url == "/prompts/try/A1"
    assert own.get("/prompts/try/B1").status_code == 404
    assert own.get("/prompts/ask/B1?received=2026-07-01T09:00").status_code == 404
