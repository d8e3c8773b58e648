"""Signing in at a provider (OpenID Connect): a real one on this machine, and what attackers would send instead."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pyotp
import pytest
from django.test import Client
from django.utils import timezone
from joserfc.jwk import OctKey

from steelyard.web.identities import fetching
from steelyard.web.identities import provider as providers
from steelyard.web.identities.naming import Provider
from steelyard.web.identities.outage import NoAnswer
from steelyard.web.people.login import visiting
from steelyard.web.people.models import Account
from steelyard.web.trail.models import Event
from tests.web.people.outside import free_port, saying
from tests.web.people.provider_here import CLIENT, SECRET, Here, provider
from tests.web.people.world import KEY, PASSWORD, account, grant, seal, unit

NOT_PROVED, NOBODY, AGAIN = "没有确认身份", "没有可用的对应账号", "这次登录没有完成"


@pytest.fixture
def here() -> Iterator[Here]:
    with provider() as found:
        yield found


@pytest.fixture
def configured(here: Here, tmp_path: Path, settings: Any) -> Provider:
    (tmp_path / "oidc.key").write_text(SECRET + "\n")
    made = Provider(here.issuer, CLIENT, tmp_path / "oidc.key", seconds=2)
    settings.STEELYARD = replace(settings.STEELYARD, oidc=made)
    return made


@pytest.fixture
def zhang(db: None, configured: Provider) -> Account:  # noqa: ARG001
    return account("zhang.wei", way="provider")


def sent(client: Client, after: str = "/") -> str:
    """The address at the provider to which we send the browser."""
    return str(client.get(f"/login/provider?{urlencode({'next': after})}").url)


def brought(address: str) -> str:
    """What the provider sends the browser back to."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    back = urlsplit(answer.headers["Location"])
    assert (back.scheme, back.netloc, back.path) == ("http", "testserver", "/login/provider/back")
    return f"{back.path}?{back.query}"


def there_and_back(client: Client, after: str = "/") -> Any:
    return client.get(brought(sent(client, after)))


def inside(client: Client) -> bool:
    return client.get("/").status_code == 200


def text(answer: Any) -> str:
    return str(answer.content.decode())


# ---- coming in ----


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_who_signs_in_there_is_in_here(client: Client, here: Here, zhang: Account, alg: str) -> None:
    here.alg = alg
    page = text(client.get("/login?next=/own"))
    assert 'href="/login/provider?next=/own"' in page
    before = client.cookies["session"].value if "session" in client.cookies else ""
    address = sent(client, "/own")
    started = client.cookies["session"].value
    assert client.get(brought(address)).url == "/own"
    assert client.cookies["session"].value not in (before, started)
    assert inside(client)
    event = Event.objects.get()
    assert (event.actor, event.outcome, event.detail) == (zhang.username, "done", {"way": "provider"})


def test_what_is_asked_for_is_a_code_bound_to_this_browser(
    client: Client, configured: Provider, zhang: Account
) -> None:
    asked, again = (dict(parse_qsl(urlsplit(sent(client)).query)) for _ in range(2))
    assert (asked["response_type"], asked["code_challenge_method"], asked["client_id"]) == ("code", "S256", CLIENT)
    assert asked["redirect_uri"] == "http://testserver/login/provider/back"
    assert all(asked[name] != again[name] for name in ("state", "nonce", "code_challenge"))
    assert SECRET not in json.dumps(asked)
    assert (configured.plain, zhang.way) == (True, "provider")


@pytest.mark.usefixtures("zhang")
@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"])
def test_nobody_is_sent_to_another_site(client: Client, elsewhere: str) -> None:
    assert there_and_back(client, elsewhere).url == "/"


@pytest.mark.parametrize("what", [{"is_active": False}, {"way": "password"}, {"way": "directory"}, {"username": "x.y"},
                                  {"used_at": timezone.now() - timedelta(days=91)}])  # fmt: skip
def test_nobody_comes_in_without_an_account_that_says_so(client: Client, zhang: Account, what: dict[str, Any]) -> None:
    Account.objects.filter(pk=zhang.pk).update(**what)
    answer = there_and_back(client)
    assert (answer.status_code, NOBODY in text(answer)) == (422, True)
    assert not inside(client)
    assert Event.objects.get().detail["way"] == "provider"
    assert Account.objects.count() == 1


def test_a_local_password_is_worth_nothing_for_it(client: Client, zhang: Account) -> None:
    assert client.post("/login", {"username": zhang.username, "password": PASSWORD}).status_code == 422


def test_who_scores_shows_a_second_factor_unless_the_provider_has_seen_one(
    client: Client, here: Here, zhang: Account, configured: Provider, settings: Any
) -> None:
    grant(zhang, "assessor", unit("P"))
    here.bend = lambda claims: claims.update(amr=["pwd", "otp"], acr="2")
    assert there_and_back(client).url == "/"
    assert client.get("/").url == "/own/second"
    Account.objects.filter(pk=zhang.pk).update(second=seal(KEY))
    second = Client()
    assert there_and_back(second, "/own").url == "/login/second?next=%2Fown"
    assert not inside(second)
    assert second.post("/login/second?next=/own", {"code": pyotp.TOTP(KEY).now()}).url == "/own"
    for said in ("otp", "2"):
        settings.STEELYARD = replace(settings.STEELYARD, oidc=replace(configured, second=(said,)))
        third = Client()
        assert there_and_back(third).url == "/"
        assert inside(third)
    here.bend = lambda claims: claims.update(amr="otp", acr=["2"])  # of the wrong shape
    assert there_and_back(Client()).url.startswith("/login/second")


# ---- answers that were not asked for ----


@pytest.mark.usefixtures("zhang")
def test_an_answer_is_good_once_and_only_in_the_browser_that_asked(client: Client, here: Here) -> None:
    back = brought(sent(client))
    stranger = Client()
    assert AGAIN in text(stranger.get(back))
    sent(stranger)
    assert AGAIN in text(stranger.get(back))
    assert client.get(back).url == "/"
    assert AGAIN in text(client.get(back))
    fresh = Client()
    changed = brought(sent(fresh)).replace("state=", "state=x")
    assert AGAIN in text(fresh.get(changed))
    assert not inside(fresh)
    assert here.codes  # never redeemed: who brings the wrong state does not make us ask


@pytest.mark.usefixtures("zhang")
def test_an_answer_that_comes_late_or_from_another_issuer_is_none(client: Client) -> None:
    back = brought(sent(client))
    session = client.session
    session["going"] = {**session["going"], "at": time.time() - 601}
    session.save()
    assert AGAIN in text(client.get(back))
    assert AGAIN in text(client.get(brought(sent(client)) + "&iss=https%3A%2F%2Fevil.example"))


@pytest.mark.usefixtures("zhang")
def test_a_code_of_somebody_else_does_not_fit(client: Client) -> None:
    """Who slips his own code under somebody: it was asked for with another verifier and another nonce."""
    other = parse_qs(urlsplit(brought(sent(Client()))).query)["code"][0]
    mine = dict(parse_qsl(urlsplit(sent(client)).query))
    answer = client.get(f"/login/provider/back?{urlencode({'code': other, 'state': mine['state']})}")
    assert answer.status_code == 503
    assert not inside(client)


@pytest.mark.usefixtures("zhang")
def test_a_refusal_there_is_a_refusal_here_and_uses_up_what_was_asked(client: Client) -> None:
    back = brought(sent(client))
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert NOT_PROVED in text(client.get(f"/login/provider/back?error=access_denied&state={state}"))
    assert AGAIN in text(client.get(back))
    assert not inside(client)


# ---- the provider's host, and no other ----


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize("address", ["http://127.0.0.1:1/x", "https://evil.example/x", "file:///etc/passwd", None, 7])
def test_what_the_provider_says_leads_nowhere_else(here: Here, configured: Provider, name: str, address: Any) -> None:
    here.page = lambda page: page.update({name: address})
    with pytest.raises(NoAnswer, match="not on the provider's host"):
        providers.described(configured)


def test_redirects_are_not_followed_and_another_name_is_not_believed(here: Here, configured: Provider) -> None:
    here.page = lambda page: page.update(jwks_uri=f"{here.issuer}/elsewhere")
    with pytest.raises(NoAnswer, match="302"):
        providers.described(configured)
    assert not [path for path in here.asked if path.endswith("/keys")]
    here.page = lambda page: page.update(issuer="https://evil.example")
    with pytest.raises(NoAnswer, match="calls itself"):
        providers.described(configured)


def test_a_secret_among_the_public_keys_is_no_key(here: Here, configured: Provider) -> None:
    here.keys = {"HS256": OctKey.generate_key(256)}
    with pytest.raises(NoAnswer, match="publishes no key"):
        providers.described(configured)


@pytest.mark.parametrize(
    "say",
    [
        lambda guest: time.sleep(5) or guest.sendall(b"x"),
        lambda guest: [guest.sendall(b"H") or time.sleep(0.2) for _ in range(40)],
        lambda guest: guest.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * (1 << 20)),
        lambda guest: guest.recv(9999) and guest.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n[[1]"),
        lambda guest: guest.recv(9999) and guest.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
    ],
)
def test_a_provider_that_misbehaves_is_waited_for_once(say: Any, configured: Provider) -> None:
    with saying(say) as port:
        strange = replace(configured, issuer=f"http://127.0.0.1:{port}", seconds=1)
        began = time.monotonic()
        with pytest.raises(NoAnswer):
            fetching.get(strange, f"{strange.issuer}/x")
        assert time.monotonic() - began < 3  # a wait that has an end, not a speed


def test_a_provider_that_is_down_is_said_and_local_accounts_come_in(
    client: Client, configured: Provider, zhang: Account, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    gone = replace(configured, issuer=f"http://127.0.0.1:{free_port()}")
    settings.STEELYARD = replace(settings.STEELYARD, oidc=gone)
    answer = client.get("/login/provider")
    assert (answer.status_code, "统一身份认证没有应答" in text(answer)) == (503, True)
    assert "the connection failed" in caplog.text
    account("local")
    assert client.post("/login", {"username": "local", "password": PASSWORD}).status_code == 302
    assert zhang.way == "provider"


# ---- showing again who one is ----


def test_what_concerns_others_is_shown_again_at_the_provider(client: Client, here: Here, zhang: Account) -> None:
    there_and_back(client)
    proved = (timezone.now() - timedelta(minutes=11)).timestamp()
    session = client.session
    session[visiting.PROVED] = proved
    session.save()
    assert client.get("/own/second").url == "/prove?next=%2Fown%2Fsecond"
    assert 'href="/login/provider?next=/own/second"' in text(client.get("/prove?next=/own/second"))
    assert client.post("/prove?next=/own/second", {"password": PASSWORD}).status_code == 200
    assert client.session[visiting.PROVED] == proved
    here.bend = lambda claims: claims.update(auth_time=int(time.time()) - 3600)
    assert there_and_back(client, "/own/second").url.startswith("/prove")
    here.bend, here.who = lambda _: None, "wang.fang"
    account("wang.fang", way="provider")
    assert there_and_back(client, "/own/second").url.startswith("/prove")
    here.who = zhang.username
    asked = dict(parse_qsl(urlsplit(sent(client, "/own/second")).query))
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    assert there_and_back(client, "/own/second").url == "/own/second"
    assert client.get("/own/second").status_code == 200
    assert Account.objects.get(pk=client.session["_auth_user_id"]) == zhang


def test_without_a_provider_the_addresses_lead_to_the_door(client: Client, settings: Any, db: None) -> None:  # noqa: ARG001
    assert settings.STEELYARD.oidc is None
    assert client.get("/login/provider").url == client.get("/login/provider/back?code=x").url == "/login"
