"""Every page that is read asks the database a bounded number of questions, however much there is. The pages are counted
from the table of addresses; none is without a bound."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from steelyard.web.dialogue.models import Stage
from steelyard.web.people.models import GrantState, Token, Visit
from steelyard.web.trail.recording import record
from steelyard.web.uses.models import Kind as UseKind
from steelyard.web.uses.models import State as UseState
from tests.web.people.targets import TARGETS, Aimed
from tests.web.people.test_matrix import Actor, allowed, comes
from tests.web.people.world import account, grant, unit
from tests.web.promises import rows
from tests.web.promises.bureau import behind
from tests.web.promises.test_canaries import READABLE

BOUND, MANY = 40, 44
"""Questions of one page; and of every kind of row more than that, so that one question a row would show."""
ASKING = (
    Actor("office", "P"), Actor("unit", "A1", "n-A1"), Actor("officer", "A1", "n-A1"), Actor("assessor", "P"),
    Actor("leader", "P"), Actor("system"), Actor("security"), Actor("records"), Actor("account"), Actor("visitor"),
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    behind(settings, tmp_path).open()
    return tmp_path


def crowd() -> None:
    """Many of everything that lists are made of."""
    rows.placed()
    now, source = timezone.now(), account("many")
    for number in range(MANY):
        who = account(f"many{number}")
        grant(who, "leader", unit("A1"), given_by=source, confirmed_by=source, ended_by=source)
        grant(who, "unit", unit("A1"), state=GrantState.PROPOSED, given_by=source)
        Visit.objects.create(account=source, began=now, seen=now, address="127.0.0.1")
        rows.remark("A1", by=who)
        rows.evidence("A1", by=who)
        rows.appeal("A1", list(Stage)[number % len(Stage)], by=who)
        rows.use("A1", by=who)
        rows.use("A1", UseState.KEPT, UseKind.PERSONS, by=who)
        given = {"account": who, "made_at": now, "made_by": source, "until": now + timedelta(days=9)}
        Token.objects.create(name="征管", digest=f"{number:064}", scopes=["results"], unit=unit("A1"), **given)
        with transaction.atomic():
            record("sign", at=now, actor=who.username, target=f"account:{who.pk}")
    for _ in range(6):
        rows.jobs()
        rows.batches()


@pytest.mark.django_db
def test_every_page_asks_the_database_a_bounded_number_of_times(home: Path) -> None:
    del home
    crowd()
    wrong, unasked = dict[str, int](), set(READABLE)
    aims = {name: TARGETS[name]() if name in TARGETS else [Aimed()] for name in READABLE}
    for actor in ASKING:
        with transaction.atomic():
            client, place, own = comes(actor)
            for name in sorted(unasked):
                for aimed in aims[name]:
                    if aimed.gone or not allowed(name, actor.role, place, actor.person, own, aimed):
                        continue
                    unasked.discard(name)
                    count = asked(client, reverse(name, kwargs=dict(aimed.arguments)) + aimed.query)
                    if count > BOUND:
                        wrong[name] = max(count, wrong.get(name, 0))
            transaction.set_rollback(True)
    assert unasked == set(), "pages that nobody here may read"
    assert wrong == {}


def asked(client: Any, address: str) -> int:
    """The second time: what a process finds out once is known by then."""
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as found:
        answer = client.get(address)
    assert answer.status_code < 500, address
    return len(found)
