"""The full run: from stored files to ranked results, beside the bare scan and beside the analyst's script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import duckdb
import numpy as np

from bench.analyst import Beyond, loaded, total
from bench.figures import Figure, least, spent
from bench.province import PLANS, Province, cells, columns_read
from steelyard.bureau.runs.running import Ran
from steelyard.engine.expressions.measures import Plain
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.expressions.schema import schema_of


def figures(home: Province) -> Iterator[Figure]:
    rans = [home.ran(plan) for plan in PLANS]
    columns: dict[str, set[str]] = {}
    for ran in rans:
        for table, names in columns_read(ran).items():
            columns.setdefault(table, set()).update(names)
    run, bare = least(lambda: [home.ran(plan) for plan in PLANS], partial(bare_scan, home, rans[0], columns))
    count = sum(len(ran.plan.entries) for ran in rans)
    units = sum(len(ran.result.panel.subjects) for ran in rans)
    print(f"  {count} indicators, {units} units, 12 months: run {run:.2f} s, bare scan {bare:.2f} s of processor time")
    yield Figure("full run / bare scan of the same columns", run / bare, 3)
    yield from against_analyst(home, rans, columns, run)
    yield Figure("additive scans of a table", most_additive_scans(rans[0]), 1)


def bare_scan(home: Province, ran: Ran, columns: dict[str, set[str]]) -> None:
    """Every column read and nothing done with it but a minimum, by the same engine with the same threads."""
    with duckdb.connect(config={"threads": ran.order.threads, "memory_limit": ran.order.memory}) as connection:
        for table, names in sorted(columns.items()):
            files = [str(file) for file in ran.snapshot.sources[table].files]
            chosen = ", ".join(f'min("{name}")' for name in sorted(names))
            connection.execute(f"SELECT {chosen} FROM read_parquet(?, union_by_name = true)", [files]).fetchall()


def most_additive_scans(ran: Ran) -> int:
    """How often sums and counts of one table read it, at most: indicators share one scan."""
    tables = [scan.table for scan in cells(ran).plan.scans if scan.monthly and isinstance(scan.shape, Plain)]
    return max(tables.count(table) for table in tables)


def against_analyst(home: Province, rans: list[Ran], columns: dict[str, set[str]], run: float) -> Iterator[Figure]:
    schemas = {name: schema_of(table) for name, table in home.tables.items()}
    wanted = {resolve(total, schemas): None for ran in rans for total in ran.result.scope.memory}
    files = {table: list(rans[0].snapshot.sources[table].files) for table in columns}
    dates = {table: str(schemas[table].date) for table in columns}
    frames: Any = None

    def load() -> None:
        nonlocal frames
        frames = loaded(files, columns, dates)

    seconds = spent(load)
    said, same, beyond = 0, 0, 0
    for one in wanted:
        took, answer = _said(frames[one.table], str(schemas[one.table].unit), one)
        seconds += took
        if answer is None:
            beyond += 1
        else:
            said += 1
            same += any(_agrees(answer, ran, one) for ran in rans)
    print(f"  analyst: {seconds:.1f} s for {said} totals, {same} of them equal, {beyond} left out, none extrapolated")
    yield Figure("analyst's pandas script / full run", seconds / run, 30, "least")


def _said(frame: Any, unit: str, wanted: Aggregate) -> tuple[float, Any]:
    """Time and answer of the script, None where it would have to say more than a line."""
    answers: list[Any] = []

    def say() -> None:
        with suppress(Beyond):
            answers.append(total(frame, unit, wanted))

    return spent(say), answers[0] if answers else None


def _agrees(answer: Any, ran: Ran, wanted: Aggregate) -> bool:
    """All cells that the run has for this total, to nine digits: the script computes in floats."""
    found = cells(ran)
    ours = [key for key in found.plan.wanted if key[0] == wanted]
    for total_, period in ours:
        numbers = found.numbers(total_, period)
        mine = np.where(numbers.empty, 0, numbers.numerators / np.asarray(numbers.denominators, float))
        theirs = answer.xs(period.month_numbers[0], level=1) if len(answer) else answer
        other = np.array([float(theirs.get(code, 0) or 0) for code in found.subjects.codes])
        if not np.allclose(np.nan_to_num(other), mine.astype(float), rtol=1e-9, atol=1e-6):
            return False
    return bool(ours)
