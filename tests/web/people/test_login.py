"""Coming in: what is asked, what is answered, and what guessing leads to."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.test import Client
from django.utils import timezone

from steelyard.web.people.login import invitations, visiting
from steelyard.web.people.models import Account, Attempt, Visit
from steelyard.web.trail.models import Event
from tests.web.people.test_provider import configured as configured
from tests.web.people.test_provider import here as here
from tests.web.people.test_provider import there_and_back
from tests.web.people.test_provider import zhang as zhang
from tests.web.people.world import KEY, PASSWORD, account, grant, sign_in, unit, with_role

pytestmark = pytest.mark.django_db


def try_in(client: Client, username: str, password: str = PASSWORD, **more: str):
    return client.post("/login", {"username": username, "password": password}, **more)


def inside(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_a_stranger_is_sent_to_the_door_and_back_to_where_he_wanted(client: Client) -> None:
    account("li")
    assert client.get("/own/password").url == "/login?next=/own/password"
    assert client.post("/login?next=/own/password", {"username": "li", "password": PASSWORD}).url == "/own/password"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"])
def test_nobody_is_sent_to_another_site(client: Client, elsewhere: str) -> None:
    account("li")
    assert client.post("/login", {"username": "li", "password": PASSWORD}, QUERY_STRING=f"next={elsewhere}").url == "/"


def test_wrong_unknown_disabled_and_dormant_get_the_same_answer(client: Client) -> None:
    account("li")
    account("off", is_active=False)
    account("asleep", used_at=timezone.now() - timedelta(days=91))
    tries = [("li", "wrong"), ("nobody", PASSWORD), ("off", PASSWORD), ("asleep", PASSWORD)]
    pages = [try_in(client, name, word) for name, word in tries]
    texts = {re.sub(rb'value="[^"]*"', b"", page.content) for page in pages}
    assert {page.status_code for page in pages} == {422}
    assert len(texts) == 1


def test_after_five_wrong_passwords_the_right_one_does_not_help_for_half_an_hour(client: Client) -> None:
    account("li")
    for _ in range(5):
        try_in(client, "li", "wrong")
    assert try_in(client, "li").status_code == 422
    Attempt.objects.update(at=timezone.now() - timedelta(minutes=31))
    assert try_in(client, "li").status_code == 302


def test_who_locks_a_name_out_does_not_lock_out_its_owner_at_the_usual_device(client: Client) -> None:
    account("li")
    try_in(client, "li")
    client.post("/logout")
    stranger = Client()
    for _ in range(6):
        try_in(stranger, "li", "wrong")
    assert try_in(stranger, "li").status_code == 422
    assert try_in(client, "li").status_code == 302


def test_the_device_of_one_is_no_device_of_another(client: Client) -> None:
    account("li")
    account("wang")
    try_in(client, "li")
    client.post("/logout")
    for _ in range(5):
        try_in(Client(), "wang", "wrong")
    assert try_in(client, "wang").status_code == 422


def test_one_address_tries_no_more_than_thirty_names_in_an_hour(client: Client) -> None:
    account("li")
    for number in range(30):
        try_in(client, f"name{number}", "wrong")
    assert try_in(client, "li").status_code == 422
    assert try_in(client, "li", REMOTE_ADDR="10.0.0.9").status_code == 302


def test_events_say_who_came_in_and_never_what_was_typed(client: Client) -> None:
    account("li")
    try_in(client, "my secret password", "x")
    try_in(client, "li", "wrong")
    try_in(client, "li")
    said = list(Event.objects.values_list("actor", "act", "outcome"))
    assert said == [("", "sign-in", "refused"), ("li", "sign-in", "refused"), ("li", "sign-in", "done")]
    assert not [one for one in Event.objects.values() if "secret" in str(one)]
    assert not [one for one in Attempt.objects.values() if "secret" in str(one) or one["name"] == "li"]


# ---- the second factor ----


def test_who_scores_needs_a_code_and_each_code_is_good_once(client: Client) -> None:
    who = with_role("assessor")
    assert try_in(client, who.username).url == "/login/second?next=%2F"
    assert not inside(client)
    code = pyotp.TOTP(KEY).now()
    assert client.post("/login/second", {"code": code}).status_code == 302
    assert inside(client)
    other = Client()
    try_in(other, who.username)
    assert other.post("/login/second", {"code": code}).status_code == 422
    assert not inside(other)


def test_a_device_that_is_known_is_known_at_every_step(client: Client) -> None:
    """Guesses of others behind the same address stop nobody half-way."""
    who = with_role("assessor")

    def through() -> str:
        Account.objects.filter(pk=who.pk).update(second_step=0)  # as if half a minute went by
        try_in(client, who.username)
        return str(client.post("/login/second", {"code": pyotp.TOTP(KEY).now()}).url)

    assert through() == "/"
    client.post("/logout")
    for number in range(30):
        try_in(Client(), f"name{number}", "wrong")
    assert through() == "/"


@pytest.mark.usefixtures("zhang")
def test_a_device_that_is_known_is_known_after_the_provider(client: Client) -> None:
    there_and_back(client)
    client.post("/logout")
    for number in range(30):
        try_in(Client(), f"name{number}", "wrong")
    assert there_and_back(client).url == "/"


def test_guessing_codes_ends_after_five(client: Client) -> None:
    who = with_role("office")
    try_in(client, who.username)
    answers = [client.post("/login/second", {"code": "000000"}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [302]
    try_in(client, who.username)
    assert client.post("/login/second", {"code": pyotp.TOTP(KEY).now()}).url == "/login"


@pytest.mark.parametrize("what", [{"is_active": False}, {"epoch": 1}, {"password": "another"}])
def test_what_ends_sessions_ends_a_coming_in_that_is_half_done(client: Client, what: dict[str, Any]) -> None:
    """Whoever knew the old password waits with its second step open while the owner changes it."""
    who = with_role("office")
    assert try_in(client, who.username).url.startswith("/login/second")
    Account.objects.filter(pk=who.pk).update(**what)
    assert client.post("/login/second", {"code": pyotp.TOTP(KEY).now()}).url == "/login"
    assert not inside(client)


def test_a_role_that_scores_gets_nowhere_before_its_second_factor_is_set_up(client: Client) -> None:
    who = account("neu")
    grant(who, "committee", unit("P"))
    sign_in(client, who)
    assert client.get("/").url == "/own/second"
    page = client.get("/own/second")
    assert b"<svg" in page.content
    key = client.session["second-key"]
    assert client.post("/own/second", {"code": "000000"}).status_code == 422
    shown = client.post("/own/second", {"code": pyotp.TOTP(key).now()})
    codes = re.findall(r"<code>(\w{4}-\w{4}-\w{4})</code>", shown.content.decode())
    assert len(codes) == 10
    assert inside(client)
    who.refresh_from_db()
    assert key not in who.second
    other = Client()
    try_in(other, "neu")
    assert other.post("/login/second", {"code": codes[0].lower()}).status_code == 302
    third = Client()
    try_in(third, "neu")
    assert third.post("/login/second", {"code": codes[0]}).status_code == 422


# ---- sessions ----


def test_the_key_of_the_session_changes_at_the_door(client: Client) -> None:
    account("li")
    client.get("/login")
    client.session.save()
    before = client.session.session_key
    try_in(client, "li")
    assert client.cookies["session"].value != before


def test_a_session_ends_after_thirty_minutes_of_rest_and_after_twelve_hours(client: Client) -> None:
    who = sign_in(client, account("li"))
    Visit.objects.filter(account=who).update(seen=timezone.now() - timedelta(minutes=31))
    assert not inside(client)
    sign_in(client, who)
    Visit.objects.filter(account=who).update(began=timezone.now() - timedelta(hours=12, seconds=1))
    assert not inside(client)


@pytest.mark.parametrize(
    "what", [{"is_active": False}, {"epoch": 1}, {"password": "another"}, {"second": "set up elsewhere"}]
)
def test_disabling_or_another_password_ends_every_session_at_the_next_request(client: Client, what: dict) -> None:
    who = sign_in(client, account("li"))
    assert inside(client)
    Account.objects.filter(pk=who.pk).update(**what)
    assert not inside(client)


def test_an_old_cookie_is_worth_nothing_after_leaving(client: Client) -> None:
    sign_in(client, account("li"))
    cookie = client.cookies["session"].value
    client.post("/logout")
    client.cookies["session"] = cookie
    assert not inside(client)


def test_leaving_needs_a_post(client: Client) -> None:
    sign_in(client, account("li"))
    assert client.get("/logout").status_code == 405
    assert inside(client)


# ---- passwords ----


def test_a_password_from_somebody_else_is_changed_first(client: Client) -> None:
    sign_in(client, account("li", must_change=True))
    assert client.get("/").url == "/own/password"
    new = {"old": PASSWORD, "new": "quite another line of words", "repeated": "quite another line of words"}
    assert client.post("/own/password", {**new, "old": "wrong"}).status_code == 422
    assert client.post("/own/password", {**new, "repeated": "x"}).status_code == 422
    assert client.post("/own/password", new).status_code == 302
    assert inside(client)
    assert try_in(Client(), "li").status_code == 422


def test_the_dengbao_profile_asks_for_a_new_password_after_ninety_days(client: Client, settings: Any) -> None:
    who = sign_in(client, account("li", changed_at=timezone.now() - timedelta(days=91)))
    assert inside(client)
    settings.STEELYARD = settings.STEELYARD.__class__(settings.STEELYARD.home, passwords="dengbao")
    assert client.get("/").url == "/own/password"
    assert who.changed_at is not None


def test_a_link_sets_a_password_once(client: Client) -> None:
    who = account("li")
    sign_in(Client(), who)
    token = invitations.invite(who, timezone.now())
    new = {"new": "words that I chose myself", "repeated": "words that I chose myself"}
    assert client.post(f"/invited/{token}", {"new": "short", "repeated": "short"}).status_code == 422
    assert client.post(f"/invited/{token}", new).url == "/login"
    assert client.post(f"/invited/{token}", new).status_code == 404
    assert try_in(client, "li", new["new"]).status_code == 302


def test_a_newer_link_makes_the_older_one_useless_and_both_grow_old(client: Client) -> None:
    who, now = account("li"), timezone.now()
    first, second = invitations.invite(who, now), invitations.invite(who, now)
    assert client.get(f"/invited/{first}").status_code == 404
    assert client.get(f"/invited/{second}").status_code == 200
    assert invitations.invited(second, now + timedelta(hours=73)) is None


def test_what_concerns_others_asks_again_after_ten_minutes(client: Client) -> None:
    sign_in(client, account("li"))
    session = client.session
    session[visiting.PROVED] = (timezone.now() - timedelta(minutes=11)).timestamp()
    session.save()
    assert client.get("/own/second").url == "/prove?next=%2Fown%2Fsecond"
    assert client.post("/prove?next=/own/second", {"password": "wrong"}).status_code == 422
    assert client.post("/prove?next=/own/second", {"password": PASSWORD}).url == "/own/second"
    assert client.get("/own/second").status_code == 200
