"""Adds an event to the chain. Call it inside the transaction of the change: no event, no change."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from django.db import transaction

from steelyard.engine.proof.canonical import Plain, canonical
from steelyard.web.trail.models import Event, Head

Outcome = Literal["done", "refused", "failed"]
GENESIS = "0" * 64
ALGORITHM = "sha256"


def record(
    act: str,
    *,
    at: datetime,
    actor: str = "",
    role: str = "",
    target: str = "",
    outcome: Outcome = "done",
    detail: Mapping[str, Plain] | None = None,
    address: str = "",
) -> Event:
    """Must stand in an open transaction, that of the change itself; raises `TransactionManagementError` otherwise."""
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(f"{act} is recorded outside the transaction that it belongs to")
    head = Head.objects.select_for_update().get_or_create(pk=1, defaults={"digest": GENESIS})[0]
    said = {"at": at.isoformat(), "actor": actor, "role": role, "act": act, "target": target, "outcome": outcome,
            "detail": dict(detail or {}), "address": address}  # fmt: skip
    digest = sealed(head.number + 1, head.digest, said)
    event = Event(
        number=head.number + 1, previous=head.digest, digest=digest, algorithm=ALGORITHM, **{**said, "at": at}
    )
    event.save(force_insert=True)
    head.number, head.digest = event.number, digest
    head.save()
    return event


def sealed(number: int, previous: str, said: Mapping[str, Any]) -> str:
    """The digest of an event: of its number, of the digest before it, and of all that it says."""
    return hashlib.sha256(canonical({"number": number, "previous": previous, **said})).hexdigest()
