"""What the record said at one moment: for each table the files that count and the rows in them that do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from steelyard.engine.problems import CATALOGUE, Place, refuse
from steelyard.lake.record.batch import GENESIS, Batch
from steelyard.lake.record.ledger import Ledger

CATALOGUE.add(
    {
        "snapshot-unknown": (
            "数据档案里没有第 {batch} 批；现有 1 至 {last}",
            "the record has no batch {batch}; it has 1 to {last}",
        ),
    }
)


PREPARED = "prepared/3"
"""The folder of a record in which the direct engine keeps facts once more, ready for reading, with the number
of their form; it may be deleted."""


@dataclass(frozen=True, slots=True)
class TableSource:
    """One table of a snapshot.

    ``files``: Parquet, oldest batch first; older files may lack columns that were declared later.
    ``superseded``: Parquet of (_batch, _row) to leave out; also _by, _by_row: the row that replaced it.
    ``columns``: name -> declared type, of every stored column but the reserved ones
    (_batch int32, _row int32, _known_at timestamp[s]).
    """

    files: tuple[Path, ...]
    superseded: Path | None
    columns: Mapping[str, str]
    rows: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``batch`` is the last batch that counts (0: none); ``digest`` names the snapshot for runs and proofs."""

    record: Path
    batch: int
    digest: str
    sources: Mapping[str, TableSource]
    batches: tuple[Batch, ...]


def snapshot(record: Path, *, as_of_batch: int | None = None, known_at: datetime | None = None) -> Snapshot:
    """The record as of a batch, or as it was known at a time; by default now. Readable for ever.

    Raises `Refused`: ``record-missing``, ``snapshot-unknown``, ``ledger-broken``.
    """
    chain = list(Ledger(record).chain())
    if as_of_batch is not None and not 0 <= as_of_batch <= len(chain):
        raise refuse("snapshot-unknown", Place(str(record)), batch=as_of_batch, last=len(chain))
    counted = [
        (batch, link)
        for batch, link in chain
        if (as_of_batch is None or batch.number <= as_of_batch) and (known_at is None or batch.known_at <= known_at)
    ]
    batches = tuple(batch for batch, _ in counted)
    tables = sorted({batch.table for batch in batches})
    sources = {table: source(record, [b for b in batches if b.table == table]) for table in tables}
    last, digest = (counted[-1][0].number, counted[-1][1]) if counted else (0, GENESIS)
    return Snapshot(record, last, digest, sources, batches)


def source(record: Path, batches: Iterable[Batch]) -> TableSource:
    """One table from its batches, in order."""
    listed = list(batches)
    superseded = [batch.superseded for batch in listed if batch.superseded]
    columns: dict[str, str] = {}
    for batch in listed:
        columns |= batch.columns
    return TableSource(
        files=tuple(record / batch.facts.path for batch in listed if batch.facts.rows),
        superseded=record / superseded[-1].path if superseded else None,
        columns=columns,
        rows=sum(batch.facts.rows for batch in listed) - (superseded[-1].rows if superseded else 0),
    )
