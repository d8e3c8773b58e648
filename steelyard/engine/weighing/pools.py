"""扣分池: items that share one full mark and one floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from steelyard.engine.expressions.nodes import Name, Node, Text, added_up, call, number
from steelyard.engine.model.item import Item, Rule
from steelyard.engine.scoring.recipe import Step, write


@dataclass(frozen=True, slots=True)
class Part:
    """One item inside a pool, as its pool sees it.

    ``full``: its mark, None where no class has one. ``rescales``: for whom leaving it out scales up the rest, None
    for nobody.
    """

    item: str
    full: Node | None
    rescales: Node | None


def part_of(item: Item, has_full: bool) -> Part:
    full: Node = Name((item.item, "full"))
    if item.by_class:  # in a class whose own rule has no mark the item brings none
        full = call("if", call("is_empty", full), number(0), full)
    return Part(item.item, full if has_full else None, _rescales(item))


def _rescales(item: Item) -> Node | None:
    common = _drops(item)
    tree: Node | None = _ALWAYS if common else None
    for name, own in item.by_class.items():
        drops, of_class = _drops(own if "empty" in own.model_fields_set else item), call("class_is", Text(name))
        if drops and not common:
            tree = of_class if tree is None else call("or", tree, of_class)
        if common and not drops:
            tree = call("and", cast(Node, tree), call("not", of_class))
    return tree


def _drops(rule: Rule) -> bool:
    return rule.empty is not None and rule.empty.gives == "rescale"


_ALWAYS = call("=", number(0), number(0))


def pool_steps(rule: Rule, parts: Sequence[Part]) -> list[Step]:
    """``points`` = the mark that is shared + what every item brings or takes.

    The shared mark is the pool's full mark less the full marks of its items; items without one only add or take.
    A dropped item (nothing happened, not for this subject) brings nothing; with ``rescale`` the rest is scaled up.
    """
    own = [part for part in parts if part.full is not None]
    marks = added_up([cast(Node, part.full) for part in own])
    steps = [
        Step("full", "满分", "full mark", marks if rule.full is None else rule.full, "points"),
        Step("shared", "起评分", "shared mark", call("-", Name(("full",)), marks), "points"),
        Step("items", "各项合计", "items together", added_up([_points(part) for part in parts]), "points"),
    ]
    points = write("shared + items")
    dropping = [part for part in own if part.rescales is not None]
    if dropping:
        left = call("-", Name(("full",)), added_up([_dropped(part) for part in dropping]))
        steps.append(Step("applicable", "适用满分", "applicable full mark", left, "points"))
        points = write("(shared + items) * full / applicable")
    steps.append(Step("points", "合计", "together", _unless_all_empty(parts, points), "points"))
    if rule.convert_to is not None:
        converted = write("points * new / full", {"new": rule.convert_to})
        steps.append(Step("points", "折算", "converted", converted, "points"))
        steps.append(Step("full", "折算后满分", "full mark, converted", rule.convert_to, "points"))
    return steps


def _points(part: Part) -> Node:
    points = Name((part.item, "points"))
    return call("if", call("is_empty", points), number(0), points)


def _dropped(part: Part) -> Node:
    left_out: Node = call("is_empty", Name((part.item, "points")))
    if part.rescales != _ALWAYS:
        left_out = call("and", left_out, cast(Node, part.rescales))
    return call("if", left_out, cast(Node, part.full), number(0))


def _unless_all_empty(parts: Sequence[Part], points: Node) -> Node:
    tests = [call("is_empty", Name((part.item, "points"))) for part in parts]
    every = tests[0] if len(tests) == 1 else call("and", *tests)
    return call("if", every, call("nothing"), points)
