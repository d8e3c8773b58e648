"""Whether formulas are numbers, texts, conditions or dates, and where a part is not what its place needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from steelyard.engine.checking.calculation import Calculations, referred
from steelyard.engine.checking.functions import KINDS, REFERENCES, Kind, well_written
from steelyard.engine.expressions.nodes import Aggregate, Call, Day, Name, Node, Number, Text

Mismatch = Callable[[Node, str, tuple[Kind, ...], Kind], None]
"""Told of a node, the function it stands in, what that wants, and what the node is."""

NUMBER: tuple[Kind, ...] = ("number",)
CONDITION: tuple[Kind, ...] = ("condition",)
_GIVES: Mapping[str, Kind] = {
    "nothing": "number", "awaited": "number", "outside": "number", "no_text": "text",
    "class_is": "condition", "subject_is": "condition", "is_null": "condition", "is_empty": "condition",
    "label": "text", "points": "number",
}  # fmt: skip


_ORDERED: tuple[Kind, ...] = ("number", "date")
_EQUAL: tuple[Kind, ...] = ("number", "text", "date")
_TESTS: Mapping[str, tuple[Kind, ...]] = {
    **dict.fromkeys(("and", "or", "not"), CONDITION),
    **dict.fromkeys(("=", "!=", "in"), _EQUAL),
    **dict.fromkeys(("<", "<=", ">", ">="), _ORDERED),
}


def nobody(node: Node, what: str, wanted: tuple[Kind, ...], found: Kind) -> None:
    """Hears no complaints."""


class Kinds:
    """Reads the kind of a tree. What is unknown fits everywhere, so that one mistake is told once."""

    day: Kind = "date"
    unknown: Kind = "unknown"

    def __init__(self, mismatch: Mismatch = nobody) -> None:
        self.mismatch = mismatch

    def join(self, one: Kind, two: Kind) -> Kind:
        return one if one == two else "unknown"

    def read(self, node: Node, names: Mapping[str, Kind], other: Calculations[Kind]) -> Kind:
        return _Reader(self, names, other).kind(node)


class _Reader:
    def __init__(self, kinds: Kinds, names: Mapping[str, Kind], other: Calculations[Kind]) -> None:
        self.kinds, self.names, self.other = kinds, names, other

    def kind(self, node: Node) -> Kind:
        match node:
            case Number() | Aggregate():
                return "number"
            case Text():
                return "text"
            case Day():
                return "date"
            case Name(parts=("unit", *_)):
                return "number"
            case Name():
                return self.names.get(node.text, "unknown")
            case _:
                return self._call(node) if well_written(node) else "unknown"

    def _call(self, call: Call) -> Kind:
        if call.op in _TESTS:
            return self._test(call, _TESTS[call.op])
        match call.op:
            case "+" | "-":
                return self._sum(call)
            case "if":
                self._want(call.args[0], call.op, CONDITION)
                return self._alike(call, _EQUAL, call.args[1:])
            case "given":
                return [self.kind(arg) for arg in call.args][-1]
            case "value":
                return self.other.indicator(referred(call)).get("value", "unknown")
            case op if op in _GIVES:
                return self._gives(call)
            case _:
                return self._numbers(call)

    def _test(self, call: Call, wanted: tuple[Kind, ...]) -> Kind:
        """Conditions are joined of conditions, comparisons have sides of one kind."""
        self._alike(call, wanted, call.args)
        return "condition"

    def _gives(self, call: Call) -> Kind:
        """Functions of anything, whose result is always of one kind."""
        for part in () if call.op in REFERENCES else call.args:
            self.kind(part)
        return _GIVES[call.op]

    def _numbers(self, call: Call) -> Kind:
        """Numbers in, a number out; texts beside them (a rule of rounding, a class) belong to the function."""
        for arg in call.args:
            if not (isinstance(arg, Text) and (call.op == "round" or call.op.startswith("peers_"))):
                self._want(arg, call.op, NUMBER)
        return "number"

    def _sum(self, call: Call) -> Kind:
        """Dates move by days, and the difference of two dates is a number of days."""
        left = self._want(call.args[0], call.op, _ORDERED)
        if left != "date":
            self._want(call.args[1], call.op, NUMBER)
            return left
        right = self._want(call.args[1], call.op, _ORDERED if call.op == "-" else NUMBER)
        return "number" if right == "date" else "date"

    def _alike(self, call: Call, wanted: tuple[Kind, ...], args: tuple[Node, ...]) -> Kind:
        """All of one kind, that of the first whose kind is known."""
        found: Kind = "unknown"
        for arg in args:
            kind = self._want(arg, call.op, wanted if found == "unknown" else (found,))
            found = kind if found == "unknown" else found
        return found

    def _want(self, node: Node, what: str, wanted: tuple[Kind, ...]) -> Kind:
        found = self.kind(node)
        if found == "unknown" or found in wanted:
            return found
        self.kinds.mismatch(node, what, wanted, found)
        return "unknown"


def wanted_words(wanted: tuple[Kind, ...], found: Kind) -> dict[str, str]:
    """The parameters of the words about a mismatch."""
    return {
        "wanted_zh": "或".join(KINDS[kind][0] for kind in wanted),
        "wanted_en": " or ".join(KINDS[kind][1] for kind in wanted),
        "found_zh": KINDS[found][0],
        "found_en": KINDS[found][1],
    }
