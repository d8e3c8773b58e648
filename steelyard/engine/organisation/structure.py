"""The organisation on one day: who exists, who stands under whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from steelyard.engine.organisation.rows import Unit


@dataclass(frozen=True, slots=True)
class Structure:
    """``units`` by code in the order of the codes; ``children`` by the parent's code (None: the top)."""

    on: date
    units: Mapping[str, Unit]
    children: Mapping[str | None, tuple[str, ...]]

    @staticmethod
    def of(on: date, units: Iterable[Unit]) -> Structure:
        by_code = {unit.code: unit for unit in sorted(units, key=lambda unit: unit.code)}
        children: dict[str | None, list[str]] = {}
        for unit in by_code.values():
            children.setdefault(unit.parent, []).append(unit.code)
        return Structure(on, by_code, {parent: tuple(codes) for parent, codes in children.items()})

    def __contains__(self, code: str) -> bool:
        return code in self.units

    @property
    def roots(self) -> tuple[str, ...]:
        return self.children.get(None, ())

    @property
    def leaves(self) -> tuple[str, ...]:
        return tuple(code for code in self.units if code not in self.children)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """From the parent to the top; empty for a unit at the top or one that does not exist on this day."""
        found: list[str] = []
        unit = self.units.get(code)
        while unit is not None and unit.parent is not None:
            found.append(unit.parent)
            unit = self.units.get(unit.parent)
        return tuple(found)

    def descendants(self, code: str) -> tuple[str, ...]:
        """All units below, parents before children, siblings in the order of their codes."""
        found: list[str] = []
        waiting = list(reversed(self.children.get(code, ())))
        while waiting:
            below = waiting.pop()
            found.append(below)
            waiting.extend(reversed(self.children.get(below, ())))
        return tuple(found)
