"""What somebody has been told and has not read yet, and reading it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Count, QuerySet

from steelyard.web.messages.models import Message
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.models import Account
from steelyard.web.trail.recording import record

SHOWN = 99
"""Above this nobody counts: ``99+``."""


def of(account: Account) -> QuerySet[Message]:
    return Message.objects.filter(account=account)


def unread(account: Account) -> int:
    """Asked for every page, so never more than a hundred entries of an index that holds what is unread alone."""
    return of(account).filter(read_at=None).order_by()[: SHOWN + 1].count()


def by_kind(account: Account) -> dict[str, int]:
    """Unread ones of each kind, also of kinds of which all are read."""
    found = dict.fromkeys(of(account).order_by("kind").values_list("kind", flat=True).distinct(), 0)
    waiting = of(account).filter(read_at=None).order_by()
    return {**found, **dict(waiting.values_list("kind").annotate(many=Count("pk")))}


def read(number: int, *, by: Account, now: datetime) -> Message | None:
    """The message, from now on read; None if it is no message of his."""
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("message-open", by, now)
        found = of(by).filter(pk=number).first()
        if found is not None and _read(of(by).filter(pk=number), now):
            record("message-open", at=now, target=f"message:{number}", **said)
    return found


def read_all(kind: str, last: int, *, by: Account, now: datetime) -> int:
    """All of a kind, of every kind if none is named, up to the ``last`` that was shown: not what came since."""
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("messages-read", by, now)
        rows = of(by).filter(pk__lte=last, **({"kind": kind} if kind else {}))
        many = _read(rows, now)
        record("messages-read", at=now, target="messages", detail={"kind": kind, "many": many}, **said)
    return many


def _read(rows: QuerySet[Message], now: datetime) -> int:
    """Who has read it in the site needs no letter about it."""
    return rows.filter(read_at=None).order_by().update(read_at=now, outside=False)
