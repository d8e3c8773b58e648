"""One job, start to end. Chunks are judged on all cores, written in order, and every record is counted twice."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Context, Decimal, Inexact
from functools import partial
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from steelyard.engine.problems import NOWHERE, Problem, Refused, refuse
from steelyard.lake.intake import words  # noqa: F401  the words of every code raised here
from steelyard.lake.intake.columns.conditions import Rows
from steelyard.lake.intake.columns.durations import functions
from steelyard.lake.intake.headers import Layout, layout
from steelyard.lake.intake.job import Job, Outcome, Told
from steelyard.lake.intake.loading.footers import control_totals
from steelyard.lake.intake.loading.output import Output, without, write_findings, write_superseded
from steelyard.lake.intake.loading.records import records
from steelyard.lake.intake.loading.rows import Finding, Judge, Part, sums
from steelyard.lake.intake.loading.settle import Settled, live, settle
from steelyard.lake.intake.sources.chunks import Chunk, Source
from steelyard.lake.intake.sources.opened import opened
from steelyard.lake.record.batch import Counts

T = TypeVar("T")
_EXACT = Context(prec=60, traps=[Inexact])


def load(job: Job) -> Outcome:
    """Reads the file and leaves ``facts.parquet``, ``findings.parquet`` and ``superseded.parquet`` in ``job.out``.

    A refusal is an outcome with errors; nothing else is then to be used.
    """
    try:
        source = opened(Path(job.raw), job)
        plan = layout(job.table, job.read_as, source.header)
        _stop_on_errors(plan.problems)
        loading = _Loading(job, source, plan)
        return loading.read() if job.all_rows else loading.run()
    except Refused as refused:
        return Outcome(problems=tuple(told(problem) for problem in refused.problems))


def told(problem: Problem) -> Told:
    params = {key: value if isinstance(value, int) else str(value) for key, value in problem.params.items()}
    return Told(code=problem.code, params=params, severity=problem.severity)


def _stop_on_errors(problems: tuple[Problem, ...]) -> None:
    if errors := [problem for problem in problems if problem.severity == "error"]:
        raise Refused(errors)


class _Loading:
    def __init__(self, job: Job, source: Source, plan: Layout) -> None:
        self.job, self.source, self.plan, self.out = job, source, plan, Path(job.out)
        expressions = Rows(job.table, functions(job.office.calendar() if job.office else None))
        registers = {column: live(there.files, there.superseded, "code") for column, there in job.registers.items()}
        self.judge = Judge(job.table, expressions, registers, source.encoding, job.all_rows)
        self.findings: list[Finding] = []
        self.counted: Counter[str] = Counter()
        self.stated: dict[str, Decimal] = {}
        self.totals: dict[str, Decimal] = {}
        self.unread: Counter[str] = Counter()
        self.footers: list[Mapping[str | int, str]] = []

    def run(self) -> Outcome:
        first = self.out / "rows.parquet"
        output = Output(first, self.judge.types, self.job.batch, self.job.known_at)
        for part in self._parts():
            self._count(part)
            output.add(part.rows)
        output.close()
        remarks = [*self.plan.problems, *self.source.remarks()]
        remarks += control_totals(self.job.read_as, self.footers, self.stated, self.unread, self.job.table.columns)
        _stop_on_errors(tuple(remarks))
        columns = list(self.judge.types)
        settled = settle(self.job, first, columns)
        stored = self._place(first, settled)
        return self._outcome(first, output.rows, stored, settled, remarks)

    def read(self) -> Outcome:
        """Every row that is a row at all; nothing is counted, compared or refused."""
        output = Output(self.out / "facts.parquet", self.judge.types, self.job.batch, self.job.known_at)
        for part in self._parts():
            output.add(part.rows)
        output.close()
        return Outcome()

    def _parts(self) -> Iterator[Part]:
        positions = sorted({*self.plan.used, *([0] if self.job.read_as.footer else [])})
        yield from in_order(self.source.chunks(positions), self._part)

    def _part(self, read: Callable[[], Chunk]) -> Part:
        chunk, feed = read(), self.job.read_as
        if chunk.accounted() != chunk.records:
            raise refuse("rows-unaccounted", NOWHERE, records=chunk.records, found=chunk.accounted())
        found = records(chunk, self.job.table, feed, self.plan, self.source.encoding)
        return self.judge.part(found, feed.nulls, feed.format != "csv", self.job.limits.cell_characters)

    def _count(self, part: Part) -> None:
        self.findings += part.findings
        self.footers += part.footers
        self.unread.update(part.unread)
        for name in ("counted", "rejected", "skipped", "blank"):
            self.counted[name] += getattr(part, name)
        if self.counted["counted"] > self.job.limits.rows:
            raise refuse(
                "file-limit", NOWHERE, what="行 rows", found=self.counted["counted"], limit=self.job.limits.rows
            )
        for name, stated in part.stated.items():
            self.stated[name] = _EXACT.add(self.stated.get(name, Decimal(0)), stated)
            self.totals[name] = _EXACT.add(self.totals.get(name, Decimal(0)), part.totals[name])

    def _place(self, first: Path, settled: Settled) -> int:
        final = self.out / "facts.parquet"
        if settled.superseded is not None:
            write_superseded(self.out / "superseded.parquet", settled.superseded)
        self.findings += settled.findings
        if self.findings:
            write_findings(
                self.out / "findings.parquet", sorted(self.findings, key=lambda f: (f.row, f.column, f.code))
            )
        if settled.drop.any():
            return without(first, final, settled.drop)
        os.replace(first, final)
        return int(pq.ParquetFile(final).metadata.num_rows)

    def _outcome(self, first: Path, written: int, stored: int, settled: Settled, remarks: list[Problem]) -> Outcome:
        doubled = int(settled.rejected.sum())
        counts = Counts(
            rows=self.counted["counted"],
            accepted=written - doubled,
            rejected=self.counted["rejected"] + doubled,
            skipped=self.counted["skipped"],
            stored=stored,
            unchanged=settled.unchanged,
            revised=settled.revised,
            titles=self.source.titles,
            blank=self.counted["blank"],
            footers=len(self.footers),
        )
        if not counts.balanced():
            raise refuse("rows-unaccounted", NOWHERE, records=counts.rows, found=counts.accepted + counts.rejected)
        return Outcome(
            counts=counts,
            columns=self._types(),
            totals=self._totals(first, settled),
            reasons=dict(sorted(Counter(finding.code for finding in self.findings).items())),
            findings=len(self.findings),
            superseded=0 if settled.superseded is None else settled.superseded.num_rows,
            problems=tuple(told(problem) for problem in remarks),
        )

    def _totals(self, first: Path, settled: Settled) -> dict[str, str]:
        """Sum of every number column over accepted rows: what was read, less what doubled keys took out."""
        out: dict[str, Decimal] = {}
        if settled.rejected.any():
            rows = pq.read_table(first, columns=list(self.totals)).filter(pa.array(settled.rejected))
            out = sums(rows)
        return {n: format(_EXACT.subtract(total, out.get(n, Decimal(0))), "f") for n, total in self.totals.items()}

    def _types(self) -> dict[str, str]:
        declared = {name: str(column.type) for name, column in self.job.table.columns.items()}
        derived = {n: "date" if pa.types.is_date(type_) else "integer" for n, type_ in self.judge.derived_types.items()}
        return declared | derived


def in_order(tasks: Iterator[Callable[[], Chunk]], work: Callable[[Callable[[], Chunk]], T]) -> Iterator[T]:
    """Runs the work on all cores, a few chunks ahead, and gives the results in the order of the tasks."""
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:
        waiting: deque[Future[T]] = deque()
        for task in tasks:
            waiting.append(pool.submit(partial(work, task)))
            if len(waiting) > cores + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
