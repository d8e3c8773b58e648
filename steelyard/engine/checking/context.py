"""What checks may look at: the book, declared tables, known classes and attributes, every rule as it applies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from steelyard.engine.checking.functions import Kind
from steelyard.engine.expressions.nodes import Node, Number, number
from steelyard.engine.expressions.resolving import beside
from steelyard.engine.expressions.schema import TableSchema
from steelyard.engine.model.book import Defaults, RuleBook
from steelyard.engine.model.item import Indicator, Item, Rule
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.model.plan import Entry, Plan
from steelyard.engine.problems import Place
from steelyard.engine.weighing.items import merged
from steelyard.engine.weighing.needs import values_of

STAND_IN = Defaults(book="-", name="-", points_places=2, rounding="half_up", floor=number(0))
"""Lets the other checks go on in a book without ``book:``, whose absence is reported by itself."""


@dataclass(frozen=True)
class Applied:
    """One rule as it applies to somebody: an indicator, one of its items, or what a class has instead.

    ``rule`` is complete; ``written`` is the part of it that stands at this place of the file.
    ``depth`` counts pools from 0; ``name`` is the path of items, such as ``filing.late``.
    """

    indicator: Indicator
    name: str
    rule: Item
    written: Rule
    depth: int = 0
    class_name: str | None = None

    def place(self, *path: str | int) -> Place:
        """Where a part is written: in the class's own rule, else in the common one."""
        own = self.written if not path or path[0] in self.written.model_fields_set else self.rule
        return own.place(*path)

    @property
    def is_variant(self) -> bool:
        return self.class_name is not None and self.written is not self.rule


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula where it is written. ``key`` is the word before it, ``home`` the rule or plan it belongs to.

    ``names``: what each name that may stand here is; ``wants``: what the formula must be, None for anything;
    ``constant``: it must be a plain number.
    """

    tree: Node
    place: Place
    key: str
    home: str
    names: Mapping[str, Kind]
    wants: Kind | None
    constant: bool = False

    def at(self, node: Node) -> Place:
        return beside(self.place, node.span)


@dataclass(frozen=True)
class Context:
    """``formulas`` is empty until the structure of the book has been found sound.

    ``classes`` and ``attributes`` are None where no register is at hand; then their names are not checked.
    """

    book: RuleBook
    tables: Mapping[str, TableSchema]
    classes: frozenset[str] | None = None
    attributes: frozenset[str] | None = None
    formulas: tuple[Formula, ...] = ()

    @property
    def homes(self) -> tuple[Plan | PersonsPlan, ...]:
        """Everything that has lists and grades of its own: plans, and plans for persons."""
        return (*self.book.plans.values(), *self.book.persons.values())

    @property
    def defaults(self) -> Defaults:
        return self.book.defaults or STAND_IN

    @cached_property
    def values(self) -> Mapping[str, Node]:
        """The value of every indicator as a tree."""
        return values_of(RuleBook(self.defaults, self.book.indicators, self.book.plans, self.book.persons))

    @cached_property
    def rules(self) -> tuple[Applied, ...]:
        """Every rule of every indicator, pools before their items, variants after what they vary."""
        return tuple(rule for indicator in self.book.indicators.values() for rule in applied(indicator))

    def entries(self, indicator: str) -> list[tuple[Plan, Entry]]:
        """Where an indicator stands in plans."""
        found = ((plan, entry) for plan in self.book.plans.values() for entry in plan.entries)
        return [(plan, entry) for plan, entry in found if entry.indicator == indicator]

    def classes_of(self, indicator: str) -> dict[str, Plan]:
        """The classes that an indicator is applied to, each with a plan that does so."""
        found: dict[str, Plan] = {}
        for plan, entry in self.entries(indicator):
            only = [name for name in plan.classes if name in entry.only]
            for name in only or ([] if entry.only else plan.classes):
                found.setdefault(name, plan)
        return found

    def full_of(self, applied: Applied) -> Node | None:
        """The full mark of an indicator: its own, or the one that every plan with it states."""
        if applied.rule.full is not None or applied.depth:
            return cast(Node | None, applied.rule.full)
        stated = [entry.full for _, entry in self.entries(applied.indicator.id)]
        return cast(Node, stated[0]) if stated and all(full is not None for full in stated) else None


def applied(indicator: Indicator) -> Iterator[Applied]:
    yield from _applied(indicator, indicator, indicator.id, 0)


def _applied(indicator: Indicator, item: Item, name: str, depth: int) -> Iterator[Applied]:
    yield Applied(indicator, name, item, item, depth)
    yield from _items(indicator, item, name, depth)
    for class_name, own in item.by_class.items():
        yield Applied(indicator, name, merged(item, own), own, depth, class_name)
        yield from _items(indicator, own, name, depth)


def _items(indicator: Indicator, rule: Rule, name: str, depth: int) -> Iterator[Applied]:
    for part in rule.items:
        yield from _applied(indicator, part, f"{name}.{part.item}", depth + 1)


def constant(node: Node | None) -> Number | None:
    """The node where it is a plain number."""
    return node if isinstance(node, Number) else None
