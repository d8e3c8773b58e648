"""创先争优: both scores side by side, for whoever may read them."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from steelyard.bureau.views.reading import views_of
from steelyard.reports.formats import points
from steelyard.web.plans.models import Kind, Making, Stage
from tests.web.people.world import NOW, account, sign_in, with_role
from tests.web.plans.aimed import HEAD
from tests.web.promises import rows
from tests.web.promises.bureau import behind, made, mark


@pytest.fixture
def campaign(db: None, tmp_path: Path, settings: Any) -> Making:  # noqa: ARG001  tables must be there
    behind(settings, tmp_path).open()
    rows.placed()
    rows.versions()
    return Making.objects.create(
        code="units", source="units", name="创先争优", kind=Kind.CAMPAIGN, stage=Stage.ISSUED, head=HEAD, reason="争先",
        made_by=account("maker"), made_at=NOW,
    )  # fmt: skip


def page(role: str, making: Making, at: str = "P") -> str:
    client = Client()
    sign_in(client, with_role(role, at))
    return html.unescape(client.get(f"/plans/{making.pk}/?part=scores").content.decode())


def test_both_scores_of_every_unit_stand_in_one_row(campaign: Making) -> None:
    told = page("office", campaign)
    row = next(one for one in told.split("<tr>") if mark("unit", "A1") in one)
    total = views_of(made().run).lines["A1"].total
    assert row.count(points(total)) == 2, "one of the campaign, one of the plan of the year"


def test_a_unit_reads_its_own_and_nobody_elses_name(campaign: Making) -> None:
    told = page("unit", campaign, "A1")
    assert mark("unit", "A1") in told
    assert mark("unit", "B1") not in told


def test_before_anything_is_published_the_page_says_so(campaign: Making) -> None:
    Making.objects.update(code="other")
    assert "还没有公布的结果" in page("office", campaign)
