"""Every act of administration begins here: who does it and whom it concerns stand still until it is done."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.utils import timezone

from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.web.jobs.asking import By as AskedBy
from steelyard.web.people.asking import Asker, By
from steelyard.web.people.deciding import NOWHERE, Target
from steelyard.web.people.models import Account, Token

CATALOGUE.add(
    {
        "act-not-allowed": (
            "{name} 现在没有这项权限；若刚被收回，请找安全管理员",
            "{name} may not do this now; if the right has just been taken back, ask the security administrator",
        ),
        "act-on-oneself": (
            "这一步不能由本人办：关系到自己的账号，或者前一步就是自己办的；请由另一人办理",
            "nobody does this alone: it is about the own account, or one did the step before; another person has to",
        ),
    }
)


def hold(*accounts: Account) -> list[Account]:
    """The same accounts as they are now, locked until the transaction ends; always in one order, so that nobody waits
    for somebody who waits for him."""
    found = {
        one.pk: one
        for one in Account.objects.select_for_update(no_key=True).filter(pk__in={a.pk for a in accounts}).order_by("pk")
    }
    return [found[one.pk] for one in accounts]


def allowed(name: str, by: Account, now: datetime, target: Target = NOWHERE, token: Token | None = None) -> By:
    """How the trail names who does it. ``by`` is locked, so a right that is being taken back is gone or still there,
    never both. ``token``: by which a system does it. Raises `Refused` (``act-not-allowed``)."""
    who = Asker(by, timezone.localdate(now), token)
    if not who.may(name, target):
        raise refuse("act-not-allowed", name=by.name)
    return who.by(name, target)


def asks(by: Asker, name: str, now: datetime, target: Target = NOWHERE) -> AskedBy:
    """Whoever asks for work, as jobs want it: held, and asked for the right again. To be called in the transaction that
    asks. Raises `Refused` (``act-not-allowed``)."""
    (account,) = hold(cast(Account, by.account))
    said = allowed(name, account, now, target)
    return AskedBy(by=said["actor"], role=said["role"], behalf=said["behalf"])


def another(by: Account, account: Account, behalf: str = "", lent: str = "") -> None:
    """``behalf``: the account whose role ``by`` uses, if it was lent; ``lent``: whose role the other one used: whoever
    acts for another is that other. Raises `Refused` (``act-on-oneself``)."""
    if {by.username, behalf} & {account.username, lent} - {""}:
        raise refuse("act-on-oneself")
