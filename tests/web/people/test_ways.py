"""How accounts sign in is said by the system administrator, and administrators always keep a password of this site."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from steelyard.engine.problems import Refused
from steelyard.web.identities.naming import Directory, Provider
from steelyard.web.people import accounts
from steelyard.web.people.elsewhere.ways import change
from steelyard.web.people.granting import proposing
from steelyard.web.people.login import invitations
from steelyard.web.people.login.own import change_password
from steelyard.web.people.models import Account
from steelyard.web.trail.models import Event
from tests.web.people.world import NOW, PASSWORD, TODAY, account, grant, sign_in, signed_in, with_role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _both(settings: Any) -> None:
    nowhere = Path("nowhere")
    directory, provider = Directory("ldaps://x", "b", "a", nowhere), Provider("https://x", "c", nowhere)
    settings.STEELYARD = replace(settings.STEELYARD, ldap=directory, oidc=provider)


def codes_of(act: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        act()
    return [problem.code for problem in refused.value.problems]


def to(way: str, who: Account, by: Account) -> str:
    return change(account=who, way=way, reason="换用域账号", by=by, now=timezone.now())


def test_whoever_signs_in_elsewhere_has_no_password_here_and_no_session_is_left(client: Client) -> None:
    by, li = with_role("system", None), account("li")
    link = invitations.invite(li, timezone.now())
    sign_in(client, li)
    assert to("directory", li, by) == ""
    li.refresh_from_db()
    assert (li.way, li.has_usable_password(), invitations.invited(link, timezone.now())) == ("directory", False, None)
    assert client.get("/").status_code == 302
    event = Event.objects.get(act="account-way")
    assert (event.actor, event.detail["before"], event.detail["after"]) == (by.username, "password", "directory")


def test_nobody_gives_it_a_password_again_by_another_door(client: Client) -> None:
    by, li = with_role("system", None), account("li", way="directory")
    assert codes_of(lambda: accounts.reset(account=li, by=by, now=NOW)) == ["password-elsewhere"]
    token = invitations.invite(li, timezone.now())
    follow = lambda: invitations.follow(token, "words of my own here", profile="asvs", now=timezone.now())  # noqa: E731
    assert codes_of(follow) == ["invitation-over"]
    mine = lambda: change_password(li, PASSWORD, "words of my own here", profile="asvs", now=NOW)  # noqa: E731
    assert codes_of(mine) == ["password-elsewhere"]
    sign_in(client, li)
    new = {"old": PASSWORD, "new": "words of my own here", "repeated": "words of my own here"}
    answer = client.post("/own/password", new)
    assert (answer.status_code, "不用本站口令登录" in answer.content.decode()) == (422, True)


def test_rules_about_passwords_are_those_of_whoever_keeps_it(client: Client, settings: Any) -> None:
    settings.STEELYARD = replace(settings.STEELYARD, passwords="dengbao")
    sign_in(client, account("li", way="directory", must_change=True, changed_at=timezone.now() - timedelta(days=400)))
    assert client.get("/").status_code == 200


def test_back_to_a_password_of_ours_means_a_new_one() -> None:
    by, li = with_role("system", None), account("li", way="provider")
    token = to("password", li, by)
    li.refresh_from_db()
    assert not li.has_usable_password()
    assert invitations.invited(token, timezone.now()) == li


@pytest.mark.parametrize("role", ["system", "security", "records"])
@pytest.mark.parametrize("state", ["confirmed", "proposed"])
def test_administrators_keep_their_password(role: str, state: str) -> None:
    by, li = with_role("system", None), account("li")
    grant(li, role, None, state=state)
    assert codes_of(lambda: to("directory", li, by)) == ["way-administrator"]


def test_who_signs_in_elsewhere_becomes_no_administrator() -> None:
    by, li = with_role("security", None), account("li", way="directory")
    given: dict[str, Any] = {"unit": None, "since": TODAY, "until": None, "reason": "x", "by": by, "now": NOW}
    assert codes_of(lambda: proposing.propose(account=li, role="records", **given)) == ["grant-way"]


def test_only_ways_that_are_set_up_can_be_chosen_and_by_the_system_administrator_only(settings: Any) -> None:
    by, other, li = with_role("system", None), with_role("security", None), account("li")
    assert codes_of(lambda: to("directory", li, other)) == ["act-not-allowed"]
    assert codes_of(lambda: to("directory", by, by)) == ["act-on-oneself"]
    settings.STEELYARD = replace(settings.STEELYARD, ldap=None)
    assert codes_of(lambda: to("directory", li, by)) == ["way-unknown"]
    assert codes_of(lambda: to("fingerprint", li, by)) == ["way-unknown"]
    new: dict[str, Any] = {"username": "neu", "name": "新", "person": "", "by": by, "now": NOW}
    assert codes_of(lambda: accounts.create(**new, way="directory")) == ["way-unknown"]
    made, token = accounts.create(**new, way="provider")
    assert (made.way, made.has_usable_password(), token) == ("provider", False, "")


def test_the_pages_of_accounts_say_and_change_it(client: Client, settings: Any) -> None:
    signed_in(client, "system", None)
    sent = client.post("/accounts/new", {"username": "neu", "name": "新人", "person": "", "way": "directory"})
    number = Account.objects.get(username="neu").pk
    assert sent.url == f"/accounts/{number}"
    page = client.get(sent.url).content.decode()
    assert "单位目录（LDAP）" in page
    assert f'action="/accounts/{number}/reset"' not in page
    shown = client.post(f"/accounts/{number}/way", {"way": "password", "reason": "停用目录"}).content.decode()
    assert "/invited/" in shown
    assert client.post(f"/accounts/{number}/way", {"way": "provider", "reason": "x"}).status_code == 302
    assert Account.objects.get(pk=number).way == "provider"
    settings.STEELYARD = replace(settings.STEELYARD, ldap=None, oidc=None)
    assert 'name="way"' not in client.get("/accounts/new").content.decode()
    assert client.post("/accounts/new", {"username": "alt", "name": "旧"}).status_code == 200
