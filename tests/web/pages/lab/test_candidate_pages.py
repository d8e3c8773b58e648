"""候选指标的页面: what came again and again in the province, and a draft to go on with in the library."""

from __future__ import annotations

import html
import re

import pytest

from steelyard.bureau.lab.quality.cards import Lab
from tests.web.pages.lab.test_lab_pages import looked as looked
from tests.web.pages.lab.test_lab_pages import text
from tests.web.pages.results.conftest import Site

pytestmark = pytest.mark.xdist_group("province")


def test_candidates_stand_by_frequency_and_consequence_and_lead_to_the_library(site: Site, looked: Lab) -> None:
    assert looked.candidates, "the province has monitors"
    weights = [one.weight for one in looked.candidates]
    assert weights == sorted(weights, reverse=True)
    assert all(one.problems == () for one in looked.candidates), "every draft passes the check of the whole book"
    office = site.client("office")
    page = text(office, f"/results/{site.version}/lab/candidates")
    assert all(one.name in page for one in looked.candidates)
    draft = html.unescape(re.findall(r'name="given" value="([^"]*)"', office.get(
        f"/results/{site.version}/lab/candidates").content.decode())[0])  # fmt: skip
    assert draft.strip() == looked.candidates[0].text.strip()
    form = office.post("/library/new?kind=indicator", {"given": draft})
    assert form.status_code == 200
    assert looked.candidates[0].id in form.content.decode()


def test_who_may_not_write_rules_sees_no_button(site: Site, looked: Lab) -> None:
    assert "写成草稿" not in text(site.client("auditor"), f"/results/{site.version}/lab/candidates")
    assert looked.candidates
