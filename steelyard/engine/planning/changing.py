"""Totals after rows came and went, without adding up again what stayed.

Sums and counts change by the sums and counts of the rows that came, less those of the rows that went: the same scan
over two small tables. What cannot be taken back (minima, maxima, distinct counts, percentiles, firsts, lasts, groups)
is read again, for the stretches and subjects that were touched and no others.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np

from steelyard.engine.expressions.measures import Plain
from steelyard.engine.expressions.rows import Atom
from steelyard.engine.periods import first_day
from steelyard.engine.planning.cells import Cells
from steelyard.engine.planning.collecting import NOBODY, months_of
from steelyard.engine.planning.rolling import Answer, Months, joined, signed, slots
from steelyard.engine.planning.runner import Runner, Whole
from steelyard.engine.planning.scans import Plan, Scan
from steelyard.engine.planning.stretches import Stretch, month_number
from steelyard.engine.planning.subjects import Code, Subjects

P = TypeVar("P", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Change:
    """Under which names the runner knows the rows of a table that came and those that went."""

    came: str
    went: str


@dataclass(frozen=True)
class Recollected(Generic[P]):
    """``periods``: those of which any total may have moved."""

    cells: Cells[P]
    periods: frozenset[P]


def recollect(cells: Cells[P], changes: Mapping[str, Change], runner: Runner) -> Recollected[P]:
    """The cells as a full reading would give them; tables without a change are not read at all."""
    scans = cells.plan.scans
    read = {table: [scan for scan in scans if scan.table == table] for table in changes}
    moved = {table: _moved(changes[table], asked, runner) for table, asked in read.items() if asked}
    touched = {table: found.touched for table, found in moved.items() if len(found.touched.codes)}
    answers = []
    for scan, old in zip(scans, cells.answers, strict=True):
        if scan.table not in touched:
            answers.append(old)
        elif isinstance(old, Months):
            answers.append(_months(scan, old, moved[scan.table], cells.subjects, runner))
        else:
            answers.append(_slots(scan, old, touched[scan.table], cells.subjects, runner))
    return Recollected(Cells(cells.plan, cells.subjects, answers), _periods(cells.plan, touched))


def _periods(plan: Plan[P], touched: Mapping[str, Answer]) -> frozenset[P]:
    """Periods in which a total reads a touched month."""
    read: dict[tuple[str, Stretch], dict[int, P]] = {}
    for (_, period), (measure, days) in plan.wanted.items():
        if measure.table in touched:
            read.setdefault((measure.table, days), {})[id(period)] = period
    moved = [found for (table, days), found in read.items() if _inside(days, touched[table]).any()]
    return frozenset(period for found in moved for period in found.values())


@dataclass(frozen=True)
class _Moved:
    """``touched``: owners and months of all rows that came or went, as far as any scan reads. ``came``, ``went``: the
    answers of these rows to the monthly scan of their table, None where it is read again."""

    touched: Answer
    came: Answer | None = None
    went: Answer | None = None


def _moved(change: Change, scans: Sequence[Scan], runner: Runner) -> _Moved:
    stretches = [days for scan in scans for days in scan.stretches]
    whole = Stretch(min(days.start for days in stretches), max(days.end for days in stretches))
    counted = replace(scans[0], shape=Plain(), atoms=(Atom("count"),), stretches=(whole,), monthly=True)
    asked = [counted, *(scan for scan in scans if scan.monthly and not _ends(scan))]
    found = runner.answers(
        [(replace(scan, table=table), NOBODY) for scan in asked for table in (change.came, change.went)]
    )
    return _Moved(joined(found[:2]), *found[2:])


def _ends(scan: Scan) -> bool:
    """Whether it brings minima or maxima, which cannot be taken back."""
    return any(atom.kind in ("min", "max") for atom in scan.atoms)


def _months(scan: Scan, old: Months, moved: _Moved, subjects: Subjects, runner: Runner) -> Months:
    if moved.came is None or moved.went is None:
        return _months_again(scan, old, moved.touched, subjects, runner)
    return months_of(scan, signed([(1, old.answer), (1, moved.came), (-1, moved.went)]), subjects)


def _months_again(scan: Scan, old: Months, touched: Answer, subjects: Subjects, runner: Runner) -> Months:
    """From the first to the last touched month, within what the scan reads."""
    (outer,) = scan.stretches
    start = max(int(touched.slot.min()), month_number(outer.start))
    stop = min(int(touched.slot.max()) + 1, month_number(outer.end))
    if start >= stop:
        return old
    again = replace(scan, stretches=(Stretch(first_day(start), first_day(stop)),))
    kept = old.answer.chosen((old.answer.slot < start) | (old.answer.slot >= stop))
    return months_of(scan, joined([kept, *runner.answers([(again, NOBODY)])]), subjects)


def _slots(
    scan: Scan, old: Mapping[Atom, Whole], touched: Answer, subjects: Subjects, runner: Runner
) -> Mapping[Atom, Whole]:
    inside = [_inside(days, touched) for days in scan.stretches]
    again = [slot for slot, rows in enumerate(inside) if rows.any()]
    if not again:
        return old
    codes = {touched.codes[int(row)] for row in np.flatnonzero(np.logical_or.reduce(inside))}
    whose = _above(subjects, codes)
    (found,) = runner.answers([(replace(scan, stretches=tuple(scan.stretches[slot] for slot in again)), whose)])
    fresh = slots(whose.places(), found, len(again))
    places = subjects.places()
    where = np.ix_(again, [places[code] for code in whose.codes])
    return {atom: _patched(old[atom], where, column) for atom, column in zip(scan.atoms, fresh, strict=True)}


def _inside(days: Stretch, touched: Answer) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which touched months share a day with the stretch."""
    last = month_number(days.end) - (1 if days.end.day == 1 else 0)
    return np.asarray((touched.slot >= month_number(days.start)) & (touched.slot <= last), dtype=np.bool_)


def _above(subjects: Subjects, codes: set[Code]) -> Subjects:
    """The subjects for whom these codes count, with everybody who counts for them."""
    wanted = {subject for code, subject in subjects.members if code in codes}
    members = tuple(pair for pair in subjects.members if pair[1] in wanted)
    return Subjects(tuple(code for code in subjects.codes if code in wanted), members)


def _patched(old: Whole, where: tuple[np.ndarray, ...], fresh: Whole) -> Whole:
    wide = object in (old.dtype, fresh.dtype)
    found = old.astype(object if wide else old.dtype, copy=True)
    found[where] = fresh
    return found
