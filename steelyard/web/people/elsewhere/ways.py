"""How an account signs in: by a password of ours, by the directory, or at the provider. Others prove who somebody is;
accounts and roles are made here all the same."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.web.identities.naming import Matches
from steelyard.web.people.acting import allowed, another, hold
from steelyard.web.people.granting.rules import OPEN
from steelyard.web.people.login.invitations import invite
from steelyard.web.people.models import Account, Way
from steelyard.web.people.roles import ADMINISTRATORS
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "way-unknown": (
            "没有“{way}”这种登录方式，或 site.toml 里没有配置它；请另选",
            "there is no way of signing in '{way}', or site.toml does not set it up; choose another one",
        ),
        "way-administrator": (
            "{name} 是三员之一或待确认；三员须用本站口令登录，目录或统一认证停用时也能进站",
            "{name} is an administrator, or waits to be one; they sign in by a password of this site, so that they can "
            "come in when the directory or the provider is down",
        ),
    }
)


def usable() -> list[Way]:
    """The ways that site.toml sets up; a password of ours always is one."""
    set_up = {Way.DIRECTORY: settings.STEELYARD.ldap, Way.PROVIDER: settings.STEELYARD.oidc}
    return [way for way in Way if way == Way.PASSWORD or set_up[way] is not None]


def unusable(way: str) -> list[Problem]:
    return [] if way in usable() else [Problem("way-unknown", params={"way": way})]


def change(*, account: Account, way: str, reason: str, by: Account, now: datetime, address: str = "") -> str:
    """Every session ends, and the password of ours with them. The token of a link for a new one, where the account
    comes back to it; else empty. Raises `Refused`."""
    with transaction.atomic():
        account, by = hold(account, by)
        who = allowed("account-way", by, now)
        another(by, account)
        if problems := unusable(way):
            raise Refused(problems)
        if way != Way.PASSWORD and account.grants.filter(role__in=ADMINISTRATORS, state__in=OPEN).exists():
            raise refuse("way-administrator", name=account.name)
        before, account.way = account.way, way
        account.set_unusable_password()
        account.must_change, account.epoch, account.used_at = False, account.epoch + 1, now
        account.save()
        account.visits.filter(ended_at=None).update(ended_at=now)
        account.invitations.filter(used_at=None).delete()
        detail = {"before": before, "after": way, "reason": reason}
        record("account-way", at=now, target=f"account:{account.pk}", detail=detail, address=address, **who)
        return invite(account, now) if way == Way.PASSWORD else ""


def same(account: Account, matches: Matches, value: str) -> bool:
    """Whether what the directory says is this account's; capitals make no difference to directories."""
    wanted = account.username if matches == "username" else account.person
    return bool(wanted) and wanted.casefold() == value.strip().casefold()


def owner(matches: Matches, value: str) -> Account | None:
    """Whose account a value of the provider's claim is."""
    value = value.strip()
    if not value:
        return None
    found = Account.objects.filter(**{f"{matches}__iexact": value}).filter(way=Way.PROVIDER)
    return found.first() if found.count() == 1 else None
