"""Meaning: full marks and weights add up, grades and segments leave nobody out."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from steelyard.engine.checking.context import Context
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.nodes import Node, Number
from steelyard.engine.expressions.wording import figure
from steelyard.engine.model.item import Item
from steelyard.engine.model.plan import Entry, Plan
from steelyard.engine.problems import CATALOGUE, Problem
from steelyard.engine.weighing.expanding import merged

CATALOGUE.add(
    {
        "marks-not-total": (
            "计划“{plan}”总分 {total}，{class}各指标满分合计 {sum}；请调整满分、权重或 total",
            "plan '{plan}' has a total of {total}, but the full marks of {class} add up to {sum}; adjust "
            "marks, weights or "
            "total",
        ),
        "plan-of-nobody": (
            "计划“{plan}”没有写考评哪几类单位，谁也不考；请在 classes 里写，如 [第一税务分局]",
            "plan '{plan}' names no class of units and so assesses nobody; name them in classes",
        ),
        "weights-not-whole": (
            "计划“{plan}”的权重合计 {sum}，应为 100%；请检查 {count} 个权重",
            "the weights of plan '{plan}' add up to {sum}, not 100%; check the {count} weights",
        ),
        "group-marks-not-full": (
            "指标组“{group}”满分 {full}，组内指标合计 {sum}；请调整其中之一",
            "group '{group}' has a full mark of {full}, its indicators add up to {sum}; adjust one of them",
        ),
        "pool-marks-too-high": (
            "“{rule}”满分 {full}，各要点满分合计 {sum}，超过了满分；请调整其中之一",
            "'{rule}' has a full mark of {full}, its items add up to {sum}, which is more; adjust one of them",
        ),
        "plan-places": (
            "计划“{plan}”的总分保留 {places} 位小数，{part_zh}却有 {found} 位：各部分加起来会对不上总分；"
            "请把计划的 places 提高到 {found}，或把这里的小数位降到 {places}",
            "plan '{plan}' has a total of {places} decimals, but {part_en} has {found}: the parts shown would not add "
            "up to the total shown; raise the plan's places to {found}, or lower these to {places}",
        ),
        "persons-parts-not-total": (
            "个人计划“{plan}”总分 {total}，各部分（linked、unit、own）合计 {sum}；请调整",
            "the plan for persons '{plan}' has a total of {total}, its parts (linked, unit, own) add up to "
            "{sum}; adjust them",
        ),
    }
)


def full_mark(item: Item, class_name: str | None, entry: Entry | None = None) -> Fraction | None:
    """The full mark of an indicator or item for a class, where it is a plain number."""
    if entry is not None and entry.full is not None:
        return _value(entry.full)
    own = item.by_class.get(class_name or "")
    rule = item if own is None else merged(item, own)
    if rule.convert_to is not None:
        return _value(rule.convert_to)
    if rule.full is not None:
        return _value(rule.full)
    marks = [full_mark(part, class_name) for part in rule.items if part.full is not None or part.items]
    known = [mark for mark in marks if mark is not None]
    return sum(known, Fraction(0)) if marks and len(known) == len(marks) else None


def _value(node: Node | None) -> Fraction | None:
    return node.value if isinstance(node, Number) else None


@check(stage="meaning", code="plan-of-nobody")
def plans_assess_somebody(context: Context) -> Iterator[Problem]:
    """计划要写考评哪几类单位；一类也不写，谁也不考。

    A plan names the classes that it assesses.
    """
    for plan in context.book.plans.values():
        if not plan.classes:
            yield Problem("plan-of-nobody", plan.place("classes"), {"plan": plan.id})


@check(stage="meaning", code="marks-not-total")
def marks_make_the_total(context: Context) -> Iterator[Problem]:
    """基础指标的满分（或权重×总分）对每一类单位都要合成计划的总分；总分允许超出（exceed_total）的计划只作提醒。

    Full marks of base indicators (or weights times total) make the plan's total for every class; in plans whose total
    may be exceeded this is only a warning.
    """
    for plan in context.book.plans.values():
        total = _value(plan.total)
        sums = {name: _sum(context, plan, name) for name in plan.classes}
        shared = any(entry.only for entry in plan.entries) and total == _sum(context, plan, None)
        if total is None or shared or _weighted(plan) or None in sums.values():
            continue
        for name, found in sums.items():
            if found is not None and found not in (total, total - _extra(plan)):
                params = {"plan": plan.id, "total": figure(total), "class": name, "sum": figure(found)}
                yield Problem(
                    "marks-not-total", plan.place("total"), params, "warning" if plan.exceed_total else "error"
                )


def _extra(plan: Plan) -> Fraction:
    """What bonus groups may add on top of the base, where they state a cap or full mark."""
    limits = [_value(group.cap or group.full) for group in plan.groups if group.role == "bonus"]
    return sum((limit for limit in limits if limit is not None), Fraction(0))


def _sum(context: Context, plan: Plan, class_name: str | None) -> Fraction | None:
    """Marks of all base entries; of those only that a class has, when one is named."""
    worths = [
        _worth(context, plan, entry, class_name)
        for entry in _base(plan)
        if class_name is None or not entry.only or class_name in entry.only
    ]
    known = [worth for worth in worths if worth is not None]
    units_only = any(entry.only and not set(entry.only) & set(plan.classes) for entry in plan.entries)
    return sum(known, Fraction(0)) if len(known) == len(worths) and not (units_only and class_name) else None


def _worth(context: Context, plan: Plan, entry: Entry, class_name: str | None) -> Fraction | None:
    weight, total = _value(entry.weight), _value(plan.total)
    if weight is not None and total is not None:
        return weight * total
    return full_mark(context.book.indicators[entry.indicator], class_name, entry)


@check(stage="meaning", code="weights-not-whole")
def weights_make_a_whole(context: Context) -> Iterator[Problem]:
    """计划里全部基础指标都写了权重时，权重合计必须是 100%。

    Where all base indicators of a plan have weights, the weights add up to 100 %.
    """
    for plan in context.book.plans.values():
        weights = [weight for entry in _base(plan) if (weight := _value(entry.weight)) is not None]
        limited = any(entry.only for entry in _base(plan))
        if _weighted(plan) and sum(weights) != 1 and not limited:
            params = {"plan": plan.id, "sum": figure(sum(weights, Fraction(0)), "percent"), "count": len(weights)}
            yield Problem("weights-not-whole", plan.place("groups"), params)


def _base(plan: Plan) -> list[Entry]:
    return [entry for group in plan.groups if group.role == "base" for entry in group.indicators]


def _weighted(plan: Plan) -> bool:
    return bool(_base(plan)) and all(_value(entry.weight) is not None for entry in _base(plan))


@check(stage="meaning", code="group-marks-not-full")
def groups_add_up(context: Context) -> Iterator[Problem]:
    """写了满分的基础指标组，组内指标的满分要合成它。

    The indicators of a base group with a full mark add up to it.
    """
    for plan in context.book.plans.values():
        for group in plan.groups:
            full = _value(group.full)
            worths = [_worth(context, plan, entry, None) for entry in group.indicators if not entry.only]
            known = [worth for worth in worths if worth is not None]
            whole = len(known) == len(group.indicators)
            if full is not None and group.role == "base" and whole and sum(known) != full:
                params = {"group": group.name, "full": figure(full), "sum": figure(sum(known, Fraction(0)))}
                yield Problem("group-marks-not-full", group.place("full"), params)


@check(stage="meaning", code="pool-marks-too-high")
def pools_hold_their_items(context: Context) -> Iterator[Problem]:
    """池的满分不小于各要点满分之和；多出来的部分是共用的起评分。

    The full mark of a pool is at least the sum of its items'; what is left is the shared mark.
    """
    for rule in context.rules:
        full = _value(rule.rule.full)
        marks = [full_mark(part, rule.class_name) for part in rule.rule.items]
        found = sum((mark for mark in marks if mark is not None), Fraction(0))
        if full is not None and rule.rule.items and found > full:
            params = {"rule": rule.rule.name, "full": figure(full), "sum": figure(found)}
            yield Problem("pool-marks-too-high", rule.place("full"), params)


@check(stage="meaning", code="plan-places")
def parts_add_up_to_the_total(context: Context) -> Iterator[Problem]:
    """公布的各项得分相加，要正好等于公布的总分：总分的小数位不能少于各指标得分（或部门间对齐后得分）的小数位。按权重折算的指标，
    折算后已按计划的小数位舍入，不受此限；只有一个指标的计划没有相加，也不受此限。

    Published points add up to the published total: the total has no fewer decimals than the points of its indicators,
    or than those of its departments where these are aligned. What is converted by weight is rounded as the plan says,
    and a plan of one indicator adds nothing up.
    """
    for plan in context.book.plans.values():
        finest = max(_decimals(context, plan), key=lambda part: part[0], default=None)
        if finest is not None and finest[0] > plan.places and len(plan.entries) > 1:
            found, zh, en = finest
            params = {"plan": plan.id, "places": plan.places, "found": found, "part_zh": zh, "part_en": en}
            yield Problem("plan-places", plan.place("places"), params)


def _decimals(context: Context, plan: Plan) -> Iterator[tuple[int, str, str]]:
    """Of every part that is added up as it is published, with its name."""
    if plan.alignment is not None:
        yield plan.alignment.places, "部门间对齐后的得分", "the score of aligned departments"
    for group in plan.groups:
        aligned = plan.alignment is not None and group.role == "base"
        for entry in group.indicators:
            if entry.weight is None and not aligned:
                indicator = context.book.indicators[entry.indicator]
                rules = [indicator, *(merged(indicator, own) for own in indicator.by_class.values())]
                places = [rule.points_places for rule in rules]
                found = max(context.defaults.points_places if own is None else own for own in places)
                yield found, f"指标“{indicator.name}”的得分", f"the score of '{indicator.name}'"


@check(stage="meaning", code="persons-parts-not-total")
def persons_parts_make_the_total(context: Context) -> Iterator[Problem]:
    """个人计划的各部分要合成总分：linked（关联指标）＋ unit（单位得分）＋ own（个人指标的满分）。

    The parts of a plan for persons make its total: linked, unit, and the full marks of own indicators.
    """
    for persons in context.book.persons.values():
        own = [full_mark(context.book.indicators[entry.indicator], None, entry) for entry in persons.own]
        parts = [_value(persons.linked), _value(persons.unit), *own]
        known = [part for part in parts if part is not None]
        total = _value(persons.total)
        if total is not None and len(known) == len(parts) and sum(known) != total:
            params = {"plan": persons.id, "total": figure(total), "sum": figure(sum(known, Fraction(0)))}
            yield Problem("persons-parts-not-total", persons.place("total"), params)
