"""沿革: which units a unit became, and which it came from, with the shares that were stated.

A *line* is a set of units whose amount cannot be told apart: one unit, or several after a merger or before a split
without stated shares. Going through an event turns a line into lines with shares that add up to 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import TypeAlias

from steelyard.engine.organisation.rows import Succession

Members: TypeAlias = frozenset[str]
Shares: TypeAlias = dict[Members, Fraction]
Targets: TypeAlias = dict[str, Fraction | None]
"""Where a unit leads, each with its share, or None for all of them when the shares are not stated."""

Exists: TypeAlias = Callable[[str, date], bool]
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened on one day. Units that are not named lead to themselves."""

    on: date
    forward: Mapping[str, Targets]
    backward: Mapping[str, Targets]


@dataclass(frozen=True, slots=True)
class Lineage:
    events: tuple[Event, ...]

    @staticmethod
    def of(successions: Iterable[Succession], exists: Exists) -> Lineage:
        ordered = sorted(successions, key=lambda row: (row.on, row.from_unit, row.to_unit))
        return Lineage(tuple(_event(on, list(rows), exists) for on, rows in groupby(ordered, key=lambda row: row.on)))

    def trace(self, unit: str, day: date, target: date) -> Shares:
        """What the amount of a unit on ``day`` is in the structure of ``target``."""
        if target >= day:
            steps = [event.forward for event in self.events if day < event.on <= target]
        else:
            steps = [event.backward for event in reversed(self.events) if target < event.on <= day]
        lines: Shares = {frozenset([unit]): Fraction(1)}
        for step in steps:
            lines = _through(lines, step)
        return lines

    def dates(self, first: date, last: date) -> list[date]:
        """The days after ``first`` up to and including ``last`` on which something changed."""
        return [event.on for event in self.events if first < event.on <= last]


def _event(on: date, rows: list[Succession], exists: Exists) -> Event:
    forward: dict[str, Targets] = {}
    backward: dict[str, Targets] = {}
    for row in rows:
        forward.setdefault(row.from_unit, {})[row.to_unit] = _exact(row.share)
        backward.setdefault(row.to_unit, {})[row.from_unit] = _exact(row.back_share)
    for unit, targets in forward.items():
        if exists(unit, on):
            targets[unit] = _rest(targets)
    for unit, sources in backward.items():
        kept = forward.get(unit, {unit: Fraction(1)})[unit]  # a successor exists on the day, so it has a rest
        if exists(unit, on - _ONE_DAY) and kept != 0:
            sources[unit] = _rest(sources)
    return Event(on, forward, backward)


def _exact(share: Decimal | None) -> Fraction | None:
    return None if share is None else Fraction(share)


def _rest(targets: Targets) -> Fraction | None:
    """What a unit that goes on keeps for itself: all that does not pass on."""
    stated = [share for share in targets.values() if share is not None]
    return 1 - sum(stated, Fraction(0)) if len(stated) == len(targets) else None


def _through(lines: Shares, step: Mapping[str, Targets]) -> Shares:
    after: Shares = {}
    for members, share in lines.items():
        for reached, part in _lead(members, step).items():
            after[reached] = after.get(reached, Fraction(0)) + share * part
    return after


def _lead(members: Members, step: Mapping[str, Targets]) -> Shares:
    """One unit follows its stated shares; several, or unstated shares, stay together as one line."""
    if len(members) == 1:
        (unit,) = members
        shares = {frozenset([target]): share for target, share in step.get(unit, {unit: Fraction(1)}).items()}
        if None not in shares.values():
            return {line: share for line, share in shares.items() if share}
    return {frozenset(target for unit in members for target in step.get(unit, (unit,))): Fraction(1)}
