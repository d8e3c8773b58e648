"""How the time grows: for three sizes of everything that can grow, the exponent of growth (1 is linear)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import log

from bench.figures import Figure, least
from bench.province import Province, cells
from steelyard.bureau.runs.running import Ran, runner
from steelyard.engine.expressions.schema import schema_of
from steelyard.engine.planning.scans import By, plan
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.planning.totals import window_days
from steelyard.engine.planning.collecting import collect

LINEAR = 1.15
TABLE = "filing"
SHARES = (4, 2, 1)


def figures(home: Province) -> Iterator[Figure]:
    ran = home.ran("branches_2026")
    yield _figure("growth with rows", [_with_rows(home, ran, share) for share in SHARES])
    yield _figure("growth with indicators", [_with_totals(home, ran, share) for share in SHARES])
    yield _figure("growth with units", [_with_subjects(home, ran, share, "unit") for share in SHARES])
    yield _figure("growth with officers", [_with_subjects(home, ran, share, "officer") for share in SHARES])


def _figure(name: str, works: Sequence[Callable[[], object]]) -> Figure:
    times = least(*works)
    exponent = log(times[-1] / times[0]) / log(SHARES[0] / SHARES[-1])
    print(f"  {name}: {', '.join(f'{seconds:.2f} s' for seconds in times)} for a quarter, a half, all")
    return Figure(name, exponent, LINEAR)


def _work(home: Province, ran: Ran, part: Ran, totals: int, whose: Subjects, by: By) -> Callable[[], object]:
    """All totals of one table for everybody, from its files."""
    schemas = {name: schema_of(table) for name, table in home.tables.items()}
    wanted = [total for total in dict.fromkeys(key[0] for key in cells(ran).plan.wanted) if total.table == TABLE]
    scans = plan(wanted[: max(1, len(wanted) // totals)], schemas, ran.periods, by=by, windows=window_days)

    def work() -> object:
        with runner(part.snapshot, {TABLE: home.tables[TABLE]}, part.order) as answering:
            return collect(scans, answering, whose)

    return work


def _with_rows(home: Province, ran: Ran, share: int) -> Callable[[], object]:
    """Files of the year's months are of one size, nearly."""
    source = ran.snapshot.sources[TABLE]
    files = source.files[: len(source.files) // share]
    part = replace(ran.snapshot, sources={**ran.snapshot.sources, TABLE: replace(source, files=files)})
    return _work(home, ran, replace(ran, snapshot=part), 1, Subjects.alone(ran.result.panel.subjects), "unit")


def _with_totals(home: Province, ran: Ran, share: int) -> Callable[[], object]:
    return _work(home, ran, ran, share, Subjects.alone(ran.result.panel.subjects), "unit")


def _with_subjects(home: Province, ran: Ran, share: int, by: By) -> Callable[[], object]:
    codes = ran.result.panel.subjects if by == "unit" else tuple(sorted(ran.organisation.persons))
    return _work(home, ran, ran, 1, Subjects.alone(codes[: len(codes) // share]), by)
