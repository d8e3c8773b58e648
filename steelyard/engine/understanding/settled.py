"""A rule in the form in which the text tells it: what was written twice, or in one of two ways, is written once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from steelyard.engine.expressions.nodes import Aggregate, Call, Name, Node, Text, transform
from steelyard.engine.model.book import Defaults
from steelyard.engine.model.item import Item, Rule
from steelyard.engine.scoring.comparing.completion import Completion
from steelyard.engine.scoring.gathering.judgement import Judgement
from steelyard.engine.scoring.gathering.survey import Survey
from steelyard.engine.scoring.lines import Line
from steelyard.engine.scoring.score import Score
from steelyard.engine.scoring.tables.band import Band
from steelyard.engine.shape import Written
from steelyard.engine.understanding.methods.tabled import ladder

Noun = TypeVar("Noun", bound=Written)
_TARGET = Name(("target",))


def settled(rule: Noun, defaults: Defaults) -> Noun:
    """Two rules that mean the same by the same words are equal when settled; nothing that decides a score is changed.

    What the book states for all is not stated again; a rule without value rounds none; a line counts in the unit of its
    rule (or 次) whether it says so or not; a column inside a total belongs to the table of the total; rows of a ladder
    state their own end alone; a ratio to the target is a completion; who rounds without a word rounds half up.
    """
    found: Noun = _Settling(defaults, "").part(rule)
    return found


@dataclass(frozen=True)
class _Settling:
    defaults: Defaults
    unit: str

    def part(self, part: Any) -> Any:
        match part:
            case Rule():
                return self.rule(part)
            case Line():
                return self.noun(part, unit="" if part.unit == (self.unit or "次") else part.unit)
            case Band():
                return self.noun(part, table=_rows(part))
            case Score() if part.ratio is not None and part.ratio.to == _TARGET:
                same = Completion(at_most=part.ratio.at_most, at_zero=part.ratio.at_zero)
                return self.noun(part, ratio=None, completion=same)
            case Judgement() | Survey() if part.ratings is not None and part.where is not None:
                table = part.ratings.parts[0]
                return self.noun(part, where=transform(part.where, lambda one: _named(one, table, False)))
            case Written():
                return self.noun(part)
            case Mapping():
                return {key: self.part(one) for key, one in part.items()}
            case list() | tuple():
                return [self.part(one) for one in part]
            case _:
                return transform(part, _own) if isinstance(part, Node) else part

    def noun(self, noun: Any, **changed: Any) -> Any:
        parts = {key: getattr(noun, key) for key in type(noun).model_fields} | changed
        return noun.model_copy(update={key: self.part(one) for key, one in parts.items()})

    def rule(self, rule: Rule) -> Any:
        """A class of an item counts in the unit of the item where it states none."""
        unit = rule.unit or ("" if isinstance(rule, Item) else self.unit)
        rounding = None if rule.rounding == self.defaults.rounding else rule.rounding
        usual = rounding is not None and rule.points_places == self.defaults.points_places
        found = replace(self, unit=unit).noun(
            rule,
            places=None if rule.value is None else rule.places,
            rounding=rounding,
            points_places=None if usual else rule.points_places,
            floor=None if marked(rule) and rule.floor == self.defaults.floor else rule.floor,
        )
        return self.varied(found) if isinstance(found, Item) else found

    def varied(self, item: Item) -> Item:
        """Classes without what they state as the item does."""
        own = {name: self.differing(item, own) for name, own in item.by_class.items()}
        return item.model_copy(update={"by_class": own})

    def differing(self, item: Item, own: Rule) -> Rule:
        fresh = Rule()
        same = [key for key in Rule.model_fields if getattr(own, key) == getattr(item, key)]
        if marked(item) and item.floor is None and own.floor == self.defaults.floor:
            same.append("floor")
        return own.model_copy(update={key: getattr(fresh, key) for key in same})


def marked(rule: Rule) -> bool:
    """Whether there is a full mark that can be used up."""
    return rule.full is not None or any(item.full is not None for item in rule.items)


def _rows(band: Band) -> list[Any]:
    """As the text tells them, which is as stretches."""
    keys = ("at_least", "above", "at_most", "below")
    ends = [{key: end for key in keys if (end := getattr(row, key)) is not None} for row in band.table]
    return [
        row.model_copy(update={key: own.get(key) for key in keys})
        for row, own in zip(band.table, ladder(ends), strict=True)
    ]


def _own(node: Node) -> Node:
    """Columns inside a total: with their table in what is added up, without it in the condition."""
    if isinstance(node, Call) and node.op == "round" and node.args[2:] == (Text("half_up"),):
        return replace(node, args=node.args[:2])
    if not isinstance(node, Aggregate):
        return node
    argument = None if node.argument is None else transform(node.argument, lambda one: _named(one, node.table, True))
    where = None if node.where is None else transform(node.where, lambda one: _named(one, node.table, False))
    return replace(node, argument=argument, where=where)


def _named(node: Node, table: str, qualified: bool) -> Node:
    match node:
        case Name(parts=(column,)) if qualified:
            return Name((table, column))
        case Name(parts=(first, column)) if first == table and not qualified:
            return Name((column,))
        case _:
            return node
