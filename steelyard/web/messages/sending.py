"""The one door: somebody is told something, in the transaction of what happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from steelyard.reports.sheet import Words
from steelyard.web.messages.kinds import KINDS
from steelyard.web.messages.models import LONGEST, Message
from steelyard.web.people.models import Account

MANY = 1000
LONGEST_KEY, LONGEST_ADDRESS = 200, 300


def tell(
    accounts: Iterable[Account],
    kind: str,
    words: Words,
    address: str,
    *,
    key: str,
    now: datetime,
    urgent: bool = False,
) -> None:
    """Each of them once, however often it is called with the same ``key``: by a job that begins anew, by two workers.

    ``words``: nothing that its reader may not see, in one sentence; ``address``: where in the site, from ``/`` on: a
    reader to whom it is closed, then or later, does not see the words either. ``key``: what it is about, such as
    ``assignment:17:returned:3``. Must stand in an open transaction; raises `TransactionManagementError` otherwise.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(f"{kind} is told outside the transaction that it belongs to")
    if len(key) > LONGEST_KEY or len(address) > LONGEST_ADDRESS or not inside(address):
        raise ValueError(f"{kind} is told with a key or an address that does not fit: {key} {address}")
    urgent = urgent or KINDS[kind].urgent
    said = {"kind": kind, "key": key, "zh": _clipped(words.zh), "en": _clipped(words.en), "address": address}
    numbers = sorted({one.pk for one in accounts})  # in one order, so that nobody waits for somebody who waits for him
    rows = (Message(account_id=number, urgent=urgent, at=now, **said) for number in numbers)
    Message.objects.bulk_create(rows, MANY, ignore_conflicts=True)


def inside(address: str) -> bool:
    """Whether it is a page of the site: a browser takes two slashes, or a backslash, for another host."""
    return address.startswith("/") and not address.startswith("//") and "\\" not in address


def _clipped(words: str) -> str:
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
