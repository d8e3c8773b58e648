"""Sessions: over after 30 minutes of rest and after 12 hours in any case, and whenever their owner says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import login, logout
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from steelyard.web.people.login.attempts import address_of
from steelyard.web.people.models import Account, Visit

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)
NOTED = timedelta(minutes=1)
"""A visit's last request is written down at most this often."""
VISIT, PROVED = "visit", "proved"


class Backend(BaseBackend):
    """Finds the account of a session again on every request; proofs are checked in `entering`, which counts them."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Nobody comes in this way."""

    def get_user(self, user_id: int) -> Account | None:
        """None once the account is disabled, so that every session of it is over at the next request."""
        return Account.objects.filter(pk=user_id, is_active=True).first()


class Visiting:
    """Ends the session of who has been away too long, before any view sees the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/static/"):
            return self.get_response(request)
        if request.session.session_key and request.user.is_authenticated and not _goes_on(request, timezone.now()):
            logout(request)
        return self.get_response(request)


def _goes_on(request: HttpRequest, now: datetime) -> bool:
    visit = Visit.objects.filter(pk=_visit(request), ended_at=None).first()
    if visit is None or visit.account_id != request.user.pk or now - visit.seen > IDLE or now - visit.began > LONGEST:
        return False
    if now - visit.seen > NOTED:
        Visit.objects.filter(pk=visit.pk).update(seen=now)
    return True


def _visit(request: HttpRequest) -> int:
    """The number of the visit that this session is; 0 is none."""
    return int(request.session.get(VISIT, 0))


def come_in(request: HttpRequest, account: Account, now: datetime) -> Visit:
    """A new session with a new key; what an earlier one of this browser knew is forgotten."""
    request.session.flush()
    login(request, account, backend="steelyard.web.people.login.visiting.Backend")
    device = str(request.META.get("HTTP_USER_AGENT", ""))[:200]
    visit = Visit.objects.create(account=account, began=now, seen=now, address=address_of(request), device=device)
    request.session[VISIT] = visit.pk
    prove(request, now)
    return visit


def prove(request: HttpRequest, now: datetime) -> None:
    """Notes that whoever sits there has just shown who he is."""
    request.session[PROVED] = now.timestamp()


def proved(request: HttpRequest, now: datetime, within: timedelta) -> bool:
    at = request.session.get(PROVED)
    return at is not None and now.timestamp() - float(at) <= within.total_seconds()


def go(request: HttpRequest, now: datetime) -> None:
    Visit.objects.filter(pk=_visit(request), ended_at=None).update(ended_at=now)
    logout(request)


def keep(request: HttpRequest, account: Account) -> None:
    """This session goes on although the account's password, second factor or epoch has just changed; others end."""
    request.session.cycle_key()
    request.session["_auth_user_hash"] = account.get_session_auth_hash()
