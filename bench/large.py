"""100 million rows within 2 GiB: the filings of the province many times over, all their totals by unit and month.

Totals and groups are put together as rows go by; what still does not fit into the limit is DuckDB's,
which spills to the disk.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from dataclasses import replace
from math import log

from bench.figures import Figure, Spent, spent
from bench.growth import LINEAR, TABLE, totals
from bench.province import BRANCHES, Province
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.totals import runner
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.periods import Period
from steelyard.engine.planning.cells import Cells
from steelyard.engine.planning.collecting import collect
from steelyard.engine.planning.scans import plan
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.planning.totals import window_days

ROWS, LIMIT, MEMORY = 100_000_000, 2.0, "1GB"
EVERY_ROW = Aggregate("count", TABLE)


def figures(home: Province, rows: int = ROWS) -> Iterator[Figure]:
    ran = home.ran(BRANCHES)
    source, before = ran.snapshot.sources[TABLE], gigabytes()
    times = -(-rows // source.rows)
    once = [_collected(home, ran, 1) for _ in range(home.turns)]
    one, (took, found) = min(took for took, _ in once), _collected(home, ran, times)
    assert _rows(found, ran) == times * _rows(once[0][1], ran), "every row counts"
    print(f"  {source.rows:,} rows: {one}; {source.rows * times:,} rows: {took}")
    print(f"  peak of memory before: {before:.2f} GiB, after: {gigabytes():.2f} GiB")
    yield Figure("peak of memory of the whole process", gigabytes(), LIMIT, unit="GiB")
    yield Figure(f"growth to {times} times the rows", log(took.seconds / one.seconds, times), LINEAR)


def _collected(home: Province, ran: Ran, times: int) -> tuple[Spent, Cells[Period]]:
    """All totals of all units, from every file as often as that."""
    scans = plan([*totals(ran, 1), EVERY_ROW], home.schemas, ran.periods, windows=window_days)
    source, found = ran.snapshot.sources[TABLE], []
    more = replace(source, files=source.files * times, rows=source.rows * times)
    part, order = replace(ran.snapshot, sources={TABLE: more}), replace(ran.order, memory=MEMORY)
    with runner(part, {TABLE: home.tables[TABLE]}, order) as answering:
        whose = Subjects.alone(ran.result.panel.subjects)
        took = spent(lambda: found.append(collect(scans, answering, whose)))
    return took, found[0]


def _rows(found: Cells[Period], ran: Ran) -> int:
    return sum(int(found.numbers(EVERY_ROW, period).numerators.sum()) for period in ran.periods)


def gigabytes() -> float:
    """The most that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
