"""Publication settles appeals, told with the role by which it was published, whatever the page still believed."""

from __future__ import annotations

import pytest
from django.utils import timezone

from steelyard.web.dialogue.models import Appeal, Stage
from steelyard.web.pages.office import runs
from steelyard.web.people.asking import Asker
from steelyard.web.people.models import Grant, GrantState
from steelyard.web.trail.models import Event
from tests.web.dialogue.office import PUBLISHED, bare
from tests.web.people.world import account, grant, unit


@pytest.mark.django_db
def test_who_lost_the_role_of_his_own_and_was_lent_it_publishes_for_the_lender(monkeypatch: pytest.MonkeyPatch) -> None:
    at, deputy = bare(), account("deputy")
    grant(deputy, "group", unit("P"))
    seen = Asker(deputy, timezone.localdate())
    Grant.objects.filter(account=deputy).update(state=GrantState.ENDED)
    lender = account("lender")
    grant(deputy, "group", unit("P"), delegated_from=grant(lender, "group", unit("P")), given_by=lender)
    upheld = {**at.number().fields, "claim": "有误", "stage": Stage.UPHELD, "digest": at.version.run.digest}
    Appeal.objects.create(**upheld, filed_by=at.people["liaison"], filed_at=PUBLISHED, due=PUBLISHED.date())
    monkeypatch.setattr(runs, "act", lambda *_, **__: at.version)
    runs._act(at.version.pk, "publish", seen, "")
    event = Event.objects.get(act="appeal-carry-out")
    assert (event.actor, event.role, event.behalf) == ("deputy", "group", "lender")
