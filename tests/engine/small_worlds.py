"""A handful of subjects with few small numbers, seen by the array engine and by the plain twin at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from steelyard.engine.arithmetic.compute import Column, compute
from steelyard.engine.arithmetic.numbers import Numbers, State
from steelyard.engine.arithmetic.peers import Groups
from steelyard.engine.arithmetic.truths import Texts, Truths
from steelyard.engine.arithmetic.whole import narrow
from steelyard.engine.expressions.nodes import Aggregate, Name, walk
from steelyard.engine.reference.formulas import Missing, Subject, Value
from steelyard.engine.scoring.recipe import Setting, Step

CLASSES = ("甲", "乙")
NUMBERS = [Fraction(text) for text in ("0", "1", "2", "3", "1/2", "5/3", "-1", "7/4", "10")]
WORDS = ("优", "良", "差")


def column(values: Sequence[Value], words: bool = False) -> Column:
    """The array engine's way to hold what the twin holds one by one."""
    states = np.array([value.value if isinstance(value, Missing) else 0 for value in values], dtype=np.uint8)
    if words:
        return Texts(np.array(["" if isinstance(v, Missing) else v for v in values], dtype=object), states)
    exact = [Fraction(0) if isinstance(value, Missing) else Fraction(value) for value in values]  # type: ignore[arg-type]
    above = np.array([value.numerator for value in exact], dtype=object)
    below = np.array([value.denominator for value in exact], dtype=object)
    return Numbers(narrow(above), narrow(below), states)  # type: ignore[arg-type]


def value_at(found: Column, index: int) -> Value:
    """The twin's way to hold one element of a column."""
    state = found.reason[index] if isinstance(found, Truths) else found.state[index]
    if state != State.KNOWN:
        return Missing(int(state))
    if isinstance(found, Truths):
        return bool(found.value[index])
    if isinstance(found, Texts):
        return str(found.value[index])
    exact = found.fraction(index)
    assert exact is not None
    return exact


@dataclass
class World:
    """`Surroundings` of the array engine over the subjects of the twin."""

    subjects: list[Subject]
    known: dict[str, Column] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.subjects)

    @property
    def groups(self) -> Groups:
        group = [-1 if one.group is None else CLASSES.index(one.group) for one in self.subjects]
        others = {name: np.full(self.size, index, dtype=np.intp) for index, name in enumerate(CLASSES)}
        return Groups(np.array(group, dtype=np.intp), others)

    def _names(self, name: str) -> Column:
        return column([one.names[name] for one in self.subjects], name.startswith("label("))

    def named(self, name: Name) -> Column:
        return self.known[name.text] if name.text in self.known else self._names(name.text)

    def total(self, aggregate: Aggregate) -> Numbers:
        found = column([one.totals[aggregate] for one in self.subjects])
        assert isinstance(found, Numbers)
        return found

    def class_is(self, name: str) -> Truths:
        return Truths(np.array([one.group == name for one in self.subjects]), np.ones(self.size, dtype=np.bool_))

    def subject_is(self, code: str) -> Truths:
        return Truths(np.array([one.code == code for one in self.subjects]), np.ones(self.size, dtype=np.bool_))

    def indicator(self, what: str, indicator: str) -> Column:
        return self._names(f"{what}({indicator})")

    def run(self, steps: Sequence[Step]) -> Mapping[str, Column]:
        for step in steps:
            self.known[step.name] = compute(step.tree, self)
        return self.known


def setting(direction: str = "higher", full: bool = True) -> Setting:
    return Setting(
        direction="higher" if direction == "higher" else "lower",
        full=Name(("full",)) if full else None,
        target=Name(("target",)),
    )


def subject(**names: Value) -> Subject:
    """One subject of class 甲, alone in the world."""
    one = Subject("a", CLASSES[0], dict(names))
    one.company.append(one)
    return one


maybe = st.sampled_from(NUMBERS) | st.sampled_from(NUMBERS) | st.sampled_from(list(Missing))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to four subjects; every name may be missing for any reason."""
    subjects = []
    for code in "abcd"[: draw(st.integers(1, 4))]:
        names: dict[str, Value] = {name: draw(maybe) for name in ("value", "target", "full", "z", "value(x)")}
        names["label(x)"] = draw(st.sampled_from([*WORDS, Missing.EMPTY, Missing.AWAITED]))
        ratings = draw(st.lists(st.sampled_from(NUMBERS), max_size=5))
        group = draw(st.sampled_from([*CLASSES, CLASSES[0], None]))
        subjects.append(Subject(code, group, names, ratings={"review.score": ratings}))
    for one in subjects:
        one.company = subjects
    return World(subjects)


def totals_of_ratings(world: World, steps: Sequence[Step]) -> None:
    """What a table of ratings would answer to every total in the steps."""
    asked = {node for step in steps for node in walk(step.tree) if isinstance(node, Aggregate)}
    for one in world.subjects:
        one.totals = {aggregate: _total(aggregate, sorted(one.ratings["review.score"])) for aggregate in asked}


def _total(aggregate: Aggregate, ratings: list[Fraction]) -> Value:
    total = sum(ratings, Fraction(0))
    if aggregate.kind == "count":
        return Fraction(len(ratings))
    if aggregate.kind == "sum":
        return total
    if not ratings:
        return Missing.EMPTY
    middle = ratings[-(-len(ratings) // 2) - 1]
    return {"avg": total / len(ratings), "min": ratings[0], "max": ratings[-1], "percentile": middle}[aggregate.kind]
