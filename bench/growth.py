"""How the time grows: for three sizes of everything that can grow, the exponent of growth (1 is linear)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import log

from bench.figures import Figure, least
from bench.province import BRANCHES, Province, cells
from steelyard.bureau.runs.running import Ran, runner
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
    yield _figure("growth with rows", [_work(home, ran, _fewer(ran, share), 1, units) for share in SHARES])
    yield _figure("growth with indicators", [_work(home, ran, ran, share, units) for share in SHARES])
    yield _figure("growth with units", [_work(home, ran, ran, 1, _part(units, share)) for share in SHARES])
    yield _figure(
        "growth with officers", [_work(home, ran, ran, 1, _part(officers, share), "officer") for share in SHARES]
    )


def _figure(name: str, works: Sequence[Callable[[], object]]) -> Figure:
    times = least(*works, times=2)
    exponent = log(times[-1].seconds / times[0].seconds) / log(SHARES[0] / SHARES[-1])
    print(f"  {name}: {'; '.join(map(str, times))} for a quarter, a half, all")
    return Figure(name, exponent, LINEAR)


def totals(ran: Ran, share: int) -> list[Aggregate]:
    """The totals of one table, or every second, every fourth of them."""
    wanted = [total for total in dict.fromkeys(key[0] for key in cells(ran).plan.wanted) if total.table == TABLE]
    return wanted[::share]


def _part(codes: Sequence[str], share: int) -> Sequence[str]:
    return codes[: max(1, len(codes) // share)]


def _fewer(ran: Ran, share: int) -> Ran:
    """Files of the year's months are of one size, nearly."""
    source = ran.snapshot.sources[TABLE]
    files = source.files[1 : 1 + max(1, (len(source.files) - 2) // share)]
    return replace(ran, snapshot=replace(ran.snapshot, sources={TABLE: replace(source, files=files)}))


def _work(
    home: Province, ran: Ran, part: Ran, share: int, codes: Sequence[str], by: By = "unit"
) -> Callable[[], object]:
    """All totals of one table for everybody, from its files."""
    scans = plan(totals(ran, share), home.schemas, ran.periods, by=by, windows=window_days)
    whose = Subjects.alone(codes)

    def work() -> object:
        with runner(part.snapshot, {TABLE: home.tables[TABLE]}, part.order) as answering:
            return collect(scans, answering, whose)

    return work
