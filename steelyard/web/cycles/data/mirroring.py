"""Batches of the record listed in the database, so that pages need not read the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.utils import timezone

from steelyard.bureau.folder import Bureau
from steelyard.engine.model.facts import FactTable
from steelyard.lake.record.batch import Batch
from steelyard.lake.record.ledger import Ledger
from steelyard.web.cycles.data.grading import grade, in_time_since
from steelyard.web.cycles.models import Loaded
from steelyard.web.jobs.kinds import routine
from steelyard.web.library import rules


@routine
def catch_up(_now: datetime) -> None:
    """Batches that came by the command line are listed too."""
    bureau = rules.bureau()
    if (bureau.record / "ledger.sqlite").is_file():
        mirror(bureau)


def mirror(bureau: Bureau) -> int:
    """Lists what is not listed yet; how many that was. A batch never changes, so two who do it at once agree."""
    if not (bureau.record / "ledger.sqlite").is_file():
        return 0
    known = set(Loaded.objects.values_list("number", flat=True))
    batches = [batch for batch in Ledger(bureau.record).batches() if batch.number not in known]
    tables: Mapping[str, FactTable] = bureau.tables() if batches else {}
    rows = [_row(bureau.record, batch, tables.get(batch.table)) for batch in batches]
    Loaded.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _row(record: Path, batch: Batch, table: FactTable | None) -> Loaded:
    counts = batch.counts
    first, last, late = _days(record / batch.facts.path, None if table is None else table.date, batch.known_at)
    return Loaded(
        number=batch.number, table=batch.table, table_name=batch.table if table is None else table.name,
        file=batch.file, sha256=batch.raw.sha256, known_at=timezone.make_aware(batch.known_at),
        rows=counts.rows, accepted=counts.accepted, rejected=counts.rejected, skipped=counts.skipped,
        stored=counts.stored, unchanged=counts.unchanged, revised=counts.revised, late=late, first=first, last=last,
        grade=grade(counts.rows - counts.skipped, counts.accepted, late, counts.revised),
    )  # fmt: skip


def _days(path: Path, column: str | None, known_at: datetime) -> tuple[date | None, date | None, int]:
    """First and last day of the stored rows, and how many of them are late. Tables without days have none."""
    if column is None or not path.is_file() or column not in pq.read_schema(path).names:
        return None, None, 0
    days = pq.read_table(path, columns=[column]).column(column).cast(pa.date32()).drop_null()
    if not len(days):
        return None, None, 0
    ends = pc.min_max(days)
    late = pc.sum(pc.less(days, pa.scalar(in_time_since(known_at), pa.date32()))).as_py()
    return ends["min"].as_py(), ends["max"].as_py(), int(late or 0)
