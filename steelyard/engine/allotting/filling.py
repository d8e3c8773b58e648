"""Exact shares, as water finds its level: everybody gets level × weight, unless a wish holds him higher or lower."""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction

from steelyard.engine.allotting.tree import Node


def held(node: Node, level: Fraction) -> int:
    """What a node holds at a level, times the denominator of the level, so that all of it stays whole numbers."""
    above, below = level.numerator, level.denominator
    return node.within(poured(node, level) if node.is_group else above * node.weight, below)


def poured(node: Node, level: Fraction) -> int:
    """What the children hold together, before the wishes of the group itself; as `held`."""
    return sum(held(child, level) for child in node.children)


def level_of(node: Node, amount: int) -> Fraction:
    """The level at which the children of a node hold ``amount`` together."""
    return _level(node, amount, _inner(node))


def _level(node: Node, amount: int, inner: list[Fraction]) -> Fraction:
    """Between two bends what the children hold is a straight line; beyond the last only the unlimited still rise."""
    bends = sorted({Fraction(0), *inner})
    reached = bisect_right(bends, amount, key=lambda bend: -(-poured(node, bend) // bend.denominator)) - 1
    below, above = bends[reached], bends[reached + 1] if reached + 1 < len(bends) else bends[reached] + 1
    before, after = _exact(node, below), _exact(node, above)
    return below if before == amount else below + (amount - before) * (above - below) / (after - before)


def _exact(node: Node, level: Fraction) -> Fraction:
    return Fraction(poured(node, level), level.denominator)


def _inner(node: Node) -> list[Fraction]:
    return [bend for child in node.children for bend in _bends(child)]


def _bends(node: Node) -> list[Fraction]:
    """The levels at which a wish begins or ceases to hold the node, or something in it."""
    inner = _inner(node)
    limits = [limit for wish, limit in ((node.least, node.low), (node.most, node.high)) if wish and limit is not None]
    own = [_level(node, limit, inner) if node.is_group else Fraction(limit, node.weight) for limit in limits]
    return inner + own
