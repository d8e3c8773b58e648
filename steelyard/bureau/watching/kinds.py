"""What a value is made of, read from its tree: a share of cases, a count, a sum, a mean, a ratio, or only a level."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Literal

from steelyard.bureau.runs.uncertainty import inside, squares
from steelyard.engine.expressions.nodes import Aggregate, Call, Name, Node, Number, Window, call, number, walk

Kind = Literal["share", "count", "sum", "mean", "ratio", "level"]
_WHOLE = Window()
_CASES = ("count", "distinct")
_ADDED = ("count", "sum", "distinct")


@dataclass(frozen=True)
class Made:
    """``value = scale * above / below``. ``above`` and ``below`` add up over months; None where there is none, and
    where the value is only a level. ``below`` of a mean: how many cases it is of. ``monthly``: whether the months are
    points of one process; what always reads the year so far only grows."""

    kind: Kind
    above: Node | None = None
    below: Node | None = None
    scale: Node | None = None
    monthly: bool = True

    @property
    def square(self) -> Node | None:
        """Of a ratio of amounts, the sum of squares that says how many cases its base is worth."""
        if self.kind != "ratio" or not isinstance(self.below, Aggregate):
            return None
        return next(iter(squares(self.below)), None)


def made_of(value: Node) -> Made:
    """Read from the tree of a value."""
    if any(isinstance(node, Aggregate) and not _by_month(node.window) for node in walk(value)):
        return Made("level", monthly=False)
    tree = value
    while isinstance(tree, Call) and tree.op == "round":
        tree = tree.args[0]
    if isinstance(tree, Aggregate) and tree.kind == "avg":
        return _mean(tree)
    upper, lower = _product(tree)
    scale = _scale([one for one in upper if _fixed(one)], [one for one in lower if _fixed(one)])
    above, below = ([one for one in found if not _fixed(one)] for found in (upper, lower))
    if len(above) != 1 or len(below) > 1 or not all(map(_adds, (*above, *below))):
        return Made("level")
    return Made(_kind(above[0], below[0] if below else None), above[0], below[0] if below else None, scale)


def _kind(above: Node, below: Node | None) -> Kind:
    counted = isinstance(above, Aggregate) and above.kind in _CASES
    if below is None:
        return "count" if counted else "sum"
    if not (isinstance(below, Aggregate) and below.kind in _CASES):
        return "ratio"
    if isinstance(above, Aggregate) and counted and above.kind == below.kind and inside(above, below):
        return "share"
    return "mean"


def _mean(tree: Aggregate) -> Made:
    """An average, with the number of its cases."""
    beside = squares(tree)
    return Made("mean", None, beside[1], None) if beside and tree.window == _WHOLE else Made("level")


def _product(tree: Node) -> tuple[list[Node], list[Node]]:
    """What is multiplied, and by what it is divided."""
    if isinstance(tree, Call) and tree.op in ("*", "/") and len(tree.args) == 2:
        (a, b), (c, d) = (_product(arg) for arg in tree.args)
        return (a + c, b + d) if tree.op == "*" else (a + d, b + c)
    return [tree], []


def _fixed(tree: Node) -> bool:
    """A number, or an attribute of the unit: the same in every month."""
    return isinstance(tree, Number) or (isinstance(tree, Name) and tree.parts[0] == "unit")


def _adds(tree: Node) -> bool:
    """Whether a year is the sum of its months."""
    match tree:
        case Aggregate(kind=kind, window=window):
            return kind in _ADDED and window == _WHOLE
        case Call(op="+" | "-", args=args):
            return all(map(_adds, args))
        case _:
            return False


def _by_month(window: Window) -> bool:
    return window.reach == "period" and window.checkpoint is None


def _scale(upper: list[Node], lower: list[Node]) -> Node | None:
    if not upper and not lower:
        return None
    one: Node = number(1)
    return call("/", reduce(lambda a, b: call("*", a, b), upper, one), reduce(lambda a, b: call("*", a, b), lower, one))
