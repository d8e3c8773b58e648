"""逾期自动登记 (C38): what was not done in working time becomes rows of a fact table, by itself, once.

A worker looks every so often. A row tells the moments that prove it; a case that is done late is told again with the
moment at which it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from steelyard.bureau.sent import Row, text
from steelyard.web.cycles.data.receiving import Brought, receive
from steelyard.web.cycles.models import Source
from steelyard.web.jobs.kinds import routine
from steelyard.web.library import rules
from steelyard.web.prompts.models import LOST, Prompt, State
from steelyard.web.prompts.telling import due_of
from steelyard.web.trail.recording import record

TABLE = "overdue"
MANY = 2000
"""Rows of one file; the rest goes with the next round."""


@routine
def look(now: datetime) -> None:
    _announced()
    _passed(now)
    _carry(now)


def _announced() -> None:
    """Deadlines beyond the announced holidays are set once these are."""
    open_ones = Prompt.objects.filter(state=State.OPEN, due=None).exclude(workdays=None, workminutes=None)
    for one in open_ones.order_by("pk")[:MANY]:
        due = due_of(one.workdays, one.workminutes, one.received)
        if due is not None:
            Prompt.objects.filter(pk=one.pk, due=None).update(due=due)


def _passed(now: datetime) -> None:
    """Compared and set in one statement: whoever finishes it at the same moment is first or second, never both."""
    Prompt.objects.filter(state=State.OPEN, due__lt=now).update(state=State.LATE, to_carry=True)


def _carry(now: datetime) -> None:
    """Where the bureau declares the table. Held until the file is kept, so that two workers send nothing twice."""
    table = rules.bureau().tables().get(TABLE)
    if table is None:
        return
    with transaction.atomic():
        waiting = Prompt.objects.filter(Q(to_carry=True) | LOST)
        pks = list(waiting.order_by("pk").values_list("pk", flat=True)[:MANY])
        held = Prompt.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).filter(pk__in=pks)
        found = list(held.filter(Q(to_carry=True) | LOST).select_related("unit"))
        if not found:
            return
        name = f"逾期事项_{timezone.localtime(now):%Y%m%d%H%M}_{uuid4().hex[:8]}.csv"
        content = text(table, list(rows_of(found))).encode()
        job = receive([Brought(name, [content])], by="", now=now, key=name, source=Source.API)
        Prompt.objects.filter(pk__in=[one.pk for one in found]).update(to_carry=False, sent=job.deliveries.get())
        record("prompts.carry", at=now, target=f"job:{job.pk}", detail={"rows": len(found)})


def rows_of(found: Sequence[Prompt]) -> Iterator[Row]:
    for one in found:
        yield {
            "id": one.number, "unit": one.unit_id, "officer": one.officer, "process": one.process, "step": one.step,
            "object": one.object, "received_at": _local(one.received), "due_at": _local(one.due),
            "finished_at": _local(one.finished),
        }  # fmt: skip


def lateness(one: Prompt) -> int | None:
    """Working minutes from the deadline until it was done; None where it is not late, or not done yet."""
    if one.state != State.DONE_LATE or one.due is None or one.finished is None:
        return None
    moments = (timezone.localtime(at).replace(tzinfo=None) for at in (one.due, one.finished))
    return rules.calendar().workminutes(*moments)


def _local(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}" if moment else ""
