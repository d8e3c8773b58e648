"""Adds an event to the chain. Call it inside the transaction of the change: no event, no change."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from django.conf import settings
from django.db import transaction

from steelyard.engine.proof.canonical import Plain, canonical
from steelyard.web.trail.models import Event, Head

Outcome = Literal["done", "refused", "failed"]
GENESIS = "0" * 64
ALGORITHMS = {"international": "sha256", "sm": "sm3"}
"""What site.toml calls its algorithms, and the digest that events get from then on."""
_UNSEEN = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u200b-\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\ud800-\\udfff]")


def record(
    act: str,
    *,
    at: datetime,
    actor: str = "",
    role: str = "",
    behalf: str = "",
    target: str = "",
    outcome: Outcome = "done",
    detail: Mapping[str, Any] | None = None,
    address: str = "",
) -> Event:
    """Must stand in an open transaction, that of the change itself; raises `TransactionManagementError` otherwise."""
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(f"{act} is recorded outside the transaction that it belongs to")
    head = Head.objects.select_for_update(no_key=True).get_or_create(pk=1, defaults={"digest": GENESIS})[0]
    event = Event(
        number=head.number + 1, at=at.astimezone(UTC), actor=_seen(actor)[:150], role=role, behalf=_seen(behalf)[:150],
        act=act, target=_seen(target)[:200], outcome=outcome, detail=_clean(dict(detail or {})), address=address[:45],
        algorithm=ALGORITHMS[settings.STEELYARD.algorithms], previous=head.digest,
    )  # fmt: skip
    event.digest = sealed(said(event))
    event.save(force_insert=True)
    head.number, head.digest = event.number, event.digest
    head.save()
    return event


def seen(what: str, *, at: datetime, by: Mapping[str, Any], target: str, address: str = "", **detail: Plain) -> Event:
    """Somebody read what not everybody may: a person's details, source records, an export. A transaction of its own.

    ``by``: what `people.asking.Asker.by` gives.
    """
    with transaction.atomic():
        return record(what, at=at, target=target, address=address, detail=detail, **by)


def said(event: Event) -> dict[str, Any]:
    """All that an event says, as it is sealed, exported and verified by others."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    words = ("number", "actor", "role", "behalf", "act", "target", "outcome", "detail", "address", "algorithm")
    return {"at": at, "previous": event.previous, **{word: getattr(event, word) for word in words}}


def sealed(event: Mapping[str, Any]) -> str:
    """The digest of an event: of its number, of the digest before it, of its algorithm, and of all that it says."""
    return hashlib.new(event["algorithm"], canonical(dict(event))).hexdigest()


def _seen(text: str) -> str:
    """Signs that a reader would not see, or that would break a line of a log, stand as a square."""
    return _UNSEEN.sub("□", text)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _seen(value)
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return {_seen(str(key)): _clean(one) for key, one in value.items()} if isinstance(value, dict) else value
