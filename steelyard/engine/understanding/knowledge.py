"""What a reader of rule texts knows beforehand: the names of book and facts, the conventions, the rules there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from steelyard.engine.expressions.nodes import Call, Node, Text, walk
from steelyard.engine.model.book import Defaults, RuleBook
from steelyard.engine.model.facts import FactTable
from steelyard.engine.model.item import Indicator, Item, Rule
from steelyard.engine.shape import Written as Noun
from steelyard.engine.understanding.words.lexicon import Lexicon
from steelyard.engine.wording.vocabulary import parts_of, titles, vocabulary


@dataclass(frozen=True)
class Knowledge:
    """``known``: the rules of the book by name. A text changes what it speaks of; identifiers and notes stay theirs."""

    lexicon: Lexicon
    defaults: Defaults
    known: Mapping[str, Indicator]
    lists: Mapping[str, str]

    def of(self, name: str) -> Indicator | None:
        return self.known.get(name)

    def about(self, indicator: Indicator | None) -> Knowledge:
        """With what the parts of one rule are called."""
        return self if indicator is None else replace(self, lexicon=self.lexicon.named(parts_of(indicator)))


def knowledge(book: RuleBook, tables: Mapping[str, FactTable], defaults: Defaults) -> Knowledge:
    """Everything that texts of this book may name."""
    words = vocabulary(book, tables)
    lists = {title: key.removeprefix("list:") for key, title in words.names.items() if key.startswith("list:")}
    columns = {key: list(titles(table)) for key, table in tables.items()}
    classes = {name for indicator in book.indicators.values() for name in _classes(indicator)}
    for plan in book.plans.values():
        classes |= set(_classes(plan))
    known = {indicator.name: indicator for indicator in book.indicators.values()}
    return Knowledge(Lexicon(words, columns, frozenset(classes)), defaults, known, lists)


def _classes(part: Any) -> Iterator[str]:
    """Classes of units that rules name: those with something of their own, and those in formulas."""
    if isinstance(part, Noun):
        for field in type(part).model_fields:
            found = getattr(part, field)
            if field == "by_class":
                yield from found
            yield from _classes(found)
    elif isinstance(part, Mapping):
        for one in part.values():
            yield from _classes(one)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from _classes(one)
    elif isinstance(part, Node):
        yield from _named(part)


def _named(tree: Node) -> Iterator[str]:
    for node in walk(tree):
        if isinstance(node, Call) and (node.op == "class_is" or node.op.startswith("peers_")):
            yield from (arg.value for arg in node.args if isinstance(arg, Text))


def keys_of(rule: Rule) -> Mapping[str, str]:
    """Identifiers of conditions and steps inside a method, by the names that the text tells."""
    if rule.score is None:
        return {}
    method: Any = rule.score.method
    named = {**getattr(method, "conditions", {}), **getattr(method, "working", {})}
    return {part.name: key for key, part in named.items()}


def part_named(item: Rule | None, name: str) -> Item | None:
    """The item of that name, where the rule has one."""
    return next((part for part in item.items if part.name == name), None) if item is not None else None
