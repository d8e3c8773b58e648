"""The demonstration's plan of next year waits for one signature, and nothing else stands in its way."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from steelyard.web.configuration import Configuration
from steelyard.web.library.rules import bureau
from steelyard.web.people.models import Account
from steelyard.web.plans.checking import covered, plan_of
from steelyard.web.plans.models import Making, Stage
from steelyard.web.plans.moving import act
from steelyard.web.plans.shown.comparing import compared
from steelyard.web.plans.shown.marks import sums
from steelyard.web.site.shown.planning import shown
from tests.web.people.world import NOW, account, grant, sign_in, unit

PROVINCE = Path(__file__).parents[3] / "examples" / "province"


@pytest.mark.django_db
def test_next_years_plan_waits_for_one_signature(tmp_path: Path, settings: Any) -> None:
    settings.STEELYARD = Configuration(tmp_path, bureau=str(PROVINCE), record=str(tmp_path / "record"))
    for role, at in (("office", "P"), ("assessor", "P"), ("group", "P"), ("leader", "A"), ("unit", "A1")):
        grant(account(role), role, unit(at))
    making = shown(NOW)
    assert making is not None
    campaign = Making.objects.get(code="star_2026")
    plan = plan_of(campaign)
    assert plan is not None
    assert (len(plan.works), campaign.stage, [one.fits for one in sums(plan, bureau().book()).values()]) == (
        3, Stage.DRAFTING, [True, True, True]
    )  # fmt: skip
    assert (making.stage, making.comments.filter(accepted=None).count()) == (Stage.APPROVING, 0)
    book = bureau().book()
    found = compared(making, book)
    assert found is not None
    assert (found.added, found.dropped, found.changed) == (0, 0, 3)
    tasks = covered(making, list(making.picks.all()), book, "2027")
    assert (len(tasks) > 10, [one.name for one in tasks if one.missing]) == (True, [])
    assert making.allowed.count() == 2
    given = {"seen": str(making.stamp)}
    assert act(making.pk, "sign", given, by=Account.objects.get(username="group"), now=NOW).stage == Stage.SIGNED
    issued = {"number": "衡税绩〔2026〕40号", "issued_on": "2026-12-01"}
    act(making.pk, "issue", issued, by=Account.objects.get(username="office"), now=NOW)
    assert "branches_2027" in bureau().book().plans
    client = Client()
    sign_in(client, Account.objects.get(username="unit"))
    notice = html.unescape(client.get(f"/plans/{making.pk}/notice").content.decode())
    assert "目标没有容错</b>（实名认证率）：由 温衡" in notice
