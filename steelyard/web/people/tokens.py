"""Tokens of other systems: told once, good for what they name until they end, never turned into a session."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.engine.proof.canonical import Plain
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.login.sealing import fingerprint
from steelyard.web.people.models import Account, Token
from steelyard.web.people.roles import Role
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "token-scope": ("没有“{scope}”这种用途；可选：{allowed}", "there is no scope '{scope}'; there are: {allowed}"),
        "token-none": ("请至少选一种用途", "choose at least one scope"),
        "token-long": ("有效期最长 {days} 天", "a token is good for {days} days at most"),
        "token-account": (
            "令牌只发给有“系统集成”角色的账号",
            "tokens are given to accounts with the role of an integration only",
        ),
        "token-over": ("令牌已作废", "the token has ended already"),
    }
)

SCOPES = ("facts", "results", "persons", "organisation")
LONGEST = timedelta(days=366)
MARK = "sy_"
"""What every token begins with, so that one that leaks is recognised."""


def issue(
    account: Account, name: str, scopes: Sequence[str], until: datetime, *, by: Account, now: datetime
) -> tuple[Token, str]:
    """The token and its text, which nobody can be told again. Raises `Refused`: ``token-scope``, ``token-none``,
    ``token-long``, ``token-account``."""
    if not scopes:
        raise refuse("token-none")
    if wrong := [one for one in scopes if one not in SCOPES]:
        raise refuse("token-scope", scope=wrong[0], allowed="、".join(SCOPES))
    if until - now > LONGEST:
        raise refuse("token-long", days=LONGEST.days)
    with transaction.atomic():
        by, account = hold(by, account)
        said = allowed("token-new", by, now)
        grants = account.grants.filter(state="confirmed", role=Role.INTEGRATION)
        if not any(one.holds(now.date()) for one in grants):
            raise refuse("token-account")
        text = MARK + secrets.token_urlsafe(32)
        token = Token.objects.create(
            account=account, name=name[:100], digest=fingerprint(text, "token"), scopes=sorted(set(scopes)),
            made_at=now, made_by=by, until=until,
        )  # fmt: skip
        detail: dict[str, Plain] = {"name": token.name, "scopes": list(token.scopes), "until": until.isoformat()}
        record("token-new", at=now, target=f"account:{account.pk}", detail=detail, **said)
    return token, text


def end(token: Token, *, by: Account, now: datetime) -> None:
    """Raises `Refused` (``token-over``)."""
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("token-end", by, now)
        held = Token.objects.select_for_update().get(pk=token.pk)
        if held.ended_at is not None:
            raise refuse("token-over")
        held.ended_at = now
        held.save(update_fields=["ended_at"])
        record("token-end", at=now, target=f"account:{held.account_id}", detail={"name": held.name}, **said)


def good(text: str, now: datetime) -> Token | None:
    """The token of that text, if it may still be used; when it was used is kept to the hour."""
    found = Token.objects.select_related("account").filter(digest=fingerprint(text, "token")).first()
    if found is None or found.ended_at is not None or now > found.until or not found.account.is_active:
        return None
    if found.used_at is None or now - found.used_at > timedelta(hours=1):
        Token.objects.filter(pk=found.pk).update(used_at=now)
    return found
