"""A finished run brought up to a newer snapshot: only what new rows touch is added up and weighed again (N4).

The answer is that of a full run, to the digit. Registers decide who is assessed and whose rows count for whom, so a
change in them is a full run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np

from steelyard.bureau.runs.running import Ran, run_book
from steelyard.bureau.subjects.registers import EVERYBODY
from steelyard.bureau.telling import silent
from steelyard.engine.evaluate import Result
from steelyard.engine.periods import Period
from steelyard.engine.planning.cells import Cells
from steelyard.engine.planning.changing import Change, Recollected, recollect
from steelyard.engine.planning.totals import PanelTotals
from steelyard.engine.renewing import Fresh, renewed
from steelyard.engine.weighing.needs import readers
from steelyard.lake.record.replaced import replaced
from steelyard.lake.record.snapshot import PREPARED, Snapshot, TableSource, snapshot
from steelyard.lake.runners.choosing import DIRECT, connect
from steelyard.lake.runners.source import Replaced, Source

NO_ROWS = TableSource((), None, {}, 0)


@dataclass(frozen=True)
class Kept:
    """A run that is kept in memory. ``readers``: table -> the indicators that rest on it, near or far."""

    ran: Ran
    readers: Mapping[str, frozenset[str]]


def keep(ran: Ran) -> Kept:
    return Kept(ran, readers(ran.book))


def increment(kept: Kept, newer: Snapshot | None = None) -> Kept:
    """The run over a newer snapshot (None: all that is recorded now). Raises `Refused` as a run does."""
    ran = kept.ran
    newer = newer or snapshot(ran.bureau.record)
    changed = {name for name, source in newer.sources.items() if ran.snapshot.sources.get(name) != source}
    if changed & set(EVERYBODY) or not _grown(ran.snapshot, newer):
        order = replace(ran.order, as_of_batch=newer.batch, known_at=None)
        full = run_book(ran.bureau, order, ran.book, ran.tables, silent)
        return replace(kept, ran=replace(full, order=ran.order, written=ran.written))
    work = _Increment(kept, newer, changed & ran.tables.keys())
    history = None if ran.history is None else work.result(ran.history)
    return replace(kept, ran=replace(ran, snapshot=newer, result=work.result(ran.result), history=history))


def _grown(older: Snapshot, newer: Snapshot) -> bool:
    """Whether the newer snapshot holds every file of the older."""
    return all(
        name in newer.sources and set(source.files) <= set(newer.sources[name].files)
        for name, source in older.sources.items()
    )


@dataclass(frozen=True)
class _Increment:
    kept: Kept
    newer: Snapshot
    changed: set[str]

    def result(self, old: Result) -> Result:
        """One evaluation brought up to date."""
        totals = cast(PanelTotals, old.scope.totals)
        found = self._cells(totals.cells)
        words = {word for name in self.changed for word in (name, self.kept.ran.tables[name].name)}
        fresh = Fresh(
            totals=replace(totals, cells=found.cells),
            chosen=replace(totals, cells=found.cells, periods=[one for one in totals.periods if one in found.periods]),
            periods=[at for at, period in enumerate(totals.periods) if period in found.periods],
            tables=words,
            stale={id for word in words for id in self.kept.readers.get(word, ())},
        )
        return renewed(old, self.kept.ran.book, fresh)

    def _cells(self, cells: Cells[Period]) -> Recollected[Period]:
        read = self.changed & {scan.table for scan in cells.plan.scans}
        sources: dict[str, Source] = {name: self.newer.sources[name] for name in read}
        changes = {name: Change(f"_came_{name}", f"_went_{name}") for name in sorted(read)}
        for name, change in changes.items():
            sources[change.came], sources[change.went] = self._came(name), self._went(name)
        order = self.kept.ran.order
        prepared = self.newer.record / PREPARED
        with connect(DIRECT, sources, threads=order.threads, memory=order.memory, prepared=prepared) as runner:
            return recollect(cells, changes, runner)

    def _old(self, table: str) -> TableSource:
        return self.kept.ran.snapshot.sources.get(table, NO_ROWS)

    def _came(self, table: str) -> TableSource:
        """The files that are new, without the rows that newer ones replaced already."""
        source = self.newer.sources[table]
        return replace(source, files=tuple(file for file in source.files if file not in self._old(table).files))

    def _went(self, table: str) -> Replaced:
        """The rows of earlier files that newer rows replaced, in the files that hold any."""
        source, old = self.newer.sources[table], self._old(table)
        gone = np.setdiff1d(replaced(source.superseded), replaced(old.superseded))
        batches = set((gone >> 32).tolist())
        files = tuple(file for batch, file in self._files(table) if batch in batches)
        superseded = source.superseded if files else None
        return Replaced(replace(source, files=files, superseded=superseded, rows=len(gone)), old.superseded)

    def _files(self, table: str) -> list[tuple[int, Path]]:
        """Files of the older snapshot with the number of their batch."""
        paths = {self.newer.record / batch.facts.path: batch.number for batch in self.newer.batches}
        return [(paths[file], file) for file in self._old(table).files]
