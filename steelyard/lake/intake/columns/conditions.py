"""Row expressions over whole columns: the same tree as in rule files, three-valued logic, exact numbers.

A check is compiled into ``table -> mask of violations``; unknown is no violation, as in an SQL constraint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from functools import lru_cache, reduce
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from steelyard.engine.expressions.nodes import Call, Day, Name, Node, Number, Text
from steelyard.engine.expressions.parse import parse
from steelyard.engine.model.declared import row_names
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import NOWHERE, Refused, refuse
from steelyard.lake.intake.columns.marks import Cells, Mask, as_mask

Function: TypeAlias = Callable[..., Cells]
Functions: TypeAlias = Mapping[str, Function]

_COMPARE: Functions = {
    "=": pc.equal, "!=": pc.not_equal, "<": pc.less, "<=": pc.less_equal, ">": pc.greater, ">=": pc.greater_equal,
}  # fmt: skip


@lru_cache(maxsize=1_000)
def tree(text: str) -> Node:
    """The same few expressions are asked of every chunk of every file."""
    return parse(text)


class Rows:
    """Evaluates expressions over the columns of one table declaration.

    ``derive`` are the functions beyond arithmetic (`columns.durations`); who has no calendar gives none for it.
    """

    def __init__(self, table: FactTable, derive: Functions) -> None:
        self.names, self.derive = row_names(table), derive

    def violations(self, text: str, columns: Cells) -> Mask:
        """Rows that do not meet the condition. Raises `Refused` (``check-types``, ``derive-no-calendar``)."""
        return ~as_mask(_column(self.value(text, columns), columns), unknown=True)

    def value(self, text: str, columns: Cells) -> Cells:
        """The expression's value for each row."""
        try:
            return _column(self._value(tree(text), columns, text), columns)
        except (pa.ArrowException, TypeError, Inexact) as error:
            raise refuse(
                "check-types", NOWHERE, text=text, reason=str(error or type(error).__name__).splitlines()[0]
            ) from error

    def _value(self, node: Node, columns: Cells, text: str) -> Cells:
        match node:
            case Number(value=value):
                return _exact(value)
            case Text(value=value):
                return pa.scalar(value)
            case Day(value=day):
                return pa.scalar(day)
            case Name(text=name):
                return columns.column(self.names[name])
            case Call(op=op, args=args):
                return self._call(op, [self._value(arg, columns, text) for arg in args], text)
        raise refuse("check-types", NOWHERE, text=text, reason=type(node).__name__)

    def _call(self, op: str, args: list[Cells], text: str) -> Cells:
        if op in _COMPARE:
            return _COMPARE[op](*_aligned(*args))
        if op in _OPERATORS:
            return _OPERATORS[op](*args)
        if op not in self.derive:
            raise refuse("derive-no-calendar", NOWHERE, text=text)
        return self.derive[op](*args)


def _exact(value: Fraction) -> Cells:
    if value.denominator == 1:
        return pa.scalar(int(value), pa.int64())
    context = Context(prec=36, traps=[Inexact])
    return pa.scalar(context.divide(Decimal(value.numerator), Decimal(value.denominator)))


def _column(value: Cells, columns: Cells) -> Cells:
    """A constant stands for every row."""
    if isinstance(value, pa.Scalar):
        return pa.array([value.as_py()] * columns.num_rows, value.type)
    return value.combine_chunks() if isinstance(value, pa.ChunkedArray) else value


def _aligned(left: Cells, right: Cells) -> tuple[Cells, Cells]:
    """A day beside a moment is that day's midnight."""
    if pa.types.is_date(left.type) and pa.types.is_timestamp(right.type):
        return left.cast(right.type), right
    if pa.types.is_timestamp(left.type) and pa.types.is_date(right.type):
        return left, right.cast(left.type)
    return left, right


def _plus(left: Cells, right: Cells) -> Cells:
    if pa.types.is_date(left.type):
        return pc.add_checked(left.cast(pa.int32()), right.cast(pa.int32())).cast(pa.date32())
    return pc.add_checked(left, right)


def _minus(left: Cells, right: Cells) -> Cells:
    if pa.types.is_date(left.type) and pa.types.is_date(right.type):
        return pc.subtract_checked(left.cast(pa.int32()), right.cast(pa.int32())).cast(pa.int64())
    if pa.types.is_date(left.type):
        return pc.subtract_checked(left.cast(pa.int32()), right.cast(pa.int32())).cast(pa.date32())
    return pc.subtract_checked(left, right)


def _among(value: Cells, *items: Cells) -> Cells:
    return reduce(pc.or_kleene, [pc.equal(*_aligned(value, item)) for item in items])


def _if(condition: Cells, then: Cells, otherwise: Cells) -> Cells:
    """An unknown condition takes the second way, as in SQL."""
    known = condition.fill_null(False) if isinstance(condition, pa.Array | pa.ChunkedArray) else condition
    return pc.if_else(known, then, otherwise)


_OPERATORS: Functions = {
    "+": _plus,
    "-": _minus,
    "*": pc.multiply_checked,
    "negative": pc.negate_checked,
    "abs": pc.abs_checked,
    "and": lambda *parts: reduce(pc.and_kleene, parts),
    "or": lambda *parts: reduce(pc.or_kleene, parts),
    "not": pc.invert,
    "is_null": pc.is_null,
    "in": _among,
    "if": _if,
}


def probe(rows: Rows, table: FactTable, schema: Cells) -> list[Refused]:
    """Tries every expression on no rows at all, so that wrong types are found before the first file is read."""
    found = []
    empty = schema.empty_table()
    for text in [*table.derive.values(), *(check.check for check in table.checks)]:
        try:
            rows.value(text, empty)
        except Refused as refused:
            found.append(refused)
    return found
