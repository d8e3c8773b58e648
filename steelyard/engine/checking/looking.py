"""Reads the outlook of trees: bounds and causes through every operator, with what conditions rule out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce

from steelyard.engine.checking import outlook
from steelyard.engine.checking.calculation import Calculations, referred
from steelyard.engine.checking.facts import NO_FACTS, Facts
from steelyard.engine.checking.outlook import ANYTHING, Cause, Outlook, exactly, hull
from steelyard.engine.expressions.nodes import Aggregate, Call, Name, Node, Number, Text

FROM_ZERO = Outlook(Fraction(0))
NEVER = Outlook()
"""A branch that cannot be reached; compared by identity."""
NO_RESULT = frozenset({"nothing", "outside", "awaited", "no_text"})
ABSENT_PEERS = frozenset({"peers_trimmed_mean", "peers_nth"})
"""Statistics that need more peers than the subject itself."""


class Looking:
    """The reading of outlooks for `Calculations`."""

    day = ANYTHING
    unknown = ANYTHING

    def join(self, one: Outlook, two: Outlook) -> Outlook:
        return hull(one, two)

    def read(self, node: Node, names: Mapping[str, Outlook], other: Calculations[Outlook]) -> Outlook:
        return Reader(names, other, NO_FACTS).look(node)


@dataclass(frozen=True, slots=True)
class Reader:
    """``facts``: what the conditions above this point have ruled out."""

    names: Mapping[str, Outlook]
    other: Calculations[Outlook]
    facts: Facts

    def look(self, node: Node) -> Outlook:
        found = self._look(node)
        return found.sure if node in self.facts.known and found is not NEVER else found

    def _look(self, node: Node) -> Outlook:
        match node:
            case Number(value=value):
                return exactly(value)
            case Name(parts=("unit", *_)):
                return ANYTHING.because(Cause("attribute", node))
            case Name():
                return self.names.get(node.text, ANYTHING)
            case Aggregate():
                return _total(node)
            case Call(op="value" | "points" | "label" as what):
                return self.other.indicator(referred(node)).get(what, ANYTHING)
            case Call(op=op) if op in NO_RESULT:
                return self._nothing(node)
            case Call(op="if", args=(condition, then, otherwise)):
                return self._if(condition, then, otherwise)
            case Call(op="given", args=(*needed, tree)):
                return self._given(needed, tree)
            case Call():
                return self._call(node)
            case _:
                return ANYTHING

    def _nothing(self, node: Node) -> Outlook:
        if self.facts.cannot_be:
            return NEVER
        missed = self.facts.missed
        return ANYTHING.because(Cause("method", missed[-1]) if missed else Cause("items", node))

    def _if(self, condition: Node, then: Node, otherwise: Node) -> Outlook:
        decided = self.decided(condition)
        branches = []
        if decided is not False:
            branches.append(self._where(self.facts.met(condition)).look(then))
        if decided is not True:
            branches.append(self._where(self.facts.not_met(condition)).look(otherwise))
        possible = [branch for branch in branches if branch is not NEVER]
        bounded = [branch for branch in possible if branch.cause is None or branch.cause.why not in ("method", "items")]
        if not possible:
            return NEVER
        bounds = reduce(hull, bounded or possible)
        return bounds.because(*(branch.cause for branch in possible))

    def _where(self, facts: Facts) -> Reader:
        return replace(self, facts=facts)

    def _given(self, needed: Sequence[Node], tree: Node) -> Outlook:
        found = self._where(self.facts.knowing(needed)).look(tree)
        if found is NEVER:
            return NEVER
        return found.because(*(self.look(part).cause for part in needed), found.cause)

    def _call(self, call: Call) -> Outlook:
        if call.op.startswith("peers_"):
            return self._peers(call)
        parts = [self.look(arg) for arg in call.args]
        causes = [part.cause for part in parts]
        if call.op == "or_else":
            return hull(parts[0], parts[1]).because(parts[1].cause)
        if call.op in ("/", "steps") and not self._nonzero(call.args[1], parts[1]):
            causes.append(Cause("division", call.args[1]))
        return _computed(call, parts).because(*causes)

    def _nonzero(self, node: Node, found: Outlook) -> bool:
        if found.nonzero or node in self.facts.nonzero:
            return True
        match node:
            case Call(op="*", args=args):
                return all(self._nonzero(arg, self.look(arg)) for arg in args)
            case Call(op="negative" | "abs", args=(inner,)):
                return self._nonzero(inner, self.look(inner))
            case _:
                return False

    def _peers(self, call: Call) -> Outlook:
        found = self.look(call.args[0])
        others = any(isinstance(arg, Text) for arg in call.args)
        lonely = others or call.op in ABSENT_PEERS
        cause = Cause("peers", call) if found.cause is not None or lonely else None
        match call.op:
            case "peers_count":
                return FROM_ZERO if others or found.cause else Outlook(Fraction(1))
            case "peers_rank":
                return Outlook(Fraction(1)).because(found.cause)
            case "peers_sum":
                return (FROM_ZERO if found.low is not None and found.low >= 0 else ANYTHING).because(cause)
            case _:
                return found.because(cause)

    # -- conditions -----------------------------------------------------------------------------------------------

    def decided(self, condition: Node) -> bool | None:
        """Whether a condition must hold (True) or cannot (False), whatever the data; None where they decide."""
        match condition:
            case Call(op="not", args=(inner,)):
                found = self.decided(inner)
                return None if found is None else not found
            case Call(op="and", args=args):
                return _all([self.decided(arg) for arg in args])
            case Call(op="or", args=args):
                found = _all([_not(self.decided(arg)) for arg in args])
                return _not(found)
            case Call(op="is_empty", args=(inner,)):
                return False if self.look(inner).cause is None else None
            case Call(op="<" | "<=" | ">" | ">=" | "=" as op, args=(left, right)):
                return _compared(op, self.look(left), self.look(right))
            case _:
                return None


def _not(found: bool | None) -> bool | None:
    return None if found is None else not found


def _all(found: Sequence[bool | None]) -> bool | None:
    if any(one is False for one in found):
        return False
    return True if all(found) else None


def _compared(op: str, left: Outlook, right: Outlook) -> bool | None:
    """Decided where the bounds do not touch; a side that may be missing leaves it open."""
    if left.cause is not None or right.cause is not None:
        return None
    if op in (">", ">="):
        return _compared("<" if op == ">" else "<=", right, left)
    below = (
        left.high is not None
        and right.low is not None
        and (left.high < right.low or (op == "<=" and left.high == right.low))
    )
    above = (
        left.low is not None
        and right.high is not None
        and (left.low > right.high or (op == "<" and left.low == right.high))
    )
    if op == "=":
        return False if below or above else None
    return True if below else (False if above else None)


# -- totals and operators --------------------------------------------------------------------------------------------


def _total(total: Aggregate) -> Outlook:
    """Counts start at zero; a sum of nothing is zero; everything else of no rows is nothing."""
    past = bool(total.window.years or total.window.periods)
    counts = total.kind in ("count", "distinct") or (total.inner in ("count", "distinct"))
    found = FROM_ZERO if counts else ANYTHING
    if past:
        return found.because(Cause("past", total))
    return found if total.kind in ("count", "distinct", "sum") else found.because(Cause("rows", total))


Compute = Callable[[Sequence[Outlook]], Outlook]
_COMPUTE: Mapping[str, Compute] = {
    "+": lambda parts: outlook.plus(parts[0], parts[1]),
    "-": lambda parts: outlook.plus(parts[0], outlook.negative(parts[1])),
    "*": lambda parts: outlook.times(parts[0], parts[1]),
    "negative": lambda parts: outlook.negative(parts[0]),
    "abs": lambda parts: outlook.size(parts[0]),
    "floor": lambda parts: outlook.whole(parts[0]),
    "ceil": lambda parts: outlook.whole(parts[0]),
    "least": outlook.least,
    "greatest": outlook.greatest,
}


def _computed(call: Call, parts: Sequence[Outlook]) -> Outlook:
    match call:
        case Call(op="/", args=(top, below)):
            share = _share(top, below)
            return outlook.over(parts[0], parts[1]) if share is None else share
        case Call(op="steps"):
            return FROM_ZERO
        case Call(op="round", args=(_, Number(value=places), *_)):
            return outlook.whole(parts[0], 10 ** int(places)) if places >= 0 else ANYTHING
        case _:
            compute = _COMPUTE.get(call.op)
            return ANYTHING if compute is None else compute(parts)


def _share(top: Node, below: Node) -> Outlook | None:
    """From 0 to 1 where the one counts some of what the other counts; from 0 to 100 for per cent of it."""
    match top:
        case Call(op="*", args=(Number(value=factor), inner)) | Call(op="*", args=(inner, Number(value=factor))):
            return outlook.times(exactly(factor), Outlook(Fraction(0), Fraction(1))) if _some(inner, below) else None
        case _:
            return Outlook(Fraction(0), Fraction(1)) if _some(top, below) else None


def _some(top: Node, below: Node) -> bool:
    """``count(t where c)`` counts some of ``count(t)``."""
    match top, below:
        case Aggregate(kind="count" | "distinct"), Aggregate(where=whole):
            alike = replace(top, where=None) == replace(below, where=None)
            parts = top.where.args if isinstance(top.where, Call) and top.where.op == "and" else (top.where,)
            return alike and (whole is None or top.where == whole or whole in parts)
        case _:
            return False
