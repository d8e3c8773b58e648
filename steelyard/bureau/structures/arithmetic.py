"""Totals and the four operations between them, for amounts that are not laid out as a panel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from steelyard.engine.checking.functions import above_rows
from steelyard.engine.expressions.nodes import Aggregate, Call, Node, Number
from steelyard.engine.problems import CATALOGUE, refuse

CATALOGUE.add(
    {
        "only-arithmetic": (
            "这里只认 sum(…)、count(…)、last_year(…) 一类与加减乘除，不认“{found}”",
            "only sum(…), count(…), last_year(…) and the like with + - * / can stand here, not '{found}'",
        ),
    }
)

_OPERATORS: dict[str, Callable[..., Fraction | None]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else None,
    "negative": lambda a: -a,
}


def arithmetic(tree: Node) -> Node:
    """The tree itself. Raises `Refused` (``only-arithmetic``) when there is more in it than that."""
    for node in above_rows(tree):
        if not isinstance(node, Aggregate | Number) and not (isinstance(node, Call) and node.op in _OPERATORS):
            raise refuse("only-arithmetic", found=getattr(node, "op", getattr(node, "text", "")))
    return tree


def evaluated(tree: Node, totals: Mapping[Aggregate, Fraction | None]) -> Fraction | None:
    """The number of a tree that `arithmetic` has let through; None where a part is missing or divides by zero."""
    match tree:
        case Number(value=value):
            return value
        case Aggregate():
            return totals[tree]
        case Call(op=op, args=args):
            found = [evaluated(arg, totals) for arg in args]
            return None if any(part is None for part in found) else _OPERATORS[op](*found)
    raise AssertionError(tree)
