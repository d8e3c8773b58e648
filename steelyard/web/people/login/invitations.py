"""One-time links: how somebody gets his first password, or a new one, without anybody else knowing it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.web.people.login.passwords import set_password
from steelyard.web.people.login.sealing import fingerprint
from steelyard.web.people.models import Account, Invitation, Way
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "invitation-over": (
            "这个链接已用过、已过期或不存在；请系统管理员再发一个",
            "this link has been used, is too old or was never given; ask the system administrator for another one",
        ),
    }
)

LASTS = timedelta(hours=72)


def invite(account: Account, now: datetime) -> str:
    """The token of a new link; earlier ones are good for nothing. The caller records why, in its transaction."""
    account.invitations.filter(used_at=None).delete()
    token = secrets.token_urlsafe(24)
    digest = fingerprint(token, "invitation")
    Invitation.objects.create(account=account, digest=digest, made_at=now, until=now + LASTS)
    return token


def invited(token: str, now: datetime) -> Account | None:
    found = Invitation.objects.select_related("account").filter(digest=fingerprint(token, "invitation")).first()
    if found is None or found.used_at is not None or now > found.until:
        return None
    return found.account if found.account.is_active and found.account.way == Way.PASSWORD else None


def follow(token: str, password: str, *, profile: str, now: datetime, address: str = "") -> Account:
    """Sets the password; all sessions end, the second factor stays. Raises `Refused`: ``invitation-over``, or what is
    wrong with the password, and then the link stays good."""
    with transaction.atomic():
        used = Invitation.objects.select_for_update(no_key=True).filter(digest=fingerprint(token, "invitation")).first()
        if used is None or invited(token, now) is None:
            raise refuse("invitation-over")
        account = Account.objects.select_for_update(no_key=True).get(pk=used.account_id)
        set_password(account, password, profile, now)
        account.used_at, account.epoch = now, account.epoch + 1
        account.save()
        used.used_at = now
        used.save()
        record("invitation-follow", at=now, actor=account.username, target=f"account:{account.pk}", address=address)
    return account
