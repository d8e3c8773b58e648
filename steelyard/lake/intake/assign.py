"""Which file is for which table, and in which order: registers first, then files as they were given."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import Place, Problem
from steelyard.lake.intake.database import DatabaseTable
from steelyard.lake.intake.report import Refusal

Given = Path | DatabaseTable


@dataclass(frozen=True, slots=True)
class Task:
    """Load ``given`` into ``table`` as its feed number ``feed``."""

    given: Given
    table: FactTable
    feed: int

    @property
    def name(self) -> str:
        return self.given.name


def assign(tables: Sequence[FactTable], files: Sequence[Given]) -> list[Task | Refusal]:
    """One task for every table that expects the file; a workbook may feed several tables. Nobody's file is refused."""
    found: list[Task | Refusal] = []
    for given in files:
        tasks = list(_tasks(tables, given))
        found += tasks or [_nobody(tables, given)]
    depth = _depths(tables)
    return sorted(found, key=lambda item: depth[item.table.table] if isinstance(item, Task) else -1)


def _tasks(tables: Sequence[FactTable], given: Given) -> Iterator[Task]:
    name = unicodedata.normalize("NFC", given.name)
    for table in tables:
        feed = next((at for at, feed in enumerate(table.files) if fnmatchcase(name, feed.match)), None)
        if feed is not None:
            yield Task(given, table, feed)


def _nobody(tables: Sequence[FactTable], given: Given) -> Refusal:
    known = "、".join(dict.fromkeys(feed.match for table in tables for feed in table.files))
    problem = Problem("file-no-feed", Place(given.name), {"file": given.name, "known": known})
    return Refusal(given.name, "", (problem,))


def _depths(tables: Sequence[FactTable]) -> Mapping[str, int]:
    """How many registers stand before each table; tables that refer to each other come in the order given."""
    by_name = {table.table: table for table in tables}

    def depth(name: str, seen: frozenset[str]) -> int:
        if name in seen or name not in by_name:
            return 0
        below = (depth(other, seen | {name}) for other in by_name[name].references.values() if other != name)
        return 1 + max(below, default=-1)

    return {name: depth(name, frozenset()) for name in by_name}
