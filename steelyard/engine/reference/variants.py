"""Which rule is really meant: that of a class, that of a part of the year."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from steelyard.engine.expressions.nodes import Node
from steelyard.engine.model.item import Checkpoints, Empty, Item, Rule
from steelyard.engine.model.target import Dated, Target

AnyItem = TypeVar("AnyItem", bound=Item)


def merged(item: AnyItem, own: Rule) -> AnyItem:
    """What the class writes itself stands in place of the common rule; a score takes the place of items and back."""
    changed: dict[str, Any] = {key: getattr(own, key) for key in own.model_fields_set}
    if changed.keys() & {"score", "items"}:
        changed = {"score": None, "items": [], **changed}
    return item.model_copy(update=changed)


def of_class(item: AnyItem, group: str | None) -> AnyItem:
    return merged(item, item.by_class[group]) if group in item.by_class else item  # type: ignore[index]


def in_part(rule: Rule, schedule: Checkpoints, part: str, mean: bool) -> Rule:
    """The rule of one part of the year: value, target, method; everything else belongs to the whole."""
    keys = ("value", "places", "rounding", "direction", "score", "points_places")
    own: dict[str, Any] = {key: getattr(rule, key) for key in keys}
    own["target"] = rule.target if schedule.every else _target_of(schedule, part)
    own["exempt"] = schedule.exempt
    if mean:
        own |= {"full": rule.full, "empty": Empty(gives="rescale")}
        own |= {"floor": rule.floor} if "floor" in rule.model_fields_set else {}
    return Rule.model_construct(**own, _fields_set=set(own))


def _target_of(schedule: Checkpoints, part: str) -> Target:
    def dated(tree: Node | None) -> Dated:
        return Dated(values={} if tree is None else {date.min: tree})

    by_class = {name: dated(targets.get(part)) for name, targets in schedule.by_class.items()}
    return Target(all=dated(schedule.targets[part]), by_class=by_class)
