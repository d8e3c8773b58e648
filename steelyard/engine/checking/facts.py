"""What conditions tell about the branches below them: what is known there, what is not zero, what has been missed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from steelyard.engine.expressions.nodes import Call, Day, Name, Node, Number

MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
DENIED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


@dataclass(frozen=True, slots=True)
class Facts:
    """``known`` parts have a result, ``nonzero`` parts are not zero, ``missed`` conditions did not hold."""

    known: frozenset[Node] = frozenset()
    nonzero: frozenset[Node] = frozenset()
    missed: tuple[Node, ...] = ()

    def knowing(self, nodes: Iterable[Node]) -> Facts:
        return Facts(self.known | frozenset(nodes), self.nonzero, self.missed)

    def met(self, condition: Node) -> Facts:
        """Where the condition holds; a comparison that holds has two known sides."""
        tests = list(_conjuncts(condition))
        sides = [side for test in tests if test.op in MIRROR for side in test.args]
        sides += [test.args[0].args[0] for test in tests if _denies_missing(test)]  # type: ignore[union-attr]
        nonzero = [part for test in tests for part in _nonzero(test.op, test.args)]
        return Facts(self.known | frozenset(sides), self.nonzero | frozenset(nonzero), self.missed)

    def not_met(self, condition: Node) -> Facts:
        """Where it does not hold, or cannot be decided because a side is missing."""
        known, nonzero = [], []
        for test in _disjuncts(condition):
            if test.op in DENIED:
                nonzero += _nonzero(DENIED[test.op], test.args)
            if test.op in ("is_null", "is_empty"):
                known.append(test.args[0])
        return Facts(self.known | frozenset(known), self.nonzero | frozenset(nonzero), (*self.missed, condition))

    @property
    def cannot_be(self) -> bool:
        """Whether one of the missed conditions must have held: together they leave nothing out."""
        return bool(self.missed) and (_of_day_or_class(self.missed[-1]) or _covered(self.missed))


NO_FACTS = Facts()


def _conjuncts(condition: Node) -> Iterator[Call]:
    return _parts(condition, "and")


def _disjuncts(condition: Node) -> Iterator[Call]:
    return _parts(condition, "or")


def _parts(condition: Node, joined: str) -> Iterator[Call]:
    match condition:
        case Call(op=op, args=args) if op == joined:
            for part in args:
                yield from _parts(part, joined)
        case Call():
            yield condition


def _denies_missing(test: Call) -> bool:
    inner = test.args[0]
    return test.op == "not" and isinstance(inner, Call) and inner.op in ("is_null", "is_empty")


def _nonzero(op: str, args: tuple[Node, ...]) -> list[Node]:
    """The sides of a comparison that holds which cannot be zero."""
    if op not in MIRROR:
        return []
    found = []
    for part, sign, other in ((args[0], op, args[1]), (args[1], MIRROR[op], args[0])):
        if isinstance(other, Number) and not _meets(Fraction(0), sign, other.value):
            found.append(part)
    return found


def _meets(value: Fraction, op: str, other: Fraction) -> bool:
    return {
        "<": value < other, "<=": value <= other, ">": value > other,
        ">=": value >= other, "=": value == other, "!=": value != other,
    }[op]  # fmt: skip


def _of_day_or_class(condition: Node) -> bool:
    """Targets by date and class: whom they leave out is told by a check of its own."""
    match condition:
        case Call(op="class_is"):
            return True
        case Call(op=">=", args=(Name(parts=("day",)), Day())):
            return True
        case _:
            return False


# -- stretches that leave nothing out --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stretch:
    """``low`` and ``high`` with whether they belong to it; None where it goes on for ever."""

    low: tuple[Node, bool] | None
    high: tuple[Node, bool] | None


def _covered(conditions: Iterable[Node]) -> bool:
    stretches: dict[Node, list[_Stretch]] = {}
    for condition in conditions:
        found = _stretch(condition)
        if found is not None:
            stretches.setdefault(found[0], []).append(found[1])
    return any(_meet(found) for found in stretches.values())


def _stretch(condition: Node) -> tuple[Node, _Stretch] | None:
    """The node that is compared, and the stretch of it in which the condition holds."""
    tests = list(_conjuncts(condition))
    if not tests or any(test.op not in ("<", "<=", ">", ">=") for test in tests):
        return None
    of = tests[0].args[0]
    lows = [(test.args[1], test.op == ">=") for test in tests if test.op in (">", ">=")]
    highs = [(test.args[1], test.op == "<=") for test in tests if test.op in ("<", "<=")]
    if any(test.args[0] != of for test in tests) or len(lows) > 1 or len(highs) > 1:
        return None
    return of, _Stretch(lows[0] if lows else None, highs[0] if highs else None)


def _meet(stretches: list[_Stretch]) -> bool:
    """From the bottom upwards: each stretch that begins where one has ended, until one never ends."""
    reached = [stretch for stretch in stretches if stretch.low is None]
    rest = [(stretch.low, stretch) for stretch in stretches if stretch.low is not None]
    while reached:
        here = reached.pop()
        if here.high is None:
            return True
        reached += [stretch for low, stretch in rest if _touch(here.high, low)]
        rest = [(low, stretch) for low, stretch in rest if stretch not in reached]
    return False


def _touch(high: tuple[Node, bool], low: tuple[Node, bool]) -> bool:
    (end, ends), (start, starts) = high, low
    if isinstance(end, Number) and isinstance(start, Number) and start.value < end.value:
        return True
    return end == start and (ends or starts)
