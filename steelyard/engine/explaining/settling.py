"""A step of one subject with its figures in place: conditions decided, names and totals replaced by numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import cast

from steelyard.engine.arithmetic.compute import Column, compute, truth
from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.arithmetic.rounding import rounded
from steelyard.engine.arithmetic.truths import Texts
from steelyard.engine.expressions.nodes import Aggregate, Call, Name, Node, Number, Text
from steelyard.engine.expressions.wording import Show, figure
from steelyard.engine.weighing.scope import Scope

_KEPT = frozenset({"+", "-", "*", "/", "negative", "abs", "floor", "ceil", "greatest", "least", "steps"})
"""Arithmetic stays visible; everything else (peers, past, other indicators) shows its result."""


SHOWN = 10**6
"""Decimals that never end are shown to a millionth; the exact number stands in the proof."""


def shown(value: Fraction, show: Show) -> str:
    """The number in digits, ``≈0.333333`` where they never end."""
    exact = figure(value, show)
    if "/" not in exact:
        return exact
    return f"≈{figure(Fraction(rounded(value.numerator * SHOWN, value.denominator, 'half_up'), SHOWN), show)}"


def settled(tree: Node, scope: Scope, index: int, show: Show = "number") -> Node:
    """The arithmetic that was really done for place ``index``; missing numbers stay words."""
    match tree:
        case Call(op="if", args=(condition, then, otherwise)):
            met = bool(truth(condition, scope).met[index])
            return settled(then if met else otherwise, scope, index, show)
        case Call(op="or_else", args=(first, second)):
            known = bool(cast(Numbers, compute(first, scope)).known[index])
            return settled(first if known else second, scope, index, show)
        case Call(op="round", args=(inner, *_)) | Call(op="given", args=(*_, inner)):
            return settled(inner, scope, index, show)
        case Call(op=op, args=args) if op in _KEPT:
            return Call(op, tuple(settled(arg, scope, index, show) for arg in args))
        case Name() | Aggregate() | Call():
            return _result(compute(tree, scope), index, tree, show)
        case _:
            return tree


def without_rounding(tree: Node) -> Node:
    """The same calculation without its roundings."""
    match tree:
        case Call(op="round", args=(inner, *_)):
            return without_rounding(inner)
        case Call(op=op, args=args):
            return Call(op, tuple(without_rounding(arg) for arg in args))
        case _:
            return tree


def _result(column: Column, index: int, tree: Node, show: Show) -> Node:
    if isinstance(column, Numbers):
        found = column.fraction(index)
        if found is None:
            return tree
        digits = shown(found, show)
        return Name((digits,)) if digits.startswith("≈") else Number(found)
    if isinstance(column, Texts):
        word = column.word(index)
        return tree if word is None else Text(word)
    return tree
