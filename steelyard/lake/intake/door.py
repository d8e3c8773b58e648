"""The door of intake: files in, for each of them a batch in the record or the reasons why not."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from os import PathLike
from pathlib import Path
from time import monotonic, sleep
from types import NoneType
from typing import TypeVar

from steelyard.engine.calendar import Calendar
from steelyard.engine.given import accept, given, unfit, zoned
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import NOWHERE, Place, Problem, Refused, refuse
from steelyard.lake.intake import words  # noqa: F401  the words of every code that comes out of the cage
from steelyard.lake.intake.assign import Given, Task, assign
from steelyard.lake.intake.cage import Cage
from steelyard.lake.intake.commit import Arrived, commit
from steelyard.lake.intake.database import DatabaseTable, copy_out
from steelyard.lake.intake.job import Earlier, Job, Office, Outcome
from steelyard.lake.intake.limits import Limits
from steelyard.lake.intake.report import BatchReport, Refusal
from steelyard.lake.record.batch import Batch, StoredFile
from steelyard.lake.record.durable import copy, digest, make_folder, only_writer
from steelyard.lake.record.ledger import Ledger

Step = Callable[[str], None]
Made = TypeVar("Made")


def intake(
    record: str | PathLike[str],
    tables: Sequence[FactTable],
    files: Sequence[Given | str],
    known_at: datetime,
    *,
    calendar: Calendar | None = None,
    limits: Limits | None = None,
    cage: Cage | None = None,
    on_step: Step = lambda _step: None,
) -> list[BatchReport | Refusal]:
    """Loads files into the record, each by the declaration of every table that expects it.

    ``known_at``: when the bureau came to know (local time, whole seconds, never before the last batch).
    ``calendar``: for declarations that derive working days. ``cage``: one that is already running, for
    callers who load often. ``on_step`` hears of every step, for progress and tests.
    Each file is a batch of its own; what was committed stays, whatever happens to the next one.
    Raises `Refused` when nothing can be begun (``record-busy``, ``known-at-backwards``, ``ledger-broken``).
    """
    given(limits=(limits, Limits, NoneType), cage=(cage, Cage, NoneType), on_step=(on_step, Callable))
    accept((*_unfit(record, tables, files, known_at), *unfit("calendar", calendar, Calendar, NoneType)))
    record, paths = Path(record), [Path(file) if isinstance(file, str) else file for file in files]
    make_folder(record / "temp")
    with only_writer(record), ExitStack() as stack:
        inside = cage or stack.enter_context(Cage())
        session = _Session(record, tables, known_at.replace(microsecond=0), inside, limits or Limits(), on_step)
        session.office = Office.of(calendar) if calendar else None
        return list(session.load(assign(tables, paths)))


LATER = frozenset({"record-busy", "known-at-backwards"})
AGAIN = 0.05  # seconds between two looks


def in_turn(load: Callable[[], Made], patience: float) -> Made:
    """What ``load`` comes to once no other process writes to the record. For ``patience`` seconds it is asked again,
    and reads the clock each time: whoever wrote meanwhile came to know something later than it had believed.

    Raises `Refused` (``record-busy``) if its turn does not come.
    """
    until = monotonic() + patience
    while True:
        try:
            return load()
        except Refused as refused:
            if monotonic() >= until or not LATER.issuperset(one.code for one in refused.problems):
                raise
        sleep(AGAIN)


def _unfit(record: object, tables: Sequence[object], files: Sequence[object], known_at: datetime) -> Iterator[Problem]:
    yield from unfit("record", record, str, PathLike)
    for name, many, kinds in (("tables", tables, (FactTable,)), ("files", files, (str, Path, DatabaseTable))):
        yield from unfit(name, many, list, tuple)
        for one in many if isinstance(many, list | tuple) else ():
            yield from unfit(name, one, *kinds)
    found = list(unfit("known_at", known_at, datetime))
    yield from found or zoned("known_at", known_at)


@dataclass(frozen=True)
class _Begun:
    """A file on its way: being read (``outcome``, for the batch that ``job`` names), or ``done`` without."""

    task: Task
    folder: Path
    done: BatchReport | Refusal | None = None
    job: Job | None = None
    arrived: Arrived | None = None
    outcome: Future[Outcome] | None = None


class _Session:
    """One intake: what it knows of the record grows with each batch.

    Files of tables that have nothing to do with each other are read side by side; they are committed in order.
    """

    def __init__(
        self, record: Path, tables: Sequence[FactTable], known_at: datetime, cage: Cage, limits: Limits, on_step: Step
    ) -> None:
        self.record, self.tables, self.known_at = record, {table.table: table for table in tables}, known_at
        self.cage, self.limits, self.on_step = cage, limits, on_step
        self.office: Office | None = None
        self.ledger = Ledger(record, create=True)
        self.batches = self.ledger.batches()
        last = self.batches[-1].known_at if self.batches else known_at
        if known_at < last:
            raise refuse("known-at-backwards", NOWHERE, known_at=known_at, last=last)

    def load(self, tasks: Sequence[Task | Refusal]) -> Iterator[BatchReport | Refusal]:
        """What became of each file, in order."""
        begun: deque[_Begun] = deque()
        try:
            for task in tasks:
                if isinstance(task, Refusal):
                    yield task
                    continue
                while len(begun) >= self.cage.places or _needs(task, begun):
                    yield self._end(begun.popleft())
                begun.append(self._begin(task, ahead=sum(one.job is not None for one in begun)))
            while begun:
                yield self._end(begun.popleft())
        finally:
            if begun:
                self.cage.stop()
            for left in begun:
                shutil.rmtree(left.folder, ignore_errors=True)

    def _begin(self, task: Task, ahead: int) -> _Begun:
        folder = Path(tempfile.mkdtemp(dir=self.record / "temp"))
        try:
            return self._begun(task, folder, ahead)
        except Refused as refused:
            return _Begun(task, folder, Refusal(task.name, task.table.table, refused.problems))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _begun(self, task: Task, folder: Path, ahead: int) -> _Begun:
        """``ahead``: how many files before this one are still being read."""
        raw = self._fetch(task, folder / "raw")
        self.on_step("raw copied")
        registers = {column: self._register(column, name) for column, name in task.table.references.items()}
        declaration = self._declaration(task, registers)
        known = self._already(task.table.table, raw.sha256, declaration)
        if known:
            return _Begun(task, folder, BatchReport(known, new=False))
        self._same_types(task.table, {name: str(column.type) for name, column in task.table.columns.items()})
        job = self._job(task, folder, raw, registers, len(self.batches) + 1 + ahead)
        arrived = Arrived(job.batch, task, raw, declaration, self.known_at)
        return _Begun(task, folder, job=job, arrived=arrived, outcome=self.cage.begin(job))

    def _end(self, begun: _Begun) -> BatchReport | Refusal:
        try:
            return begun.done or self._committed(begun)
        except Refused as refused:
            return Refusal(begun.task.name, begun.task.table.table, refused.problems)
        finally:
            shutil.rmtree(begun.folder, ignore_errors=True)

    def _committed(self, begun: _Begun) -> BatchReport | Refusal:
        task, job, number = begun.task, begun.job, len(self.batches) + 1
        assert job
        assert begun.arrived
        assert begun.outcome
        outcome = begun.outcome.result()
        if job.batch != number:  # a file before this one was refused, and its number is free
            outcome = self.cage.run(job.model_copy(update={"batch": number}))
        self.on_step("file read")
        problems = tuple(told.problem(task.name) for told in outcome.problems)
        if outcome.refused or outcome.counts is None:
            return Refusal(task.name, task.table.table, problems)
        self._same_types(task.table, outcome.columns)
        arrived = replace(begun.arrived, number=number)
        batch = commit(self.record, self.ledger, arrived, outcome, begun.folder, self.on_step)
        self.batches.append(batch)
        return BatchReport(batch, new=True, problems=problems)

    def _fetch(self, task: Task, target: Path) -> StoredFile:
        """Our own copy, hashed while it is made; everything later reads the copy."""
        if isinstance(task.given, DatabaseTable):
            copy_out(task.given, task.table, target)
            sha256, size = digest(target), target.stat().st_size
        else:
            try:
                sha256, size = copy(task.given, target, self.limits.file_bytes)
            except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
                raise refuse("file-missing", Place(task.name), file=task.name) from error
        return StoredFile(path=f"raw/{sha256[:2]}/{sha256}", sha256=sha256, size=size, rows=0)

    def _register(self, column: str, name: str) -> Earlier:
        earlier = self._earlier(name)
        if not earlier.files:
            raise refuse("register-empty", NOWHERE, column=column, register=name)
        return earlier

    def _earlier(self, table: str) -> Earlier:
        batches = [batch for batch in self.batches if batch.table == table]
        superseded = [batch.superseded.path for batch in batches if batch.superseded]
        return Earlier(
            files=tuple((b.number, str((self.record / b.facts.path).resolve())) for b in batches if b.facts.rows),
            superseded=str((self.record / superseded[-1]).resolve()) if superseded else None,
        )

    def _declaration(self, task: Task, registers: Mapping[str, Earlier]) -> str:
        """Hash of all that decides how the file is read. A register that grew lets a keyed file be read again."""
        table = task.table.model_dump(mode="json", exclude={"files", "name", "about", "source"})
        told = [table, task.table.files[task.feed].model_dump(mode="json")]
        if task.table.key:
            told.append({column: [number for number, _ in there.files] for column, there in registers.items()})
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def _already(self, table: str, raw: str, declaration: str) -> Batch | None:
        wanted = (table, raw, declaration)
        return next((b for b in self.batches if (b.table, b.raw.sha256, b.declaration) == wanted), None)

    def _same_types(self, table: FactTable, columns: Mapping[str, str]) -> None:
        """A stored column keeps its type for ever, or old batches could not be read beside new ones."""
        before: dict[str, str] = {}
        for batch in self.batches:
            before |= batch.columns if batch.table == table.table else {}
        changed = [(name, now) for name, now in columns.items() if before.get(name, now) != now]
        if changed:
            raise Refused(
                Problem("column-retyped", NOWHERE, {"column": name, "before": before[name], "now": now})
                for name, now in changed
            )

    def _job(self, task: Task, folder: Path, raw: StoredFile, registers: Mapping[str, Earlier], batch: int) -> Job:
        return Job(
            raw=str((folder / "raw").resolve()),
            name=task.name,
            size=raw.size,
            table=task.table,
            feed=task.feed,
            batch=batch,
            known_at=self.known_at,
            out=str(folder.resolve()),
            limits=self.limits,
            earlier=self._earlier(task.table.table),
            registers=registers,
            office=self.office,
        )


def _needs(task: Task, begun: Iterable[_Begun]) -> bool:
    """Whether the task must wait for one of them: rows replace earlier ones by key, and registers decide on codes."""
    asked = {task.table.table, *task.table.references.values()}
    return any(one.task.table.table in asked for one in begun)
