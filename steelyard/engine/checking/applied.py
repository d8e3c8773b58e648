"""Every rule as it applies to somebody, and every formula as it stands somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from steelyard.engine.checking.functions import Kind
from steelyard.engine.expressions.nodes import Node, Number
from steelyard.engine.expressions.resolving import beside
from steelyard.engine.model.item import Indicator, Item, Rule
from steelyard.engine.problems import Place
from steelyard.engine.weighing.expanding import merged


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
