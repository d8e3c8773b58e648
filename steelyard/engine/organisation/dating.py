"""Units without dates of their own: the successions say when each began and ended (由沿革定起止)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from steelyard.engine.organisation.known import grouped
from steelyard.engine.organisation.rows import EVER, Register, Succession, Unit


def dated(register: Register) -> Register:
    """The register with ends for units that were told without a first day.

    Such a unit begins on the day of the first succession into it, else it was always there. It ends the day before the
    succession in which all of it passed on. A unit that takes others in and existed before, or that goes on after a
    succession without stated shares, must be told with its dates.
    """
    into = grouped(register.successions, lambda row: row.to_unit)
    out = grouped(register.successions, lambda row: row.from_unit)
    units = tuple(_dated(unit, into.get(unit.code, ()), out.get(unit.code, ())) for unit in register.units)
    return replace(register, units=units)


def _dated(unit: Unit, into: Sequence[Succession], out: Sequence[Succession]) -> Unit:
    if unit.valid_from != EVER:
        return unit
    begun = min((row.on for row in into), default=EVER)
    until = unit.until if unit.until is not None else min(_ended(out), default=None)
    return replace(unit, valid_from=begun, until=until)


def _ended(out: Iterable[Succession]) -> Iterator[date]:
    """The days on which nothing was left to the unit: all shares together are 1, or none is stated."""
    for on, rows in grouped(out, lambda row: row.on).items():
        stated = [row.share for row in rows if row.share is not None]
        if not stated or sum(stated) == 1:
            yield on
