"""Answers the scans of each table in one reading of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Protocol, TypeAlias, TypeVar

from steelyard.engine.expressions import rows
from steelyard.engine.expressions.measures import Grouped, Ordered, Plain, Spread
from steelyard.engine.expressions.rows import Atom, Row
from steelyard.engine.planning.rolling import Answer
from steelyard.engine.planning.runner import Runner
from steelyard.engine.planning.scans import Scan, shape_rows
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.totalling.column import Blocks, Days
from steelyard.engine.totalling.firsts import FirstMaker
from steelyard.engine.totalling.groups import GroupMaker
from steelyard.engine.totalling.homes import Homes, Whose, homes
from steelyard.engine.totalling.making import Chosen, Maker, Overfull, Shared
from steelyard.engine.totalling.plain import PlainMaker
from steelyard.engine.totalling.profiles import MOST, Profiles
from steelyard.engine.totalling.spreads import SpreadMaker
from steelyard.engine.totalling.steps import Steps

MAKERS: dict[type, type[Maker]] = {
    Plain: PlainMaker, Grouped: GroupMaker, Spread: SpreadMaker, Ordered: FirstMaker,
}  # fmt: skip


A = TypeVar("A")
B = TypeVar("B")
Asked: TypeAlias = tuple[Scan, Subjects]

CONDITIONS = 62
"""What a row meets of a group's conditions is kept as bits of one number."""

FEW = 100_000
"""Rows that are added up sooner than threads have agreed on who goes first."""


class Each(Protocol):
    """Does a thing for each of several: one after another, as `map` does, or side by side."""

    def __call__(self, do: Callable[[A], B], several: Iterable[A], /) -> Iterable[B]: ...


class Direct:
    """A runner over blocks of rows. Totals inside conditions, distinct counts of distinct counts, and shapes that
    must hold more rows at once than may be ``held``, it hands to the ``other`` runner."""

    def __init__(self, source: Blocks, other: Callable[[], Runner], held: int, each: Each = map) -> None:
        self.source, self.other, self.held, self.each = source, other, held, each

    def answers(self, asked: Sequence[Asked]) -> list[Answer]:
        places: dict[str, list[int]] = {}
        for place, (scan, _) in enumerate(asked):
            if self._able(scan):
                places.setdefault(scan.table, []).append(place)
        tables = sorted(places, key=self.source.rows, reverse=True)
        each = self.each if any(self.source.rows(table) > FEW for table in tables[1:]) else map
        read = each(lambda table: self._read([asked[place] for place in places[table]]), tables)
        found = {
            place: answer
            for table, answers in zip(tables, read, strict=True)
            for place, answer in zip(places[table], answers, strict=True)
            if answer is not None
        }
        rest = [place for place in range(len(asked)) if place not in found]
        if rest:
            found |= dict(zip(rest, self.other().answers([asked[place] for place in rest]), strict=True))
        return [found[place] for place in range(len(asked))]

    def _able(self, scan: Scan) -> bool:
        if rows.totals(*scan.atoms, *shape_rows(scan)):
            return False
        inside = [atom.inner for atom in scan.atoms if atom.inner]
        if any(one.kind == "distinct" for one in inside) or len({one.where for one in inside}) > CONDITIONS:
            return False
        return isinstance(scan.shape, (Plain, Grouped)) or self.source.rows(scan.table) <= self.held

    def _read(self, asked: Sequence[Asked]) -> list[Answer | None]:
        """One reading of a table for all of its scans; None for those that turn out to be too much."""
        scans, shared = [scan for scan, _ in asked], Shared(self.held)
        every = [MAKERS[type(scan.shape)](scan, home, shared) for scan, home in zip(scans, homes(asked), strict=True)]
        makers, profiles = every, Profiles(scans)
        for block in self.source.blocks(scans[0].table, *columns_of(scans), days_of(scans)):
            if profiles.count > MOST:
                profiles = Profiles(scans)
                for maker in makers:
                    maker.settle()
            makers = _added(makers, Steps(block), profiles)
        return [maker.answer() if maker in makers else None for maker in every]


def _added(makers: Sequence[Maker], steps: Steps, profiles: Profiles) -> list[Maker]:
    """The makers that hold one block of rows more; those with equal homes share what is found out about it."""
    chosen: dict[Homes, Chosen] = {}
    profile, able, whose = profiles.numbers(steps), [], Whose(steps.block)
    for maker in makers:
        if maker.homes not in chosen:
            rows, cells = maker.homes.cells(whose)
            own = profile if rows is None else profile.take(rows)
            chosen[maker.homes] = Chosen(steps, profiles.facts(), rows, cells, own)
        with suppress(Overfull):
            maker.add(chosen[maker.homes])
            able.append(maker)
    return able


def days_of(scans: Sequence[Scan]) -> Days:
    """The days that scans of one table read."""
    return Days(scans[0].date, tuple(dict.fromkeys(days for scan in scans for days in scan.stretches)))


def columns_of(scans: Sequence[Scan]) -> tuple[list[str], list[str]]:
    """The columns that scans read; and those of them, texts, of which only sameness matters."""
    keys = {key for scan in scans if isinstance(scan.shape, Grouped) for key in scan.shape.keys}
    same = {key for key in keys if key.op == "column"}
    parts: list[Atom | Row] = [atom for scan in scans for atom in scan.atoms]
    parts += [part for scan in scans if not isinstance(scan.shape, Grouped) for part in shape_rows(scan)]
    parts += keys - same
    named = {str(step.value) for part in parts for step in rows.walk(part) if step.op == "column"}
    named |= {name for scan in scans for name in (*scan.owners, scan.date)}
    numbered = {str(key.value) for key in same if key.kind == "text"} - named
    return sorted(named | {str(key.value) for key in same}), sorted(numbered)
