"""Passwords under 国密 SM3, for bureaus that must use certified algorithms; Argon2id is Django's own."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class Sm3(PBKDF2PasswordHasher):
    """PBKDF2 with HMAC-SM3 (GB/T 32905). The count of rounds costs what Argon2id costs here, about 0.2 s."""

    algorithm = "pbkdf2_sm3"
    iterations = 300_000

    @staticmethod
    def digest(data: bytes = b"") -> Any:
        return hashlib.new("sm3", data)
