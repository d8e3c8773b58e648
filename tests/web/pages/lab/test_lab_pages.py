"""指标质量的页面: asked for once, read by those who may, ticked to see what retiring would do."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from django.test import Client

from steelyard.bureau.lab.quality.cards import Lab
from steelyard.bureau.opened import OPENER
from steelyard.web.cycles.models import Version
from steelyard.web.cycles.runs.looking import FILE, kept
from steelyard.web.jobs.models import Job
from steelyard.web.library.models import Rule
from tests.web.cycles.office import work
from tests.web.pages.results.conftest import Site

pytestmark = pytest.mark.xdist_group("province")


@pytest.fixture
def looked(site: Site) -> Lab:
    """The office has asked for it, and a worker has done it."""
    assert site.client("office").post(f"/results/{site.version}/lab/start", {"key": "form"}).status_code == 302
    while work().kind != "lab":
        pass
    found = kept(Version.objects.get(pk=site.version).run)
    assert found is not None
    return found


def text(client: Client, address: str, **more: str) -> str:
    answer = client.get(address, headers=more)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_a_version_nobody_looked_at_offers_it_and_the_job_is_shown(site: Site) -> None:
    office = site.client("office")
    assert "还没有分析过" in text(office, f"/results/{site.version}/lab/")
    office.post(f"/results/{site.version}/lab/start", {"key": "form"})
    office.post(f"/results/{site.version}/lab/start", {"key": "form"})
    assert Job.objects.filter(kind="lab").count() == 1, "one form is one job"
    assert "正在分析" in text(office, f"/results/{site.version}/lab/")
    assert "开始分析" not in text(site.client("auditor"), f"/results/{site.version}/lab/")


def test_every_indicator_stands_with_its_verdict_and_can_be_found(site: Site, looked: Lab) -> None:
    office = site.client("office")
    page = text(office, f"/results/{site.version}/lab/")
    assert all(card.name in page for card in looked.cards)
    retired = looked.with_verdict("retire")[0]
    kept_one = looked.with_verdict("keep")[0]
    only = text(office, f"/results/{site.version}/lab/?verdict=retire")
    assert f'value="{retired.id}"' in only
    assert f'value="{kept_one.id}"' not in only
    mine = text(office, f"/results/{site.version}/lab/?owner={kept_one.owner}&sort=name")
    listed = re.findall(r'name="id" value="(\w+)"', mine)
    assert sorted(listed) == sorted(card.id for card in looked.cards if card.owner == kept_one.owner)
    assert "没有符合条件" in text(office, f"/results/{site.version}/lab/?q=没有这样的")


def test_one_indicator_shows_fifteen_criteria_and_every_period(site: Site, looked: Lab) -> None:
    card = looked.cards[0]
    page = text(site.client("group"), f"/results/{site.version}/lab/{card.id}/")
    assert page.count("GAO-03-143") >= 9
    assert all(mark.said.zh in page for mark in card.marks)
    assert page.count("2026年第四季度") >= len(card.classes)
    assert site.client("office").get(f"/results/{site.version}/lab/nothing/").status_code == 404


def test_what_retiring_would_do_is_told_at_once_as_a_part_and_as_a_page(site: Site, looked: Lab) -> None:
    OPENER.wait(site.folder, site.folder.parent.parent / "record")
    ids = [card.id for card in looked.with_verdict("retire")][:2]
    address = f"/results/{site.version}/lab/retire?" + "&".join(f"id={id}" for id in ids)
    part = text(site.client("office"), address, **{"HX-Request": "true"})
    assert "<html" not in part
    assert re.search(r"停用 <span class=\"num\">2</span>", part)
    assert "Spearman" in part
    assert "<html" in text(site.client("office"), address)
    assert "勾选指标" in text(site.client("office"), f"/results/{site.version}/lab/retire?id=unknown")


def test_the_table_can_be_taken_away_and_altered_results_are_never_shown(site: Site, looked: Lab) -> None:
    office = site.client("office")
    taken = office.get(f"/results/{site.version}/lab.xlsx")
    assert taken["Content-Type"].endswith("sheet")
    path = site.folder / FILE
    was = path.read_bytes()
    try:
        path.write_bytes(was[:-9])
        kept.__globals__["_read"].cache_clear()
        answer = office.get(f"/results/{site.version}/lab/")
        assert answer.status_code == 409
        assert "lab-altered" in answer.content.decode() or "重新分析" in answer.content.decode()
    finally:
        path.write_bytes(was)
        kept.__globals__["_read"].cache_clear()
    assert isinstance(path, Path)
    assert looked.cards


def test_units_and_officers_have_no_business_here(site: Site, looked: Lab) -> None:
    for role in ("unit", "officer", "leader"):
        assert site.client(role).get(f"/results/{site.version}/lab/").status_code in (403, 404)
    assert looked.digest


def test_the_card_of_the_library_tells_how_good_the_indicator_was(site: Site, looked: Lab) -> None:
    office, retired = site.client("office"), looked.with_verdict("retire")[0]
    if not Rule.objects.exists():
        office.post("/library/take")
    card = text(office, f"/library/{retired.id}/")
    assert f'href="/results/{site.version}/lab/{retired.id}/"' in card
    assert "/lab/" not in text(site.client("officer"), f"/library/{retired.id}/").split("<main")[1]
