"""What the ledger knows of one batch: one file loaded into one table."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class Entry(BaseModel):
    """Frozen and closed; its JSON is the text that the chain of hashes runs over."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StoredFile(Entry):
    """One immutable file of the record. ``path`` is relative to the record, so that a record can be moved."""

    path: str
    sha256: str
    size: int
    rows: int


class Counts(Entry):
    """Where every row of a file went. Rows are records of the file; of a wide sheet, its value cells.

    ``accepted`` = ``stored`` + ``unchanged`` (said the same as the row already there).
    ``revised``: stored rows that replaced an earlier row with the same business key.
    ``skipped``: cells that by declaration are no rows (``[z]``).
    """

    rows: int
    accepted: int
    rejected: int
    skipped: int = 0
    stored: int = 0
    unchanged: int = 0
    revised: int = 0
    titles: int = 0
    blank: int = 0
    footers: int = 0

    def balanced(self) -> bool:
        return (
            self.rows == self.accepted + self.rejected + self.skipped
            and self.accepted == self.stored + self.unchanged
            and self.revised <= self.stored
        )


class Batch(Entry):
    """A committed batch. ``known_at`` is when the bureau knew; ``declaration`` is the hash of what it was read by.

    ``columns``: name -> type of every stored column; ``totals``: sum of each number column over accepted rows.
    ``superseded`` is cumulative: all rows of the table that are replaced as of this batch.
    """

    number: int
    table: str
    file: str
    raw: StoredFile
    declaration: str
    known_at: datetime
    columns: Mapping[str, str]
    counts: Counts
    totals: Mapping[str, str] = Field(default_factory=dict)
    reasons: Mapping[str, int] = Field(default_factory=dict)
    facts: StoredFile
    findings: StoredFile | None = None
    superseded: StoredFile | None = None

    def files(self) -> tuple[StoredFile, ...]:
        """Every file that this batch needs, the raw one included."""
        return tuple(file for file in (self.raw, self.facts, self.findings, self.superseded) if file)


GENESIS = hashlib.sha256(b"steelyard record of facts").hexdigest()


def chained(previous: str, entry: str) -> str:
    """The chain after one more entry: SHA-256 of the chain so far and the entry's text."""
    return hashlib.sha256(f"{previous}\n{entry}".encode()).hexdigest()
