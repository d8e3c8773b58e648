"""References: the table of assignments, and the plans and indicators that bounds name, exist."""

from __future__ import annotations

from collections.abc import Iterator

from steelyard.engine.checking.context import Context
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.resolving import suggestion
from steelyard.engine.model.persons import UNIT_TOTAL, PersonsPlan
from steelyard.engine.persons.carrying import earlier_plans
from steelyard.engine.persons.confirming import COLUMNS
from steelyard.engine.problems import CATALOGUE, Problem

CATALOGUE.add(
    {
        "confirmed-table": (
            "个人计划“{plan}”的 confirmed 要一张事实表“{table}”，它至少有这些列：{columns}；缺：{missing}",
            "confirmed of plan '{plan}' needs a table of facts '{table}' with at least the columns {columns}; "
            "missing: {missing}",
        ),
        "bounds-keep": (
            "个人计划“{plan}”的 keep 写的“{name}”不是另一个更早的个人计划{suggestion_zh}；现有：{allowed}",
            "keep of plan '{plan}' names '{name}', which is no other, earlier plan for persons{suggestion_en}; "
            "there are: {allowed}",
        ),
        "bounds-unlinked": (
            "个人计划“{plan}”的限额提到“{name}”，而没有一条关联承接它{suggestion_zh}；可写：{allowed}",
            "bounds of plan '{plan}' speak of '{name}', which no link carries{suggestion_en}; these are: {allowed}",
        ),
    }
)


@check(stage="references", code="confirmed-table")
def assignments_are_declared(context: Context) -> Iterator[Problem]:
    """confirmed 所写的表要在事实声明里，并有单位、指标、岗位、角色、份额、起止各列。

    The table that ``confirmed`` names is declared, with unit, indicator, post, role, share, from and to.
    """
    for plan in context.book.persons.values():
        if plan.confirmed is not None:
            table = context.tables.get(plan.confirmed)
            there = {} if table is None else {name: column.kind for name, column in table.columns.items()}
            missing = [name for name, kind in COLUMNS.items() if there.get(name) != kind]
            if missing:
                words = {"columns": "、".join(COLUMNS), "missing": "、".join(missing)}
                params = {"plan": plan.name, "table": plan.confirmed, **words}
                yield Problem("confirmed-table", plan.place("confirmed"), params)


@check(stage="references", code="bounds-keep")
def last_period_is_a_plan(context: Context) -> Iterator[Problem]:
    """keep 指向上期的个人计划；一期一期往前，不绕圈。

    ``keep`` names the plan for persons of last period; from period to period back, and never in a circle.
    """
    plans = context.book.persons
    for plan in plans.values():
        keep = None if plan.bounds is None else plan.bounds.keep
        if plan.bounds is not None and keep is not None:
            chain = earlier_plans(plans, plan)
            if not chain or plan in chain:
                yield Problem(
                    "bounds-keep", plan.bounds.place("keep"), _named(plan, keep, sorted({*plans} - {plan.id}))
                )


@check(stage="references", code="bounds-unlinked")
def bounds_speak_of_links(context: Context) -> Iterator[Problem]:
    """限额只写本计划关联的指标；分配全部分值时还可以写 unit（单位总分）。

    Bounds speak of linked indicators only; where the whole is divided also of ``unit``, the unit's total.
    """
    for plan in context.book.persons.values():
        if plan.bounds is not None:
            known = {link.indicator for link in plan.links}
            known |= {UNIT_TOTAL} if plan.bounds.divides == "total" else set()
            groups = [(group, name) for group in plan.bounds.groups for name in group.indicators]
            for noun, name in [*((limit, limit.indicator) for limit in plan.bounds.indicators), *groups]:
                if name not in known:
                    yield Problem("bounds-unlinked", noun.place(), _named(plan, name, sorted(known)))


def _named(plan: PersonsPlan, name: str, allowed: list[str]) -> dict[str, object]:
    return {"plan": plan.name, "name": name, "allowed": "、".join(allowed) or "—", **suggestion(name, allowed)}
