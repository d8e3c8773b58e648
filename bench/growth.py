"""How the time grows: for three sizes of everything that can grow, the exponent of growth (1 is linear)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import log

import pyarrow.parquet as pq

from bench.figures import Figure, least
from bench.province import BRANCHES, Province, cells
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.totals import runner
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.planning.collecting import collect
from steelyard.engine.planning.scans import By, plan
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.planning.totals import window_days

LINEAR = 1.15
TABLE = "filing"
SHARES = (4, 2, 1)


def figures(home: Province) -> Iterator[Figure]:
    ran = home.ran(BRANCHES)
    units, officers = ran.result.panel.subjects, tuple(sorted(ran.everybody.persons))
    yield _figure(home, "rows", [(_rows(part), _work(home, part, 1, units)) for part in _fewer(ran)])
    yield _figure(home, "indicators", [(len(totals(ran, share)), _work(home, ran, share, units)) for share in SHARES])
    yield _figure(home, "units", [(len(some), _work(home, ran, 1, some)) for some in _some(units)])
    yield _figure(home, "officers", [(len(some), _work(home, ran, 1, some, "officer")) for some in _some(officers)])


def _figure(home: Province, what: str, works: Sequence[tuple[int, Callable[[], object]]]) -> Figure:
    """The exponent between the least size and the largest."""
    sizes = [size for size, _ in works]
    times = least(*(work for _, work in works), times=home.turns)
    exponent = log(times[-1].seconds / times[0].seconds) / log(sizes[-1] / sizes[0])
    print(f"  {what}: " + "; ".join(f"{size:,} in {took}" for size, took in zip(sizes, times, strict=True)))
    return Figure(f"growth with {what}", exponent, LINEAR)


def totals(ran: Ran, share: int) -> list[Aggregate]:
    """The totals of one table, or every second, every fourth of them."""
    wanted = [total for total in dict.fromkeys(key[0] for key in cells(ran).plan.wanted) if total.table == TABLE]
    return wanted[::share]


def _some(codes: Sequence[str]) -> list[Sequence[str]]:
    return [codes[: max(share, len(codes)) // share] for share in SHARES]


def _fewer(ran: Ran) -> list[Ran]:
    """A quarter of the year's files, a half, all."""
    source = ran.snapshot.sources[TABLE]
    kept = [replace(source, files=source.files[1 : 1 + len(source.files[1:]) // share]) for share in SHARES]
    return [replace(ran, snapshot=replace(ran.snapshot, sources={TABLE: one})) for one in kept]


def _rows(ran: Ran) -> int:
    return sum(pq.read_metadata(file).num_rows for file in ran.snapshot.sources[TABLE].files)


def _work(home: Province, ran: Ran, share: int, codes: Sequence[str], by: By = "unit") -> Callable[[], object]:
    """All totals of one table for everybody, from its files."""
    scans = plan(totals(ran, share), home.schemas, ran.periods, by=by, windows=window_days)
    whose = Subjects.alone(codes)

    def work() -> object:
        with runner(ran.snapshot, {TABLE: home.tables[TABLE]}, ran.order) as answering:
            return collect(scans, answering, whose)

    return work
