"""Which heading of the file is which declared column. Nothing is guessed: a name, a Chinese name or an alias."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import pyarrow as pa
import pyarrow.compute as pc

from steelyard.engine.model.facts import FactTable, Feed, Spread
from steelyard.engine.problems import NOWHERE, Problem
from steelyard.engine.shape import suggestion


@dataclass(frozen=True, slots=True)
class Wide:
    """One heading that holds values: its position, and what the heading itself says."""

    position: int
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where every column comes from: a position, or the same text in every row, or a set of wide headings."""

    positions: Mapping[str, int]
    fixed: Mapping[str, str]
    wide: tuple[Wide, ...]
    problems: tuple[Problem, ...]

    @property
    def used(self) -> list[int]:
        return sorted({*self.positions.values(), *(wide.position for wide in self.wide)})


def layout(table: FactTable, feed: Feed, header: Sequence[str]) -> Layout:
    """Fits a header to the declaration. Errors and warnings are in ``problems``."""
    headings = [unicodedata.normalize("NFC", heading).strip() for heading in header]
    problems = list(_doubled(headings))
    wide = tuple(sorted(_wide(feed, headings, problems), key=lambda item: item.position))
    taken = {item.position for item in wide}
    free = {heading: at for at, heading in enumerate(headings) if heading and at not in taken}
    positions: dict[str, int] = {}
    for column in wanted(table, feed):
        found = _found(table, feed, column, free)
        if found:
            positions[column] = free[found[0]]
            problems += _two_for_one(column, found, feed)
            taken |= {free[heading] for heading in found}
        else:
            problems.append(_missing(table, column, headings))
    problems += _unknown(table, feed, headings, {*positions.values(), *taken})
    return Layout(positions, dict(feed.fixed), wide, tuple(problems))


def wanted(table: FactTable, feed: Feed) -> list[str]:
    """Columns that must have a heading of their own."""
    if feed.unpivot:
        return list(feed.unpivot.keep)
    return [column for column in table.columns if column not in feed.fixed and column not in feed.absent]


def _found(table: FactTable, feed: Feed, column: str, free: Mapping[str, int]) -> list[str]:
    """The headings that mean this column; those that the declaration leaves aside come last."""
    return sorted((name for name in _names(table, column) if name in free), key=lambda name: _ignored(feed, name))


def _names(table: FactTable, column: str) -> tuple[str, ...]:
    """What a heading of this column may be called, the likeliest first."""
    declared = table.columns[column]
    return tuple(dict.fromkeys((declared.name, *declared.aliases, column)))


def _two_for_one(column: str, found: Sequence[str], feed: Feed) -> Iterator[Problem]:
    """Which of two headings of one column is right, only the owner of the file knows."""
    kept = [heading for heading in found if not _ignored(feed, heading)]
    if len(kept) > 1:
        yield Problem("header-two-for-one", NOWHERE, {"column": column, "headings": "、".join(kept)})


def _doubled(headings: Sequence[str]) -> Iterator[Problem]:
    for heading in dict.fromkeys(headings):
        if heading and headings.count(heading) > 1:
            yield Problem("header-doubled", NOWHERE, {"heading": heading})


def _missing(table: FactTable, column: str, headings: Sequence[str]) -> Problem:
    names = "、".join(_names(table, column))
    known = "、".join(heading for heading in headings if heading)
    return Problem("header-missing", NOWHERE, {"column": column, "names": names, "known": known[:500]})


def _ignored(feed: Feed, heading: str) -> bool:
    return any(fnmatchcase(heading, known) for known in feed.ignore)


def _unknown(table: FactTable, feed: Feed, headings: Sequence[str], used: set[int]) -> Iterator[Problem]:
    """Headings that nobody reads are said aloud, with the column that may have been meant."""
    names = [name for key, column in table.columns.items() for name in (key, column.name, *column.aliases)]
    for at, heading in enumerate(headings):
        if at in used or _ignored(feed, heading):
            continue
        if not heading:
            yield Problem("header-nameless", NOWHERE, {"position": at + 1}, "warning")
        else:
            params = {"heading": heading, "suggestion": suggestion(heading, names)}
            yield Problem("header-unknown", NOWHERE, params, "warning")


def _wide(feed: Feed, headings: Sequence[str], problems: list[Problem]) -> Iterator[Wide]:
    taken: set[int] = set()
    for spread in feed.unpivot.columns if feed.unpivot else ():
        try:
            fits = [at for at, fit in enumerate(_fits(spread.pattern, headings)) if fit]
        except pa.ArrowInvalid:
            problems.append(Problem("header-pattern", NOWHERE, {"pattern": spread.pattern}))
            continue
        twice = [headings[at] for at in fits if at in taken]
        problems += [Problem("header-claimed", NOWHERE, {"heading": heading}) for heading in twice]
        taken.update(fits)
        if not fits:
            params = {"column": "unpivot", "names": spread.pattern, "known": "、".join(headings)[:500]}
            problems.append(Problem("header-missing", NOWHERE, params))
        yield from (Wide(at, _said(spread, headings[at])) for at in fits)


def _fits(pattern: str, headings: Sequence[str]) -> list[bool]:
    fits: list[bool] = pc.match_substring_regex(pa.array(headings, pa.string()), _whole(pattern)).to_pylist()
    return fits


def _said(spread: Spread, heading: str) -> dict[str, str]:
    """What a heading says, by the groups of the pattern (RE2: linear in any case)."""
    cell = pa.array([heading], pa.string())
    templates = {column: rf"\{into}" if isinstance(into, int) else into for column, into in spread.into.items()}
    whole = _whole(spread.pattern)
    return {column: pc.replace_substring_regex(cell, whole, text)[0].as_py() for column, text in templates.items()}


def _whole(pattern: str) -> str:
    return rf"\A(?:{pattern})\z"
