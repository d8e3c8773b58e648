"""References: totals read declared tables, whose rows belong to somebody and to some day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from steelyard.engine.checking.applied import Applied
from steelyard.engine.checking.calculation import Calculations
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.functions import Kind, above_rows
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.measures import measure
from steelyard.engine.expressions.nodes import Aggregate, Window
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.expressions.schema import TableSchema
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused

CATALOGUE.add(
    {
        "table-without-owner": (
            "事实表 {table} 的声明里没有 {missing}，其中的行算不到任何{whose_zh}、任何日期头上；请在 facts 声明中补上",
            "the declaration of fact table {table} has no {missing}, so its rows belong to no {whose_en} or "
            "day; add it "
            "in facts",
        ),
    }
)

_WHOSE = {"unit": {"whose_zh": "单位", "whose_en": "unit"}, "officer": {"whose_zh": "人员", "whose_en": "officer"}}


@check(stage="references", code="expression-unknown-column")
def totals_can_be_read(context: Context) -> Iterator[Problem]:
    """汇总里的表和列都已声明（英文标识或中文名均可），类型和运算合得上；写错的名称一次报齐，并给出可用的列。

    Tables and columns of totals are declared, and their types fit; all wrong names are told, with what there is.
    """
    for total, place, _ in _totals(context):
        try:
            found = resolve(total, context.tables, place)
            measure(found, context.tables[found.table], place)
        except Refused as refused:
            yield from refused.problems


@check(stage="references", code="table-without-owner")
def tables_name_their_owner(context: Context) -> Iterator[Problem]:
    """指标用到的事实表要声明 date 和 unit；考评个人的指标还要声明 officer。

    Tables that indicators read declare date and unit, and officer where the indicator assesses officers.
    """
    for total, place, whose in _totals(context):
        table = _table(context, total)
        missing = [field for field in ("date", whose) if table is not None and getattr(table, field) is None]
        if missing:
            yield Problem(
                "table-without-owner", place, {"table": total.table, "missing": "、".join(missing), **_WHOSE[whose]}
            )


def _table(context: Context, total: Aggregate) -> TableSchema | None:
    try:
        return context.tables[
            resolve(replace(total, argument=None, where=None, per=(), order=None), context.tables).table
        ]
    except Refused:
        return None


def _totals(context: Context) -> Iterator[tuple[Aggregate, Place, str]]:
    """Every total once for each subject: those that people wrote, then those that methods make of their parameters."""
    whose = {indicator.id: indicator.subject for indicator in context.book.indicators.values()}
    seen: set[tuple[str, Aggregate]] = set()
    for formula in context.formulas:
        for node in above_rows(formula.tree):
            if isinstance(node, Aggregate):
                seen.add((formula.home, node))
                yield node, formula.place, whose.get(formula.home.split(".")[0], "unit")
    for rule in context.rules:
        for node in _made(rule, context.kinds):
            if (rule.name, node) not in seen:
                seen.add((rule.name, node))
                yield node, rule.place("score"), rule.indicator.subject


def _made(rule: Applied, kinds: Calculations[Kind]) -> Iterator[Aggregate]:
    """Totals in the steps, at the assessed period and without a place of their own in the file."""
    for done in kinds.of(rule):
        for node in above_rows(done.step.tree):
            if isinstance(node, Aggregate):
                yield replace(node, window=Window(), span=(0, 0))
