"""The cascade of the demonstration: half confirmed, one returned with its reason, some late, traced by the worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from steelyard.web.cascade.figures import by_unit, overall, overdue
from steelyard.web.cascade.models import Assignment, State
from steelyard.web.configuration import Configuration
from steelyard.web.cycles.models import Version
from steelyard.web.people.models import Account
from steelyard.web.people.seeing import ALL
from steelyard.web.site import demonstration
from steelyard.web.site.shown import cascading
from tests.web.cascade.small import work
from tests.web.people.world import sign_in
from tests.web.province import RULES, Province

pytestmark = [pytest.mark.xdist_group("province"), pytest.mark.django_db]


def test_half_of_it_is_confirmed_one_is_returned_and_some_are_late(
    province: Province, settings: Any, tmp_path: Path
) -> None:
    now = timezone.now()
    settings.STEELYARD = Configuration(
        tmp_path / "site", bureau=str(RULES), record=str(province.bureau.record), demo=True
    )
    demonstration.fill(province.folder, [], now, passwords=False)
    made = cascading.shown("branches_2026", now)
    assert made is not None
    told, today = overall(by_unit(made, ALL, timezone.localdate(now))), timezone.localdate(now)
    assert 0.3 < float(told.share or 0) < 0.7
    returned = Assignment.objects.get(state=State.RETURNED)
    assert returned.unit == Account.objects.get(username="unit").grants.get().unit
    assert returned.reason == cascading.REASON
    assert overdue(today).exists()
    _own_page_leads_to_what_the_post_carries()
    made.refresh_from_db()
    assert made.job is not None
    work(made.job)
    made.refresh_from_db()
    assert made.traced["orphans"] == 0
    assert all(task["persons"] for task in made.traced["tasks"])


def _own_page_leads_to_what_the_post_carries() -> None:
    client, who = Client(), Account.objects.get(username="officer")
    sign_in(client, who)
    own = client.get(reverse("person", args=[Version.objects.get(stage="published").pk, who.person]))
    assert reverse("cascade-mine") in own.content.decode()
    assert "承担的指标" in client.get(reverse("cascade-mine")).content.decode()
