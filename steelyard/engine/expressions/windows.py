"""``last_year(…)``, ``previous(…)``, ``to_date(…)``, ``whole_year(…)``: the same totals over another window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from operator import is_

from steelyard.engine.expressions.nodes import Aggregate, Call, Name, Node, Number, Window, transform

PAST = ("last_year", "previous", "to_date", "whole_year")


def windowed(tree: Node, values: Mapping[str, Node]) -> Node:
    """The tree with every past function pushed down into its totals and attributes.

    ``values`` holds the value trees of the indicators, so that ``last_year(value(rate))`` is that indicator's own
    calculation over last year's rows. A tree without any is handed back as it is.
    """
    match tree:
        case Call(op=op, args=(inner, *rest)) if op in PAST:
            inner = windowed(inner, values)
            count = int(rest[0].value) if rest and isinstance(rest[0], Number) else 1
            return transform(_inlined(inner, values), lambda node: _moved(node, op, count))
        case Call(op=op, args=args, span=span):
            new = tuple([windowed(arg, values) for arg in args])
            return tree if all(map(is_, new, args)) else Call(op, new, span)
        case _:
            return tree


def _inlined(tree: Node, values: Mapping[str, Node]) -> Node:
    def change(node: Node) -> Node:
        match node:
            case Call(op="value", args=(Name() as indicator,)) if indicator.text in values:
                return values[indicator.text]
            case _:
                return node

    return transform(tree, change)


def _moved(node: Node, op: str, count: int) -> Node:
    match node:
        case Aggregate(window=window):
            return replace(node, window=_shift(window, op, count))
        case Name(parts=("unit", attribute)) if op in ("last_year", "previous"):
            return Name(("unit", attribute, f"{op}:{count}"), node.span)
        case Name(parts=("unit", attribute, past)) if past.startswith(f"{op}:"):
            return Name(("unit", attribute, f"{op}:{int(past.partition(':')[2]) + count}"), node.span)
        case _:
            return node


def _shift(window: Window, op: str, count: int) -> Window:
    match op:
        case "last_year":
            return replace(window, years=window.years + count)
        case "previous":
            return replace(window, periods=window.periods + count)
        case "to_date":
            return replace(window, reach="to_date")
        case _:
            return replace(window, reach="year")
