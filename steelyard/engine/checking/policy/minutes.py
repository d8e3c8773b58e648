"""What a plan asks of one unit of each class: indicators, tables that it fills in by hand, and minutes (C16, C111)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from steelyard.engine.checking.context import Context
from steelyard.engine.checking.policy.seen import resting_on


@dataclass(frozen=True, slots=True)
class Load:
    """Of one unit in a year. A table is filled in once however many indicators rest on it; ``unknown``: those tables
    whose declaration does not state ``minutes``, so that the sum is what is known, never a guess."""

    indicators: int = 0
    tables: tuple[str, ...] = ()
    minutes: Decimal = Decimal(0)
    unknown: tuple[str, ...] = ()


def filled_in(context: Context) -> dict[str, tuple[str, ...]]:
    """The tables behind each indicator that people fill in by hand."""
    found = {}
    for id in context.book.indicators:
        names = dict.fromkeys(total.table for total in resting_on(context, [id]))
        found[id] = tuple(name for name in names if context.tables[name].by_hand)
    return found


def loads(
    classes: Iterable[str],
    picked: Collection[tuple[str, Collection[str]]],
    behind: Mapping[str, tuple[str, ...]],
    minutes: Mapping[str, Decimal | None],
) -> dict[str, Load]:
    """``picked``: indicators, each with the classes that it is limited to; none means all of them."""
    return {name: _load([id for id, only in picked if not only or name in only], behind, minutes) for name in classes}


def _load(ids: Collection[str], behind: Mapping[str, tuple[str, ...]], minutes: Mapping[str, Decimal | None]) -> Load:
    tables = tuple(dict.fromkeys(table for id in ids for table in behind.get(id, ())))
    known = [taken for table in tables if (taken := minutes.get(table)) is not None]
    unknown = tuple(table for table in tables if minutes.get(table) is None)
    return Load(len(ids), tables, sum(known, Decimal(0)), unknown)
