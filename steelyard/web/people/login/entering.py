"""Coming in: a password of ours, or the word of a directory or provider, then a second factor where one is set up.
Every try leaves an event, none says who exists."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.http import HttpRequest

from steelyard.web.identities.directory import shown
from steelyard.web.identities.outage import NoAnswer
from steelyard.web.identities.silence import heard
from steelyard.web.people.duties import STRONG
from steelyard.web.people.elsewhere.ways import same
from steelyard.web.people.login import attempts, second, visiting
from steelyard.web.people.login.attempts import address_of
from steelyard.web.people.models import Account, Attempt, Way
from steelyard.web.trail.recording import Outcome, record

PENDING, WAITS = "pending", timedelta(minutes=5)
LOG = logging.getLogger("steelyard.sign-in")
Answer = Literal["in", "second", "no", "silent"]
"""``silent``: the directory does not answer, so nothing is known."""


def by_password(request: HttpRequest, username: str, password: str, now: datetime) -> Answer:
    """``second``: the password was right, the second factor is asked for. ``no`` has many reasons and tells none."""
    attempt = attempts.begin(username, request, now)
    if attempt is None:
        return _locked(username, password)
    account = Account.objects.filter(username=username).first()
    try:
        known = _knows(account, username, password)
    except NoAnswer as silent:
        return _silent(account, attempt, request, now, silent)
    if account is None or not known or not account.is_active or account.dormant(now):
        return _no(account, attempt, request, now)
    return _on(account, attempt, request, now)


def _locked(username: str, password: str) -> Answer:
    """No password is looked at any more. Who signs in by the directory is never locked while it is down, so its silence
    is what everybody hears, or the sixth try would tell him from others. Whether it answers is remembered for a moment,
    so that a flood of such tries is none upon the directory."""
    directory = settings.STEELYARD.ldap
    try:
        if directory is not None and not heard(directory):
            shown(directory, username, None)
    except NoAnswer as silent:
        make_password(password)  # as every try that is looked at
        LOG.error("单位目录没有应答 the directory does not answer: %s", silent.reason)
        return "silent"
    return "no"


def _knows(account: Account | None, username: str, password: str) -> bool:
    """Whoever is refused has cost one hash and, where there is a directory, one question to it, whatever account it is
    and whether there is one. The directory hears a password only of who signs in by it. Raises `NoAnswer`."""
    way = None if account is None else account.way
    if account is not None and way == Way.PASSWORD:
        if check_password(password, account.password, lambda raw: _harder(account, raw)):
            return True
    else:
        make_password(password)  # as long as looking at a real one takes
    directory = settings.STEELYARD.ldap
    if directory is None:
        if account is not None and way == Way.DIRECTORY:
            LOG.error(
                "site.toml 没有 [ldap]，登录不了的账号 an account that cannot sign in without it: %s", account.username
            )
        return False
    value = shown(directory, username, password if way == Way.DIRECTORY else None)
    return account is not None and way == Way.DIRECTORY and same(account, directory.matches, value)


def by_provider(request: HttpRequest, account: Account | None, value: str, now: datetime, *, strong: bool) -> Answer:
    """``account``: whose the provider's ``value`` is, None if nobody's. ``strong``: the provider has seen a second
    factor, so ours is not asked for."""
    attempt = attempts.begin(value if account is None else account.username, request, now, "provider")
    if attempt is None:
        return "no"
    if account is None or not account.is_active or account.dormant(now):
        return _no(account, attempt, request, now, way=Way.PROVIDER)
    return _in(account, attempt, request, now, strong=True) if strong else _on(account, attempt, request, now)


def by_second(request: HttpRequest, code: str, now: datetime) -> Answer:
    """``second``: the code was wrong, another may be tried. ``no``: begin again with the password."""
    account = pending(request, now)
    attempt = None if account is None else attempts.begin(account.username, request, now, "second")
    if account is None or attempt is None:
        request.session.pop(PENDING, None)
        return "no"
    with transaction.atomic():  # a code is used up only by a coming in that is on record
        if second.accept(account, code, now):
            return _in(account, attempt, request, now)
    _no(account, attempt, request, now)
    return "second"


def pending(request: HttpRequest, now: datetime) -> Account | None:
    """Whose password was right a moment ago in this browser, and still is: what ends sessions ends this, too."""
    number, at, said = request.session.get(PENDING, (None, 0, ""))
    if number is None or now.timestamp() - float(at) > WAITS.total_seconds():
        return None
    account = Account.objects.filter(pk=number, is_active=True).first()
    if account is None or account.dormant(now) or account.get_session_auth_hash() != said:
        return None
    return account


def again(request: HttpRequest, account: Account, password: str, code: str, now: datetime) -> Answer:
    """Whether whoever sits there shows once more who he is: by the code where he has a second factor, else by password.

    Guesses count like those of the first time.
    """
    attempt = attempts.begin(account.username, request, now, "again")
    if attempt is None:
        return "no"
    try:
        knows = not account.second and _knows(account, account.username, password)
    except NoAnswer as silent:
        return _silent(account, attempt, request, now, silent)
    with transaction.atomic():
        good = second.accept(account, code, now) if account.second else knows
        if good:
            attempts.succeed(attempt)
        shown_again(request, account, now, good=good)
    return "in" if good else "no"


def shown_again(request: HttpRequest, account: Account, now: datetime, *, good: bool) -> None:
    with transaction.atomic():
        if good:
            visiting.prove(request, now)
        _note("sign-in-again", account, request, now, "done" if good else "refused", way=account.way)


def _on(account: Account, attempt: Attempt, request: HttpRequest, now: datetime) -> Answer:
    """In, or on to the second factor where there is one."""
    if not account.second:
        return _in(account, attempt, request, now)
    attempts.succeed(attempt)
    request.session.flush()
    request.session[PENDING] = [account.pk, now.timestamp(), account.get_session_auth_hash()]
    return "second"


def _in(account: Account, attempt: Attempt, request: HttpRequest, now: datetime, *, strong: bool = False) -> Answer:
    with transaction.atomic():
        attempts.succeed(attempt)
        Account.objects.filter(pk=account.pk).update(used_at=now, last_login=now)
        visiting.come_in(request, account, now)
        if strong:
            request.session[STRONG] = True
        _note("sign-in", account, request, now, "done", way=account.way)
    return "in"


def _no(
    account: Account | None, attempt: Attempt, request: HttpRequest, now: datetime, way: str = Way.PASSWORD
) -> Answer:
    """``way``: what was tried, where there is no account that says how it signs in."""
    tried = way if account is None else account.way
    with transaction.atomic():
        _note("sign-in", account, request, now, "refused", known_device=bool(attempt.device), way=str(tried))
    return "no"


def _silent(account: Account | None, attempt: Attempt, request: HttpRequest, now: datetime, silent: NoAnswer) -> Answer:
    """A password of the directory was not looked at, so that is no failed attempt; who tried again and again is not
    locked out afterwards. One of ours was, and was wrong: it counts, or an outage would let anybody guess for ever."""
    LOG.error("单位目录没有应答 the directory does not answer: %s", silent.reason)
    if account is not None and account.way == Way.DIRECTORY:
        attempt.delete()
    with transaction.atomic():
        _note("sign-in", account, request, now, "failed", way=Way.DIRECTORY.value)
    return "silent"


def _note(
    act: str, account: Account | None, request: HttpRequest, now: datetime, outcome: Outcome, **detail: bool | str
) -> None:
    """A name that belongs to nobody is not written down: people type passwords there."""
    name = "" if account is None else account.username
    target = "" if account is None else f"account:{account.pk}"
    record(act, at=now, actor=name, target=target, outcome=outcome, address=address_of(request), detail=dict(detail))


def _harder(account: Account, password: str) -> None:
    """The same password under the hasher of today, before there is a session: sessions are tied to its digest."""
    account.set_password(password)
    account.save(update_fields=["password"])
