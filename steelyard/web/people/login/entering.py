"""Coming in: a password, then a second factor where one is set up. Every try leaves an event, none says who exists."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.http import HttpRequest

from steelyard.web.people.login import attempts, second, visiting
from steelyard.web.people.login.attempts import address_of
from steelyard.web.people.models import Account, Attempt
from steelyard.web.trail.recording import Outcome, record

PENDING, WAITS = "pending", timedelta(minutes=5)
Answer = Literal["in", "second", "no"]


def by_password(request: HttpRequest, username: str, password: str, now: datetime) -> Answer:
    """``second``: the password was right, the second factor is asked for. ``no`` has many reasons and tells none."""
    attempt = attempts.begin(username, request, now)
    if attempt is None:
        return "no"
    account = Account.objects.filter(username=username).first()
    if account is None:
        make_password(password)  # as long as looking at a real one takes
        return _no(None, attempt, request, now)
    if not check_password(password, account.password, lambda raw: _harder(account, raw)):
        return _no(account, attempt, request, now)
    if not account.is_active or account.dormant(now):
        return _no(account, attempt, request, now)
    if account.second:
        attempts.succeed(attempt)
        request.session.flush()
        request.session[PENDING] = [account.pk, now.timestamp()]
        return "second"
    return _in(account, attempt, request, now)


def by_second(request: HttpRequest, code: str, now: datetime) -> Answer:
    """``second``: the code was wrong, another may be tried. ``no``: begin again with the password."""
    account = pending(request, now)
    attempt = None if account is None else attempts.begin(f"second:{account.username}", request, now)
    if account is None or attempt is None:
        request.session.pop(PENDING, None)
        return "no"
    if not second.accept(account, code, now):
        _no(account, attempt, request, now)
        return "second"
    return _in(account, attempt, request, now)


def pending(request: HttpRequest, now: datetime) -> Account | None:
    """Whose password was right a moment ago in this browser."""
    number, at = request.session.get(PENDING, (None, 0))
    if number is None or now.timestamp() - float(at) > WAITS.total_seconds():
        return None
    account = Account.objects.filter(pk=number, is_active=True).first()
    return None if account is None or account.dormant(now) else account


def again(request: HttpRequest, account: Account, password: str, code: str, now: datetime) -> bool:
    """Whether whoever sits there shows once more who he is: by the code where he has a second factor, else by password.

    Guesses count like those of the first time.
    """
    attempt = attempts.begin(f"again:{account.username}", request, now)
    if attempt is None:
        return False
    good = second.accept(account, code, now) if account.second else check_password(password, account.password)
    with transaction.atomic():
        if good:
            attempts.succeed(attempt)
            visiting.prove(request, now)
        _note("sign-in-again", account, request, now, "done" if good else "refused")
    return good


def _in(account: Account, attempt: Attempt, request: HttpRequest, now: datetime) -> Answer:
    with transaction.atomic():
        attempts.succeed(attempt)
        Account.objects.filter(pk=account.pk).update(used_at=now, last_login=now)
        visiting.come_in(request, account, now)
        _note("sign-in", account, request, now, "done")
    return "in"


def _no(account: Account | None, attempt: Attempt, request: HttpRequest, now: datetime) -> Answer:
    with transaction.atomic():
        _note("sign-in", account, request, now, "refused", known_device=bool(attempt.device))
    return "no"


def _note(
    act: str, account: Account | None, request: HttpRequest, now: datetime, outcome: Outcome, **detail: bool
) -> None:
    """A name that belongs to nobody is not written down: people type passwords there."""
    name = "" if account is None else account.username
    target = "" if account is None else f"account:{account.pk}"
    record(act, at=now, actor=name, target=target, outcome=outcome, address=address_of(request), detail=dict(detail))


def _harder(account: Account, password: str) -> None:
    """The same password under the hasher of today, before there is a session: sessions are tied to its digest."""
    account.set_password(password)
    account.save(update_fields=["password"])
