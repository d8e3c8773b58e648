"""What was confirmed becomes facts: a file of assignments that goes the way of every file, so that runs see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.db import transaction

from steelyard.bureau.runs.running import system_of
from steelyard.bureau.sent import Row, text
from steelyard.bureau.subjects.registers import assignments_with
from steelyard.engine.organisation.rows import PlainRow
from steelyard.engine.persons.confirming import Confirmed
from steelyard.engine.problems import CATALOGUE, NOWHERE, refuse
from steelyard.lake.record.snapshot import snapshot
from steelyard.web.cascade.models import UNWRITTEN, Assignment, Carrier, Cascade
from steelyard.web.cycles.data.receiving import Brought, receive
from steelyard.web.jobs.models import Job
from steelyard.web.library import rules
from steelyard.web.library.writing import target_of
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
NAMED = (
    "assignment__unit",
    "assignment__indicator",
    "post",
    "since",
    "part",
    "share",
    "until",
    "assignment__cascade__year",
)
SIZE = 500


def end(rows: Sequence[Assignment], day: date) -> None:
    """Their posts carry them until the day before: what never counted is gone. One that counts from this very day or
    later on gets an end before its beginning, so that no day is left to it."""
    for some in _some([one.pk for one in rows]):
        own = Carrier.objects.filter(assignment__in=some, until=None)
        own.filter(since=None).delete()
        own.update(until=day - timedelta(days=1))


def carry(cascade: int, *, by: Account, now: datetime) -> Job:
    """Everything confirmed, changed or taken back since the last time, and what a file should have brought that never
    arrived. Raises `Refused`: ``carry-nothing``, and where no table is declared for it."""
    table = rules.bureau().tables().get(TABLE)
    if table is None:
        raise refuse("push-table-unknown", NOWHERE, table=TABLE, allowed="、".join(rules.bureau().tables()))
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("cascade-carry", by, now, target_of(None))
        held = Cascade.objects.select_for_update(no_key=True).get(pk=cascade)
        pks = _waiting(held)
        if not pks:
            raise refuse("carry-nothing")
        file = f"岗责认定_{held.plan}_{held.year}_{uuid4().hex[:8]}.csv"
        content = text(table, list(rows_of(pks))).encode()
        job = receive([Brought(file, [content])], by=said["actor"], role=said["role"], behalf=said["behalf"],
                      now=now, key=file)  # fmt: skip
        sent = job.deliveries.get()
        for some in _some(pks):
            Assignment.objects.filter(pk__in=some).update(to_carry=False, sent=sent)
        detail = {"assignments": len(pks), "job": job.pk}
        record("cascade-carry", **said, at=now, target=f"cascade:{held.pk}", detail=detail)
    return job


def _waiting(cascade: Cascade) -> list[int]:
    """Held until all of it is sent; what is confirmed beside us waits for the next time."""
    ours = Assignment.objects.filter(UNWRITTEN, cascade=cascade).order_by("pk")
    held = Assignment.objects.select_for_update(no_key=True).filter(pk__in=ours.values("pk"))
    return list(held.order_by("pk").values_list("pk", flat=True))


def _some(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    """As many as one question names."""
    return (pks[at : at + SIZE] for at in range(0, len(pks), SIZE))


def awaited(cascade: Cascade) -> Confirmed:
    """Every confirmation as the record would have it once what waits is written into it."""
    pks = list(Assignment.objects.filter(UNWRITTEN, cascade=cascade).order_by("pk").values_list("pk", flat=True))
    return assignments_with(snapshot(rules.bureau().record), TABLE, map(_typed, rows_of(pks)))


def _typed(row: Row) -> PlainRow:
    """As the record has it."""
    days = {name: date.fromisoformat(str(row[name])) if row[name] else None for name in ("from", "to")}
    return {**row, **days, "share": Decimal(str(row["share"]))}


def rows_of(pks: Sequence[int]) -> Iterator[Row]:
    """One a post and stretch of days, none beyond the plan's year: the next year confirms its own. Of what began on one
    day only the last is told: the record replaces by that."""
    system = system_of(rules.bureau().book())
    told = dict[tuple[str, str, str, date | None], tuple[str, Decimal, date | None, str]]()
    for some in _some(pks):
        found = Carrier.objects.filter(assignment__in=some, since__isnull=False).order_by("pk").values_list(*NAMED)
        told |= {tuple(key): (part, share, until, year) for *key, part, share, until, year in found}
    for (unit, indicator, post, since), (part, share, until, year) in told.items():
        last = system.parse(f"{system.prefix}{year}").end - timedelta(days=1)
        yield {
            "unit": unit, "indicator": indicator, "post": post, "role": part, "share": f"{share.normalize():f}",
            "from": _iso(since), "to": _iso(min(until or last, last)),
        }  # fmt: skip


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
