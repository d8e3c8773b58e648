"""ID tokens: whose signature, for whom, since when, until when, and an answer to which question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from steelyard.web.identities.naming import Provider

ALGORITHMS = ["RS256", "ES256"]
"""What is accepted whatever the token says of itself: no shared secret, and never none at all."""
LARGEST, OLDEST = 16 << 10, 600


class Forged(Exception):
    """A token that proves nothing; the reason is for the operator."""


class UnknownKey(Forged):
    """Signed by a key that we have not seen."""


@dataclass(frozen=True)
class Shown:
    """``value``: of the claim that names the account. ``strong``: the provider has seen a second factor. ``at``: when
    it saw who it is, in seconds since 1970; None if it does not say."""

    value: str
    strong: bool
    at: int | None


def read(provider: Provider, token: str, keys: KeySet, nonce: str, now: int) -> Shown:
    """``now``: seconds since 1970. Raises `Forged`."""
    claims = _claims(provider, token, keys, nonce, now)
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else provider.client) != provider.client:
        raise Forged("azp")
    if now - claims["iat"] > OLDEST + provider.leeway:
        raise Forged("iat")
    value, at = claims.get(provider.claim), claims.get("auth_time")
    if not isinstance(value, str) or not 0 < len(value) <= 150:
        raise Forged(provider.claim)
    return Shown(value, _strong(provider, claims), at if isinstance(at, int) and not isinstance(at, bool) else None)


def _claims(provider: Provider, token: str, keys: KeySet, nonce: str, now: int) -> dict[str, Any]:
    if len(token) > LARGEST or not token.isascii():
        raise Forged("size")
    wanted = jwt.JWTClaimsRegistry(
        now=now,
        leeway=provider.leeway,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        found = jwt.decode(token, keys, algorithms=ALGORITHMS)
        wanted.validate(found.claims)
    except InvalidKeyIdError as error:
        raise UnknownKey(str(error)) from error
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise Forged(f"{type(error).__name__} {error}") from error
    return found.claims


def _strong(provider: Provider, claims: dict[str, Any]) -> bool:
    """`amr` is a list (RFC 8176), `acr` one value; only what site.toml names counts."""
    means = claims.get("amr")
    said = [*(means if isinstance(means, list) else []), claims.get("acr")]
    return any(one in provider.second for one in said if isinstance(one, str))
