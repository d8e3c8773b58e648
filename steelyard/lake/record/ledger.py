"""The ledger: which batches the record holds, in one SQLite file that never changes a row.

Why SQLite and not a file of lines: see docs/decisions/ledger.md.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from steelyard.engine.problems import CATALOGUE, Place, refuse
from steelyard.lake.record.batch import GENESIS, Batch, chained
from steelyard.lake.record.durable import flush, make_folder

CATALOGUE.add(
    {
        "record-missing": (
            "“{record}”不是数据档案（没有台账 ledger.sqlite）；请先用 steelyard intake 装载数据",
            "'{record}' is no record of facts (it has no ledger.sqlite); load data with steelyard intake first",
        ),
        "ledger-broken": (
            "台账第 {batch} 批与其哈希链不符：台账被改动过；请从备份恢复",
            "the ledger's batch {batch} does not fit its chain of hashes: it was changed; restore a backup",
        ),
        "ledger-unreadable": (
            "台账不是可读的数据库（{reason}）；请从备份恢复",
            "the ledger is no readable database ({reason}); restore a backup",
        ),
    }
)

_SCHEMA = """
create table if not exists batch (
    number integer primary key,
    table_name text not null,
    raw text not null,
    declaration text not null,
    entry text not null,
    chain text not null,
    unique (table_name, raw, declaration)
) strict;
create trigger if not exists batch_is_final before update on batch
begin select raise(abort, 'a batch is final'); end;
create trigger if not exists batch_stays before delete on batch
begin select raise(abort, 'a batch stays'); end;
"""


def never_before(record: Path, now: datetime) -> datetime:
    """``now`` in whole seconds, or the time of the last batch where a clock says that this was later."""
    return max(now.replace(microsecond=0), _last(record))


def after_last(record: Path, now: datetime) -> datetime:
    """``now`` in whole seconds, or the second after the last batch: what comes then replaces what that batch said."""
    last = _last(record)
    return max(now.replace(microsecond=0), last if last == datetime.min else last + timedelta(seconds=1))


def _last(record: Path) -> datetime:
    batches = Ledger(record).batches()[-1:] if (record / "ledger.sqlite").is_file() else []
    return batches[0].known_at if batches else datetime.min


@lru_cache(maxsize=4096)
def _batch(entry: str) -> Batch:
    """An entry never changes; every page that asks for the record reads all of them."""
    return Batch.model_validate_json(entry)


class Ledger:
    """Reads and appends batches. Safe to open from any number of processes; one of them may write."""

    def __init__(self, record: Path, *, create: bool = False) -> None:
        self.path = record / "ledger.sqlite"
        if not self.path.exists():
            if not create:
                raise refuse("record-missing", Place(str(record)), record=record.name)
            self._create()

    def _create(self) -> None:
        make_folder(self.path.parent)
        with self._connected(write=True) as connection:
            connection.executescript(_SCHEMA)
        flush(self.path.parent)

    @contextmanager
    def _connected(self, write: bool) -> Iterator[sqlite3.Connection]:
        """A connection whose failures are those of the machine (`OSError`) or of the file (`Refused`)."""
        try:
            with closing(self._connect() if write else self._reader()) as connection:
                yield connection
        except sqlite3.OperationalError as error:
            raise OSError(f"{self.path}: {error}") from error
        except sqlite3.DatabaseError as error:
            if type(error) is not sqlite3.DatabaseError:  # a rule of the ledger itself, as a batch numbered twice
                raise
            raise refuse("ledger-unreadable", Place(str(self.path)), reason=error) from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        return connection

    def _reader(self) -> sqlite3.Connection:
        """Where nothing can be written, a ledger without a journal is read as the unchanging file that it is."""
        try:
            connection = self._connect()
            connection.execute("select 1 from sqlite_master").fetchall()
            return connection
        except sqlite3.OperationalError:
            journal = self.path.with_name(self.path.name + "-wal")
            if journal.exists() and journal.stat().st_size:  # holds batches that the file does not have yet
                raise
        return sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)

    def batches(self) -> list[Batch]:
        """All batches in order. Raises `Refused` when a row does not fit the chain."""
        return [batch for batch, _ in self.chain()]

    def chain(self) -> Iterator[tuple[Batch, str]]:
        """Every batch with the chain after it."""
        with self._connected(write=False) as connection:
            rows = self._rows(connection)
        previous = GENESIS
        for expected, (number, entry, chain) in enumerate(rows, start=1):
            if number != expected or chained(previous, entry) != chain:
                raise refuse("ledger-broken", Place(str(self.path)), batch=number)
            previous = chain
            yield _batch(entry), chain

    def _rows(self, connection: sqlite3.Connection) -> list[tuple[int, str, str]]:
        """An empty file, left by a process killed while creating it, is an empty ledger."""
        if not connection.execute("select 1 from sqlite_master where name = 'batch'").fetchone():
            return []
        return connection.execute("select number, entry, chain from batch order by number").fetchall()

    def append(self, batch: Batch) -> str:
        """Commits one batch: the moment from which it exists. Returns the chain after it."""
        entry = batch.model_dump_json()
        with self._connected(write=True) as connection:
            connection.executescript(_SCHEMA)
            connection.execute("begin immediate")
            last = connection.execute("select chain from batch order by number desc limit 1").fetchone()
            chain = chained(last[0] if last else GENESIS, entry)
            row = (batch.number, batch.table, batch.raw.sha256, batch.declaration, entry, chain)
            connection.execute("insert into batch values (?, ?, ?, ?, ?, ?)", row)
            connection.execute("commit")
        return chain
