"""Is the record still what the ledger says? And what lies about that nobody named?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused
from steelyard.lake.record.batch import Batch
from steelyard.lake.record.durable import digest
from steelyard.lake.record.ledger import Ledger
from steelyard.lake.record.snapshot import PREPARED

CATALOGUE.add(
    {
        "record-file-missing": (
            "第 {batch} 批的文件不见了；请从备份恢复",
            "a file of batch {batch} is gone; restore it from a backup",
        ),
        "record-file-changed": (
            "第 {batch} 批的文件与台账记下的哈希不符：内容被改动过；请从备份恢复",
            "a file of batch {batch} does not have the hash in the ledger: it was changed; restore it from a backup",
        ),
        "record-unbalanced": (
            "第 {batch} 批的行数对不上：收到 {rows}，采用 {accepted}，拒收 {rejected}，略去 {skipped}",
            "batch {batch} does not add up: {rows} in, {accepted} accepted, {rejected} rejected, {skipped} skipped",
        ),
    }
)

KEPT_FOR = timedelta(days=7)


def verify(record: Path) -> list[Problem]:
    """Every difference between the ledger and the files; empty when all is as it was written."""
    try:
        batches = Ledger(record).batches()
    except Refused as refused:
        return list(refused.problems)
    return [problem for batch in batches for problem in _check(record, batch)]


def _check(record: Path, batch: Batch) -> Iterator[Problem]:
    if not batch.counts.balanced():
        yield Problem("record-unbalanced", Place("ledger.sqlite"), {"batch": batch.number, **batch.counts.model_dump()})
    for file in batch.files():
        path = record / file.path
        if not path.is_file():
            yield Problem("record-file-missing", Place(file.path), {"batch": batch.number})
        elif path.stat().st_size != file.size or digest(path) != file.sha256:
            yield Problem("record-file-changed", Place(file.path), {"batch": batch.number})


def orphans(record: Path) -> list[Path]:
    """Files of the record's folders that no batch names: left by a process that was killed."""
    named = {record / file.path for batch in Ledger(record).batches() for file in batch.files()}
    folders = [record / name for name in ("raw", "facts", "findings", "superseded")]
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path not in named]
    return sorted(found)


def _unprepared(record: Path) -> list[Path]:
    """Files whose preparation was killed, and those that were prepared as nobody reads them any more."""
    home = record / PREPARED
    half = [path for path in home.rglob("*.*") if path.is_file() and path.suffix != ".arrow"]
    return [*half, *(path for path in home.parent.glob("*") if path != home)]


def sweep(record: Path, now: datetime) -> list[Path]:
    """Deletes unfinished work older than seven days: a running intake may still need what is younger. Orphans stay:
    under a ledger that was put back from an older backup, good files would be among them."""
    limit = (now - KEPT_FOR).timestamp()
    temporary = [*(record / "temp").glob("*"), *_unprepared(record)]
    old = [path for path in temporary if path.stat().st_mtime < limit]
    for path in old:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return old
