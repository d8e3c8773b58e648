"""Which files a world consists of, and how each is made: months of a table put together, late rows taken out,
revisions added, bad rows planted. Every file depends on the seed and its own name only, so they are made side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from steelyard.lake.world.draws import Draws
from steelyard.lake.world.feeds import Fault, Written, digest, write
from steelyard.lake.world.table import Feed, Slice, Table, World
from steelyard.lake.world.tables import TABLES

ARRIVED = {
    "regular": "2027-01-05",
    "prior": "2026-01-06",
    "late": "2027-01-18",
    "resent": "2027-01-18",
    "revised": "2027-01-22",
}
LATE, REVISED, WRONG_TOTAL = ("filing", 3), ("payment", 5), ("audit_case", "2026Q3")
_FAULTS = {"small": 1, "demo": 2, "province": 5}  # of every kind and table
_SHORTFALL = 100_000
_PARTS = {"small": 4, "demo": 4, "province": 12}  # files a year at most: small rows in many files would only cost time


@dataclass(frozen=True)
class Job:
    """One file to make. ``stamp``: 202603, 2026Q1 or 2025."""

    table: Table
    feed: Feed
    year: int
    months: tuple[int, ...]
    stamp: str
    kind: str
    faults: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        label = {"late": "_补报", "resent": "_重报", "revised": "_更正"}.get(self.kind, "")
        return f"{self.feed.stem}_{self.stamp}{label}.{self.feed.format}"


def jobs(world: World) -> list[Job]:
    return [job for table in TABLES for job in _of_table(world, table)]


def _of_table(world: World, table: Table) -> Iterator[Job]:
    plain = replace(table.feed, format="parquet" if table.feed.format == "parquet" else "csv")
    if table.feed.format == "xlsx":
        plain = replace(plain, title="", totals=())
    yield Job(table, plain, 2025, tuple(range(1, 13)), "2025", "prior")
    parts = min(table.feed.per_year, _PARTS[world.scale])
    struck = _struck(world, table, parts)
    for part in range(parts):
        yield _of_part(table, part, 12 // parts, struck.get(part, ()))
    yield from _afterwards(table, parts)


def _of_part(table: Table, part: int, length: int, faults: tuple[tuple[str, str], ...]) -> Job:
    months = tuple(range(part * length + 1, (part + 1) * length + 1))
    stamp = _stamp(months[0], 12 // length)
    wrong = {"found_tax": _SHORTFALL} if (table.name, stamp) == WRONG_TOTAL else {}
    return Job(table, replace(table.feed, old_headers={}, wrong_by=wrong), 2026, months, stamp, "regular", faults)


def _stamp(month: int, parts: int) -> str:
    """The name of the file that holds a month."""
    return f"2026{month:02d}" if parts == 12 else f"2026Q{(month + 2) // 3}"


def _afterwards(table: Table, parts: int) -> Iterator[Job]:
    """What comes after the export: late rows, a workbook sent again, revisions. By name, each sorts after its file."""
    feed = replace(table.feed, old_headers={})
    if table.name == LATE[0]:
        yield Job(table, feed, 2026, (LATE[1],), _stamp(LATE[1], parts), "late")
    if table.name == WRONG_TOTAL[0]:
        yield Job(table, feed, 2026, (7, 8, 9), WRONG_TOTAL[1], "resent")
    if table.name == REVISED[0]:
        yield Job(table, feed, 2026, (REVISED[1],), _stamp(REVISED[1], parts), "revised")


def _struck(world: World, table: Table, parts: int) -> dict[int, tuple[tuple[str, str], ...]]:
    """Which file of the table gets which faults. The file that is revised later gets none."""
    draws = Draws(world.seed, "faults", table.name)
    revised = (REVISED[1] - 1) * parts // 12
    free = [part for part in range(parts) if (table.name, part) != (REVISED[0], revised)]
    result: dict[int, tuple[tuple[str, str], ...]] = {}
    for kind, column in list(table.feed.faulty.items()) * _FAULTS[world.scale]:
        part = free[int(draws.below(1, len(free))[0])]
        result[part] = (*result.get(part, ()), (kind, column))
    return result


def run(world: World, folder: Path, job: Job) -> Written:
    """Makes one file."""
    content = pa.concat_tables([_month(world, job, month) for month in job.months], promote_options="none")
    faults = _placed(world, job, content.num_rows)
    path = folder / job.name
    headers = {**job.table.headers, **job.feed.old_headers}
    bad = write(path, job.table, job.feed, {name: headers[name] for name in content.column_names}, content, faults)
    refused = bool(job.feed.wrong_by)
    return Written(job.name, job.table.name, job.kind, ARRIVED[job.kind], content.num_rows, *digest(path), refused, bad)


def _month(world: World, job: Job, month: int) -> Any:
    """One month of the table: all of it, only the late part, all but the late part, or only the revisions."""
    rows = job.table.rows_in(world.scale, job.year, month)
    draws = Draws(world.seed, "table", job.table.name, job.year, month)
    part = Slice(world, job.table, job.year, month, rows, draws)
    if job.kind == "revised" and job.table.revise:
        return pa.table(job.table.revise(part))
    content = pa.table(job.table.make(part))
    if job.year != 2026 or (job.table.name, month) != LATE:
        return content
    late = _is_late(world, content)
    return content.filter(late if job.kind == "late" else pc.invert(late))


def _is_late(world: World, content: Any) -> Any:
    """Rows of the city whose March came late."""
    prefix = f"196{world.cast.late_city:02d}"
    codes = [unit.code for unit in world.province.units if unit.code.startswith(prefix)]
    return pc.is_in(content["unit"].cast(pa.string()), value_set=pa.array(codes))


def _placed(world: World, job: Job, rows: int) -> list[Fault]:
    """Faults never touch: each has a stretch of the file to itself, with an untouched row before it."""
    draws, count = Draws(world.seed, "places", job.name), len(job.faults)
    stretch = rows // max(1, count)
    if stretch < 4:
        return []
    places = [at * stretch + 1 + int(draws.below(1, stretch - 2)[0]) for at in range(count)]
    return [Fault(row, kind, column) for row, (kind, column) in zip(places, job.faults, strict=True)]
