"""等次: the label that points earn, and what a veto makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from steelyard.engine.expressions.nodes import Call, Node, Text, call
from steelyard.engine.model.item import Grade, Veto

NO_TEXT = Call("no_text", ())


def graded(grades: Sequence[Grade], vetoes: Sequence[Veto], of: Node, otherwise: Node = NO_TEXT) -> Node:
    """The grade by points; a veto may cap it (``grade_at_most``) or give it directly (``grade``), in written order.

    ``otherwise`` is the label where no grades are stated: the one that the method gave, if it gives one.
    """
    tree = _ladder(grades, of) if grades else otherwise
    for veto in vetoes:
        if veto.grade_at_most is not None:
            labels = [grade.label for grade in grades]
            allowed = grades[labels.index(veto.grade_at_most) :]
            tree = call("if", veto.when, _ladder(allowed, of), tree)
        if veto.grade is not None:
            tree = call("if", veto.when, Text(veto.grade), tree)
    return tree


def _ladder(grades: Sequence[Grade], of: Node) -> Node:
    """The label of the first grade whose lower end is reached, from the best down; the last takes the rest.

    Without points there is none, also where a veto caps it.
    """
    *ladder, last = grades
    tree: Node = Text(last.label)
    for grade in reversed(ladder):
        tree = call("if", call(">=", of, cast(Node, grade.at_least)), Text(grade.label), tree)
    return call("if", call("is_null", of), NO_TEXT, tree)
