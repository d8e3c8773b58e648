"""The full run: from stored files to ranked results, beside the bare scan and beside the analyst's script."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import numpy as np

from bench.analyst import Beyond, loaded, total
from bench.figures import Figure, Spent, least, spent, together
from bench.growth import TABLE
from bench.province import PLANS, Province, cells, columns_read, tables_read
from steelyard.bureau.runs.running import Ran
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.periods import Period
from steelyard.engine.planning.cells import Cells
from steelyard.engine.sql.asking import Asking
from steelyard.engine.totalling.answering import days_of
from steelyard.lake.record.snapshot import TableSource
from steelyard.lake.runners.blocks import StoredBlocks, of_days
from steelyard.lake.runners.prepared import pieces


def figures(home: Province) -> Iterator[Figure]:
    """One plan at a time: each beside the bare scan of the columns that it reads."""
    rans = [home.ran(plan) for plan in PLANS]
    runs = [partial(home.ran, plan) for plan in PLANS]
    times = least(*runs, *(partial(bare_scan, ran) for ran in rans), times=home.turns)
    run, bare = together(times[: len(rans)]), together(times[len(rans) :])
    count = sum(len(ran.plan.entries) for ran in rans)
    units = sum(len(ran.result.panel.subjects) for ran in rans)
    print(f"  {count} indicators, {units} units, {len(rans[0].periods)} months: run {run}, bare scan {bare}")
    print(f"  preparing the {TABLE}s, once: {preparing(rans[0])}")
    yield Figure("full run / bare scan of the same columns", run.seconds / bare.seconds, 3)
    yield Figure(
        "readings of one table in a run", max(readings(ran, run) for ran, run in zip(rans, runs, strict=True)), 1
    )
    yield from against_analyst(home, rans, run)


def bare_scan(ran: Ran) -> None:
    """Every column of every file that the run opens is read, and nothing done with it but a minimum: by DuckDB, with
    the same threads, from Parquet."""
    scans = cells(ran).plan.scans
    with duckdb.connect(config={"threads": ran.order.threads, "memory_limit": ran.order.memory}) as connection:
        for table, names in columns_read(ran).items():
            days = days_of([scan for scan in scans if scan.table == table])
            source = of_days(ran.snapshot.sources[table], days)
            assert isinstance(source, TableSource)
            chosen = ", ".join(f'min("{name}")' for name in names)
            files = [str(file) for file in source.files]
            connection.execute(f"SELECT {chosen} FROM read_parquet(?, union_by_name = true)", [files]).fetchall()


def preparing(ran: Ran) -> Spent:
    """Making the largest table ready for reading, which happens once in the life of a file."""
    with tempfile.TemporaryDirectory(dir=ran.bureau.record.parent) as folder:
        files = ran.snapshot.sources[TABLE].files
        return spent(lambda: [list(pieces(path, Path(folder), columns_read(ran)[TABLE], ())) for path in files])


def readings(ran: Ran, again: Callable[[], object]) -> int:
    """How often a run reads one table, at most: all scans of a table share one reading."""
    read: Counter[str] = Counter()
    blocks, answers = StoredBlocks.blocks, Asking.answers

    def counted(self: StoredBlocks, table: str, *more: Any) -> Any:
        read[table] += 1
        return blocks(self, table, *more)

    def asked(self: Asking, scans: Sequence[Any], *more: Any) -> Any:
        read.update(scan.table for scan in scans)
        return answers(self, scans, *more)

    with patch.object(StoredBlocks, "blocks", counted), patch.object(Asking, "answers", asked):
        again()
    assert set(read) == set(tables_read(ran)), "every table is read, and no other"
    return max(read.values())


def against_analyst(home: Province, rans: Sequence[Ran], run: Spent) -> Iterator[Figure]:
    """The script computes each total once, as somebody would who keeps it in a variable."""
    wanted = {resolve(one, home.schemas): one for ran in rans for one in ran.result.scope.memory}
    columns = {table: {name for ran in rans for name in columns_read(ran).get(table, ())} for table in home.schemas}
    columns = {table: names for table, names in columns.items() if names}
    files = {table: list(rans[0].snapshot.sources[table].files) for table in columns}
    frames: Any = None

    def load() -> None:
        nonlocal frames
        frames = loaded(files, columns, {table: str(home.schemas[table].date) for table in columns})

    loading = spent(load)
    said = {one: _said(frames[one.table], str(home.schemas[one.table].unit), one) for one in wanted}
    took = together([loading, *(time for time, _ in said.values())])
    answers = {wanted[one]: answer for one, (_, answer) in said.items() if answer is not None}
    same = sum(any(_agrees(answer, ran, one) for ran in rans) for one, answer in answers.items())
    print(f"  analyst: {took} for {len(answers)} totals, {same} of them as ours; {len(said) - len(answers)} left out")
    print(f"  of that, loading: {loading}; nothing is extrapolated, nothing scored")
    yield Figure("analyst's pandas script / full run", took.seconds / run.seconds, 30, "least")


def _said(frame: Any, unit: str, wanted: Aggregate) -> tuple[Spent, Any]:
    """Time and answer of the script, None where it would have to say more than a line."""
    answers: list[Any] = []

    def say() -> None:
        with suppress(Beyond):
            answers.append(total(frame, unit, wanted))

    return spent(say), answers[0] if answers else None


def _agrees(answer: Any, ran: Ran, wanted: Aggregate) -> bool:
    """All months of all units for whom nobody else counts (the script knows no tree of units), to nine digits."""
    found = cells(ran)
    above = {subject for code, subject in found.subjects.members if code != subject}
    codes = [code for code in found.subjects.codes if code not in above]
    places = [place for place, code in enumerate(found.subjects.codes) if code not in above]
    ours = [period for total, period in found.plan.wanted if total == wanted]
    return bool(codes and ours) and all(_same(answer, found, wanted, period, codes, places) for period in ours)


def _same(answer: Any, found: Cells[Period], wanted: Aggregate, period: Period, codes: Any, places: Any) -> bool:
    """The script computes in floats; a month or a unit without rows is missing from its answer."""
    numbers = found.numbers(wanted, period)
    mine = np.where(numbers.empty, 0, numbers.numerators / np.asarray(numbers.denominators, float)).astype(float)
    month = answer[answer.index.get_level_values(1) == period.month_numbers[0]]
    theirs = np.nan_to_num(month.droplevel(1).reindex(codes).to_numpy(float))
    return bool(np.allclose(theirs, mine[places], rtol=1e-9, atol=1e-6))
