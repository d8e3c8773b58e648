"""The calculation of one place of the panel as sections of a bundle: steps as trees, and all that they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias, cast

import numpy as np

from steelyard.engine.arithmetic.compute import Column, compute
from steelyard.engine.arithmetic.numbers import Numbers, State
from steelyard.engine.evaluate import Result
from steelyard.engine.explaining.explanation import part_names, sentence, variant_of
from steelyard.engine.expressions.nodes import Aggregate, Call, Name, Node, Number, Text, call, walk
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.expressions.schema import TableSchema
from steelyard.engine.expressions.wording import Vocabulary
from steelyard.engine.model.item import PUBLISHED
from steelyard.engine.periods import Period
from steelyard.engine.planning.listing import Listing, listing
from steelyard.engine.planning.stretches import Stretch
from steelyard.engine.planning.totals import window_days
from steelyard.engine.proof.canonical import Plain, exact
from steelyard.engine.proof.encoding import OTHERS, aggregate, encoded
from steelyard.engine.proof.results import shown
from steelyard.engine.scoring.recipe import Step
from steelyard.engine.weighing.items import Weighed

Section: TypeAlias = dict[str, Plain]
Names: TypeAlias = dict[str, Column]


@dataclass
class Calculation:
    """Collects what the steps of one place refer to. Ask for items first, then for what they brought together."""

    result: Result
    index: int
    period: Period
    schemas: Mapping[str, TableSchema]
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    totals: dict[Aggregate, Section] = field(default_factory=dict)
    stretches: dict[tuple[str, Stretch], list[Aggregate]] = field(default_factory=dict)
    figures: dict[tuple[str, ...], int] = field(default_factory=dict)
    attributes: Section = field(default_factory=dict)

    # -- items and steps ----------------------------------------------------------------------------------------------

    def item(self, weighed: Weighed, basis: str = "") -> Section:
        """One item with its parts inside it, as its subject's class has it."""
        own = variant_of(weighed, self.result.scope, self.index)
        names = dict(part_names(own))
        return {
            "item": own.item,
            "name": own.name,
            "basis": basis,
            "zh": sentence(own, "zh", self.vocabulary),
            "en": sentence(own, "en", self.vocabulary),
            "parts": [self.item(part) for part in own.parts],
            "steps": cast(Plain, [self.step(step, column, names) for step, column in steps_of(weighed, own)]),
        }

    def step(self, step: Step, column: Column, names: Names) -> Section:
        """One step; its column is known by its name to the steps after it."""
        tree = self.tree(step.tree, names)
        names[step.name] = column
        return {"name": step.name, "zh": step.zh, "en": step.en, "tree": tree, "result": shown(column, self.index)}

    def tree(self, tree: Node, names: Names) -> Plain:
        for node in walk(tree):
            if isinstance(node, Name) and node.parts[0] == "unit" and node.text not in names:
                self.attributes[node.text.partition(".")[2]] = shown(self.result.scope.named(node), self.index)
        return encoded(tree, lambda node: self._elsewhere(node, names))

    def _elsewhere(self, node: Node, names: Names) -> Plain:
        if isinstance(node, Aggregate):
            return {"total": self._total(node)}
        if isinstance(node, Call) and node.op.startswith("peers_"):
            return self._peers(node, names)
        return None

    # -- totals and the rows behind them ------------------------------------------------------------------------------

    def _total(self, written: Aggregate) -> int:
        total = resolve(written, self.schemas)
        if total not in self.totals:
            days = window_days(total.window, self.period)
            place = self.stretches.setdefault((total.table, days), [])
            place.append(total)
            column = self.result.scope.total(written)
            self.totals[total] = {
                **aggregate(total),
                "rows": list(self.stretches).index((total.table, days)),
                "awaited": bool(column.state[self.index] == State.AWAITED),
                "result": shown(column, self.index),
            }
        return list(self.totals).index(total)

    def listings(self) -> list[Listing]:
        """The rows that all totals together need, each table once for each stretch of days."""
        return [listing(self.schemas[name], totals, days) for (name, days), totals in self.stretches.items()]

    # -- peers --------------------------------------------------------------------------------------------------------

    def _peers(self, node: Call, names: Names) -> Section:
        """The peers' own numbers, in ascending order and without names."""
        of, *more = node.args
        classes = [arg.value for arg in more if isinstance(arg, Text) and node.op != "peers_rank"]
        other = classes[0] if classes else None
        column = cast(Numbers, compute(of, self.result.scope.inner(names)))
        return {
            "peers": node.op,
            "of": self.tree(of, names),
            "with": [int(arg.value) for arg in more if isinstance(arg, Number)],
            "class": other,
            "figures": self._figures(column, other),
        }

    def _figures(self, column: Numbers, other: str | None) -> int:
        groups = self.result.scope.groups
        seen = groups.seen_from(other)[self.index]
        values = (column.fraction(int(member)) for member in np.flatnonzero(groups.group == seen))
        known = sorted(value for value in values if value is not None)
        texts = tuple(cast(str, exact(value)) for value in known)
        return self.figures.setdefault(texts, len(self.figures))


def steps_of(weighed: Weighed, own: Weighed) -> list[tuple[Step, Column]]:
    """The steps of the subject's own variant, and those that follow for all classes (个性指标的适用范围)."""
    steps = list(own.steps)
    if own is not weighed:
        steps += [pair for pair in weighed.steps if not _only_chooses(pair[0])]
        absent = [kind for kind in PUBLISHED if weighed.column(kind) is not None and own.column(kind) is None]
        steps += [
            (Step(kind, "无此项", "not here", call("nothing")), cast(Column, weighed.column(kind))) for kind in absent
        ]
    return steps


def _only_chooses(step: Step) -> bool:
    return isinstance(step.tree, Call) and step.tree.op == "by_class"


def referred(trees: Iterable[Node]) -> list[str]:
    """The indicators whose results these trees read."""
    found: dict[str, None] = {}
    for tree in trees:
        for node in walk(tree):
            if isinstance(node, Call) and node.op in OTHERS:
                found[cast(Name, node.args[0]).text] = None
    return list(found)


def trees_of(weighed: Weighed, own: Weighed) -> list[Node]:
    return [step.tree for step, _ in steps_of(weighed, own)]


def in_order(ids: Sequence[str], result: Result, index: int) -> list[str]:
    """These indicators and all that they refer to, each after those whose results it reads."""
    found: dict[str, None] = {}

    def visit(id: str) -> None:
        if id not in found:
            for other in _others(result.indicators[id], result, index):
                visit(other)
            found[id] = None

    for id in ids:
        visit(id)
    return list(found)


def _others(weighed: Weighed, result: Result, index: int) -> list[str]:
    own = variant_of(weighed, result.scope, index)
    return [*referred(trees_of(weighed, own)), *(id for part in own.parts for id in _others(part, result, index))]


def ranked_figures(criteria: Sequence[Numbers], group: np.ndarray[tuple[int], np.dtype[np.intp]], index: int) -> Plain:
    """The criteria of everyone who is ranked in the group of this place, the best first."""
    members = np.flatnonzero((group == group[index]) & criteria[0].known)
    rows = [[column.fraction(int(member)) for column in criteria] for member in members]
    rows.sort(key=lambda row: [(value is not None, value or Fraction(0)) for value in row], reverse=True)
    nothing: Plain = {"missing": "empty"}
    return [[nothing if value is None else exact(value) for value in row] for row in rows]
