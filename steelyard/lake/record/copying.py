"""A record once more, to try something on: its files are shared, since they never change; its ledger is not."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from steelyard.lake.record.ledger import Ledger

SHARED = ("facts", "findings", "superseded", "prepared", "raw")


def copied(record: Path, target: Path) -> Path:
    """A record in the new folder ``target`` with all batches of ``record``, which must be on the same disk to cost
    nothing. What is loaded into either does not show in the other. Raises `Refused`: ``record-missing``."""
    Ledger(record)
    for name in SHARED:
        if (record / name).is_dir():
            shutil.copytree(record / name, target / name, copy_function=shared)
    (target / "temp").mkdir(parents=True)
    found, made = (closing(sqlite3.connect(folder / "ledger.sqlite")) for folder in (record, target))
    with found as old, made as new:
        old.backup(new)
    return target


def shared(source: str | Path, target: str | Path) -> None:
    """The same file under another name; a copy where disks cannot do that."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
