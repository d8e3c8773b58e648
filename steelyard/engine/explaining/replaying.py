"""Runs the steps of an item again with some totals changed, everything about the peers as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from steelyard.engine.arithmetic.compute import Column, compute
from steelyard.engine.arithmetic.numbers import Numbers, joined
from steelyard.engine.expressions.nodes import Aggregate, Call, Name, Node, transform
from steelyard.engine.scoring.recipe import Step
from steelyard.engine.weighing.items import Weighed
from steelyard.engine.weighing.scope import Scope


@dataclass(frozen=True)
class Replay:
    """An item whose peers' statistics stand fixed, because the question is about each subject alone."""

    steps: Sequence[Step]
    fixed: Mapping[str, Column]
    scope: Scope

    def points(self, changed: Mapping[Aggregate, Numbers]) -> Numbers:
        """The item's points if these totals were different; one array operation per step for all subjects."""
        inner = self.scope.inner(self.fixed)
        inner.memory = {**self.scope.memory, **changed}
        for step in self.steps:
            inner.steps[step.name] = compute(step.tree, inner)
        return cast(Numbers, inner.steps["points"])

    def side_by_side(self, changes: Sequence[Mapping[Aggregate, Numbers]]) -> Numbers:
        """`points` for each of these changes, one after the other, as if the periods came as often as there are
        changes: as many array operations as for one."""
        scope, periods = self.scope, list(range(len(self.scope.panel.periods))) * len(changes)
        at = scope.panel.places_of(periods)
        fixed = {name: column.take(at) for name, column in self.fixed.items()}
        wide = Scope(
            scope.panel.of(periods), _Changed(scope, changes), lambda what, id: scope.lookup(what, id).take(at), fixed
        )
        for step in self.steps:
            wide.steps[step.name] = compute(step.tree, wide)
        return cast(Numbers, wide.steps["points"])


@dataclass(frozen=True)
class _Changed:
    """Totals that change by change are others, or those of the scope."""

    scope: Scope
    changes: Sequence[Mapping[Aggregate, Numbers]]

    def column(self, aggregate: Aggregate) -> Numbers:
        return joined([change.get(aggregate) or self.scope.total(aggregate) for change in self.changes])


def replay(weighed: Weighed, scope: Scope) -> Replay:
    fixed: dict[str, Column] = {}
    inner = scope.inner()
    steps: list[Step] = []

    def freeze(node: Node) -> Node:
        if not (isinstance(node, Call) and node.op.startswith("peers_")):
            return node
        key = f"peers:{len(fixed)}"
        fixed[key] = compute(node, inner)
        return Name((key,))

    for step, column in weighed.steps:
        steps.append(replace(step, tree=transform(step.tree, freeze)))
        inner.steps[step.name] = column
    return Replay(steps, fixed, scope)
