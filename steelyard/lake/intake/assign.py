"""Which file is for which table, and in which order: registers first, then files as they were given."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import Place, Problem
from steelyard.lake.intake.database import DatabaseTable
from steelyard.lake.intake.report import Refusal

_INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode categories: controls, formats, half characters, separators of lines and paragraphs."""

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


def gathered(paths: Sequence[Path]) -> tuple[list[Path], list[Refusal]]:
    """Files as named; of a folder, everything in it in order of names, and the links in it that lead elsewhere.

    A folder is often filled by others: a link in it must not open what its owner never meant to hand in.
    """
    files, refused = list[Path](), list[Refusal]()
    for path in paths:
        for child in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if not os.path.lexists(child) or (child == path and not child.exists()):
                name = shown(child.name)
                refused.append(Refusal(name, "", (Problem("file-missing", Place(name), {"file": shown(str(child))}),)))
            elif child != path and child.is_symlink() and not child.resolve().is_relative_to(path.resolve()):
                name = shown(child.name)
                refused.append(Refusal(name, "", (Problem("file-link", Place(name), {"file": name}),)))
            elif child == path or child.is_file():
                files.append(child)
    return files, refused


def assign(tables: Sequence[FactTable], files: Sequence[Given]) -> list[Task | Refusal]:
    """One task for every table that expects the file; a workbook may feed several tables. Nobody's file is refused."""
    found: list[Task | Refusal] = []
    for given in files:
        if shown(given.name) != given.name:
            found.append(_unprintable(given))
        else:
            found += list(_tasks(tables, given)) or [_nobody(tables, given)]
    depth = _depths(tables)
    return sorted(found, key=lambda item: depth[item.table.table] if isinstance(item, Task) else -1)


def _tasks(tables: Sequence[FactTable], given: Given) -> Iterator[Task]:
    name = unicodedata.normalize("NFC", given.name)
    for table in tables:
        feed = next((at for at, feed in enumerate(table.files) if fnmatchcase(name, feed.match)), None)
        if feed is not None:
            yield Task(given, table, feed)


def shown(name: str) -> str:
    """A name on one line and without tricks: bytes that are no text, breaks and invisible marks are spelt out."""
    return "".join(_spelt(letter) if unicodedata.category(letter) in _INVISIBLE else letter for letter in name)


def _spelt(letter: str) -> str:
    byte = ord(letter) - 0xDC00  # how Python carries a byte of a name that it cannot decode
    return f"\\x{byte:02x}" if 0x80 <= byte <= 0xFF else f"\\u{ord(letter):04x}"


def _unprintable(given: Given) -> Refusal:
    name = shown(given.name)
    return Refusal(name, "", (Problem("file-name", Place(name), {"file": name}),))


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
