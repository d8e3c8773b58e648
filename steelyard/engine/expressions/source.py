"""A tree as the small SQL that people write: the inverse of `parse`, with as few brackets as the grammar allows."""

from __future__ import annotations

from enum import IntEnum

from steelyard.engine.expressions.nodes import Aggregate, Call, Day, Name, Node, Number, Text
from steelyard.engine.expressions.wording import figure


class _Hold(IntEnum):
    """How tightly the grammar binds."""

    OR = 1
    AND = 2
    NOT = 3
    COMPARE = 4
    SUM = 5
    PRODUCT = 6
    SIGN = 7


_BINARY = {
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), (_Hold.COMPARE, _Hold.SUM, _Hold.SUM)),
    **dict.fromkeys(("+", "-"), (_Hold.SUM, _Hold.SUM, _Hold.PRODUCT)),
    **dict.fromkeys(("*", "/"), (_Hold.PRODUCT, _Hold.PRODUCT, _Hold.SIGN)),
}
_JOINED = {"and": _Hold.AND, "or": _Hold.OR}


def source(tree: Node) -> str:
    """``parse(source(tree)) == tree`` for every tree that `parse` can give."""
    return _said(tree, _Hold.OR)


def _said(tree: Node, least: int) -> str:
    text, hold = _written(tree)
    return text if hold >= least else f"({text})"


def _written(tree: Node) -> tuple[str, int]:
    match tree:
        case Number(value=value, percent=percent):
            return figure(value, "percent" if percent else "number"), _Hold.SIGN
        case Text(value=text):
            return f"'{text}'", _Hold.SIGN
        case Day(value=day):
            return f"date '{day.isoformat()}'", _Hold.SIGN
        case Name():
            return tree.text, _Hold.SIGN
        case Aggregate():
            return _aggregate(tree), _Hold.SIGN
        case _:
            return _call(tree)


def _call(call: Call) -> tuple[str, int]:
    match call:
        case Call(op=op, args=(left, right)) if op in _BINARY:
            hold, first, second = _BINARY[op]
            return f"{_said(left, first)} {op} {_said(right, second)}", hold
        case Call(op="and" | "or" as op, args=args):
            return f" {op} ".join(_said(arg, _JOINED[op] + 1) for arg in args), _JOINED[op]
        case Call(op="not", args=(Call(op="is_null", args=(inner,)),)):
            return f"{_said(inner, _Hold.SUM)} is not null", _Hold.COMPARE
        case Call(op="not", args=(Call(op="in", args=args),)):
            return f"{_said(args[0], _Hold.SUM)} not in ({_listed(args[1:])})", _Hold.COMPARE
        case Call(op="not", args=(inner,)):
            return f"not {_said(inner, _Hold.NOT)}", _Hold.NOT
        case Call(op="is_null", args=(inner,)):
            return f"{_said(inner, _Hold.SUM)} is null", _Hold.COMPARE
        case Call(op="in", args=args):
            return f"{_said(args[0], _Hold.SUM)} in ({_listed(args[1:])})", _Hold.COMPARE
        case Call(op="negative", args=(inner,)):
            return f"-{_said(inner, _Hold.SIGN)}", _Hold.SIGN
        case _:
            return f"{call.op}({_listed(call.args)})", _Hold.SIGN


def _listed(parts: tuple[Node, ...]) -> str:
    return ", ".join(_said(part, _Hold.OR) for part in parts)


def _aggregate(tree: Aggregate) -> str:
    of = tree.table if tree.argument is None else _said(tree.argument, _Hold.OR)
    of += "" if tree.level is None else f", {figure(tree.level)}"
    where = "" if tree.where is None else f" where {_said(tree.where, _Hold.OR)}"
    if tree.per:
        return f"{tree.kind}({tree.inner}({of}{where}) per {', '.join(tree.per)})"
    return f"{tree.kind}({of}{where}{'' if tree.order is None else f' by {tree.order}'})"
