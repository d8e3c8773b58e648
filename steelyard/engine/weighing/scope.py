"""What the names in a calculation stand for, at one moment of that calculation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from steelyard.engine.arithmetic.compute import Column
from steelyard.engine.arithmetic.numbers import Numbers, State, all_in, missing, worse
from steelyard.engine.arithmetic.peers import Groups
from steelyard.engine.arithmetic.truths import Truths
from steelyard.engine.expressions.nodes import Aggregate, Name
from steelyard.engine.weighing.panel import Panel, Totals

Lookup = Callable[[str, str], Column]
"""``(what, indicator)`` -> column; ``what`` is value, points or label."""


@dataclass
class Scope:
    """Names of one calculation: earlier steps first, then attributes of the subject, then the calendar."""

    panel: Panel
    totals: Totals
    lookup: Lookup
    steps: dict[str, Column] = field(default_factory=dict)
    memory: dict[Aggregate, Numbers] = field(default_factory=dict)

    def inner(self, steps: Mapping[str, Column] | None = None) -> Scope:
        """A fresh calculation over the same panel; totals are read once for all of them."""
        return Scope(self.panel, self.totals, self.lookup, dict(steps or {}), self.memory)

    @property
    def size(self) -> int:
        return self.panel.size

    @property
    def groups(self) -> Groups:
        return self.panel.groups

    def named(self, name: Name) -> Column:
        if name.text in self.steps:
            return self.steps[name.text]
        if name.parts[0] == "unit":
            return self.panel.attributes.get(".".join(name.parts[1:]), missing(State.EMPTY, self.size))
        if name.text == "day":
            return Numbers(self.panel.day, 1, all_in(State.KNOWN, self.size))
        raise KeyError(f"the check lets no unknown name through: {name.text}")

    def total(self, aggregate: Aggregate) -> Numbers:
        if aggregate not in self.memory:
            found = self.totals.column(aggregate)
            self.memory[aggregate] = replace(found, state=worse(found.state, self.panel.state))
        return self.memory[aggregate]

    def class_is(self, name: str) -> Truths:
        return Truths(self.panel.in_class(name), np.ones(self.size, dtype=np.bool_))

    def subject_is(self, code: str) -> Truths:
        return Truths(self.panel.is_subject(code), np.ones(self.size, dtype=np.bool_))

    def indicator(self, what: str, indicator: str) -> Column:
        return self.lookup(what, indicator)
