"""Two at the same moment, on both databases: one of them comes first, and the other is told so."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from django.db import connection
from django.utils import timezone

from steelyard.engine.problems import Refused
from steelyard.web.configuration import Configuration
from steelyard.web.people.asking import Asker
from steelyard.web.people.granting.proposing import confirm, end, propose
from steelyard.web.people.login import second
from steelyard.web.people.login.sealing import seal
from steelyard.web.people.models import Account, Grant, GrantState
from steelyard.web.people.roles import apart
from steelyard.web.trail.checkpoints import verdict
from steelyard.web.trail.models import Event
from tests.web.people.world import KEY, NOW, TODAY, account, grant, unit, with_role

pytestmark = pytest.mark.usefixtures("both")
ROUNDS = 4


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each came to, or the first code by which it was refused; all begin at the same moment."""
    gate, found = threading.Barrier(len(acts)), list[Any]()

    def go(act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found.append(act())
        except Refused as refused:
            found.append(refused.problems[0].code)
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def offer(to: Account, role: str, by: Account) -> Callable[[], Any]:
    place = unit("P")
    given = {"since": TODAY, "until": None, "reason": "任命", "now": NOW}
    return lambda: propose(account=to, role=role, unit=place, by=by, **given)  # type: ignore[arg-type]


def keepers() -> tuple[Account, Account, Account]:
    one, maker, two = with_role("security", None), with_role("system", None), account("security-b")
    grant(two, "security", None)
    return one, two, maker


def test_two_who_give_one_person_roles_that_must_stay_apart(both: Configuration) -> None:
    one, two, _ = keepers()
    for number in range(ROUNDS):
        to = account(f"li{number}")
        found = at_once(offer(to, "office", one), offer(to, "assessor", two), offer(to, "committee", one))
        assert sorted(map(str, found)).count("grant-apart") == 2, found
        assert to.grants.count() == 1
    assert verdict(both.home).problems == ()
    assert Event.objects.filter(act="grant-propose").count() == ROUNDS


def test_one_grant_sent_twice_is_one_grant() -> None:
    one, *_ = keepers()
    to = account("li")
    found = at_once(*[offer(to, "leader", one)] * 4)
    assert found.count("grant-doubled") == 3, found
    assert to.grants.count() == 1


def test_two_confirmations_are_one() -> None:
    one, two, maker = keepers()
    for number in range(ROUNDS):
        waiting = offer(account(f"li{number}"), "office", one)()
        found = at_once(
            lambda waiting=waiting: confirm(grant=waiting, by=two, now=NOW),
            lambda waiting=waiting: confirm(grant=waiting, by=maker, now=NOW),
        )
        assert found.count("grant-state") == 1, found
    assert Event.objects.filter(act="grant-confirm").count() == ROUNDS


def test_a_right_that_is_taken_back_is_not_used_afterwards() -> None:
    """Either the use came first, or it is refused; what is used after the end of a right would be recorded after it."""
    one, two, _ = keepers()
    third = account("security-c")
    for number in range(ROUNDS):
        held = grant(third, "security", None)
        to = account(f"li{number}")
        at_once(offer(to, "leader", third), lambda held=held: end(grant=held, by=one, reason="收回", now=NOW))
        ended = Event.objects.filter(act="grant-end", target=f"account:{third.pk}").latest("number")
        assert not Event.objects.filter(actor=third.username, number__gt=ended.number).exists()
        assert not Asker(third, TODAY).roles
    assert two.pk


def test_two_administrators_who_end_each_other_leave_one() -> None:
    for number in range(ROUNDS):
        Grant.objects.filter(role="security").update(state=GrantState.ENDED)
        a, b = account(f"a{number}"), account(f"b{number}")
        first, second_one = grant(a, "security", None), grant(b, "security", None)
        at_once(
            lambda first=first, b=b: end(grant=first, by=b, reason="x", now=NOW),
            lambda other=second_one, a=a: end(grant=other, by=a, reason="x", now=NOW),
        )
        assert Grant.objects.filter(role="security", state=GrantState.CONFIRMED).count() == 1


def test_one_code_lets_one_in() -> None:
    who, now = account("li", second=seal(KEY)), timezone.now()
    code = pyotp.TOTP(KEY).at(now)
    found = at_once(*[lambda: second.accept(who, code, now)] * 4)
    assert sorted(map(str, found)) == ["False", "False", "False", "True"]


def test_many_at_once_leave_a_chain_without_gaps(both: Configuration) -> None:
    one, two, _ = keepers()
    people = [account(f"li{number}") for number in range(8)]
    found = at_once(*[offer(to, "leader", one if n % 2 else two) for n, to in enumerate(people)])
    assert not [one for one in found if isinstance(one, Exception)], found
    assert verdict(both.home).problems == ()
    assert Event.objects.count() == 8
    assert not [a for who in people for a in Asker(who, TODAY).roles for b in Asker(who, TODAY).roles if apart(a, b)]
