"""Signing in at a provider: OpenID Connect Core 1.0, authorisation code flow with PKCE (RFC 7636), state and nonce."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from steelyard.web.identities import fetching
from steelyard.web.identities.naming import Provider, secret_of
from steelyard.web.identities.outage import NoAnswer
from steelyard.web.identities.tokens import Shown, UnknownKey, read

KEPT = 600.0
"""Seconds for which a provider's description and keys are taken for true."""


@dataclass(frozen=True)
class Going:
    """What this browser took along to the provider. Only who brings ``state`` back is the one who went."""

    state: str
    nonce: str
    verifier: str
    back: str


@dataclass(frozen=True)
class Described:
    """What the provider says of itself: where to send browsers, where to redeem codes, and its keys."""

    authorize: str
    redeem: str
    keys: KeySet
    in_form: bool
    at: float


_KNOWN: dict[Provider, Described] = {}


def going(back: str) -> Going:
    """``back``: our own address, to which the provider sends the browser."""
    return Going(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), back)


def address(provider: Provider, taken: Going, *, anew: bool = False) -> str:
    """Where the browser goes. ``anew``: whoever sits there has to show it again. Raises `NoAnswer`."""
    digest = hashlib.sha256(taken.verifier.encode()).digest()
    asked = {
        "response_type": "code", "client_id": provider.client, "redirect_uri": taken.back, "scope": provider.scope,
        "state": taken.state, "nonce": taken.nonce, "code_challenge_method": "S256",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
    }  # fmt: skip
    if anew:
        asked |= {"prompt": "login", "max_age": "0"}
    where = described(provider).authorize
    return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"


def redeemed(provider: Provider, taken: Going, code: str, now: int) -> Shown:
    """What the provider says of who brought the code. Raises `NoAnswer`, and `Forged` for a token that is not good."""
    known = described(provider)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": taken.back,
        "code_verifier": taken.verifier,
    }
    client = provider.client, _secret(provider)
    if known.in_form:
        form |= {"client_id": client[0], "client_secret": client[1]}
    answer = fetching.post(provider, known.redeem, form, None if known.in_form else client)
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise NoAnswer("应答里没有 id_token no id_token in the answer")
    try:
        return read(provider, token, known.keys, taken.nonce, now)
    except UnknownKey:  # it has new keys
        return read(provider, token, described(provider, afresh=True).keys, taken.nonce, now)


def described(provider: Provider, *, afresh: bool = False) -> Described:
    """Who asks while somebody else does asks, too: nobody waits for another one's answer."""
    known = _KNOWN.get(provider)
    if known is None or afresh or time.monotonic() - known.at > KEPT:
        known = _KNOWN[provider] = _describe(provider)
    return known


def _describe(provider: Provider) -> Described:
    page = fetching.get(provider, provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if page.get("issuer") != provider.issuer:
        raise NoAnswer(f"对方自称 issuer = {page.get('issuer')} it calls itself so, site.toml says {provider.issuer}")
    authorize, redeem, keys = (
        fetching.ours(provider, page.get(name)) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
    )
    ways = page.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Described(
        authorize, redeem, _keys(fetching.get(provider, keys)), "client_secret_basic" not in ways, time.monotonic()
    )


def _keys(page: dict[str, Any]) -> KeySet:
    """Those for signatures that we accept. A secret among them, whoever published it, is no key of ours."""
    written = page.get("keys")
    fit = [
        one
        for one in (written if isinstance(written, list) else [])
        if isinstance(one, dict) and one.get("kty") in ("RSA", "EC") and one.get("use", "sig") == "sig"
    ]
    try:
        return KeySet.import_key_set({"keys": fit})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise NoAnswer("统一认证没有可用的签名公钥 the provider publishes no key for RS256 or ES256") from error


def _secret(provider: Provider) -> str:
    try:
        return secret_of(provider)
    except (OSError, ValueError) as error:
        raise NoAnswer(f"读不到客户端密钥 the client secret cannot be read: {error}") from error
