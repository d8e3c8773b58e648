"""The full run: from stored files to ranked results, beside the bare scan and beside the analyst's script."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

import duckdb
import numpy as np

from bench.analyst import loaded
from bench.figures import Figure, Spent, least, spent, together
from bench.growth import TABLE
from bench.points import Sheet
from bench.province import Province, cells, columns_read
from steelyard.bureau.runs.running import Ran
from steelyard.engine.planning.scans import Scan
from steelyard.engine.sql.asking import Asking
from steelyard.engine.totalling.answering import days_of
from steelyard.lake.record.snapshot import TableSource
from steelyard.lake.runners.blocks import StoredBlocks, of_days
from steelyard.lake.runners.prepared import pieces


def figures(home: Province) -> Iterator[Figure]:
    """All plans in one run, beside one bare scan of all columns that it reads."""
    rans = home.all_ran()
    run, bare = least(home.all_ran, partial(bare_scan, rans), times=home.turns)
    count = sum(len(ran.plan.entries) for ran in rans)
    units = sum(len(ran.result.panel.subjects) for ran in rans)
    print(f"  {count} indicators, {units} units, {len(rans[0].periods)} months: run {run}, bare scan {bare}")
    print(f"  preparing the {TABLE}s, once: {preparing(rans[0])}")
    yield Figure("full run / bare scan of the same columns", run.seconds / bare.seconds, 3)
    yield Figure("readings of one table in a run", readings(rans, home.all_ran), 1)
    yield from against_analyst(home, rans)


def bare_scan(rans: Sequence[Ran]) -> None:
    """Every column of every file that the run opens is read, and nothing done with it but a minimum: by DuckDB, with
    the same threads, from Parquet."""
    ran, scans = rans[0], [scan for ran in rans for scan in cells(ran).plan.scans]
    with duckdb.connect(config={"threads": ran.order.threads, "memory_limit": ran.order.memory}) as connection:
        for table, names in columns_read(rans).items():
            if table not in ran.snapshot.sources:  # nothing of it has arrived
                continue
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
        return spent(lambda: [list(pieces(path, Path(folder), columns_read([ran])[TABLE], ())) for path in files])


def readings(rans: Sequence[Ran], again: Callable[[], object]) -> int:
    """How often a run reads one table, at most: all scans of a table share one reading."""
    read: Counter[str] = Counter()
    blocks, answers = StoredBlocks.blocks, Asking.answers

    def counted(self: StoredBlocks, table: str, *more: Any) -> Any:
        read[table] += 1
        return blocks(self, table, *more)

    def counting(self: Asking, asked: Sequence[tuple[Scan, Any]]) -> Any:
        read.update(scan.table for scan, _ in asked)
        return answers(self, asked)

    with patch.object(StoredBlocks, "blocks", counted), patch.object(Asking, "answers", counting):
        again()
    assert set(read) == set(columns_read(rans)), "every table is read, and no other"
    return max(read.values())


def against_analyst(home: Province, rans: Sequence[Ran]) -> Iterator[Figure]:
    """From the same stored files to the same ranked results. Faster means by the clock on the wall. The script takes
    minutes, in which a machine is now faster, now slower: runs are timed before, between and after its parts, and the
    median counts."""
    frames: dict[str, Any] = {}
    sheets: list[Sheet] = []
    parts: list[Callable[[], object]] = [lambda: frames.update(tables_of(home, rans))]
    parts += [partial(_append, sheets, home, ran, frames) for ran in rans]
    runs, script = [spent(home.all_ran)], list[Spent]()
    for part in parts:
        script.append(spent(part))
        runs.append(spent(home.all_ran))
    run, whole = Spent(*map(median, zip(*runs, strict=True))), together(script)
    print(f"  analyst: {whole}, of which loading {script[0]}; run beside it {run}; {agreement(sheets)}")
    print(f"  by processor time: {whole.seconds / run.seconds:.3g}")
    yield Figure("analyst's pandas script / full run", whole.wall / run.wall, 30, "least")


def _append(sheets: list[Sheet], home: Province, ran: Ran, frames: Mapping[str, Any]) -> None:
    sheets.append(sheet_of(home, ran, frames))


def tables_of(home: Province, rans: Sequence[Ran]) -> Iterator[tuple[str, Any]]:
    read = columns_read(rans)
    for name, table in home.tables.items():
        columns = set(read.get(name, ()))
        if columns:
            source = rans[0].snapshot.sources.get(name)
            yield name, loaded(source.files if source else (), columns, table.key, str(table.date))


def sheet_of(home: Province, ran: Ran, frames: Mapping[str, Any]) -> Sheet:
    """One plan worked through, indicator after indicator."""
    subjects, own = cells(ran).subjects, {}
    for name in columns_read([ran]):
        unit = frames[name][str(home.schemas[name].unit)]
        own[name] = frames[name].assign(_subject=unit if subjects.apart else unit.map(dict(subjects.members)))
    sheet = Sheet(ran, {called: own[name] for name in own for called in (name, home.tables[name].name)})
    for entry in ran.plan.entries:
        sheet.block(ran.result.indicators[entry.indicator])
    sheet.rank()
    return sheet


def agreement(sheets: Sequence[Sheet]) -> str:
    """How much of the script's results is ours: floats fall on the other side of a threshold now and then."""
    points = [share for sheet in sheets for share in sheet.same_points()]
    places = np.concatenate([sheet.place.fillna(0).to_numpy() == sheet.ran.result.places.place for sheet in sheets])
    whole = sum(share == 1 for share in points)
    return f"points as ours in {whole} of {len(points)} indicators, places {places.mean():.1%}"
