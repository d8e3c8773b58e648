"""累计进度 as what it is: one deduction item for every checkpoint of the year, in a pool with one full mark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import cast

from steelyard.engine.expressions.nodes import Aggregate, Node, Window, transform
from steelyard.engine.model.item import Checkpoints, Exemption, Item, Rule
from steelyard.engine.model.target import Dated, Target

NAMES: Mapping[str, str] = {
    **{f"Q{n}": f"{word}季度" for n, word in enumerate("一二三四", start=1)},
    **{f"H{n}": f"{word}半年" for n, word in enumerate("上下", start=1)},
    **{f"M{n:02d}": f"{n}月" for n in range(1, 13)},
}


def expanded(rule: Rule) -> Rule:
    """The rule itself, or the pool of its checkpoints."""
    if rule.checkpoints is None:
        return rule
    items = [_item(rule, rule.checkpoints, part) for part in rule.checkpoints.targets]
    return rule.model_copy(
        update={"checkpoints": None, "value": None, "target": None, "score": None, "items": items}
    )


def _item(rule: Rule, checkpoints: Checkpoints, part: str) -> Item:
    exempt = [
        Exemption(when=_until(exemption.when, part), because=exemption.because) for exemption in checkpoints.exempt
    ]
    return Item(
        item=part.lower(),
        name=f"{NAMES.get(part, part)}累计",
        value=_until(cast(Node, rule.value), part),
        places=rule.places,
        rounding=rule.rounding,
        show=rule.show,
        unit=rule.unit,
        direction=rule.direction,
        target=_target(checkpoints, part),
        score=rule.score,
        exempt=exempt,
        floor=None,
        points_places=rule.points_places,
    )


def _until(tree: Node, part: str) -> Node:
    """Totals from the start of the year to the end of that part."""

    def change(node: Node) -> Node:
        return replace(node, window=Window("to_date", checkpoint=part)) if isinstance(node, Aggregate) else node

    return transform(tree, change)


def _target(checkpoints: Checkpoints, part: str) -> Target:
    by_class = {
        name: Dated(values={} if targets.get(part) is None else _ever(cast(Node, targets[part])))
        for name, targets in checkpoints.by_class.items()
    }
    common = checkpoints.targets[part]
    return Target(all=None if common is None else Dated(values=_ever(common)), by_class=by_class)


def _ever(value: Node) -> dict[date, Node]:
    return {date.min: value}
