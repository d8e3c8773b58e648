"""Files of the record read once more: to see what rejected rows would have changed, and what an unchanged row said."""

from __future__ import annotations

import shutil
from fnmatch import fnmatchcase
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import Refused
from steelyard.lake.intake.cage import Cage
from steelyard.lake.intake.job import Job, Office
from steelyard.lake.intake.limits import Limits
from steelyard.lake.record.batch import Batch


def rejected_rows(
    record: Path, table: FactTable, batch: Batch, cage: Cage, target: Path, office: Office | None = None
) -> int:
    """Writes the batch's rejected rows as Parquet of the table's columns; how many there are.

    They are read from the raw file by the declaration as it stands now; cells that cannot be read are unknown, and
    what is no row at all (unpaired quotes, a cell too many) stays out. Raises `Refused` where the file cannot be read
    by that declaration any more.
    """
    if batch.findings is None:
        return 0
    found = pq.read_table(record / batch.findings.path, columns=["_row", "level"])
    wanted = pc.unique(found.filter(pc.equal(found.column("level"), "reject")).column("_row"))
    if not len(wanted):
        return 0
    rows = read_again(record, table, batch, cage, target.with_name(f"{target.name}.reading"), office)
    if rows is None:
        return 0
    rows = rows.filter(pc.is_in(rows.column("_row"), value_set=wanted))
    pq.write_table(rows, target)
    return int(rows.num_rows)


def read_again(
    record: Path, table: FactTable, batch: Batch, cage: Cage, folder: Path, office: Office | None = None
) -> pa.Table | None:
    """Every row of a batch's raw file, those too that were rejected or said nothing new; None where no declaration is
    for such a file any more. ``folder`` is made for the time of reading. Raises `Refused` as `rejected_rows`."""
    feed = next((at for at, feed in enumerate(table.files) if fnmatchcase(batch.file, feed.match)), None)
    if feed is None:
        return None
    folder.mkdir()
    try:
        outcome = cage.run(_job(record, table, feed, batch, folder, office))
        if outcome.refused:
            raise Refused(told.problem(batch.file) for told in outcome.problems)
        return pq.read_table(folder / "facts.parquet")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _job(record: Path, table: FactTable, feed: int, batch: Batch, folder: Path, office: Office | None) -> Job:
    raw = (record / batch.raw.path).resolve()
    return Job(
        raw=str(raw),
        name=batch.file,
        size=batch.raw.size,
        table=table,
        feed=feed,
        batch=batch.number,
        known_at=batch.known_at,
        out=str(folder.resolve()),
        limits=Limits(),
        office=office,
        all_rows=True,
    )
