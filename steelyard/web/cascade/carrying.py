"""What was confirmed becomes facts: a file of assignments that goes the way of every file, so that runs see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db import transaction

from steelyard.bureau.sent import Row, text
from steelyard.engine.problems import CATALOGUE, NOWHERE, refuse
from steelyard.web.cascade.models import Assignment, Carrier, Cascade
from steelyard.web.cycles.data.receiving import Brought, receive
from steelyard.web.jobs.models import Job
from steelyard.web.library import rules
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.models import Account
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "carry-nothing": (
            "已确认的都已写入数据，没有新的要写",
            "everything confirmed is in the record already",
        ),
    }
)
TABLE = "assignments"
SIZE = 500


def end(rows: Sequence[Assignment], day: date) -> None:
    """Their posts carry them until the day before: what never counted is gone. One that counts from this very day or
    later on gets an end before its beginning, so that no day is left to it."""
    pks = [one.pk for one in rows]
    for at in range(0, len(pks), SIZE):
        own = Carrier.objects.filter(assignment__in=pks[at : at + SIZE], until=None)
        own.filter(since=None).delete()
        own.update(until=day - timedelta(days=1))


def carry(cascade: int, *, by: Account, now: datetime) -> Job:
    """Everything confirmed, changed or taken back since the last time. Raises `Refused`: ``carry-nothing``, and where
    no table is declared for it."""
    table = rules.bureau().tables().get(TABLE)
    if table is None:
        raise refuse("push-table-unknown", NOWHERE, table=TABLE, allowed="、".join(rules.bureau().tables()))
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("cascade-carry", by, now)
        held = Cascade.objects.select_for_update(no_key=True).get(pk=cascade)
        waiting = Assignment.objects.select_for_update(no_key=True).filter(cascade=held, to_carry=True)
        pks = list(waiting.order_by("pk").values_list("pk", flat=True))
        if not pks:
            raise refuse("carry-nothing")
        file = f"岗责认定_{held.plan}_{held.year}_{uuid4().hex[:8]}.csv"
        content = text(table, list(rows_of(held, pks))).encode()
        job = receive([Brought(file, [content])], by=said["actor"], role=said["role"], behalf=said["behalf"],
                      now=now, key=file)  # fmt: skip
        waiting.update(to_carry=False)
        detail = {"assignments": len(pks), "job": job.pk}
        record("cascade-carry", **said, at=now, target=f"cascade:{held.pk}", detail=detail)
    return job


def rows_of(cascade: Cascade, pks: Sequence[int]) -> Iterator[Row]:
    """One a post and stretch of days. Of what began on one day only the last is told: the record replaces by that."""
    wanted, told = set(pks), dict[tuple[str, str, str, date], Carrier]()
    found = Carrier.objects.filter(assignment__cascade=cascade, assignment__to_carry=True, since__isnull=False)
    for one in found.select_related("assignment").order_by("pk").iterator(SIZE):
        if one.assignment_id in wanted and one.since is not None:
            key = (one.assignment.unit_id, one.assignment.indicator, one.post_id, one.since)
            told[key] = one
    for (unit, indicator, post, since), one in told.items():
        yield {
            "unit": unit, "indicator": indicator, "post": post, "role": one.part, "share": f"{one.share.normalize():f}",
            "from": since.isoformat(), "to": one.until.isoformat() if one.until else "",
        }  # fmt: skip
