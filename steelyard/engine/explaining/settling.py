"""A step of one subject with its figures in place: conditions decided, names and totals replaced by numbers."""

from __future__ import annotations

from typing import cast

from steelyard.engine.arithmetic.compute import Column, compute, truth
from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.arithmetic.truths import Texts
from steelyard.engine.expressions.nodes import Aggregate, Call, Name, Node, Number, Text
from steelyard.engine.weighing.scope import Scope

_KEPT = frozenset({"+", "-", "*", "/", "negative", "abs", "floor", "ceil", "greatest", "least", "steps"})
"""Arithmetic stays visible; everything else (peers, past, other indicators) shows its result."""


def settled(tree: Node, scope: Scope, index: int) -> Node:
    """The arithmetic that was really done for place ``index``; missing numbers stay words."""
    match tree:
        case Call(op="if", args=(condition, then, otherwise)):
            met = bool(truth(condition, scope).met[index])
            return settled(then if met else otherwise, scope, index)
        case Call(op="or_else", args=(first, second)):
            known = bool(cast(Numbers, compute(first, scope)).known[index])
            return settled(first if known else second, scope, index)
        case Call(op="round", args=(inner, *_)):
            return settled(inner, scope, index)
        case Call(op=op, args=args) if op in _KEPT:
            return Call(op, tuple(settled(arg, scope, index) for arg in args))
        case Name() | Aggregate() | Call():
            return _result(compute(tree, scope), index, tree)
        case _:
            return tree


def _result(column: Column, index: int, tree: Node) -> Node:
    if isinstance(column, Numbers):
        found = column.fraction(index)
        return tree if found is None else Number(found)
    if isinstance(column, Texts):
        word = column.word(index)
        return tree if word is None else Text(word)
    return tree
