"""Whose session it is. Proofs are checked in `entering`; this only finds the account again on every request."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from steelyard.web.people.models import Account


class Backend(BaseBackend):
    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Nobody comes in this way: `entering` counts attempts, which this way would not."""

    def get_user(self, user_id: int) -> Account | None:
        """None once the account is disabled, so that every session of it is over at the next request."""
        return Account.objects.filter(pk=user_id, is_active=True).first()
