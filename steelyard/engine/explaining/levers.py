"""Which totals behind an item a unit may be advised to move, and how far each can go.

Advice that cannot be followed, or that should not be, is worse than none. So: the past stands (a total of an earlier
year or period is never moved, nor is one that only sets the target); of a rate only what stands above the line moves,
because what stands below is workload; a part never outgrows its whole; nothing that is counted falls below zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from steelyard.engine.arithmetic.numbers import Numbers, constant
from steelyard.engine.explaining.explanation import aggregates
from steelyard.engine.expressions.nodes import Aggregate, Call, Node, children, walk
from steelyard.engine.weighing.items import Weighed
from steelyard.engine.weighing.scope import Scope

FAR = 2**40
"""A change larger than this many units is no advice."""

Moves = npt.NDArray[np.int64]
_ADDED = ("count", "sum", "distinct")
_COMPARED = ("=", "!=", "<", "<=", ">", ">=")


def levers(weighed: Weighed) -> Iterator[tuple[Aggregate, int]]:
    """Totals with the direction, 1 or -1, in which work can move them."""
    trees = [step.tree for step, _ in weighed.steps if step.name != "target"]
    met = {total: free for tree in trees for total, free in _met(tree)}
    met.update({total: True for tree in trees for total, free in _met(tree) if free})
    fixed = {total for tree in trees for total in _bases(tree)} | _wholes(aggregates(weighed))
    for total in met:
        if total not in fixed and not _past(total):
            yield total, 1
            if met[total] or total.where is not None:
                yield total, -1


def limit(total: Aggregate, sign: int, weighed: Weighed, scope: Scope) -> Moves:
    """For every place how many units the total can move in that direction."""
    present, others = scope.total(total), [other for other in aggregates(weighed) if other != total]
    room = np.full(scope.size, FAR, dtype=np.int64)
    if sign < 0:
        room = np.minimum(room, _units(present, total, present))
        found = [present - scope.total(other) for other in others if _inside(other, total)]
    else:
        found = [scope.total(other) - present for other in others if _inside(total, other)]
        found += [] if total.kind in _ADDED else [_highest(present) - present]
        room = np.minimum(room, _below_the_line(total, weighed, scope))
    for column in found:
        room = np.minimum(room, _units(column, total, present))
    return room


def unit_of(total: Aggregate, column: Numbers) -> Fraction:
    """Cases change one by one, money by the cent, averages by a hundredth."""
    if total.kind in ("count", "distinct"):
        return Fraction(1)
    if isinstance(column.denominator, int):
        return Fraction(1, column.denominator)
    return Fraction(1, 100)


def _met(tree: Node, free: bool = True) -> Iterator[tuple[Aggregate, bool]]:
    """Totals outside of peers' statistics; ``free``: not only compared with something.

    All rows of a table, where a condition compares them, say how much work there was: nobody shall have less of it.
    """
    match tree:
        case Aggregate():
            yield tree, free
        case Call(op=op) if not op.startswith("peers_"):
            for child in children(tree):
                yield from _met(child, free and op not in _COMPARED)


def _bases(tree: Node) -> Iterator[Aggregate]:
    """What stands below the line, unless nothing above it could move; so too a rate that another is measured from."""
    match tree:
        case Call(op=op) if op.startswith("peers_"):
            return
        case Call(op="/" | "-", args=(top, bottom)) if _measures(tree):
            yield from (total for total, _ in _met(bottom))
            yield from _bases(top)
        case _:
            for child in children(tree):
                yield from _bases(child)


def _measures(tree: Call) -> bool:
    top, bottom = tree.args
    movable = any(not _past(total) for total, _ in _met(top))
    return movable and (tree.op == "/" or (_divides(top) and _divides(bottom)))


def _divides(tree: Node) -> bool:
    return any(isinstance(node, Call) and node.op == "/" for node in walk(tree))


def _wholes(totals: Sequence[Aggregate]) -> set[Aggregate]:
    """A whole is left alone where a part of it counts: shrinking the base is no cure."""
    return {replace(total, where=None) for total in totals if total.where is not None}


def _past(total: Aggregate) -> bool:
    return bool(total.window.years or total.window.periods)


def _inside(part: Aggregate, whole: Aggregate) -> bool:
    """Every row of the part is one of the whole: the same total under further conditions."""
    same = part.kind in _ADDED and replace(part, where=None) == replace(whole, where=None)
    return same and _conditions(whole.where) < _conditions(part.where)


def _conditions(where: Node | None) -> set[Node]:
    match where:
        case None:
            return set()
        case Call(op="and", args=args):
            return {condition for part in args for condition in _conditions(part)}
        case _:
            return {where}


def _below_the_line(total: Aggregate, weighed: Weighed, scope: Scope) -> Moves:
    """A share stays a share: what is added up above the line stays within what is added up alike below it.

    A rate that is more than the whole already is no share, unless its conditions say that it must be one.
    """
    room, present = np.full(scope.size, FAR, dtype=np.int64), scope.total(total)
    for step, _ in weighed.steps:
        for node in walk(step.tree):
            if not (isinstance(node, Call) and node.op == "/"):
                continue
            top, bottom = ([found for found, _ in _met(side)] for side in node.args)
            for whole in bottom if total in top else ():
                if _alike(total, whole):
                    above = [scope.total(other) for other in dict.fromkeys(top) if _alike(other, whole)]
                    left = scope.total(whole) - sum(above[1:], above[0])
                    share = left.compare(constant(0, scope.size)) >= 0
                    room = np.where(share, np.minimum(room, _units(left, total, present)), room)
    return room


def _alike(part: Aggregate, whole: Aggregate) -> bool:
    """Sums of two columns of one table as well: what was paid of what was due."""
    same = (part.kind, part.table, part.window) == (whole.kind, whole.table, whole.window)
    return same and part != whole and part.kind in _ADDED and (part.kind == "sum" or part.argument == whole.argument)


def _highest(column: Numbers) -> Numbers:
    """The most that anybody reached: a mean mark of 11 out of 10 is nowhere to be had."""
    known = [value for value in column.fractions() if value is not None]
    return constant(max(known, default=Fraction(0)), len(column))


def _units(room: Numbers, total: Aggregate, present: Numbers) -> Moves:
    steps = (room / constant(unit_of(total, present), len(room))).floor()
    return np.where(steps.known, np.clip(steps.numerator, 0, FAR), 0).astype(np.int64)
