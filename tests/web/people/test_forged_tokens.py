"""Tokens that prove nothing: what somebody else said, said of somebody else, or made up."""

from __future__ import annotations

import base64
import hmac
import json
import time
from typing import Any

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import OctKey

from steelyard.web.trail.models import Event
from tests.web.people.provider_here import CLIENT, SECRET, Here
from tests.web.people.test_provider import NOT_PROVED, inside, text, there_and_back
from tests.web.people.test_provider import configured as configured
from tests.web.people.test_provider import here as here
from tests.web.people.test_provider import zhang as zhang
from tests.web.people.world import account


def other_claims(**changed: Any) -> Any:
    def bend(claims: dict[str, Any]) -> None:
        claims.update(changed)
        for name in [name for name, value in changed.items() if value is None]:
            del claims[name]

    return bend


NOW = int(time.time())
BAD = {
    "expired": {"exp": NOW - 120, "iat": NOW - 500},
    "no end": {"exp": None},
    "endless": {"exp": float("inf")},
    "from tomorrow": {"iat": NOW + 86_400, "exp": NOW + 90_000},
    "from long ago": {"iat": NOW - 86_400},
    "not yet": {"nbf": NOW + 3_600},
    "for another client": {"aud": "somebody-else"},
    "for several, meant for another": {"aud": [CLIENT, "other"], "azp": "other"},
    "for several, nobody meant": {"aud": [CLIENT, "other"]},
    "another issuer": {"iss": "https://evil.example"},
    "another nonce": {"nonce": "x"},
    "no nonce": {"nonce": None},
    "nobody": {"sub": None},
    "no name": {"preferred_username": None},
    "a list of names": {"preferred_username": ["zhang.wei"]},
}


@pytest.mark.usefixtures("zhang")
@pytest.mark.parametrize("what", BAD)
def test_a_token_that_says_something_else_proves_nothing(client: Client, here: Here, what: str) -> None:
    here.bend = other_claims(**BAD[what])
    answer = there_and_back(client)
    assert (answer.status_code, NOT_PROVED in text(answer)) == (422, True)
    assert not inside(client)
    assert Event.objects.get().outcome == "refused"


FORGED = (
    "none", "public key as secret", "client secret", "stranger", "own key", "RS512", "changed", "nonsense", "long",
    "empty",
)  # fmt: skip


def part(said: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def forgeries(here: Here) -> dict[str, Any]:
    stranger = Here()
    stranger.new_keys()
    kid = here.keys["RS256"].kid

    def secret(claims: dict[str, Any]) -> str:
        """The public key, which everybody has, taken for a shared secret."""
        said = f"{part({'alg': 'HS256', 'kid': kid})}.{part(claims)}"
        sign = hmac.digest(here.keys["RS256"].as_pem(private=False), said.encode(), "sha256")
        return f"{said}.{base64.urlsafe_b64encode(sign).rstrip(b'=').decode()}"

    def with_ours(claims: dict[str, Any]) -> str:
        """Our own client secret as the key: allowed by the standard, not by us."""
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET * 4), algorithms=["HS256"])

    def by_stranger(claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": kid}, claims, stranger.keys["RS256"])

    def brings_its_key(claims: dict[str, Any]) -> str:
        key = stranger.keys["RS256"]
        return jwt.encode({"alg": "RS256", "kid": kid, "jwk": key.as_dict(private=False)}, claims, key)

    def longer_hash(claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS512", "kid": kid}, claims, here.keys["RS256"], algorithms=["RS512"])

    def changed(claims: dict[str, Any]) -> str:
        head, _, sign = jwt.encode({"alg": "RS256", "kid": kid}, claims, here.keys["RS256"]).split(".")
        return f"{head}.{part(claims | {'preferred_username': 'wang.fang'})}.{sign}"

    return {
        "none": lambda claims: f"{part({'alg': 'none'})}.{part(claims)}.",
        "public key as secret": secret, "client secret": with_ours, "stranger": by_stranger,
        "own key": brings_its_key, "RS512": longer_hash, "changed": changed, "nonsense": lambda _: "a.b.c",
        "long": lambda _: "a" * 20_000, "empty": lambda _: "",
    }  # fmt: skip


@pytest.mark.usefixtures("zhang")
@pytest.mark.parametrize("what", FORGED)
def test_a_forged_token_proves_nothing(client: Client, here: Here, what: str) -> None:
    account("wang.fang", way="provider")
    here.sign = forgeries(here)[what]
    answer = there_and_back(client)
    assert (answer.status_code, NOT_PROVED in text(answer)) == (422, True)
    assert not inside(client)


@pytest.mark.usefixtures("zhang")
def test_new_keys_of_the_provider_are_fetched(client: Client, here: Here) -> None:
    assert there_and_back(client).url == "/"
    here.new_keys()
    assert there_and_back(Client()).url == "/"
