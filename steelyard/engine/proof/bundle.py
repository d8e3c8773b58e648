"""Builds the bundle of one indicator of one subject: rows, totals, steps, peers, result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias, cast

import numpy as np

from steelyard.engine.arithmetic.compute import Column, compute
from steelyard.engine.arithmetic.numbers import Numbers, State
from steelyard.engine.arithmetic.truths import Texts
from steelyard.engine.explaining.explanation import part_names, variant_of
from steelyard.engine.expressions.nodes import Aggregate, Call, Name, Node, walk
from steelyard.engine.proof.canonical import Plain, exact
from steelyard.engine.proof.encoding import aggregate, encoded
from steelyard.engine.scoring.recipe import Step
from steelyard.engine.weighing.items import Weighed
from steelyard.engine.weighing.scope import Scope

FORMAT = "steelyard-proof/1"

Section: TypeAlias = dict[str, Plain]
Rows: TypeAlias = Callable[[Aggregate], tuple[str, str, Sequence[str], list[list[Plain]]]]
"""``aggregate -> (first day, day after the last, columns, rows)``: every row of the subject in that stretch of time."""

OTHERS = ("value", "points", "label")


def item_proof(weighed: Weighed, scope: Scope, index: int, rows: Rows) -> Section:
    """The calculation of one item for place ``index`` of the panel, its parts inside it."""
    own = variant_of(weighed, scope, index)
    work = _Work(scope, index, rows, names=part_names(own))
    steps = [work.step(step, column) for step, column in own.steps]
    if own is not weighed:
        steps += [work.only_result(step, column) for step, column in weighed.steps if step.zh == "适用范围"]
    return {
        "item": own.item,
        "name": own.name,
        "parts": [item_proof(part, scope, index, rows) for part in own.parts],
        "totals": cast(Plain, work.totals),
        "peers": cast(Plain, work.peers),
        "given": cast(Plain, work.given),
        "steps": cast(Plain, steps),
    }


def result_of(weighed: Weighed, index: int) -> Section:
    """What is published of one item: the content of its leaf in the run's tree."""
    return {
        "value": shown(weighed.value, index),
        "points": shown(weighed.points, index),
        "full": shown(weighed.full, index),
        "label": shown(weighed.label, index),
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


@dataclass
class _Work:
    """Collects, step by step, what the steps refer to."""

    scope: Scope
    index: int
    rows: Rows
    totals: list[Section] = field(default_factory=list)
    peers: list[Section] = field(default_factory=list)
    given: Section = field(default_factory=dict)
    known: dict[Node, str] = field(default_factory=dict)
    names: dict[str, Column] = field(default_factory=dict)

    def step(self, step: Step, column: Column) -> Section:
        for node in walk(step.tree):
            if isinstance(node, Name) and node.text not in self.names:
                self._name(node)
        tree = encoded(step.tree, self._refer)
        self.names[step.name] = column
        return {"name": step.name, "zh": step.zh, "en": step.en, "tree": tree, "result": shown(column, self.index)}

    def only_result(self, step: Step, column: Column) -> Section:
        return {"name": step.name, "zh": step.zh, "en": step.en, "tree": None, "result": shown(column, self.index)}

    def _name(self, name: Name) -> None:
        """Attributes and the day are given; results of parts are recomputed from the parts."""
        if name.parts[0] == "unit" or name.text == "day":
            self.given[name.text] = shown(self.scope.named(name), self.index)

    def _refer(self, node: Node) -> str | None:
        if isinstance(node, Aggregate):
            return self._once(node, "total", self.totals, self._total)
        if isinstance(node, Call) and node.op.startswith("peers_"):
            return self._once(node, "peers", self.peers, self._peers)
        if isinstance(node, Call) and (node.op in OTHERS or node.op in ("class_is", "subject_is")):
            return self._fact(node)
        return None

    def _once(self, node: Node, kind: str, section: list[Section], build: Callable[[Node], Section]) -> str:
        if node not in self.known:
            self.known[node] = f"{kind}:{len(section)}"
            section.append(build(node))
        return self.known[node]

    def _total(self, node: Node) -> Section:
        total = cast(Aggregate, node)
        start, end, columns, rows = self.rows(total)
        return {
            **aggregate(total),
            "from": start,
            "to": end,
            "columns": list(columns),
            "rows": cast(Plain, rows),
            "result": shown(self.scope.total(total), self.index),
        }

    def _peers(self, node: Node) -> Section:
        """The peers' own numbers, in ascending order and without names; where we stand among them is in the steps."""
        statistic = cast(Call, node)
        scope = self.scope.inner(self.names)
        column = cast(Numbers, compute(statistic.args[0], scope))
        return {
            "op": statistic.op,
            "parameters": [encoded(arg) for arg in statistic.args[1:]],
            "values": [exact(value) for value in _peer_values(column, scope, self.index, statistic)],
            "own": shown(column, self.index),
            "result": shown(compute(statistic, scope), self.index),
        }

    def _fact(self, node: Call) -> str:
        """Another indicator's published result, or a fact about the subject."""
        key = f"{node.op}:{encoded_argument(node)}"
        column = compute(node, self.scope)
        if isinstance(column, Numbers | Texts):
            self.given[key] = shown(column, self.index)
        else:
            self.given[key] = bool(column.met[self.index])
        return f"given:{key}"


def encoded_argument(node: Call) -> str:
    argument = node.args[0]
    return argument.text if isinstance(argument, Name) else str(getattr(argument, "value", ""))


def _peer_values(column: Numbers, scope: Scope, index: int, statistic: Call) -> list[Fraction]:
    groups = scope.groups
    other = getattr(statistic.args[-1], "value", None)
    seen = groups.seen_from(other if isinstance(other, str) else None)[index]
    members = np.flatnonzero((groups.group == seen) & column.known)
    return sorted(value for member in members if (value := column.fraction(int(member))) is not None)
