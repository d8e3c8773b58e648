"""What a version says of everybody: total, place and grade, by code; and which groups of them a list may be made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from steelyard.bureau.views.overview import UnitLine
from steelyard.bureau.views.reading import views_of
from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import Version
from steelyard.web.cycles.results import folder_of
from steelyard.web.uses.models import Kind

ALL = "all"
ON = ("certain", "listed")
"""Whoever stands on a list for sure."""


@dataclass(frozen=True, slots=True)
class Said:
    """Of one unit or person. ``groups``: where it is looked for (a class, a list, a duty, a grade)."""

    code: str
    name: str
    total: str
    place: int | None
    grade: str
    groups: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[str, int | None, str]:
        """What a use rests on."""
        return self.total, self.place, self.grade


def figures(version: Version, kind: str) -> Mapping[str, Said]:
    """Everybody whom the version assessed, by code. Raises `Refused` where its views are missing or were altered."""
    return _read(folder_of(version), Kind(kind))


@lru_cache(maxsize=6)
def _read(folder: Path, kind: Kind) -> Mapping[str, Said]:
    """What was published never changes. A person who is assessed by several plans stands with the first of them, as on
    the page of his account."""
    views, found = views_of(folder), dict[str, Said]()
    if kind == Kind.UNITS:
        return {line.code: _unit(line) for line in views.overview.units}
    for row in views.persons():
        found.setdefault(row["person"], _person(row))
    return found


def _unit(line: UnitLine) -> Said:
    lists = tuple(f"list:{one.name.zh}" for one in line.memberships if one.state in ON)
    grade = " ".join(filter(None, (line.segment, line.grade)))
    return Said(line.code, line.name.zh, exact(line.total), line.place.place, grade,
                (ALL, f"class:{line.class_name}", *lists))  # fmt: skip


def _person(row: Mapping[str, Any]) -> Said:
    grade = row["grade"] or ""
    lists = tuple(f"list:{one}" for one in (row["lists"] or "").split("、") if one)
    groups = (ALL, f"duty:{row['duty']}", *([f"grade:{grade}"] if grade else ()), *lists)
    return Said(row["person"], row["name"], exact(row["total"]), row["place"], grade, groups)


def exact(number: Decimal | None) -> str:
    """As text, without zeros that say nothing, so that the same number is the same text in every version."""
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


GROUPS: Mapping[str, Callable[[str], Words]] = {
    "class": lambda name: Words(f"全部{name}", f"all of class {name}"),
    "list": lambda name: Words(f"确定列入“{name}”的", f"all on the list '{name}' for certain"),
    "duty": lambda name: Words(f"岗位职责为“{name}”的", f"all with duty '{name}'"),
    "grade": lambda name: Words(f"等次为“{name}”的", f"all with grade '{name}'"),
}


def groups(said: Iterable[Said]) -> list[tuple[str, Words, int]]:
    """Value, words and size of every group, all of them first."""
    counts = dict[str, int]()
    for one in said:
        for group in one.groups:
            counts[group] = counts.get(group, 0) + 1
    named = sorted(counts, key=lambda one: (one != ALL, one))
    return [(one, _words(one), counts[one]) for one in named]


def _words(group: str) -> Words:
    kind, _, name = group.partition(":")
    return GROUPS[kind](name) if kind in GROUPS else Words("全部", "all of them")
