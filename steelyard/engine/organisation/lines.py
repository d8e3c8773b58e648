"""A restated table: lines of a structure with their amounts, and the sums above them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, Literal, TypeVar

from steelyard.engine.organisation.sharing import Amount
from steelyard.engine.organisation.structure import Structure

Key = TypeVar("Key")
LineKind = Literal["unit", "together", "ended", "founded"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a restated table.

    - ``unit``: a unit of the target structure;
    - ``together``: several units whose amount cannot be told apart: a split or a merger without stated shares, or a
      month in the middle of which a unit changed;
    - ``ended``: a unit that was abolished without a successor; ``founded``: one that came later from nothing.

    ``parent`` is the nearest unit of the target structure that holds all of the line, None at the top.
    """

    units: tuple[str, ...]
    kind: LineKind
    parent: str | None

    @property
    def key(self) -> str:
        return "+".join(self.units)


@dataclass(frozen=True, slots=True)
class Restated(Generic[Amount]):
    """``values`` by line and month number. Their sum is the sum of the values given, to the last digit."""

    structure: Structure
    values: Mapping[tuple[Line, int], Amount]

    @staticmethod
    def of(structure: Structure, pieces: Iterable[tuple[Line, int, Amount]]) -> Restated[Amount]:
        """Adds up the pieces; lines in the order of their keys, months in the order of time."""
        sums = _sums(((line, month), value) for line, month, value in pieces)
        ordered = sorted(sums, key=lambda cell: (cell[0].units, cell[1]))
        return Restated(structure, {cell: sums[cell] for cell in ordered})

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(dict.fromkeys(line for line, _ in self.values))

    def by_unit(self) -> dict[tuple[str, int], Amount]:
        """What each unit of the structure has, itself and below, by code and month number."""
        return _sums(
            ((code, month), value)
            for (line, month), value in self.values.items()
            for code in _counted_in(line, self.structure)
        )

    def comparable(self) -> Restated[Amount]:
        """Lines that share a unit become one, so that a line means the same in all months."""
        joined = {line: _joined(part, self.structure) for part in _parts(self.lines) for line in part}
        return Restated.of(
            self.structure, ((joined[line], month, value) for (line, month), value in self.values.items())
        )


def nearest_common(chains: Sequence[Sequence[str]]) -> str | None:
    """The first unit of the first chain that stands in all chains; chains run from the bottom to the top."""
    return next((code for code in chains[0] if all(code in other for other in chains[1:])), None)


def _sums(pieces: Iterable[tuple[Key, Amount]]) -> dict[Key, Amount]:
    sums: dict[Key, Amount] = {}
    for key, value in pieces:
        sums[key] = sums[key] + value if key in sums else value
    return sums


def _parts(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines that are tied by a unit, directly or through others."""
    parts: list[list[Line]] = []
    for line in lines:
        touching = [part for part in parts if _touch(part, line)]
        apart = [part for part in parts if not _touch(part, line)]
        parts = [*apart, [line, *chain.from_iterable(touching)]]
    return parts


def _counted_in(line: Line, structure: Structure) -> tuple[str, ...]:
    return (*(line.units if line.kind == "unit" else ()), *_above(line, structure))


def _above(line: Line, structure: Structure) -> tuple[str, ...]:
    return () if line.parent is None else (line.parent, *structure.ancestors(line.parent))


def _touch(part: Sequence[Line], line: Line) -> bool:
    return any(code in line.units for other in part for code in other.units)


def _joined(lines: Sequence[Line], structure: Structure) -> Line:
    if len(lines) == 1:
        return lines[0]
    units = tuple(sorted({code for line in lines for code in line.units}))
    return Line(units, "together", nearest_common([_above(line, structure) for line in lines]))
