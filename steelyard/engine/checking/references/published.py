"""References: what rules take from other rules is there: a value, points, a label."""

from __future__ import annotations

from collections.abc import Iterator

from steelyard.engine.checking.calculation import referred
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.functions import REFERENCES, above_rows
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.nodes import Call
from steelyard.engine.model.persons import Link, PersonsPlan
from steelyard.engine.model.plan import Entry, Plan
from steelyard.engine.problems import CATALOGUE, Place, Problem
from steelyard.engine.weighing.expanding import expanded
from steelyard.engine.weighing.plans import droppable

CATALOGUE.add(
    {
        "not-published": (
            "指标“{name}”没有{what_zh}，{function}({name}) 取不到数；它有：{allowed}",
            "indicator '{name}' has no {what_en}, so {function}({name}) finds nothing; it has: {allowed}",
        ),
        "part-without-points": (
            "“{part}”没有得分，加不进{home}；请在计分方法里写分值，或把它移出去",
            "'{part}' gives no points, so it cannot be added up in {home}; write points in its method or take it out",
        ),
        "mark-not-stated": (
            "“{plan}”要按满分折算，指标“{name}”却没有满分；请在指标或计划里写 full",
            "'{plan}' converts points by full marks, but indicator '{name}' has none; write full in it or in the plan",
        ),
    }
)

_WHAT = {"value": ("实际值", "value"), "points": ("得分", "points"), "label": ("等次或信号", "label")}


@check(stage="references", code="not-published")
def others_publish_what_is_read(context: Context) -> Iterator[Problem]:
    """value(x)、points(x)、label(x) 要取的，指标 x 要真有：只给等次的指标没有得分，只计数的指标没有等次。

    What value(x), points(x) and label(x) ask for, indicator x must have.
    """
    for formula in context.formulas:
        for node in above_rows(formula.tree):
            if isinstance(node, Call) and node.op in REFERENCES and referred(node) in context.book.indicators:
                has = context.kinds.indicator(referred(node))
                if node.op not in has:
                    params = {"name": referred(node), "function": node.op, "allowed": "、".join(has) or "—"}
                    zh, en = _WHAT[node.op]
                    yield Problem("not-published", formula.at(node), {**params, "what_zh": zh, "what_en": en})


@check(stage="references", code="part-without-points")
def parts_bring_points(context: Context) -> Iterator[Problem]:
    """池里的要点、分期的节点、计划和个人计划里的指标都要有得分：只给等次或信号的加不进合计。

    Items of a pool, checkpoints, and indicators of plans give points; a label alone cannot be added up.
    """
    for part, home, place in _parts(context):
        yield Problem("part-without-points", place, {"part": part, "home": home})


def _parts(context: Context) -> Iterator[tuple[str, str, Place]]:
    for rule in context.rules:
        parts = expanded(rule.rule).items
        if parts and not all("points" in context.kinds.item(part) for part in parts):
            where = rule.place("score") if rule.rule.checkpoints is not None else rule.place("items")
            lacking = [part.name for part in parts if "points" not in context.kinds.item(part)]
            yield "、".join(lacking), rule.rule.name, where
    for home, entry in _entries(context):
        if "points" not in context.kinds.indicator(entry.indicator):
            yield entry.indicator, home.name, entry.place("indicator")


def _entries(context: Context) -> Iterator[tuple[Plan | PersonsPlan, Entry | Link]]:
    """Every indicator that a plan takes, as far as there is one of that name."""
    for home in context.homes:
        taken: list[Entry | Link] = [*home.entries] if isinstance(home, Plan) else [*home.own, *home.links]
        yield from ((home, entry) for entry in taken if entry.indicator in context.book.indicators)


@check(stage="references", code="mark-not-stated")
def marks_are_there_where_they_count(context: Context) -> Iterator[Problem]:
    """按满分折算的指标要有满分：写了权重的，要对齐考评部门的，同一计划里有指标可能不适用的，以及个人计划里的。

    Points are converted by full marks: of weighted indicators, of departments that are aligned, where some indicator
    of the plan may not apply, and in plans for persons.
    """
    for home, entry in _entries(context):
        if "full" not in context.kinds.indicator(entry.indicator) and _converted(context, home, entry):
            params = {"name": entry.indicator, "plan": home.name}
            yield Problem("mark-not-stated", entry.place("indicator"), params)


def _converted(context: Context, home: Plan | PersonsPlan, entry: Entry | Link) -> bool:
    if isinstance(home, PersonsPlan) or entry.weight is not None:
        return True
    base = [one for group in home.groups if group.role == "base" for one in group.indicators]
    known = [(context.book.indicators.get(one.indicator), one) for one in base]
    dropping = any(found is not None and droppable(found, one) for found, one in known)
    return entry in base and (home.alignment is not None or dropping)
