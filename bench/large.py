"""100 million rows within 2 GiB: the filings of the province many times over, all their totals by unit and month."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from dataclasses import replace

from bench.figures import Figure, spent
from bench.growth import TABLE
from bench.province import Province, cells
from steelyard.bureau.runs.running import runner
from steelyard.engine.expressions.schema import schema_of
from steelyard.engine.planning.scans import plan
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.planning.totals import window_days
from steelyard.engine.planning.collecting import collect

ROWS, LIMIT = 100_000_000, 2.0


def figures(home: Province) -> Iterator[Figure]:
    ran = home.ran("branches_2026")
    source, before = ran.snapshot.sources[TABLE], _gigabytes()
    times = -(-ROWS // source.rows)
    wanted = [total for total in dict.fromkeys(key[0] for key in cells(ran).plan.wanted) if total.table == TABLE]
    schemas = {name: schema_of(table) for name, table in home.tables.items()}
    scans = plan(wanted, schemas, ran.periods, windows=window_days)
    whose = Subjects.alone(ran.result.panel.subjects)
    took = {}
    for count in (1, times):
        part = replace(ran.snapshot, sources={TABLE: replace(source, files=source.files * count)})
        with runner(part, {TABLE: home.tables[TABLE]}, replace(ran.order, memory="1GB")) as answering:
            took[count] = spent(lambda answering=answering: collect(scans, answering, whose))  # type: ignore[misc]
    print(f"  {source.rows * times:,} rows: {took[times]:.1f} s; {_gigabytes() - before:.2f} GiB more than before")
    yield Figure("peak of memory of the whole process", _gigabytes(), LIMIT, unit="GiB")
    yield Figure(f"{times} times the rows / rows", took[times] / took[1] / times, 1.1)


def _gigabytes() -> float:
    """The most that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
