"""Computes items: leaves by their steps, pools from their items, to any depth."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import cast

import numpy as np

from steelyard.engine.arithmetic.compute import Column, compute
from steelyard.engine.arithmetic.numbers import Mask, Numbers, State
from steelyard.engine.arithmetic.truths import Texts
from steelyard.engine.expressions.nodes import Aggregate, Call, Name, Node, walk
from steelyard.engine.model.item import PUBLISHED, Item, Rule
from steelyard.engine.scoring.recipe import Step
from steelyard.engine.weighing.drafts import Drafts
from steelyard.engine.weighing.scope import Scope


@dataclass(frozen=True)
class Weighed:
    """One item weighed for the whole panel.

    ``steps`` in order of calculation, each with its column; ``points`` is None for an item that yields only a label.
    An item with ``variants`` by class keeps as ``common`` the calculation of all other classes.
    """

    item: str
    name: str
    rule: Rule
    steps: tuple[tuple[Step, Column], ...]
    parts: tuple[Weighed, ...] = ()
    variants: tuple[tuple[str, Weighed], ...] = field(default=())
    common: Weighed | None = None

    def column(self, name: str) -> Column | None:
        """The last step of that name."""
        return self._columns.get(name)

    @cached_property
    def _columns(self) -> dict[str, Column]:
        return {step.name: column for step, column in self.steps}

    @cached_property
    def points(self) -> Numbers | None:
        return cast(Numbers | None, self.column("points"))

    @cached_property
    def value(self) -> Column | None:
        return self.column("value")

    @cached_property
    def full(self) -> Numbers | None:
        return cast(Numbers | None, self.column("full"))

    @cached_property
    def label(self) -> Texts | None:
        return cast(Texts | None, self.column("label"))


def weigh(item: Item, drafts: Drafts, scope: Scope) -> Weighed:
    """The item for everybody; classes with a rule of their own (`by_class`) get theirs."""
    common = _weigh(item.item, item.name, item, drafts, scope)
    if not item.by_class:
        return common
    variants = [
        (name, _weigh(item.item, item.name, drafts.merged(item, name, own), drafts, scope))
        for name, own in item.by_class.items()
    ]
    return _by_class(common, variants, scope)


def _weigh(name: str, title: str, rule: Rule, drafts: Drafts, scope: Scope) -> Weighed:
    rule = drafts.expanded(rule)
    if not rule.items:
        return Weighed(name, title, rule, tuple(run(drafts.leaf(rule), scope.inner())))
    parts = tuple(weigh(item, drafts, scope) for item in rule.items)
    steps = drafts.pool(rule, [part.full is not None for part in parts])
    return Weighed(name, title, rule, tuple(run(steps, scope.inner(_names(parts)))), parts)


def run(steps: list[Step], scope: Scope) -> list[tuple[Step, Column]]:
    """Computes steps in order; each may use the names of those before it."""
    done: list[tuple[Step, Column]] = []
    for step in steps:
        column = compute(step.tree, scope)
        scope.steps[step.name] = column
        done.append((step, column))
    return done


@dataclass(frozen=True)
class Before:
    """The same steps as they ran earlier over the same panel; ``names``: what they began with; ``tables``: by every
    word for them, those of which other totals have come since."""

    steps: Sequence[tuple[Step, Column]]
    names: Mapping[str, Column]
    tables: Collection[str] = ()


def rerun(steps: list[Step], scope: Scope, before: Before) -> list[tuple[Step, Column]]:
    """As `run`, but a step that says the same as before of columns that are the same keeps its column."""
    if [step.name for step in steps] != [step.name for step, _ in before.steps]:
        return run(steps, scope)
    fresh = {name for name, column in scope.steps.items() if before.names.get(name) is not column}
    fresh.update(f"total:{table}" for table in before.tables)
    done: list[tuple[Step, Column]] = []
    for step, (old, kept) in zip(steps, before.steps, strict=True):
        if step.tree == old.tree and fresh.isdisjoint(_read(step.tree)):
            fresh.discard(step.name)
            scope.steps[step.name] = kept
            done.append((step, kept))
        else:
            fresh.add(step.name)
            done += run([step], scope)
    return done


def _read(tree: Node) -> Iterator[str]:
    """The names of other columns and of tables in a tree, and perhaps some more."""
    for node in walk(tree):
        if isinstance(node, Name):
            yield node.text
        elif isinstance(node, Aggregate):
            yield f"total:{node.table}"
        elif isinstance(node, Call) and node.op in ("value", "points", "label"):
            yield f"{cast(Name, node.args[0]).text}.{node.op}"


def _names(parts: tuple[Weighed, ...]) -> dict[str, Column]:
    names: dict[str, Column] = {}
    for part in parts:
        for kind in PUBLISHED:
            column = part.column(kind)
            if column is not None:
                names[f"{part.item}.{kind}"] = column
    return names


def _by_class(common: Weighed, variants: list[tuple[str, Weighed]], scope: Scope) -> Weighed:
    """The published columns, each class reading its own variant."""
    masks = [(scope.panel.in_class(name), weighed) for name, weighed in variants]
    steps = []
    for kind in ("value", "target", "full", "points", "label"):
        columns = [(mask, weighed.column(kind)) for mask, weighed in masks]
        merged_column = _merged(common.column(kind), columns, scope.size)
        if merged_column is not None:
            steps.append((Step(kind, kind, kind, Call("by_class", (Name((kind,)),))), merged_column))
    return Weighed(common.item, common.name, common.rule, tuple(steps), common.parts, tuple(variants), common)


def _merged(common: Column | None, own: list[tuple[Mask, Column | None]], size: int) -> Column | None:
    if common is None and all(column is None for _, column in own):
        return None
    template = cast(Numbers, common if common is not None else next(column for _, column in own if column is not None))
    nothing = _blank(template, size)

    def overlay(below: Column, above: tuple[Mask, Column | None]) -> Column:
        mask, column = above
        return cast(Numbers, column if column is not None else nothing).where(mask, cast(Numbers, below))

    return reduce(overlay, own, common if common is not None else nothing)


def _blank(like: Column, size: int) -> Column:
    empty = np.full(size, State.EMPTY, dtype=np.uint8)
    if isinstance(like, Texts):
        return Texts(np.full(size, "", dtype=object), empty)
    return Numbers(np.zeros(size, dtype=np.int64), 1, empty)
