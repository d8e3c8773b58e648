"""Evaluates a tree for all subjects and periods at once.

The meaning of every operator stands here once: missing numbers stay missing with their reason, a division by zero
is empty, a condition that is not known does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Protocol, TypeAlias, cast

import numpy as np

from steelyard.engine.arithmetic import peers
from steelyard.engine.arithmetic.numbers import Numbers, State, States, added, constant, missing, worse
from steelyard.engine.arithmetic.peers import Groups
from steelyard.engine.arithmetic.rounding import Rounding
from steelyard.engine.arithmetic.truths import Texts, Truths, compared, is_missing, no_texts, texts
from steelyard.engine.expressions.nodes import Aggregate, Call, Name, Node, Number, Text

Column: TypeAlias = Numbers | Truths | Texts


class Surroundings(Protocol):
    """What a tree may ask for: its size, names, totals, other indicators, peers."""

    @property
    def size(self) -> int: ...
    @property
    def groups(self) -> Groups: ...
    def named(self, name: Name) -> Column: ...
    def total(self, aggregate: Aggregate) -> Numbers: ...
    def class_is(self, name: str) -> Truths: ...
    def subject_is(self, code: str) -> Truths: ...
    def indicator(self, what: str, indicator: str) -> Column: ...


@dataclass(frozen=True, slots=True)
class _Once:
    """The same surroundings while one tree is computed: what stands in it more than once is computed once."""

    around: Surroundings
    size: int
    done: dict[int, Column]

    @property
    def groups(self) -> Groups:
        return self.around.groups

    def named(self, name: Name) -> Column:
        return self.around.named(name)

    def total(self, aggregate: Aggregate) -> Numbers:
        return self.around.total(aggregate)

    def class_is(self, name: str) -> Truths:
        return self.around.class_is(name)

    def subject_is(self, code: str) -> Truths:
        return self.around.subject_is(code)

    def indicator(self, what: str, indicator: str) -> Column:
        return self.around.indicator(what, indicator)


def compute(node: Node, around: Surroundings) -> Column:
    once = around if isinstance(around, _Once) else _Once(around, around.size, {})
    found = once.done.get(id(node))
    if found is None:
        found = once.done[id(node)] = _computed(node, once)
    return found


def _computed(node: Node, around: Surroundings) -> Column:
    match node:
        case Call():
            return _call(node, around)
        case Name():
            return around.named(node)
        case Number(value=value):
            return constant(value, around.size)
        case Aggregate():
            return around.total(node)
        case Text(value=text):
            return texts(text, around.size)
        case _:  # a day
            return constant(node.value.toordinal(), around.size)


def number(node: Node, around: Surroundings) -> Numbers:
    """A tree that the check has found to be a number."""
    return cast(Numbers, compute(node, around))


def truth(node: Node, around: Surroundings) -> Truths:
    return cast(Truths, compute(node, around))


def _call(node: Call, around: Surroundings) -> Column:
    if node.op in _NUMERIC:
        return _NUMERIC[node.op](*(number(arg, around) for arg in node.args))
    if node.op in _SPECIAL:
        return _SPECIAL[node.op](node, around)
    if node.op in ("value", "points", "label"):
        return around.indicator(node.op, cast(Name, node.args[0]).text)
    if node.op.startswith("peers_"):
        return _peers(node, around)
    left, right = (compute(arg, around) for arg in node.args)
    return compared(node.op, cast(Numbers, left), cast(Numbers, right))


def _sum(node: Call, around: Surroundings) -> Numbers:
    """``a + b + c + …`` at once, whichever way the parts were put together."""
    return added([number(part, around) for part in _parts(node)])


def _parts(node: Node) -> list[Node]:
    """However deep: a total is the sum of hundreds of points."""
    left, found = [node], []
    while left:
        one = left.pop()
        if isinstance(one, Call) and one.op == "+":
            left += reversed(one.args)
        else:
            found.append(one)
    return found


def _greatest(*columns: Numbers) -> Numbers:
    return reduce(lambda a, b: _choice(a, b, larger=True), columns)


def _least(*columns: Numbers) -> Numbers:
    return reduce(lambda a, b: _choice(a, b, larger=False), columns)


def _choice(a: Numbers, b: Numbers, *, larger: bool) -> Numbers:
    """Missing on one side makes the answer missing, as in any other calculation."""
    left, right = a.beside(b)
    chosen = a.where(left > right if larger else left < right, b)
    return replace(chosen, state=worse(a.state, b.state))


def _steps(distance: Numbers, step: Numbers) -> Numbers:
    """Whole steps in a distance; a distance below zero has none."""
    return (_greatest(distance, constant(0, len(distance))) / step).floor()


def _or_else(a: Numbers, b: Numbers) -> Numbers:
    return a.where(a.known, b)


_NUMERIC: Mapping[str, Callable[..., Numbers]] = {
    "-": Numbers.__sub__,
    "*": Numbers.__mul__,
    "/": Numbers.__truediv__,
    "negative": Numbers.__neg__,
    "abs": Numbers.__abs__,
    "floor": Numbers.floor,
    "ceil": Numbers.ceil,
    "greatest": _greatest,
    "least": _least,
    "or_else": _or_else,
    "steps": _steps,
}


def _and(node: Call, around: Surroundings) -> Truths:
    return reduce(Truths.__and__, (truth(arg, around) for arg in node.args))


def _or(node: Call, around: Surroundings) -> Truths:
    return reduce(Truths.__or__, (truth(arg, around) for arg in node.args))


def _not(node: Call, around: Surroundings) -> Truths:
    return ~truth(node.args[0], around)


def _is_null(node: Call, around: Surroundings) -> Truths:
    return is_missing(cast(Numbers, compute(node.args[0], around)))


def _is_empty(node: Call, around: Surroundings) -> Truths:
    """Nothing happened, or the rule does not apply here; data that are only awaited do not count as nothing."""
    state = cast(Numbers, compute(node.args[0], around)).state
    dropped = (state == State.EMPTY) | (state == State.OUTSIDE)
    return Truths(dropped, np.ones(len(state), dtype=np.bool_))


def _nothing(_: Call, around: Surroundings) -> Numbers:
    return missing(State.EMPTY, around.size)


def _awaited(_: Call, around: Surroundings) -> Numbers:
    return missing(State.AWAITED, around.size)


def _given(node: Call, around: Surroundings) -> Column:
    """``given(a, b, …, tree)``: the tree where all before it are known, else missing for their reason."""
    *needed, column = (compute(arg, around) for arg in node.args)
    reason = reduce(worse, (_reason(part) for part in needed))
    missing_here = reason != State.KNOWN
    if not missing_here.any():
        return column
    if isinstance(column, Truths):
        return Truths(column.value, column.known & ~missing_here, np.where(missing_here, reason, column.reason))
    return replace(column, state=np.where(missing_here, reason, column.state).astype(np.uint8))


def _reason(column: Column) -> States:
    return column.reason if isinstance(column, Truths) else column.state


def _no_text(_: Call, around: Surroundings) -> Texts:
    return no_texts(State.EMPTY, around.size)


def _outside(_: Call, around: Surroundings) -> Numbers:
    return missing(State.OUTSIDE, around.size)


def _subject_is(node: Call, around: Surroundings) -> Truths:
    return around.subject_is(cast(Text, node.args[0]).value)


def _class_is(node: Call, around: Surroundings) -> Truths:
    return around.class_is(cast(Text, node.args[0]).value)


def _in(node: Call, around: Surroundings) -> Truths:
    value, *options = (cast(Numbers, compute(arg, around)) for arg in node.args)
    return reduce(Truths.__or__, (compared("=", value, option) for option in options))


def _if(node: Call, around: Surroundings) -> Column:
    """``if(condition, then, otherwise)``; a condition that is not known takes ``otherwise``."""
    met = truth(node.args[0], around).met
    if met.all() or not met.any():  # the same for everybody, as with most targets by class and date
        return compute(node.args[1 if met.all() else 2], around)
    then, otherwise = (compute(arg, around) for arg in node.args[1:])
    return cast(Numbers, then).where(met, cast(Numbers, otherwise))


def _round(node: Call, around: Surroundings) -> Numbers:
    places = int(cast(Number, node.args[1]).value)
    rule = cast(Rounding, cast(Text, node.args[2]).value) if len(node.args) > 2 else "half_up"
    return number(node.args[0], around).round(places, rule)


_SPECIAL: Mapping[str, Callable[[Call, Surroundings], Column]] = {
    "+": _sum,
    "and": _and,
    "or": _or,
    "not": _not,
    "is_null": _is_null,
    "is_empty": _is_empty,
    "nothing": _nothing,
    "no_text": _no_text,
    "outside": _outside,
    "awaited": _awaited,
    "given": _given,
    "class_is": _class_is,
    "subject_is": _subject_is,
    "in": _in,
    "if": _if,
    "round": _round,
}


def _peers(node: Call, around: Surroundings) -> Numbers:
    """``peers_mean(x)``, ``peers_nth(x, 3)``; a text at the end names another class to look at."""
    *rest, last = node.args
    other = last.value if isinstance(last, Text) else None
    args = rest if other is not None else node.args
    column = number(args[0], around)
    if node.op == "peers_count":
        return peers.count(column, around.groups, other)
    if node.op == "peers_rank":
        return peers.rank(column, around.groups)
    parameters = [int(cast(Number, arg).value) for arg in args[1:]]
    return peers.statistic(node.op, column, around.groups, parameters, other)
