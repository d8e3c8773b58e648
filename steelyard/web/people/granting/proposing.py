"""A security administrator proposes a role; a sensitive one takes effect when a second person has confirmed it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.web.people.acting import allowed, another, hold
from steelyard.web.people.asking import By
from steelyard.web.people.deciding import Target
from steelyard.web.people.granting.rules import OPEN, fits, not_the_last, still_apart
from steelyard.web.people.models import Account, Grant, GrantState, Unit
from steelyard.web.people.roles import SENSITIVE, Role
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "grant-state": (
            "这项授权的状态已变为“{state}”；请刷新后再看",
            "this grant is '{state}' by now; reload the page",
        ),
        "grant-same-person": (
            "提出的人不能自己确认；请由另一名安全管理员或系统管理员确认",
            "who proposed cannot confirm; another security administrator or the system administrator has to",
        ),
    }
)


def propose(
    *, account: Account, role: str, unit: Unit | None, since: date, until: date | None, reason: str,
    by: Account, now: datetime, address: str = "",
) -> Grant:  # fmt: skip
    """In force at once, or waiting for a second person where the role is sensitive. Raises `Refused`."""
    with transaction.atomic():
        account, by = hold(account, by)
        who = allowed("grant-new", by, now)
        another(by, account)
        fits(account, Role(role), unit, since, until, reason, timezone.localdate(now))
        state = GrantState.PROPOSED if role in SENSITIVE else GrantState.CONFIRMED
        grant = Grant.objects.create(
            account=account, role=role, unit=unit, since=since, until=until, state=state, reason=reason.strip(),
            given_by=by, given_at=now,
        )  # fmt: skip
        note("grant-propose", grant, who, now, address)
    return grant


def confirm(*, grant: Grant, by: Account, now: datetime, address: str = "") -> Grant:
    """Raises `Refused`: ``grant-state``, ``grant-same-person``, ``act-on-oneself``, ``grant-apart``."""
    with transaction.atomic():
        grant, account, by, who = _second(grant, by, "grant-confirm", now)
        still_apart(grant, account)
        grant.state, grant.confirmed_by, grant.confirmed_at = GrantState.CONFIRMED, by, now
        grant.save()
        note("grant-confirm", grant, who, now, address)
    return grant


def decline(*, grant: Grant, by: Account, reason: str, now: datetime, address: str = "") -> Grant:
    with transaction.atomic():
        grant, _, by, who = _second(grant, by, "grant-refuse", now)
        grant.state, grant.ended_by, grant.ended_at = GrantState.REFUSED, by, now
        grant.save()
        note("grant-refuse", grant, who, now, address, why=reason)
    return grant


def _second(grant: Grant, by: Account, name: str, now: datetime) -> tuple[Grant, Account, Account, By]:
    """The proposal with the second person before it, both locked."""
    account, by = hold(grant.account, by)
    grant = Grant.objects.select_for_update(no_key=True).get(pk=grant.pk)
    if grant.state != GrantState.PROPOSED:
        raise refuse("grant-state", state=GrantState(grant.state))
    who = allowed(name, by, now, Target(state=grant.state))
    if grant.given_by_id == by.pk:
        raise refuse("grant-same-person")
    another(by, account)
    return grant, account, by, who


def end(*, grant: Grant, by: Account, reason: str, now: datetime, address: str = "") -> Grant:
    """Takes a role back at once; what was lent from it ends with it. The security administrator may, and, for what was
    lent, who lent it and who got it. Raises `Refused`."""
    with transaction.atomic():
        account, by = hold(grant.account, by)
        grant = Grant.objects.select_for_update(no_key=True).get(pk=grant.pk)
        mine = grant.delegated_from_id is not None and by.pk in (grant.given_by_id, grant.account_id)
        if grant.state not in OPEN:
            raise refuse("grant-state", state=GrantState(grant.state))
        who = allowed("own-delegation-end" if mine else "grant-end", by, now, Target(state=grant.state))
        not_the_last(grant.role, account, timezone.localdate(now))
        close(grant, by, who, reason, now, address)
    return grant


def transferred(*, account: Account, by: Account | None, who: By, reason: str, now: datetime) -> list[Grant]:
    """Whoever moves to another unit leaves every role and everything lent behind; what goes on is given again.

    Inside the transaction of the move."""
    (account,) = hold(account)
    grants = Grant.objects.select_for_update(no_key=True).filter(account=account, state__in=OPEN)
    ended = list(grants.order_by("pk"))
    for grant in ended:
        close(grant, by, who, reason, now, "")
    return ended


def close(grant: Grant, by: Account | None, who: By, reason: str, now: datetime, address: str) -> None:
    grant.state, grant.ended_by, grant.ended_at = GrantState.ENDED, by, now
    grant.save()
    note("grant-end", grant, who, now, address, why=reason)


def note(act: str, grant: Grant, who: By, now: datetime, address: str, **more: str) -> None:
    unit = grant.unit_id or ""
    detail = {"grant": grant.pk, "role": grant.role, "unit": unit, "since": grant.since.isoformat(),
              "until": str(grant.until or ""), "reason": grant.reason, "state": grant.state}  # fmt: skip
    record(act, at=now, target=f"account:{grant.account_id}", detail={**detail, **more}, address=address, **who)
