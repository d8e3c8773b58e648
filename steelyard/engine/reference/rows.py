"""Aggregates over plain rows, said as plainly as Python can: the slow twin of `engine.sql` and `engine.planning`.

Shares nothing with them but the tree. A row is a dict from column to int, Decimal, str, date, datetime, bool or None.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from steelyard.engine.expressions.nodes import Aggregate, Call, Day, Name, Node, Number, Text
from steelyard.engine.expressions.schema import TableSchema

Value: TypeAlias = Fraction | str | date | bool | None
Row: TypeAlias = Mapping[str, object]


def number(
    aggregate: Aggregate, table: TableSchema, rows: Iterable[Row], whose: Iterable[object], start: date, end: date
) -> Fraction | None:
    """One aggregate over the rows of these owners from ``start`` to before ``end``; None: nothing to speak of.

    ``whose``: the codes that count for the subject, or pairs (unit, officer).
    """
    return fold(aggregate, table, within(table, rows, whose, start, end))


def within(table: TableSchema, rows: Iterable[Row], whose: Iterable[object], start: date, end: date) -> list[Row]:
    """The rows of these owners from ``start`` to before ``end``."""
    owners = set(whose)
    return [row for row in rows if _owner(row, table) & owners and _within(row[str(table.date)], start, end)]


def _owner(row: Row, table: TableSchema) -> set[object]:
    unit, officer = row.get(table.unit or ""), row.get(table.officer or "")
    return {code for code in (unit, officer) if code is not None} | {(unit, officer)}


def _within(when: object, start: date, end: date) -> bool:
    return isinstance(when, date) and start <= _day(when) < end


def _day(when: date) -> date:
    return when.date() if isinstance(when, datetime) else when


def fold(aggregate: Aggregate, table: TableSchema, rows: Sequence[Row]) -> Fraction | None:
    """One aggregate over all of these rows."""
    counted = [row for row in rows if aggregate.where is None or value(aggregate.where, row, rows, table) is True]
    if aggregate.per:
        return _per(aggregate, table, rows, counted)
    if aggregate.kind in ("first", "last"):
        return _end(aggregate, table, rows, counted)
    return _plain(aggregate.kind, _values(aggregate, table, rows, counted), aggregate.level)


def _values(aggregate: Aggregate, table: TableSchema, rows: Sequence[Row], counted: Sequence[Row]) -> list[Value]:
    if aggregate.argument is None:
        return [Fraction(1) for _ in counted]
    found = (value(aggregate.argument, row, rows, table) for row in counted)
    return [one for one in found if one is not None]


def _plain(kind: str, values: Sequence[Value], level: Fraction | None = None) -> Fraction | None:
    if kind == "count":
        return Fraction(len(values))
    if kind == "distinct":
        return Fraction(len(set(values)))
    numbers = [one for one in values if isinstance(one, Fraction)]
    if kind == "sum":
        return sum(numbers, Fraction(0))
    if not numbers:
        return None
    if kind == "avg":
        return sum(numbers, Fraction(0)) / len(numbers)
    if kind == "percentile":
        assert level is not None
        return sorted(numbers)[math.ceil(level * len(numbers) / 100) - 1]
    return min(numbers) if kind == "min" else max(numbers)


def _per(aggregate: Aggregate, table: TableSchema, rows: Sequence[Row], counted: Sequence[Row]) -> Fraction | None:
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in counted:
        key = tuple(row[column] for column in aggregate.per)
        if None not in key:
            groups.setdefault(key, []).append(row)
    inner = [_plain(str(aggregate.inner), _values(aggregate, table, rows, group)) for group in groups.values()]
    return _plain(aggregate.kind, [one for one in inner if one is not None])


def _end(aggregate: Aggregate, table: TableSchema, rows: Sequence[Row], counted: Sequence[Row]) -> Fraction | None:
    """The first or last by order, key and value; an unknown key stands before a known one."""
    ranked = []
    for row in counted:
        order, found = row[str(aggregate.order)], value(aggregate.argument, row, rows, table)
        if order is not None and isinstance(found, Fraction):
            key = [(row[column] is not None, row[column]) for column in table.key]
            ranked.append(([order, *([part for part in pair if part is not None] for pair in key), found], found))
    ranked.sort(key=lambda pair: pair[0])
    if not ranked:
        return None
    return ranked[0][1] if aggregate.kind == "first" else ranked[-1][1]


def value(node: Node | None, row: Row, rows: Sequence[Row], table: TableSchema) -> Value:
    """An expression over one row; None is unknown. ``rows``: all rows of the subject and the stretch."""
    match node:
        case Number(value=number):
            return number
        case Text(value=text):
            return text
        case Day(value=day):
            return day
        case Name(parts=parts):
            return _cell(row[parts[-1]])
        case Aggregate():
            return fold(node, table, rows)
        case _:
            assert isinstance(node, Call)
            return _call(node.op, [value(arg, row, rows, table) for arg in node.args])


def _cell(found: object) -> Value:
    if isinstance(found, (int, Decimal)) and not isinstance(found, bool):
        return Fraction(found)
    assert found is None or isinstance(found, (str, date, bool))
    return found


def _call(op: str, args: list[Value]) -> Value:
    match op:
        case "is_null":
            return args[0] is None
        case "not":
            return None if args[0] is None else not args[0]
        case "and":
            return False if False in args else None if None in args else True
        case "or":
            return True if True in args else None if None in args else False
        case "in":
            return _call("or", [_call("=", [args[0], other]) for other in args[1:]])
        case "if":
            return args[1] if args[0] is True else args[2]
        case "least" | "greatest":
            known = [arg for arg in args if arg is not None]
            return (min if op == "least" else max)(known) if known else None
        case _:
            return None if None in args else _known(op, args)


def _known(op: str, args: list[Value]) -> Value:
    a, *rest = args
    b = rest[0] if rest else None
    match op:
        case "=":
            return a == b
        case "!=":
            return a != b
        case "<" | "<=" | ">" | ">=":
            return _ordered(op, a, b)
        case "year" | "month":
            return Fraction(getattr(a, op))
        case "days":
            assert isinstance(a, date)
            assert isinstance(b, date)
            return Fraction((_day(b) - _day(a)).days)
        case "+" | "-" if isinstance(a, date):
            assert isinstance(b, Fraction)
            return a + timedelta(days=int(b if op == "+" else -b))
        case _:
            return _arithmetic(op, a, b)


def _ordered(op: str, a: Value, b: Value) -> bool:
    less: bool = a < b  # type: ignore[operator]
    return {"<": less, "<=": less or a == b, ">": not less and a != b, ">=": not less}[op]


def _arithmetic(op: str, a: Value, b: Value) -> Fraction | None:
    assert isinstance(a, Fraction)
    if op == "negative":
        return -a
    if op == "abs":
        return abs(a)
    assert isinstance(b, Fraction)
    match op:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case _:
            return a / b if b else None
