"""The tree of a 口径 expression: six kinds of node, all values, all comparable.

The same tree serves what people write (value, condition, formula) and what scoring methods turn into
(`engine.scoring`), so one evaluator, one explainer and one verifier understand everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import reduce
from operator import is_
from typing import Any, Literal, TypeAlias, get_args

Span: TypeAlias = tuple[int, int]
AggregateKind = Literal["count", "sum", "avg", "min", "max", "distinct", "percentile", "first", "last"]
AGGREGATES: tuple[AggregateKind, ...] = get_args(AggregateKind)


def _span() -> Any:
    """Where the node was written; two nodes that say the same are equal wherever they stand."""
    return field(default=(0, 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number; ``5%`` is 1/20, and ``percent`` remembers that it was written so."""

    value: Fraction
    span: Span = _span()  # noqa: RUF009
    percent: bool = field(default=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    value: str
    span: Span = _span()  # noqa: RUF009


@dataclass(frozen=True, slots=True)
class Day:
    value: date
    span: Span = _span()  # noqa: RUF009


@dataclass(frozen=True, slots=True)
class Name:
    """A column, an attribute (``unit.staff``), ``value``, ``target``, or an earlier step."""

    parts: tuple[str, ...]
    span: Span = _span()  # noqa: RUF009

    @property
    def text(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or function over nodes: ``+``, ``<=``, ``and``, ``floor``, ``peers_mean`` …"""

    op: str
    args: tuple[Node, ...]
    span: Span = _span()  # noqa: RUF009


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One total over the rows of a fact table that belong to the subject and the period.

    ``per`` asks for two steps: first ``inner`` within each key, then ``kind`` over the keys
    (``sum(max(award.points) per matter)``: the highest award of each matter, added up).
    ``order`` is the column that says which row is first or last; ``level`` is the percentile in (0, 100).
    ``window`` says which stretch of time it reads.
    """

    kind: AggregateKind
    table: str
    argument: Node | None = None
    where: Node | None = None
    per: tuple[str, ...] = ()
    inner: AggregateKind | None = None
    order: str | None = None
    level: Fraction | None = None
    window: Window = field(default_factory=lambda: Window())
    span: Span = _span()  # noqa: RUF009


@dataclass(frozen=True, slots=True)
class Window:
    """Which stretch of time an aggregate reads, seen from the assessed period.

    ``reach``: the ``period`` itself, the year ``to_date`` (累计), or the whole ``year``.
    ``years`` and ``periods`` count backwards. ``checkpoint`` names the part of the year (``Q1``, ``H2``, ``M06``) that
    it is seen from instead of the period.
    """

    reach: Literal["period", "to_date", "year"] = "period"
    years: int = 0
    periods: int = 0
    checkpoint: str | None = None


Node: TypeAlias = Number | Text | Day | Name | Call | Aggregate


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Call(args=args):
            return args
        case Aggregate(argument=argument, where=where):
            return tuple(part for part in (argument, where) if part is not None)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, parents first."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(reversed(children(found)))


def transform(node: Node, change: Callable[[Node], Node]) -> Node:
    """The tree in which ``change`` was applied to every node, leaves first; parts that stay are not copied."""
    match node:
        case Call(op=op, args=args, span=span):
            new = tuple([transform(arg, change) for arg in args])
            return change(node if all(map(is_, new, args)) else Call(op, new, span))
        case Aggregate(argument=argument, where=where):
            inner = None if argument is None else transform(argument, change)
            limit = None if where is None else transform(where, change)
            same = inner is argument and limit is where
            return change(node if same else replace(node, argument=inner, where=limit))
        case _:
            return change(node)


def number(value: int | str | Fraction) -> Number:
    return Number(Fraction(value))


def name(*parts: str) -> Name:
    return Name(parts)


def call(op: str, *args: Node) -> Call:
    return Call(op, args)


_BLOCK = 32
"""So many parts stand side by side before a sum is written in blocks."""


def added_up(trees: Iterable[Node]) -> Node:
    """``a + b + c``; a sum of thousands of parts is a sum of sums, so that nobody has to go as deep as it is long."""
    parts = list(trees)
    while len(parts) > 1:
        parts = [_side_by_side(parts[start : start + _BLOCK]) for start in range(0, len(parts), _BLOCK)]
    return parts[0] if parts else number(0)


def _side_by_side(parts: list[Node]) -> Node:
    return reduce(lambda before, part: call("+", before, part), parts)
