"""Meaning: full marks are not negative, a bonus gives, a malus takes, an escalation takes more."""

from __future__ import annotations

from collections.abc import Iterator

from steelyard.engine.checking.applied import constant
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.outlook import ANYTHING, Outlook
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.wording import figure
from steelyard.engine.model.plan import Group
from steelyard.engine.problems import CATALOGUE, Problem

CATALOGUE.add(
    {
        "mark-negative": (
            "{key} 是 {found}，不能小于 0；扣分请写成减分组（role: malus）里的指标",
            "{key} is {found} and must not be below 0; what takes points is an indicator of a malus group",
        ),
        "escalation-softens": (
            "加重扣分的倍数 times 是 {found}，小于 1 反而减轻了；减轻扣分请写 relief（keep: {found}）",
            "times of an escalation is {found}; below 1 less is lost, not more: for that write relief (keep: {found})",
        ),
        "group-role": (
            "指标“{rule}”在“{group}”组（role: {role}）里，得分却在 {low} 与 {high} 之间；"
            "组的得分加到总分上，加分组的指标应能大于 0，减分组的应能小于 0（如满分不写的 deduct）",
            "indicator '{rule}' stands in group '{group}' (role: {role}), but its points lie between {low} and {high}; "
            "a group's points are added to the total: those of a bonus can be above 0, those of a malus below 0 "
            "(such as deduct without a full mark)",
        ),
    }
)


@check(stage="meaning", code="mark-negative")
def marks_are_not_negative(context: Context) -> Iterator[Problem]:
    """满分、折算后的满分、总分不小于 0。

    Full marks, marks that points are converted to, and totals are not below 0.
    """
    for formula in context.formulas:
        found = constant(formula.tree) if formula.key in ("full", "convert_to", "total") else None
        if found is not None and found.value < 0:
            yield Problem("mark-negative", formula.place, {"key": formula.key, "found": figure(found.value)})


@check(stage="meaning", code="escalation-softens")
def escalations_take_more(context: Context) -> Iterator[Problem]:
    """加重扣分（escalate）的倍数不小于 1；只扣一部分的写 relief。

    An escalation takes at least as much as before; what takes less is a relief.
    """
    for rule in context.rules:
        for found in rule.written.escalate:
            times = constant(found.times)
            if times is not None and times.value < 1:
                yield Problem("escalation-softens", found.place("times"), {"found": figure(times.value)})


@check(stage="meaning", code="group-role")
def groups_do_what_they_are_called(context: Context) -> Iterator[Problem]:
    """加分组的指标要能加分，减分组的要能减分：减分组里写了 bonus 或带满分的 deduct，总分不减反增。

    Indicators of a bonus group can give, those of a malus group can take: ``bonus``, or ``deduct`` from a full mark,
    would raise the total where a malus was meant.
    """
    for plan in context.book.plans.values():
        for group in plan.groups:
            for entry in group.indicators:
                points = context.looks.indicator(entry.indicator).get("points", ANYTHING)
                if _contrary(group, points):
                    params = {"rule": context.book.indicators[entry.indicator].name, "group": group.name}
                    low, high = ("—" if bound is None else figure(bound) for bound in (points.low, points.high))
                    params |= {"role": group.role, "low": low, "high": high}
                    yield Problem("group-role", entry.place("indicator"), params)


def _contrary(group: Group, points: Outlook) -> bool:
    if group.role == "bonus":
        return points.high is not None and points.high <= 0
    return group.role == "malus" and points.low is not None and points.low >= 0
