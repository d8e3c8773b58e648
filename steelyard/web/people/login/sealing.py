"""Secrets of accounts: kept sealed where they must be read again, as digests where they are only compared."""

from __future__ import annotations

import base64
import hashlib
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.crypto import salted_hmac

SEALED = "aesgcm1:"


def seal(text: str) -> str:
    """Readable only with the site's secret key; the algorithm stands before it."""
    nonce = secrets.token_bytes(12)
    return SEALED + base64.b64encode(nonce + AESGCM(_key()).encrypt(nonce, text.encode(), None)).decode()


def unseal(sealed: str) -> str:
    raw = base64.b64decode(sealed.removeprefix(SEALED))
    return AESGCM(_key()).decrypt(raw[:12], raw[12:], None).decode()


def fingerprint(text: str, purpose: str) -> str:
    """A keyed digest: says whether two are the same, and nothing to who has only the database."""
    return salted_hmac(f"steelyard.{purpose}", text, algorithm="sha256").hexdigest()


def _key() -> bytes:
    return hashlib.sha256(b"steelyard.second:" + settings.SECRET_KEY.encode()).digest()
