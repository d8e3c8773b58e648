"""What tasks say of lateness becomes facts: a file that goes the way of every file, so that indicators count it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from steelyard.bureau.sent import Row, text
from steelyard.engine.problems import Refused
from steelyard.web.cycles.data.receiving import Brought, receive
from steelyard.web.jobs.kinds import routine
from steelyard.web.jobs.models import Job
from steelyard.web.library import rules
from steelyard.web.tasks.models import UNTOLD, Source, State, Task
from steelyard.web.trail.recording import record

TABLE, BEGINS = "tasks", "督办任务_"
PAUSE = timedelta(minutes=10)
"""Between two files, so that a busy day is a few dozen of them."""
MOST = 5000


@routine
def regularly(now: datetime) -> None:
    last = Task.objects.filter(sent__isnull=False).order_by("-sent__at").values_list("sent__at", flat=True).first()
    if last is None or now - last >= PAUSE:
        carry(now)


def carry(now: datetime) -> Job | None:
    """Everything that the record does not know yet, also what a file should have brought that never arrived. Nothing
    where no table is declared for it."""
    try:
        table = rules.bureau().tables().get(TABLE)
    except Refused:
        return None
    if table is None or not Task.objects.filter(UNTOLD).exists():
        return None
    with transaction.atomic():
        untold = Task.objects.filter(UNTOLD).order_by("pk").values("pk")[:MOST]
        held = Task.objects.select_for_update(of=("self",), no_key=True).filter(
            pk__in=list(untold.values_list("pk", flat=True))
        )
        tasks = list(held.order_by("pk"))
        file = f"{BEGINS}{timezone.localtime(now):%Y%m%d%H%M}_{uuid4().hex[:8]}.csv"
        job = receive([Brought(file, [text(table, list(rows_of(tasks))).encode()])], by="", now=now, key=file)
        Task.objects.filter(pk__in=[one.pk for one in tasks]).update(to_carry=False, sent=job.deliveries.get())
        record("task-carry", at=now, target=f"job:{job.pk}", detail={"tasks": len(tasks), "file": file})
    return job


def rows_of(tasks: Iterable[Task]) -> Iterator[Row]:
    """One a task; the record puts a later row of the same number in the place of an earlier one."""
    for one in tasks:
        done = one.handed_at if one.state == State.CLOSED else None
        yield {
            "id": f"RW{one.pk:07}", "unit": one.unit_id, "officer": one.person, "source": Source(one.source).label,
            "document": one.document, "matter": one.title, "assigned_at": _iso(one.assigned_at),
            "due_on": timezone.localdate(one.due_at).isoformat(), "due_at": _iso(one.due_at), "done_at": _iso(done),
            "state": State(one.state).label, "late": "是" if _late(one) else "否",
            "late_minutes": str(one.late_minutes if _late(one) else 0), "urged": str(one.urged),
            "points": f"{one.points if _late(one) else 0:.2f}",
        }  # fmt: skip


def _late(task: Task) -> bool:
    """What was dropped costs nobody anything."""
    return task.late_at is not None and task.state != State.DROPPED


def _iso(moment: datetime | None) -> str:
    return "" if moment is None else f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"
