"""The units of a period as arrays, for the evaluator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from steelyard.engine.organisation.organisation import Organisation, last_within, stated
from steelyard.engine.organisation.rows import Unit
from steelyard.engine.periods import Period, first_day

Index: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class UnitTable:
    """All n units that exist on some day of a period, in the order of their codes. Arrays are read-only.

    Where something may change within a period, the row of the unit's last day in it counts.
    ``class_index``, ``parent_index`` and ``level_index`` have shape (n,), with −1 for no class and no parent;
    ``present`` has shape (n, months): whether the unit exists on a day of the month.
    """

    period: Period
    organisation: Organisation
    codes: tuple[str, ...]
    last_days: tuple[date, ...]
    names: tuple[str, ...]
    classes: tuple[str, ...]
    class_index: Index
    parent_index: Index
    levels: tuple[str, ...]
    level_index: Index
    depth: Index
    present: npt.NDArray[np.bool_]
    _attributes: dict[str, tuple[Decimal | None, ...]] = field(default_factory=dict, repr=False, compare=False)

    def attribute(self, name: str) -> tuple[Decimal | None, ...]:
        """An attribute of each unit on its last day in the period. Raises ``attribute-not-registered``."""
        if name not in self._attributes:
            rows = self.organisation.attribute_rows(name)
            last_days = zip(self.codes, self.last_days, strict=True)
            self._attributes[name] = tuple(stated(rows.get(code, ()), last) for code, last in last_days)
        return self._attributes[name]


def unit_table(organisation: Organisation, period: Period) -> UnitTable:
    if period not in organisation.tables:
        organisation.tables[period] = _drawn(organisation, period)
    found: UnitTable = organisation.tables[period]
    return found


def _drawn(organisation: Organisation, period: Period) -> UnitTable:
    units, end = organisation.units_in(period), period.end
    position = {code: index for index, code in enumerate(units)}
    parents = [position[unit.parent] if unit.parent else -1 for unit in units.values()]
    depth = _depths(parents)
    classes = tuple(sorted({unit.unit_class for unit in units.values() if unit.unit_class is not None}))
    levels = _levels(units.values(), depth)
    return UnitTable(
        period=period,
        organisation=organisation,
        codes=tuple(units),
        last_days=tuple(min(unit.end, end) - timedelta(days=1) for unit in units.values()),
        names=tuple(unit.name for unit in units.values()),
        classes=classes,
        class_index=_array([_place(classes, unit.unit_class) for unit in units.values()]),
        parent_index=_array(parents),
        levels=levels,
        level_index=_array([levels.index(unit.level) for unit in units.values()]),
        depth=_array(depth),
        present=_present(organisation, tuple(units), period),
    )


def _depths(parents: list[int]) -> list[int]:
    """0 at the top. Parents form no circle: the register's check refuses one on any day."""

    def depth(index: int) -> int:
        return 0 if parents[index] < 0 else 1 + depth(parents[index])

    return [depth(index) for index in range(len(parents))]


def _levels(units: Iterable[Unit], depth: list[int]) -> tuple[str, ...]:
    """Names of levels from the top down, by the least depth at which each is seen."""
    highest: dict[str, int] = {}
    for unit, deep in zip(units, depth, strict=True):
        highest[unit.level] = min(deep, highest.get(unit.level, deep))
    return tuple(sorted(highest, key=lambda level: (highest[level], level)))


def _place(classes: tuple[str, ...], unit_class: str | None) -> int:
    return -1 if unit_class is None else classes.index(unit_class)


def _present(organisation: Organisation, codes: tuple[str, ...], period: Period) -> npt.NDArray[np.bool_]:
    months = [(first_day(number), first_day(number + 1)) for number in period.month_numbers]
    there = [[last_within(organisation.units[code], start, end) is not None for start, end in months] for code in codes]
    present = np.array(there, dtype=np.bool_).reshape(len(codes), len(months))
    present.setflags(write=False)
    return present


def _array(values: list[int]) -> Index:
    array = np.array(values, dtype=np.int64)
    array.setflags(write=False)
    return array
