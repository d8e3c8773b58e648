"""What somebody has to do before anything else: a password of his own, a second factor where his role asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect

from steelyard.web.people.models import Account, Way
from steelyard.web.people.roles import TWO_FACTORS

STRONG = "strong"
"""Stands in a session for which the provider has seen a second factor."""
ROTATION = {"dengbao": timedelta(days=90)}
"""How long a password may be used, where a profile limits it at all."""


def needs_password(account: Account, now: datetime) -> bool:
    """Where somebody else keeps the password, its rules are his, too."""
    if account.way != Way.PASSWORD:
        return False
    limit = ROTATION.get(settings.STEELYARD.passwords)
    old = limit is not None and (account.changed_at is None or now - account.changed_at > limit)
    return account.must_change or old


def needs_second(account: Account, roles: Iterable[str], *, strong: bool = False) -> bool:
    """A demonstration on one machine asks nobody for it; `doctor` names that."""
    return not (account.second or strong or settings.STEELYARD.demo) and not TWO_FACTORS.isdisjoint(roles)


def duty(account: Account, roles: Iterable[str], now: datetime, *, strong: bool = False) -> HttpResponse | None:
    """Where somebody is sent first, None if nothing is due."""
    if needs_password(account, now):
        return redirect("own-password")
    if needs_second(account, roles, strong=strong):
        return redirect("own-second")
    return None
