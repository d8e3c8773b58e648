"""What is published of one place of the panel, as plain values: the content of a leaf, the result of a step."""

from __future__ import annotations

from itertools import repeat
from typing import cast

from steelyard.engine.arithmetic.compute import Column
from steelyard.engine.arithmetic.numbers import Numbers, State
from steelyard.engine.arithmetic.truths import Texts
from steelyard.engine.evaluate import Result
from steelyard.engine.model.item import PUBLISHED
from steelyard.engine.proof.canonical import Plain, exact, exacts
from steelyard.engine.weighing.items import Weighed


def result_of(weighed: Weighed, index: int) -> dict[str, Plain]:
    """What is published of one item: the content of its leaf in the run's tree."""
    return {kind: shown(weighed.column(kind), index) for kind in PUBLISHED}


def total_of(result: Result, index: int) -> dict[str, Plain]:
    """What is published of a subject's total."""
    segment = int(result.segments[index])
    return {
        "total": shown(result.total, index),
        "place": int(result.places.place[index]),
        "lists": [name for name in sorted(result.lists) if result.lists[name][index]],
        "segment": result.plan.segments[segment].name if segment >= 0 else None,
        "grade": None if result.grade is None else shown(result.grade, index),
    }


def shown(column: Column | None, index: int) -> Plain:
    """An exact number, a word, or ``{"missing": why}``."""
    if column is None:
        return None
    if isinstance(column, Numbers | Texts) and column.state[index] != State.KNOWN:
        return {"missing": State(int(column.state[index])).name.lower()}
    if isinstance(column, Texts):
        return column.word(index)
    return exact(cast(Numbers, column).fraction(index))


def all_shown(column: Column | None, size: int) -> list[Plain]:
    """`shown` for every place of the panel at once."""
    if column is None:
        return [None] * size
    if not isinstance(column, Numbers):
        return [shown(column, index) for index in range(size)]
    below = repeat(column.denominator, size) if isinstance(column.denominator, int) else column.denominator.tolist()
    texts = exacts(column.numerator.tolist(), below)
    return [
        text if state == State.KNOWN else {"missing": State(state).name.lower()}
        for text, state in zip(texts, column.state.tolist(), strict=True)
    ]


def all_results(weighed: Weighed, size: int) -> list[dict[str, Plain]]:
    """`result_of` for every place of the panel at once."""
    columns = [all_shown(weighed.column(kind), size) for kind in PUBLISHED]
    return [dict(zip(PUBLISHED, values, strict=True)) for values in zip(*columns, strict=True)]
