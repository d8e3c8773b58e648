"""One item of a rule as a complete calculation, from its value to its published points.

The order of application is fixed and the same for every method: value, target, method, plus and minus lines,
exemption, escalation, relief, veto of the item, floor, cap, rounding, and last what an empty item is worth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import cast

from steelyard.engine.arithmetic.rounding import Rounding
from steelyard.engine.expressions.nodes import Call, Day, Name, Node, Text, number
from steelyard.engine.expressions.windows import windowed
from steelyard.engine.expressions.wording import Vocabulary
from steelyard.engine.model.book import Defaults
from steelyard.engine.model.item import Empty, Rule
from steelyard.engine.model.target import Dated, Target
from steelyard.engine.scoring.lines import Line, added
from steelyard.engine.scoring.recipe import Setting, Step, base, write

NOTHING = Call("nothing", ())


def setting_of(rule: Rule, vocabulary: Vocabulary | None = None) -> Setting:
    return Setting(
        direction=rule.direction,
        show=rule.show,
        unit=rule.unit,
        full=rule.full,
        target=None if rule.target is None else target_tree(rule.target),
        vocabulary=vocabulary or Vocabulary(),
    )


def leaf_steps(rule: Rule, defaults: Defaults, values: Mapping[str, Node]) -> list[Step]:
    """The whole calculation of one scored item. ``values`` are the value trees of other indicators, by name."""
    setting = setting_of(rule)
    steps = [*_given(rule, defaults, setting, values)]
    if rule.score is not None:
        steps += [replace(step, tree=windowed(step.tree, values)) for step in rule.score.method.steps(setting)]
    if any(step.name == "points" for step in steps):
        steps += points_steps(rule, defaults, values)
    return steps


def _given(rule: Rule, defaults: Defaults, setting: Setting, values: Mapping[str, Node]) -> Iterable[Step]:
    if rule.value is not None:
        yield Step("value", "实际值", "value", value_tree(rule, defaults, values), rule.show)
    if setting.target is not None:
        yield Step("target", "目标值", "target", windowed(setting.target, values), rule.show)
    if rule.full is not None:
        yield Step("full", "满分", "full mark", rule.full, "points")


def value_tree(rule: Rule, defaults: Defaults, values: Mapping[str, Node]) -> Node:
    """The value as published: rounded where the rule says so, exact where it does not."""
    tree = windowed(cast(Node, rule.value), values)
    return tree if rule.places is None else rounding_tree(tree, rule.places, rule.rounding or defaults.rounding)


def rounding_tree(tree: Node, places: int, rule: Rounding) -> Node:
    return Call("round", (tree, number(places), Text(rule)))


def points_steps(rule: Rule, defaults: Defaults, values: Mapping[str, Node]) -> Iterable[Step]:
    """From the method's points to the published ones."""
    yield from _lines(rule.plus, "plus", "points + total", values)
    yield from _lines(rule.minus, "minus", "points - total", values)
    yield from _modified(rule, Name(("full",)) if rule.items else base(setting_of(rule)), values)
    yield from limit_steps(floor_of(rule, defaults), rule.cap)
    places = defaults.points_places if rule.points_places is None else rule.points_places
    rounding = rule.rounding or defaults.rounding
    yield _points("得分（舍入）", "points, rounded", rounding_tree(Name(("points",)), places, rounding), values)
    if rule.empty is not None:
        yield from _empty(rule.empty, places, rounding)


def _modified(rule: Rule, start: Node, values: Mapping[str, Node]) -> Iterable[Step]:
    """What conditions make of the points; ``start`` is what there was before anything was lost."""
    for exemption in rule.exempt:
        tree = write("if(when, greatest(points, base), points)", {"when": exemption.when, "base": start})
        yield _points(f"免扣：{exemption.because}", f"exempt: {exemption.because}", tree, values)
    for escalation in rule.escalate:
        parts = {"when": escalation.when, "base": start, "times": escalation.times}
        tree = write("if(when, points - greatest(base - points, 0) * (times - 1), points)", parts)
        yield _points(f"加重扣分：{escalation.because}", f"escalated: {escalation.because}", tree, values)
    for relief in rule.relief:
        parts = {"when": relief.when, "base": start, "keep": relief.keep}
        tree = write("if(when, points + greatest(base - points, 0) * (1 - keep), points)", parts)
        yield _points(f"减轻扣分：{relief.because}", f"relief: {relief.because}", tree, values)
    for veto in rule.veto:
        if veto.zero == "item":
            tree = write("if(when, least(points, 0), points)", {"when": veto.when})
            yield _points(f"一票否决：{veto.because}", f"veto: {veto.because}", tree, values)


def floor_of(rule: Rule, defaults: Defaults) -> Node | None:
    """The rule's own floor, else the book's, which is for marks that can be used up: a pure deduction has none."""
    if "floor" in rule.model_fields_set:
        return cast(Node | None, rule.floor)
    return cast(Node | None, defaults.floor) if _has_mark(rule) else None


def _has_mark(rule: Rule) -> bool:
    return rule.full is not None or any(_has_mark(item) for item in rule.items)


def limit_steps(floor: Node | None, cap: Node | None) -> Iterable[Step]:
    if floor is not None:
        yield _points("不低于下限", "not below the floor", write("greatest(points, floor)", {"floor": floor}), {})
    if cap is not None:
        yield _points("不高于上限", "not above the cap", write("least(points, cap)", {"cap": cap}), {})


def _lines(lines: list[Line], prefix: str, total: str, values: Mapping[str, Node]) -> Iterable[Step]:
    if lines:
        steps, text = added(lines, prefix)
        yield from (replace(step, tree=windowed(step.tree, values)) for step in steps)
        word = ("加分后", "after plus lines") if prefix == "plus" else ("扣分后", "after minus lines")
        yield _points(*word, write(total, {"total": write(text)}), values)


def _empty(empty: Empty, places: int, rounding: Rounding) -> Iterable[Step]:
    worth: Mapping[str, Node] = {
        "full": Name(("full",)),
        "zero": number(0),
        "peers_mean": rounding_tree(write("peers_mean(points)"), places, rounding),
    }
    given = empty.points if empty.gives is None else worth.get(empty.gives)
    if given is not None:
        tree = write("if(is_empty(points), given, points)", {"given": given})
        yield _points("无此类事项时的得分", "points when nothing happened", tree, {})


def _points(zh: str, en: str, tree: Node, values: Mapping[str, Node]) -> Step:
    return Step("points", zh, en, windowed(tree, values), "points")


def target_tree(target: Target) -> Node:
    """All classes and dates in one tree, so that one calculation serves everybody."""
    tree = NOTHING if target.all is None else dated_tree(target.all)
    for name, dated in target.by_class.items():
        tree = Call("if", (Call("class_is", (Text(name),)), dated_tree(dated), tree))
    return tree


def dated_tree(dated: Dated) -> Node:
    """``day`` is the last day of the assessed period; before the first date there is no target."""
    tree: Node = NOTHING
    for start, value in sorted(dated.values.items()):
        started = Call(">=", (Name(("day",)), Day(start)))
        tree = value if start == date.min else Call("if", (started, value, tree))
    return tree
