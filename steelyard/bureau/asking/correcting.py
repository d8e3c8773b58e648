"""更正预演: what corrected records would do to everybody, before anyone rules on them (N22).

The files are loaded into a copy of the record that shares its immutable files, the run is made again by its own frozen
rules, and both are compared. Nothing of it stays. A run over the record into which the same files are loaded for good
comes to the same digest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from steelyard.bureau.asking.comparing import Moved, moves
from steelyard.bureau.folder import Bureau, Written
from steelyard.bureau.people.moved import PersonMoved, person_moved
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.replaying import frozen_in, manifest_in, order_of
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.running import Ran, run_book
from steelyard.bureau.telling import Progress, silent
from steelyard.engine.given import given
from steelyard.lake.intake import BatchReport, Refusal, intake
from steelyard.lake.intake.cage import Cage
from steelyard.lake.record.copying import copied
from steelyard.lake.record.ledger import never_before
from steelyard.lake.record.snapshot import snapshot
from steelyard.lake.scratch import beside


@dataclass(frozen=True)
class Preview:
    """``loaded``: what intake said of each file. ``moved``: every unit as published and as it would be, ``alone``: the
    same without what else has arrived since the run; ``since``: how many batches that were. ``digest``: of the results
    that a run would have; empty where nothing was loaded, because then nothing is compared. ``person``: the account of
    the person that was asked for, as published and as it would be."""

    loaded: tuple[BatchReport | Refusal, ...]
    moved: tuple[Moved[Fraction], ...] = ()
    alone: tuple[Moved[Fraction], ...] = ()
    since: int = 0
    digest: str = ""
    person: tuple[PersonMoved, ...] = ()

    @property
    def refused(self) -> bool:
        return any(isinstance(one, Refusal) for one in self.loaded)


def preview(
    folder: Path,
    record: Path,
    files: Sequence[Path],
    known_at: datetime,
    progress: Progress = silent,
    cage: Cage | None = None,
    person: str = "",
) -> Preview:
    """What these files would change in the run of that folder, coming at ``known_at``, or with the last batch if
    that came later; with a ``person``, also in that account. Raises `Refused` as `replay` and `intake` do."""
    given(files=(files, list, tuple), progress=(progress, Callable))
    manifest, frozen = manifest_in(folder), frozen_in(folder)
    order = order_of(manifest)
    with beside(record, "preview") as temporary:
        bureau = Bureau(folder, copied(record, temporary / "record"))
        last = snapshot(bureau.record).batch
        progress("按公布时的数据计算", "weighing the data that were published")
        published = _ran(bureau, order, frozen)
        since = last - published.snapshot.batch
        now = _ran(bureau, replace(order, as_of_batch=last, known_at=None), frozen) if since else published
        progress("装载更正的记录", "loading the corrected records")
        tables = list(frozen.tables.values())
        at = never_before(bureau.record, known_at)
        loaded = tuple(intake(bureau.record, tables, list(files), at, calendar=frozen.days, cage=cage))
        if any(isinstance(one, Refusal) for one in loaded):
            return Preview(loaded, since=since)
        progress("按更正后的数据计算", "weighing the corrected data")
        after = _ran(bureau, replace(order, as_of_batch=None, known_at=None), frozen)
        found = tuple(moves(published, after))
        alone, digest = tuple(moves(now, after)) if since else found, Results(after).digest
        if not person:
            return Preview(loaded, found, alone, since, digest)
        progress("按更正后的数据计算个人", "weighing the account")
        return Preview(loaded, found, alone, since, digest, person_moved(published, after, person))


def _ran(bureau: Bureau, order: Order, frozen: Written) -> Ran:
    return run_book(bureau, order, frozen.book, frozen.tables, silent)
