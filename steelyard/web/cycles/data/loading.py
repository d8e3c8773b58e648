"""The job ``intake``: files that were brought become batches of the record, or reasons why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steelyard.engine.calendar import Calendar
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import Problem
from steelyard.lake.intake import BatchReport, DatabaseTable, Refusal, in_turn, intake
from steelyard.lake.record.copying import shared
from steelyard.lake.record.ledger import never_before
from steelyard.lake.scratch import beside
from steelyard.web.cycles.data.mirroring import mirror
from steelyard.web.cycles.data.receiving import stored
from steelyard.web.cycles.models import Arrival, Delivery, Source
from steelyard.web.jobs.context import Context
from steelyard.web.jobs.kinds import work
from steelyard.web.library import rules
from steelyard.web.trail.recording import record

PATIENCE = 3600.0
"""Seconds that a job waits while another process, or a system that pushes, writes to the record."""


@work("intake", "数据装载", "load data", partly=True)
def load(context: Context, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """``deliveries``: their numbers. A file that was loaded by a worker that died is found in the record again."""
    waiting = list(Delivery.objects.filter(pk__in=given["deliveries"], state=Arrival.WAITING).order_by("pk"))
    bureau = rules.bureau()
    tables, calendar = list(bureau.tables().values()), bureau.calendar()
    for done, delivery in enumerate(waiting):
        share = 5 + 85 * done // len(waiting)
        context.progress(f"装载 {delivery.name}", f"loading {delivery.name}", share)
        with named(delivery) as files:
            reports = _read(bureau.record, tables, files, calendar)
        _settle(delivery, [_ours(one, delivery, context) for one in reports], context.asked_by)
    context.progress("登记各批次", "listing the batches", 92)
    mirror(bureau)
    return _summed(given["deliveries"])


def _read(
    record: Path, tables: Sequence[FactTable], files: Sequence[Path | DatabaseTable | str], calendar: Calendar | None
) -> list[BatchReport | Refusal]:
    return in_turn(lambda: intake(record, tables, files, known_at(record), calendar=calendar), PATIENCE)


def _ours(report: BatchReport | Refusal, delivery: Delivery, context: Context) -> BatchReport | Refusal:
    """A batch that an earlier attempt at this job had made of the file before its worker died is no file known before:
    what became of its rows has still to be told."""
    if isinstance(report, Refusal) or context.attempt == 1 or report.batch.file != delivery.name:
        return report
    came = timezone.localtime(delivery.at).replace(tzinfo=None, microsecond=0)
    return replace(report, new=report.new or report.batch.known_at >= came)


def known_at(record: Path) -> datetime:
    """Now, as the record counts time; never before its last batch, whatever the clock was set to."""
    return never_before(record, timezone.localtime().replace(tzinfo=None))


@contextmanager
def named(delivery: Delivery) -> Iterator[list[Path | DatabaseTable | str]]:
    """The file under the name it came by, in a folder where nothing else is."""
    if delivery.source == Source.DATABASE:
        yield [DatabaseTable(settings.STEELYARD.source, delivery.name)]
        return
    with beside(settings.STEELYARD.media, "reading") as folder:
        shared(stored(delivery.stored), folder / delivery.name)
        yield [folder / delivery.name]


def _settle(delivery: Delivery, reports: Sequence[BatchReport | Refusal], by: str) -> None:
    found = [plain(report) for report in reports]
    state = Arrival.REFUSED if any(one["batch"] is None for one in found) else Arrival.LOADED
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(state=state, reports=found)
        detail = {"file": delivery.name, "batches": [one["batch"] for one in found if one["batch"]]}
        outcome = "done" if state == Arrival.LOADED else "refused"
        now = timezone.now()
        record("data.load", at=now, actor=by, target=f"delivery:{delivery.pk}", outcome=outcome, detail=detail)  # type: ignore[arg-type]


def plain(report: BatchReport | Refusal) -> dict[str, Any]:
    problems = [_said(problem) for problem in report.problems]
    if isinstance(report, Refusal):
        return {"table": report.table, "batch": None, "new": False, "problems": problems}
    counts = report.batch.counts
    return {
        "table": report.batch.table, "batch": report.batch.number, "new": report.new, "problems": problems,
        "rows": counts.rows, "accepted": counts.accepted, "rejected": counts.rejected,
    }  # fmt: skip


def _said(problem: Problem) -> dict[str, str]:
    where = f"第 {problem.place.line} 行 " if problem.place.line else ""
    line = f"line {problem.place.line}: " if problem.place.line else ""
    return {"code": problem.code, "zh": where + problem.text("zh"), "en": line + problem.text("en")}


def _summed(numbers: Sequence[int]) -> dict[str, Any]:
    found = Delivery.objects.filter(pk__in=numbers)
    reports = [report for delivery in found for report in delivery.reports]
    return {
        "files": len(found),
        "refused": sum(delivery.state == Arrival.REFUSED for delivery in found),
        "batches": sorted({report["batch"] for report in reports if report["batch"]}),
        "rejected": sum(report.get("rejected", 0) for report in reports if report["new"]),
    }
