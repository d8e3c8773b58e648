"""Passwords in both profiles, their hashes in both families of algorithms, and accounts that nobody else can open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password

from steelyard.engine.problems import Refused
from steelyard.web.people import accounts
from steelyard.web.people.login.invitations import follow
from steelyard.web.people.login.own import change_password, set_up_second
from steelyard.web.people.login.passwords import set_password, wrong
from steelyard.web.people.models import Account
from steelyard.web.trail.models import Event
from steelyard.web.trail.verifying import verify
from tests.web.people.world import KEY, NOW, PASSWORD, account, bureau, person, with_role

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("profile", "password", "codes"),
    [
        ("asvs", "short", ["password-short"]),
        ("asvs", "x" * 129, ["password-long"]),
        ("asvs", "password1234", ["password-common"]),
        ("asvs", "aaaaaaaaaaaaaaaa", ["password-common"]),
        ("asvs", "wang.meiling2026", ["password-common"]),
        ("asvs", "correct horse battery", []),
        ("asvs", "山高水长一碗热汤面不放香菜", []),
        ("dengbao", "Tq7-kd!", ["password-short"]),
        ("dengbao", "windowplant", ["password-kinds"]),
        ("dengbao", "Tq7-kd!xeM", []),
        ("dengbao", "four words without signs", []),
    ],
)
def test_what_a_password_must_be(profile: str, password: str, codes: list[str]) -> None:
    who = account("wang.meiling", name="王美玲")
    assert [problem.code for problem in wrong(password, who, profile)] == codes


def test_the_last_five_are_refused_where_the_profile_says_so() -> None:
    who = account("li")
    used = [f"unrelated words number {n} stand here" for n in range(6)]
    for n, one in enumerate(used):
        set_password(who, one, "dengbao", NOW + timedelta(days=n))
    refused = [bool(wrong(one, who, "dengbao")) for one in used]
    assert refused == [True] * 6
    assert [problem.code for problem in wrong(used[2], who, "dengbao")] == ["password-again"]
    assert wrong(used[2], who, "asvs") == []
    assert [problem.code for problem in wrong(used[5], who, "asvs")] == ["password-again"]


@pytest.mark.parametrize(
    ("hasher", "algorithm"),
    [
        ("django.contrib.auth.hashers.Argon2PasswordHasher", "argon2"),
        ("steelyard.web.people.login.hashing.Sm3", "pbkdf2_sm3"),
    ],
)
def test_hashes_of_both_families_know_their_password(settings: Any, hasher: str, algorithm: str) -> None:
    settings.PASSWORD_HASHERS = [hasher]
    made = make_password(PASSWORD)
    assert identify_hasher(made).algorithm == algorithm
    assert check_password(PASSWORD, made)
    assert not check_password(PASSWORD + " ", made)


def codes_of(act: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        act()
    return [problem.code for problem in refused.value.problems]


def test_an_account_is_made_with_a_link_and_everything_wrong_is_told() -> None:
    maker, place = with_role("system", None), bureau()["A1"]
    person("n1", place)
    made, token = accounts.create(username="li.yi", name="李", person="n1", by=maker, now=NOW)
    assert not made.has_usable_password()
    again = lambda: accounts.create(username="Li.Yi", name="", person="n1", by=maker, now=NOW)  # noqa: E731
    assert sorted(codes_of(again)) == ["account-name", "account-person", "account-taken", "account-username"]
    events = Event.objects.count()
    follow(token, "words that I chose myself", profile="asvs", now=NOW)
    assert codes_of(lambda: follow(token, "words that I chose again", profile="asvs", now=NOW)) == ["invitation-over"]
    assert Event.objects.count() == events + 1


def test_neither_administrator_alone_opens_an_account_with_a_second_factor() -> None:
    maker, who = with_role("system", None), with_role("office")
    token = accounts.reset(account=who, by=maker, now=NOW)
    follow(token, "words that I chose myself", profile="asvs", now=NOW)
    assert Account.objects.get(pk=who.pk).second == who.second
    forget = lambda: accounts.forget_second(account=who, reason="x", by=maker, now=NOW)  # noqa: E731
    assert codes_of(forget) == ["act-not-allowed"]


def test_only_who_knows_the_password_or_shows_a_code_changes_them() -> None:
    who = account("zhao")
    change = lambda: change_password(who, "wrong", "quite other words here", profile="asvs", now=NOW)  # noqa: E731
    assert codes_of(change) == ["password-wrong"]
    for typed in ("000000", "１２３４５６", "²", "😀"):
        assert codes_of(lambda typed=typed: set_up_second(who, KEY, typed, now=NOW)) == ["code-wrong"]
    assert Event.objects.count() == 0


def test_a_trail_that_cannot_be_read_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        raise ValueError("Invalid isoformat string")

    monkeypatch.setattr("steelyard.web.trail.verifying.events", broken)
    assert [problem.code for problem in verify([]).problems] == ["trail-unreadable"]
