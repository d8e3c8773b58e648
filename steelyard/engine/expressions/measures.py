"""One aggregate as what engines must add up: its atoms, over which shape of groups, and how a number comes of them.

What every kind means, the same on every engine (`engine.reference.rows` says it again, slowly):

- A row counts when ``where`` is true; unknown does not count. Rows without a unit or a date belong to nobody.
- Every kind but ``count`` passes over rows whose argument (or key, or order) is unknown.
- ``count``, ``sum``, ``distinct`` of nothing are 0. All others of nothing are empty.
- ``percentile`` p of n values is the k-th smallest, k = ceil(p * n / 100) (nearest rank, SQL's percentile_disc).
- ``first`` and ``last`` go by the order column, then by the business key, then by the value: never by row order.
- ``per`` keys: rows are grouped by the keys, then the outer kind is taken over the groups that hold a counted row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, cast

from steelyard.engine.expressions import rows
from steelyard.engine.expressions.nodes import Aggregate, Name, Window
from steelyard.engine.expressions.rows import MAX_ROWS, Atom, AtomKind, Ratio, Row
from steelyard.engine.expressions.schema import TableSchema
from steelyard.engine.expressions.typing import Typing, total
from steelyard.engine.problems import CATALOGUE, NOWHERE, Place, Refused

CATALOGUE.add(
    {
        "expression-per": (
            "per 的内外两层只能是 {allowed}，这里是 {outer}({inner}(…) per …)",
            "inside and outside per only {allowed} can stand, not {outer}({inner}(…) per …)",
        ),
        "expression-level": (
            "百分位 {level} 的小数不能超过 6 位",
            "a percentile may have at most 6 decimals, not {level}",
        ),
    }
)

INNER = ("count", "sum", "min", "max", "distinct")
OUTER = ("count", "sum", "avg", "min", "max", "distinct")


@dataclass(frozen=True, slots=True)
class Plain:
    """Rows grouped by nothing but subject and time."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """Rows grouped by keys first; atoms carry ``inner``. A group with an unknown key is none."""

    keys: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """How often each value occurs: percentiles are read off it."""

    argument: Row
    where: Row | None


@dataclass(frozen=True, slots=True)
class Ordered:
    """Rows in a total order, for the first and the last of them."""

    argument: Row
    where: Row | None
    order: tuple[Row, ...]


Shape: TypeAlias = Plain | Grouped | Spread | Ordered


@dataclass(frozen=True)
class Measure:
    """The number is ``top / scale``, or ``top / (scale * weight)`` for a ``mean``; empty where ``weight`` is 0."""

    table: str
    shape: Shape
    top: Atom
    weight: Atom | None = None
    scale: int = 1
    mean: bool = False

    @property
    def atoms(self) -> tuple[Atom, ...]:
        return (self.top,) if self.weight is None else (self.top, self.weight)

    @cached_property
    def additive(self) -> bool:
        """Whether months and units can be put together from their own numbers, without reading rows again."""
        return isinstance(self.shape, Plain) and not rows.totals(*self.atoms)


def measure(aggregate: Aggregate, table: TableSchema, place: Place = NOWHERE) -> Measure:
    """What a resolved aggregate needs from its table. Raises `Refused` with all problems of types and sizes."""
    reader = _Reader(aggregate, table, place)
    found = reader.read()
    if reader.typing.problems:
        raise Refused(reader.typing.problems)
    assert found is not None
    return found


def condition(aggregate: Aggregate, table: TableSchema) -> Row | None:
    """What a row must meet to count for a resolved aggregate; None where every row counts. Raises `Refused`."""
    if aggregate.where is None:
        return None
    reader = _Reader(aggregate, table, NOWHERE)
    found = reader.typing.condition(aggregate.where)
    if reader.typing.problems:
        raise Refused(reader.typing.problems)
    return found


class _Reader:
    def __init__(self, aggregate: Aggregate, table: TableSchema, place: Place) -> None:
        self.aggregate, self.table, self.place = aggregate, table, place
        self.typing = Typing(table, place, self.inside)

    def read(self) -> Measure | None:
        found = self.aggregate
        where = None if found.where is None else self.typing.condition(found.where)
        argument = self._argument(found, self.typing)
        if found.level is not None and 10**6 % (found.level.denominator):
            self.typing.problem("expression-level", found, level=found.level)
        if found.per and not (found.inner in INNER and found.kind in OUTER):
            allowed = f"{'/'.join(OUTER)}({'/'.join(INNER)}(…) per …)"
            self.typing.problem("expression-per", found, allowed=allowed, outer=found.kind, inner=found.inner)
        if self.typing.problems:
            return None
        top, scale = argument or (None, 1)
        if found.per:
            return self._grouped(top, where, scale)
        return self._plain(top, where, scale)

    def _argument(self, found: Aggregate, typing: Typing) -> tuple[Row, int] | None:
        if found.argument is None:
            return None
        if "distinct" not in (found.inner or found.kind):
            return typing.whole(found.argument)
        typed = typing.typed(found.argument)
        if isinstance(typed, Ratio):
            return typing.whole(found.argument)
        return (typed, 1) if typed else None

    def _plain(self, top: Row | None, where: Row | None, scale: int) -> Measure:
        table, known = self.table.name, Atom("count", top, where)
        match self.aggregate.kind:
            case "count":
                return Measure(table, Plain(), known)
            case "sum":
                return Measure(table, Plain(), Atom("sum", top, where), None, scale)
            case "avg":
                return Measure(table, Plain(), Atom("sum", top, where), known, scale, mean=True)
            case "min" | "max" as kind:
                return Measure(table, Plain(), Atom(kind, top, where), known, scale)
        assert top is not None
        match self.aggregate.kind:
            case "distinct":
                return Measure(table, Grouped((top,)), Atom("count", inner=Atom("count", where=where)))
            case "percentile":
                level = self.aggregate.level
                assert level is not None
                atom = Atom("percentile", top, where, level=(level.numerator, 100 * level.denominator))
                return Measure(table, Spread(top, where), atom, known, scale)
            case end:
                atom = Atom(cast(AtomKind, end), top, where)
                return Measure(table, Ordered(top, where, self._order()), atom, known, scale)

    def _order(self) -> tuple[Row, ...]:
        first = self.aggregate.order
        assert first is not None
        return tuple(self._column(name) for name in dict.fromkeys((first, *self.table.key)))

    def _grouped(self, top: Row | None, where: Row | None, scale: int) -> Measure:
        table, shape, kind = self.table.name, Grouped(tuple(map(self._column, self.aggregate.per))), self.aggregate.kind
        inner = Atom(cast(AtomKind, self.aggregate.inner), top, where)
        scale = 1 if inner.kind in ("count", "distinct") else scale
        known = Atom("count", inner=inner)
        match kind:
            case "count" | "distinct":
                return Measure(table, shape, Atom(kind, inner=inner))
            case "sum":
                return Measure(table, shape, Atom("sum", inner=inner), None, scale)
            case "avg":
                return Measure(table, shape, Atom("sum", inner=inner), known, scale, mean=True)
            case _:
                return Measure(table, shape, Atom(kind, inner=inner), known, scale)

    def _column(self, name: str) -> Row:
        typed = self.typing.typed(Name((name,)))
        assert typed is not None
        return typed.top if isinstance(typed, Ratio) else typed

    def inside(self, found: Aggregate) -> Ratio | None:
        """A total in a condition: over the rows of the same subject and stretch, one level deep."""
        plain = found.kind in ("count", "sum", "avg", "min", "max") and not found.per
        if not plain or found.window not in (Window(), self.aggregate.window):
            return None
        typing = Typing(self.table, self.place)
        where = None if found.where is None else typing.condition(found.where)
        argument = self._argument(found, typing)
        self.typing.problems += typing.problems
        if typing.problems:
            return rows.ratio(0)
        top, scale = argument or (None, 1)
        count = total(Atom("count", top, where), MAX_ROWS)
        if found.kind == "count" or top is None:
            return Ratio(count)
        if found.kind in ("min", "max"):
            return Ratio(total(Atom(found.kind, top, where), top.bound), scale)
        added = Ratio(total(Atom("sum", top, where), top.bound * MAX_ROWS), scale)
        divisor = rows.row("magnitude", count, bound=MAX_ROWS) if found.kind == "avg" else None
        return Ratio(added.top, scale, divisor)
