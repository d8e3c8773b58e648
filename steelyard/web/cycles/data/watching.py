"""The watched folder, and tables of a database: what is new there is taken as if somebody had brought it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import Problem, Refused
from steelyard.lake.intake import Refusal
from steelyard.lake.intake.assign import gathered, shown
from steelyard.web.cycles.data.loading import plain
from steelyard.web.cycles.data.receiving import LONGEST, Brought, forget, keep
from steelyard.web.cycles.models import Arrival, Delivery, Source
from steelyard.web.jobs.asking import ask
from steelyard.web.jobs.kinds import routine
from steelyard.web.jobs.models import Job
from steelyard.web.people.acting import asks
from steelyard.web.people.asking import Asker
from steelyard.web.trail.recording import Outcome, record

SETTLED = timedelta(seconds=5)
"""A file that was written to just now may not be whole."""
MOST = 8 << 10
"""MB of one file."""
_PIECE = 1 << 20
_SUFFIXES = ("csv", "txt", "xlsx", "parquet")


@routine
def watch(now: datetime) -> None:
    """Every file of the watched folder that is not known yet becomes a delivery, all of them one job; so do those that
    were taken by a worker which died before it asked for the job."""
    watched = settings.STEELYARD.watched
    if not watched:
        return
    for path in gathered([settings.STEELYARD.home / watched])[0]:
        _take(path, now)
    with transaction.atomic():
        waits = Delivery.objects.select_for_update(no_key=True).filter(source=Source.WATCHED, job=None)
        found = list(waits.filter(state=Arrival.WAITING).order_by("pk"))
        if found:
            given = {"deliveries": [one.pk for one in found]}
            job = ask("intake", given, by="", now=now, about="、".join(one.name for one in found))
            assert isinstance(job, Job)  # what the site asks of itself is never too much
            Delivery.objects.filter(pk__in=given["deliveries"]).update(job=job)


def _take(path: Path, now: datetime) -> None:
    """Nothing is done where it is known, still being written, or cannot be read; what cannot be taken at all is told
    once. Names that are no text are shown as far as they are; archives of Windows leave folders in them."""
    name = shown(path.name.rsplit("\\", 1)[-1])[:LONGEST]
    try:
        state = path.stat()
        mark = f"{state.st_mtime_ns}:{state.st_size}"
        known = Delivery.objects.filter(source=Source.WATCHED, name=name, mark=mark).exists()
        if known or now.timestamp() - state.st_mtime < SETTLED.total_seconds():
            return
        kept = keep([Brought(path.name, _pieces(path))], MOST)[0]
    except OSError:
        return
    except Refused as refused:
        if all(one.code != "upload-disk" for one in refused.problems):  # there may be room the next time
            reports = [plain(Refusal(name, "", tuple(refused.problems)))]
            _listed(Delivery(name=name, mark=mark, state=Arrival.REFUSED, reports=reports), now)
        return
    row = Delivery(name=kept.name, stored=kept.stored, size=kept.size, sha256=kept.sha256, mark=mark)
    if not _listed(row, now):
        forget([kept])


def _listed(row: Delivery, now: datetime) -> bool:
    """False where another worker was first."""
    row.source, row.at = Source.WATCHED, now
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            detail = {"file": row.name, "sha256": row.sha256, "size": row.size}
            outcome: Outcome = "refused" if row.state == Arrival.REFUSED else "done"
            record("data.receive", at=now, target=f"delivery:{row.pk}", outcome=outcome, detail=detail)
    except IntegrityError:
        return False
    return True


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def database_tables(tables: list[FactTable]) -> list[str]:
    """Tables of the database that declarations expect: ``match: schema.table``, ``lines: many``."""
    found = [feed.match for table in tables for feed in table.files if feed.format == "csv" and feed.lines == "many"]
    return sorted({one for one in found if _names_a_table(one)})


def _names_a_table(match: str) -> bool:
    schema, dot, table = match.partition(".")
    return bool(dot) and schema.isidentifier() and table.isidentifier() and table not in _SUFFIXES


def fetch(tables: list[str], *, by: Asker, now: datetime, key: str = "") -> Job:
    """Asks for the intake of tables of the declared database. Raises `Refused`."""
    with transaction.atomic():
        who = asks(by, "fetch", now)
        rows = [Delivery.objects.create(source=Source.DATABASE, name=one, by=who["by"], at=now) for one in tables]
        given = {"deliveries": [row.pk for row in rows]}
        asked = ask("intake", given, **who, now=now, key=key, about="、".join(tables))
        if isinstance(asked, Problem):
            raise Refused([asked])
        if asked.given != given:
            Delivery.objects.filter(pk__in=given["deliveries"]).delete()
        else:
            Delivery.objects.filter(pk__in=given["deliveries"]).update(job=asked)
    return asked
