"""Meaning: targets are in force where and when they are needed, and separate somebody from somebody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from steelyard.engine.checking.applied import Applied, constant
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.references.named import period_system
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.wording import figure
from steelyard.engine.model.target import Dated, Target
from steelyard.engine.problems import CATALOGUE, Problem

CATALOGUE.add(
    {
        "target-order": (
            "“{rule}”的目标日期没有按先后排列：{found}；请由早到晚写，旧值不改，只加新日期",
            "the dates of the target of '{rule}' are not in order: {found}; write the earliest first, never "
            "change an old "
            "value, add a date",
        ),
        "target-not-in-force": (
            "“{rule}”在 {day} 对类别“{class}”没有目标；最早的目标从 {first} 起；请补上，或在计划里用 only 限定",
            "'{rule}' has no target for class '{class}' on {day}; its first one is in force from {first}; add one, or "
            "limit the entry with only",
        ),
        "target-met-by-all": (
            "“{rule}”的目标 {target} 上期 {count} 个单位全部达到，分不出高下；请考虑提高",
            "all {count} units met the target {target} of '{rule}' last period, it separates nobody; consider "
            "a higher one",
        ),
        "target-met-by-none": (
            "“{rule}”的目标 {target} 上期 {count} 个单位无一达到；请核对单位（百分数还是小数）和难度",
            "none of {count} units met the target {target} of '{rule}' last period; check the unit (per cent "
            "or number) "
            "and the difficulty",
        ),
    }
)


def _dated(target: Target) -> Iterator[tuple[tuple[str, ...], Dated]]:
    if target.all is not None:
        yield ("all",), target.all
    yield from ((("by_class", name), dated) for name, dated in target.by_class.items())


@check(stage="meaning", code="target-order")
def dates_of_targets_are_in_order(context: Context) -> Iterator[Problem]:
    """目标按生效日期由早到晚书写；旧值不改，只加新日期。

    Dated targets stand in the order of their dates; an old value is never changed, a new date is added.
    """
    for rule in context.rules:
        for path, dated in () if rule.written.target is None else _dated(rule.written.target):
            days = list(dated.values)
            if days != sorted(days):
                params = {"rule": rule.rule.name, "found": "、".join(day.isoformat() for day in days)}
                yield Problem("target-order", rule.place("target", *path), params, "warning")


@check(stage="meaning", code="target-not-in-force")
def targets_are_in_force(context: Context) -> Iterator[Problem]:
    """计划年度最后一天，每个被考评类别都要有生效的目标。

    On the last day of a plan's year every class that it assesses has a target in force.
    """
    for rule in context.rules:
        target = rule.rule.target
        if target is None:
            continue
        for name, plan in context.classes_of(rule.indicator.id).items():
            day = period_system(context).parse(plan.year).end - timedelta(days=1)
            if rule.class_name in (None, name) and not _ruled(rule, name) and target.of(name, day) is None:
                params = {"rule": rule.rule.name, "class": name, "day": day, "first": _first(target, name)}
                yield Problem("target-not-in-force", rule.place("target"), params)


def _ruled(rule: Applied, class_name: str) -> bool:
    """Whether the class has a rule of its own, which is looked at by itself."""
    return rule.class_name is None and class_name in rule.rule.by_class


def _first(target: Target, class_name: str) -> str:
    dated = target.by_class.get(class_name, target.all)
    return "—" if dated is None or not dated.values else min(dated.values).isoformat()


def targets_that_separate_nobody(
    context: Context, day: date, last: Mapping[str, Sequence[tuple[str, Fraction]]]
) -> Iterator[Problem]:
    """Warnings about constant targets that everybody, or nobody, met.

    ``last``: for each indicator the class and the value of every unit in the last period; ``day`` the day on which the
    targets are taken. Fewer than three units say nothing.
    """
    for rule in context.rules:
        if rule.depth == 0 and rule.rule.target is not None:
            for name, values in _by_class(last.get(rule.indicator.id, ())).items():
                if rule.class_name in (None, name) and not _ruled(rule, name):
                    yield from _separates(rule, name, values, day)


def _by_class(values: Sequence[tuple[str, Fraction]]) -> Mapping[str, list[Fraction]]:
    found: dict[str, list[Fraction]] = {}
    for name, value in values:
        found.setdefault(name, []).append(value)
    return found


ENOUGH = 3


def _separates(rule: Applied, class_name: str, values: Sequence[Fraction], day: date) -> Iterator[Problem]:
    target = None if rule.rule.target is None else constant(rule.rule.target.of(class_name, day))
    if target is None or len(values) < ENOUGH:
        return
    up = rule.rule.direction == "higher"
    met = sum(value >= target.value if up else value <= target.value for value in values)
    if met in (0, len(values)):
        code = "target-met-by-all" if met else "target-met-by-none"
        params = {"rule": rule.rule.name, "target": figure(target.value, rule.rule.show), "count": len(values)}
        yield Problem(code, rule.place("target"), params, "warning")
