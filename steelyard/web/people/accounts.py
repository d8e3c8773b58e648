"""Accounts are made, disabled and woken by the system administrator, who gives nobody a role and knows no password."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.web.people.acting import allowed, another, hold
from steelyard.web.people.asking import By
from steelyard.web.people.elsewhere.ways import unusable
from steelyard.web.people.granting.rules import not_the_last
from steelyard.web.people.login.invitations import invite
from steelyard.web.people.models import Account, GrantState, Person, Way
from steelyard.web.people.roles import ADMINISTRATORS, Role
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "account-username": (
            "用户名用 3 到 40 个小写字母、数字、点、横线，以字母或数字开头",
            "a user name is 3 to 40 small letters, digits, dots or hyphens, and begins with a letter or digit",
        ),
        "account-taken": (
            "用户名 {username} 已有人用过；用户名不重复使用，请另取",
            "the user name {username} has been used; names are not used twice, choose another one",
        ),
        "account-name": (
            "请写姓名，不超过 100 个字",
            "write the person's name, at most 100 signs",
        ),
        "account-person": (
            "登记册里没有人员 {person}，或此人已有账号",
            "the register has no person {person}, or that person has an account",
        ),
    }
)

USERNAME = re.compile(r"[a-z0-9][a-z0-9.-]{2,39}")


def create(
    *, username: str, name: str, person: str, by: Account, now: datetime, address: str = "", way: str = Way.PASSWORD
) -> tuple[Account, str]:
    """The account, which can do nothing yet, and the token of the one-time link; none for who signs in elsewhere.
    Raises `Refused`."""
    with transaction.atomic():
        (by,) = hold(by)
        who = allowed("account-new", by, now)
        account, token = _made(username.strip(), name.strip(), person.strip(), now, way)
        _note("account-new", account, who, now, address, username=username, person=person, way=way)
    return account, token


def _made(username: str, name: str, person: str, now: datetime, way: str = Way.PASSWORD) -> tuple[Account, str]:
    problems = unusable(way)
    if not USERNAME.fullmatch(username):
        problems.append(Problem("account-username"))
    if Account.objects.filter(username__iexact=username).exists():
        problems.append(Problem("account-taken", params={"username": username}))
    if not 0 < len(name) <= 100:
        problems.append(Problem("account-name"))
    if person and (Account.objects.filter(person=person).exists() or not Person.objects.filter(code=person).exists()):
        problems.append(Problem("account-person", params={"person": person}))
    if problems:
        raise Refused(problems)
    account = Account(username=username, name=name, person=person, way=way, created=now, used_at=now, must_change=False)
    account.set_unusable_password()
    account.save(force_insert=True)
    return account, invite(account, now) if way == Way.PASSWORD else ""


def first(now: datetime) -> list[tuple[Account, str]]:
    """三员 of a new site, with the tokens by which they come in. Once: raises `Refused` where anybody exists."""
    with transaction.atomic():
        if Account.objects.exists():
            raise refuse("account-taken", username="、".join(ADMINISTRATORS))
        made = [_made(f"{role}-1", Role(role).label, "", now) for role in ADMINISTRATORS]
        for role, (account, _) in zip(ADMINISTRATORS, made, strict=True):
            today = timezone.localdate(now)
            account.grants.create(role=role, unit=None, since=today, state=GrantState.CONFIRMED, reason="建站")
            _note(
                "site-set-up", account, By(actor="", role="", behalf=""), now, "", username=account.username, role=role
            )
    return made


def disable(*, account: Account, reason: str, by: Account, now: datetime, address: str = "") -> Account:
    """At the next request every session of it is over. Raises `Refused` (``grant-last``, ``act-on-oneself``)."""
    with transaction.atomic():
        account, by, who = _begin("account-disable", account, by, now)
        for role in account.grants.filter(state=GrantState.CONFIRMED).values_list("role", flat=True):
            not_the_last(role, account, timezone.localdate(now))
        account.is_active, account.epoch = False, account.epoch + 1
        account.save()
        account.visits.filter(ended_at=None).update(ended_at=now)
        _note("account-disable", account, who, now, address, reason=reason)
    return account


def enable(*, account: Account, reason: str, by: Account, now: datetime, address: str = "") -> Account:
    """Also wakes an account that nobody has used for long."""
    with transaction.atomic():
        account, by, who = _begin("account-enable", account, by, now)
        account.is_active, account.used_at = True, now
        account.save()
        _note("account-enable", account, who, now, address, reason=reason)
    return account


def reset(*, account: Account, by: Account, now: datetime, address: str = "") -> str:
    """The token of a one-time link for a new password. The second factor stays: only the security administrator takes
    that away, so neither of the two can make an account with a second factor his own."""
    with transaction.atomic():
        account, by, who = _begin("account-reset", account, by, now)
        if account.way != Way.PASSWORD:
            raise refuse("password-elsewhere", name=account.name)
        token = invite(account, now)
        _note("account-reset", account, who, now, address)
    return token


def forget_second(*, account: Account, reason: str, by: Account, now: datetime, address: str = "") -> Account:
    """For who has lost phone and recovery codes; a new second factor is set up at the next coming in."""
    with transaction.atomic():
        account, by, who = _begin("account-second", account, by, now)
        account.second, account.second_step, account.epoch = "", 0, account.epoch + 1
        account.save()
        account.recovery_codes.all().delete()
        _note("account-second", account, who, now, address, reason=reason)
    return account


def clear(*, account: Account, clearance: int, reason: str, by: Account, now: datetime, address: str = "") -> Account:
    """Up to which label (1 to 4) its holder may see."""
    with transaction.atomic():
        account, by, who = _begin("account-clearance", account, by, now)
        before, account.clearance = account.clearance, clearance
        account.save()
        _note("account-clearance", account, who, now, address, reason=reason, before=before, after=clearance)
    return account


def end_sessions(*, account: Account, by: Account, now: datetime, address: str = "") -> Account:
    with transaction.atomic():
        account, by = hold(account, by)
        who = allowed("own-sessions" if account.pk == by.pk else "account-sessions", by, now)
        account.epoch += 1
        account.save()
        account.visits.filter(ended_at=None).update(ended_at=now)
        _note("sessions-end", account, who, now, address)
    return account


def _begin(name: str, account: Account, by: Account, now: datetime) -> tuple[Account, Account, By]:
    account, by = hold(account, by)
    who = allowed(name, by, now)
    another(by, account)
    return account, by, who


def _note(act: str, account: Account, who: By, now: datetime, address: str, **detail: str | int) -> None:
    record(act, at=now, target=f"account:{account.pk}", detail=dict(detail), address=address, **who)
