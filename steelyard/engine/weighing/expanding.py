"""Rules that stand for others: of a class that states its own, of the parts of the year (分期计分) in a pool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast

from steelyard.engine.expressions.nodes import Aggregate, Node, Window, transform
from steelyard.engine.expressions.phrases import YEAR_PARTS
from steelyard.engine.model.item import Checkpoints, Empty, Exemption, Item, Rule
from steelyard.engine.model.target import Dated, Target

NAMES = YEAR_PARTS
PARTS: Mapping[str, tuple[str, ...]] = {
    "half": ("H1", "H2"),
    "quarter": tuple(f"Q{n}" for n in range(1, 5)),
    "month": tuple(f"M{n:02d}" for n in range(1, 13)),
}


def merged(item: Item, own: Rule) -> Item:
    """The item with what the class states itself; everything else stays."""
    changed = {key: getattr(own, key) for key in own.model_fields_set}
    if "score" in changed or "items" in changed:
        changed = {"score": None, "items": [], **changed}
    return item.model_copy(update=changed)


def expanded(rule: Rule) -> Rule:
    """The rule itself, or the pool of its checkpoints."""
    if rule.checkpoints is None:
        return rule
    parts = PARTS[rule.checkpoints.every] if rule.checkpoints.every else tuple(rule.checkpoints.targets)
    items = [_item(rule, rule.checkpoints, part) for part in parts]
    changed = {"checkpoints": None, "value": None, "target": None, "score": None, "items": items}
    if rule.checkpoints.take == "mean":
        changed |= {"full": None, "convert_to": rule.convert_to or rule.full}
    return rule.model_copy(update=changed)


def _item(rule: Rule, checkpoints: Checkpoints, part: str) -> Item:
    exempt = [
        Exemption(when=_in_part(exemption.when, part, checkpoints), because=exemption.because)
        for exemption in checkpoints.exempt
    ]
    own_mark = _own_mark(rule) if checkpoints.take == "mean" else {}
    return Item(
        item=part.lower(),
        name=NAMES.get(part, part) + ("累计" if checkpoints.counted == "to_date" else ""),
        value=_in_part(cast(Node, rule.value), part, checkpoints),
        places=rule.places,
        rounding=rule.rounding,
        show=rule.show,
        unit=rule.unit,
        direction=rule.direction,
        target=_moved(rule.target, part, checkpoints) if checkpoints.every else _target(checkpoints, part),
        score=rule.score,
        exempt=exempt,
        points_places=rule.points_places,
        **own_mark,
    )


def _own_mark(rule: Rule) -> dict[str, Any]:
    """A part with a full mark of its own is floored like the whole, and left out where nothing happened in it."""
    floor = {"floor": rule.floor} if "floor" in rule.model_fields_set else {}
    return {"full": rule.full, "empty": Empty(gives="rescale"), **floor}


def _in_part(tree: Node, part: str, checkpoints: Checkpoints) -> Node:
    """Totals of that part of the year alone, or from the start of the year to its end."""
    window = Window("to_date" if checkpoints.counted == "to_date" else "period", checkpoint=part)

    def change(node: Node) -> Node:
        return replace(node, window=window) if isinstance(node, Aggregate) else node

    return transform(tree, change)


def _moved(target: Target | None, part: str, checkpoints: Checkpoints) -> Target | None:
    """The rule's own target, read in that part."""
    if target is None:
        return None

    def moved(dated: Dated) -> Dated:
        return Dated(values={day: _in_part(cast(Node, tree), part, checkpoints) for day, tree in dated.values.items()})

    by_class = {name: moved(dated) for name, dated in target.by_class.items()}
    return Target(all=None if target.all is None else moved(target.all), by_class=by_class)


def _target(checkpoints: Checkpoints, part: str) -> Target:
    by_class = {
        name: Dated(values={} if targets.get(part) is None else _ever(cast(Node, targets[part])))
        for name, targets in checkpoints.by_class.items()
    }
    common = checkpoints.targets[part]
    return Target(all=None if common is None else Dated(values=_ever(common)), by_class=by_class)


def _ever(value: Node) -> dict[date, Node]:
    return {date.min: value}
