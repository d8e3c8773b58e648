"""To which cell each row belongs: a place (an owner's code, or a subject it counts for) and a slot (when)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeAlias

import numpy as np

from steelyard.engine.expressions.schema import Kind
from steelyard.engine.planning.scans import Scan
from steelyard.engine.planning.stretches import Stretch, month_number
from steelyard.engine.planning.subjects import Code, Subjects
from steelyard.engine.totalling.column import Block, Column, Ints, Mask, Rows, both
from steelyard.engine.totalling.steps import EPOCH, days

_Owners: TypeAlias = tuple[Rows, Sequence[Code], Mask | None]


class Whose:
    """Whose each row of a block is and on which day, found out once for all homes."""

    def __init__(self, block: Block) -> None:
        self._columns = block.columns
        self._owners: dict[tuple[str, ...], _Owners] = {}
        self._days: dict[str, Ints] = {}

    def owners(self, names: tuple[str, ...]) -> _Owners:
        if names not in self._owners:
            self._owners[names] = _owners([self._columns[name] for name in names])
        return self._owners[names]

    def days(self, name: str, kind: Kind) -> tuple[Ints, Mask | None]:
        if name not in self._days:
            self._days[name] = days(self._columns[name].values, kind)
        return self._days[name], self._columns[name].known


class Homes:
    """Cells are ``place * slots + slot``. In a monthly scan every code gets a place when it turns up for the first
    time; in any other, the places are those of the subjects, and a row stands once for each subject it counts for."""

    def __init__(self, scan: Scan, subjects: Subjects) -> None:
        self.scan = scan
        self.codes: list[Code] = [] if scan.monthly else list(subjects.codes)
        self._turned_up: dict[Code, int] = {}
        self._above: dict[Code, tuple[int, ...]] = {} if scan.monthly else _above(subjects)
        self._before = min(stretch.start for stretch in scan.stretches).toordinal() - EPOCH - 1
        self._slot_of = _slots(scan)
        self.first = month_number(scan.stretches[0].start) if scan.monthly else 0
        self.slots = int(self._slot_of.max(initial=0)) + 1
        self._last: tuple[Sequence[Code], _Places] = ((), _places((), {}))

    @property
    def size(self) -> int:
        return len(self.codes) * self.slots

    def cells(self, whose: Whose) -> tuple[Rows | None, Rows]:
        """The rows that belong somewhere (None: each of them, once) and the cell of each of these."""
        codes, words, known = whose.owners(self.scan.owners)
        slot = self._slot(*whose.days(self.scan.date, self.scan.dated))
        inside = slot >= 0 if known is None else (slot >= 0) & known
        homes = self._homes(words)
        if homes.often.max() > 1:
            return self._several(codes, slot, inside, homes)
        if homes.often.min() < 1:
            inside &= (homes.often > 0).take(codes)
        cells = homes.first.take(codes) * self.slots + slot
        if inside.all():
            return None, cells
        rows = np.flatnonzero(inside)
        return rows, cells.take(rows)

    def _several(self, codes: Rows, slot: Rows, inside: Mask, homes: _Places) -> tuple[Rows, Rows]:
        """Each row as often as there are subjects that it counts for."""
        begin = np.cumsum(homes.often) - homes.often
        rows = np.flatnonzero(inside)
        often = homes.often[codes[rows]]
        again = np.repeat(rows, often)
        turn = np.arange(len(again)) - np.repeat(np.cumsum(often) - often, often)
        return again, homes.every[begin[codes[again]] + turn] * self.slots + slot[again]

    def _homes(self, codes: Sequence[Code]) -> _Places:
        """Blocks of one file name the same codes."""
        if codes != self._last[0]:
            self._last = codes, self._own(codes) if self.scan.monthly else _places(codes, self._above)
        return self._last[1]

    def _own(self, codes: Sequence[Code]) -> _Places:
        """Every code has one place."""
        places = [self._turned_up.setdefault(code, len(self._turned_up)) for code in codes]
        self.codes += list(self._turned_up)[len(self.codes) :]
        found = np.array(places or [0], np.intp)
        return _Places(np.ones(len(found), np.intp), found, found)

    def _slot(self, day: Ints, known: Mask | None) -> Rows:
        """-1 for a row that is in no stretch."""
        found = self._slot_of.take(day - self._before, mode="clip")
        return found if known is None else np.where(known, found, -1)


class _Places(NamedTuple):
    """``often``: how many places each code has; ``first``: its first, or any; ``every``: all of them, code by code."""

    often: Rows
    first: Rows
    every: Rows


def _places(codes: Sequence[Code], above: Mapping[Code, tuple[int, ...]]) -> _Places:
    homes = [above.get(code, ()) for code in codes]
    return _Places(
        np.array([len(home) for home in homes] or [0], np.intp),
        np.array([home[0] if home else 0 for home in homes] or [0], np.intp),
        np.array([place for home in homes for place in home], np.intp),
    )


def homes(asked: Sequence[tuple[Scan, Subjects]]) -> list[Homes]:
    """The homes of each scan; scans of the same owners, stretches and subjects share theirs."""
    made: dict[tuple[tuple[str, ...], tuple[Stretch, ...], int | None], Homes] = {}
    keys = [(scan.owners, scan.stretches, None if scan.monthly else id(subjects)) for scan, subjects in asked]
    for key, (scan, subjects) in zip(keys, asked, strict=True):
        made[key] = made.get(key) or Homes(scan, subjects)
    return [made[key] for key in keys]


def _slots(scan: Scan) -> Rows:
    """The slot of each day from the one before the stretches to the one after them, -1 where there is none."""
    start, end = min(days.start for days in scan.stretches), max(days.end for days in scan.stretches)
    found = np.full((end - start).days + 2, -1, np.intp)
    if scan.monthly:
        first = month_number(start)
        for at in range((end - start).days):
            found[at + 1] = month_number(date.fromordinal(start.toordinal() + at)) - first
        return found
    for slot, own in enumerate(scan.stretches):
        found[(own.start - start).days + 1 : (own.end - start).days + 1] = slot
    return found


def _above(subjects: Subjects) -> dict[Code, tuple[int, ...]]:
    places = subjects.places()
    found: dict[Code, dict[int, None]] = {}
    for code, subject in subjects.members:
        found.setdefault(code, {})[places[subject]] = None
    return {code: tuple(above) for code, above in found.items()}


def _owners(columns: Sequence[Column]) -> _Owners:
    """Whose each row is, as a place in a list of codes."""
    first = columns[0]
    assert first.words is not None
    if len(columns) == 1:
        return first.values.astype(np.intp, copy=False), first.words, first.known
    second = columns[1]
    assert second.words is not None
    span = max(len(second.words), 1)
    together = first.values.astype(np.int64) * span + second.values
    different, codes = np.unique(together, return_inverse=True)
    pairs = [(first.words[int(pair) // span], second.words[int(pair) % span]) for pair in different]
    return codes, pairs, both(first.known, second.known)
