"""100 million rows within 2 GiB: the filings of the province many times over, all their totals by unit and month.

Additive scans stream through the direct engine; what must hold more rows at once than the limit allows is DuckDB's,
which spills to the disk.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from dataclasses import replace

from bench.figures import Figure, spent
from bench.growth import TABLE, totals
from bench.province import BRANCHES, Province
from steelyard.bureau.runs.running import runner
from steelyard.engine.planning.collecting import collect
from steelyard.engine.planning.scans import plan
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.planning.totals import window_days

ROWS, LIMIT, MEMORY = 100_000_000, 2.0, "1GB"


def figures(home: Province, rows: int = ROWS) -> Iterator[Figure]:
    ran = home.ran(BRANCHES)
    source, before = ran.snapshot.sources[TABLE], gigabytes()
    times = -(-rows // source.rows)
    scans = plan(totals(ran, 1), home.schemas, ran.periods, windows=window_days)
    whose = Subjects.alone(ran.result.panel.subjects)
    took = {}
    for count in (1, times):
        more = replace(source, files=source.files * count, rows=source.rows * count)
        part, order = replace(ran.snapshot, sources={TABLE: more}), replace(ran.order, memory=MEMORY)
        with runner(part, {TABLE: home.tables[TABLE]}, order) as answering:
            took[count] = spent(lambda answering=answering: collect(scans, answering, whose))  # type: ignore[misc]
    print(f"  {source.rows:,} rows: {took[1]}; {source.rows * times:,} rows: {took[times]}")
    print(f"  peak of memory before: {before:.2f} GiB, after: {gigabytes():.2f} GiB")
    yield Figure("peak of memory of the whole process", gigabytes(), LIMIT, unit="GiB")
    yield Figure(f"{times} times the rows / rows / {times}", took[times].seconds / took[1].seconds / times, 1.1)


def gigabytes() -> float:
    """The most that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
