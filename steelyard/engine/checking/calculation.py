"""Runs the steps of rules over something simpler than numbers: kinds, ranges, whether there can be no result.

The steps are those that will score, so what a check concludes holds for what is computed, whatever the method.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, cast

from steelyard.engine.checking.applied import Applied
from steelyard.engine.checking.functions import REFERENCES, above_rows
from steelyard.engine.expressions.nodes import Call, Name, Node
from steelyard.engine.model.item import PUBLISHED, Item, Rule
from steelyard.engine.scoring.recipe import Step
from steelyard.engine.weighing.expanding import expanded, merged
from steelyard.engine.weighing.pools import part_of, pool_steps
from steelyard.engine.weighing.recipes import leaf_steps, points_steps

if TYPE_CHECKING:
    from steelyard.engine.checking.context import Context  # which hands the calculations out

T = TypeVar("T")


class Reading(Protocol[T]):
    """What a tree comes to. ``names`` holds the names known so far, ``other`` answers for other indicators."""

    day: T
    unknown: T

    def read(self, node: Node, names: Mapping[str, T], other: Calculations[T]) -> T: ...
    def join(self, one: T, two: T) -> T: ...


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """One step, the names that were known when its turn came, and what it came to."""

    step: Step
    known: dict[str, T]
    found: T


class Calculations(Generic[T]):
    """Each rule is run once. Indicators that refer to themselves come out ``unknown``; another check tells of them."""

    def __init__(self, context: Context, reading: Reading[T]) -> None:
        self.context, self.reading = context, reading
        self._indicators: dict[str, dict[str, T]] = {}
        self._done: dict[tuple[str, str | None], list[Done[T]]] = {}

    def indicator(self, id: str) -> dict[str, T]:
        """What an indicator publishes: those of value, full, points and label that it has."""
        if id not in self._indicators:
            for each in in_order(id, self.context.links):
                if each not in self._indicators:
                    self._indicators[each] = dict.fromkeys(PUBLISHED, self.reading.unknown)  # met again: a circle
                    found = self.context.book.indicators[each]
                    self._indicators[each] = self.item(with_full(found, self._full(each, found)))
        return self._indicators.get(id, {})

    def of(self, rule: Applied) -> list[Done[T]]:
        """The steps of a rule, with the full mark that its plans give it."""
        key = (rule.name, rule.class_name)
        if key not in self._done:
            self._done[key] = list(self.run(with_full(rule.rule, self.context.full_of(rule))))
        return self._done[key]

    def runs(self, rule: Applied) -> Iterator[list[Done[T]]]:
        """Every calculation that the rule asks for: one for each checkpoint, which people wrote once, and its own."""
        if rule.rule.checkpoints is not None:
            for part in expanded(with_full(rule.rule, self.context.full_of(rule))).items:
                yield list(self.run(part))
        yield self.of(rule)

    def steps(self, rule: Applied) -> dict[str, T]:
        """Every name of a rule's calculation with what it comes to in the end."""
        return self.last(self.of(rule))

    def item(self, item: Item) -> dict[str, T]:
        """What an item publishes, whichever class looks at it."""
        found = published(self.rule(item))
        for own in item.by_class.values():
            for name, one in published(self.rule(merged(item, own))).items():
                found[name] = self.reading.join(found[name], one) if name in found else one
        return found

    def rule(self, rule: Rule) -> dict[str, T]:
        return self.last(self.run(rule))

    def last(self, run: Iterable[Done[T]]) -> dict[str, T]:
        """Every name that is known after a calculation."""
        names = {"day": self.reading.day}
        for done in run:
            names = {**done.known, done.step.name: done.found}
        return names

    def run(self, rule: Rule) -> Iterator[Done[T]]:
        """Each step in its turn."""
        names = {"day": self.reading.day}
        rule = expanded(rule)
        for part in rule.items:
            names |= {f"{part.item}.{what}": found for what, found in self.item(part).items()}
        for step in self._steps(rule, names):
            found = self.reading.read(step.tree, names, self)
            yield Done(step, names, found)
            names = {**names, step.name: found}

    def _steps(self, rule: Rule, names: Mapping[str, T]) -> Iterator[Step]:
        if rule.items:
            yield from pool_steps(rule, [part_of(part, f"{part.item}.full" in names) for part in rule.items])
            yield from points_steps(rule, self.context.defaults, self.context.values)
        else:
            yield from leaf_steps(rule, self.context.defaults, self.context.values)
        if rule.grades or any(veto.grade for veto in rule.veto):
            yield Step("label", "等次", "grade", Call("no_text", ()), "text")

    def _full(self, id: str, item: Item) -> Node | None:
        stated = [entry.full for _, entry in self.context.entries(id) if entry.full is not None]
        return cast(Node, stated[0]) if stated and item.full is None else cast(Node | None, item.full)


def with_full(item: Item, full: Node | None) -> Item:
    return item if full is item.full else item.model_copy(update={"full": full})


def published(names: Mapping[str, T]) -> dict[str, T]:
    return {name: names[name] for name in PUBLISHED if name in names}


def in_order(id: str, links: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The indicator after all that it refers to, however far: nothing needs to go deep on the way."""
    order: dict[str, None] = {}
    waiting, entered = [id] if id in links else [], set[str]()
    while waiting:
        here = waiting[-1]
        below = [other for other in links[here] if other not in entered] if here not in entered else []
        entered.add(here)
        waiting += below
        if not below:
            order[waiting.pop()] = None
    return list(order)


def references(tree: Node) -> Iterator[str]:
    """The indicators that a tree refers to."""
    return (referred(node) for node in above_rows(tree) if isinstance(node, Call) and node.op in REFERENCES)


def referred(node: Call) -> str:
    """The indicator that ``value(x)``, ``points(x)`` or ``label(x)`` speaks of; empty when it is not a plain name."""
    return node.args[0].text if len(node.args) == 1 and isinstance(node.args[0], Name) else ""
