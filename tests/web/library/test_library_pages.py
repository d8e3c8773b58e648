"""规则库的页面, as the office walks them: taken in, found, changed, checked, put in force by another."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from steelyard.web.configuration import Configuration
from steelyard.web.library.models import Rule, Version
from tests.bureau import small_bureau
from tests.bureau.test_correcting import FACTS, RULES
from tests.web.library.test_library import DONE, MENDED
from tests.web.people.world import sign_in, unit, with_role


@pytest.fixture
def site(db: None, tmp_path: Path, settings: Any) -> None:  # noqa: ARG001  tables must be there
    made = small_bureau.bureau(tmp_path, FACTS, RULES)
    settings.STEELYARD = Configuration(tmp_path, bureau=str(made.root), record=str(made.record))


def signed(role: str, at: str = "P") -> Client:
    client = Client()
    sign_in(client, with_role(role, unit(at)))
    return client


def page(client: Client, address: str, **more: Any) -> str:
    return html.unescape(client.get(address, **more).content.decode())


@pytest.mark.usefixtures("site")
def test_a_rule_is_changed_by_one_and_put_in_force_by_another() -> None:
    office, other = signed("office"), signed("office", "P1")
    assert "收入库中" in page(office, "/library")
    office.post("/library/take")
    assert "办结" in page(office, "/library?kind=indicator")
    assert "办结" not in page(office, "/library?kind=plan")
    assert "目标值2" in page(office, "/library/done/").replace(" ", "") or "rules/rules.yaml" in page(
        office, "/library/done/"
    )
    checked = office.post("/library/done/write", {"text": MENDED, "base": 1, "check": 1})
    assert "还没有保存" in checked.content.decode()
    kept = office.post("/library/done/write", {"text": MENDED, "base": 1, "reason": "目标提高"})
    assert kept["Location"] == "/library/done/?version=2"
    mine = page(office, "/library/done/")
    assert "目标值：2 → 3" in mine
    assert "采用这一版" not in mine, "another person has to"
    assert "采用这一版" in page(other, "/library/done/")
    assert "已采用" in page(other, "/library/done/") or other.post("/library/done/adopt/2").status_code == 302
    assert Rule.objects.get(code="done").current == 2


@pytest.mark.usefixtures("site")
def test_what_is_wrong_is_told_with_its_line_and_what_was_typed_stays() -> None:
    office = signed("office")
    office.post("/library/take")
    wrong = DONE.replace("count(cases)", "count(none)")
    answer = office.post("/library/done/write", {"text": wrong, "base": 1, "reason": "写错"})
    said = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "第 4 行" in said
    assert "count(none)" in said
    assert Version.objects.filter(rule__code="done").count() == 1


@pytest.mark.usefixtures("site")
def test_whoever_may_not_sees_no_library() -> None:
    signed("office").post("/library/take")
    for address in ("/library", "/library/done/", "/library/none/"):
        assert signed("officer").get(address).status_code == 404
    assert signed("office").get("/library/none/").status_code == 404
    assert signed("assessor").post("/library/done/adopt/1").status_code == 404
