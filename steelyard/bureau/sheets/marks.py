"""满分 of an indicator for all whom it is for: one number, or words where classes or units have different ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from steelyard.bureau.showing import decimal
from steelyard.engine.arithmetic.numbers import State
from steelyard.engine.weighing.items import Weighed
from steelyard.engine.weighing.panel import Panel
from steelyard.reports.sheet import Words


def full_mark(weighed: Weighed, panel: Panel, classes: Sequence[str]) -> Decimal | Words:
    """In the last period: ``20``, ``20（乙类 15）`` where a class has its own, ``15–20`` where units of a class differ.

    The mark of most classes comes first, of equals that of the first class. 0 for what has no full mark.
    """
    found = {name: marks for name in classes if (marks := _marks(weighed, panel, name))}
    if len(set().union(*found.values())) < 2:
        return decimal(next((mark for marks in found.values() for mark in marks), None))
    texts = {name: "–".join(f"{decimal(end):f}" for end in _ends(marks)) for name, marks in found.items()}
    ((common, _),) = Counter(texts.values()).most_common(1)
    others = [(name, text) for name, text in texts.items() if text != common]
    if not others:
        return Words(f"{common}（各单位不同）", f"{common} (by unit)")
    zh, en = "，".join(" ".join(other) for other in others), ", ".join(" ".join(other) for other in others)
    return Words(f"{common}（{zh}）", f"{common} ({en})")


def _marks(weighed: Weighed, panel: Panel, name: str) -> set[Fraction]:
    """The full marks of the class's units to whom the indicator applies; nobody's where there are none."""
    if weighed.full is None:
        return set()
    last = panel.period_index == len(panel.periods) - 1
    here = panel.in_class(name) & panel.assessed & last & weighed.full.known
    if weighed.points is not None:
        here &= weighed.points.state != State.OUTSIDE
    values = (weighed.full.fraction(int(index)) for index in here.nonzero()[0])
    return {value for value in values if value is not None}


def _ends(marks: set[Fraction]) -> list[Fraction]:
    return sorted({min(marks), max(marks)})
