"""Policy: assessment asks nothing of the grass roots that systems already know or others can carry (C16, C111)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from steelyard.engine.checking.context import Context
from steelyard.engine.checking.policy.clauses import GUANGDONG, HEBEI_MACHINE, RELIEF_2019, RELIEF_2024, Clause
from steelyard.engine.checking.policy.registry import Finding, policy
from steelyard.engine.checking.policy.seen import entered, measured, own, parts, resting_on, titled, titles_of
from steelyard.engine.expressions.nodes import Aggregate, Name, walk
from steelyard.engine.expressions.schema import TableSchema
from steelyard.engine.model.plan import Plan
from steelyard.engine.problems import CATALOGUE

CATALOGUE.add(
    {
        "hand-uncounted": (
            "计划“{plan}”的指标“{rule}”取自手工填报的“{table}”，而计划里没有计量填报用时的指标；"
            "请改用业务系统的数据，"
            "或加一个计量它的填报用时的指标；依据：{clause}",
            "indicator '{rule}' of plan '{plan}' rests on '{table}', which is filled in by hand, and the plan "
            "does not "
            "measure how long that takes; use data of a business system, or measure the minutes; see {clause}",
        ),
        "hand-where-system": (
            "计划“{plan}”的指标“{rule}”用了手工填报的“{column}”，“{system}”里已有同一项数据；请直接取系统数据；"
            "依据：{clause}",
            "indicator '{rule}' of plan '{plan}' uses '{column}', filled in by hand, although '{system}' already "
            "has it; "
            "take it from there; see {clause}",
        ),
        "officers-fill-in": (
            "本人指标“{rule}”取自手工填报的“{table}”，干部要为考评填数；请改用按税务人员代码取得的系统数据；"
            "依据：{clause}",
            "own indicator '{rule}' rests on '{table}', which is filled in by hand; take data that a system keeps by "
            "officer; see {clause}",
        ),
        "traces-counted": (
            "计划“{plan}”的指标“{rule}”考评留痕（{trace}），会逼出材料和打卡；请改考办成了什么；依据：{clause}",
            "indicator '{rule}' of plan '{plan}' counts traces of work ({trace}); assess what was achieved; see "
            "{clause}",
        ),
        "pushed-down": (
            "指标“{rule}”由{carried}承担（carried_by），计划“{plan}”又用它考评{found}；请从这个计划里去掉，"
            "或用 only 限定；依据：{clause}",
            "indicator '{rule}' is carried by {carried} (carried_by), yet plan '{plan}' assesses {found} by it; "
            "take it "
            "out of this plan or limit it with only; see {clause}",
        ),
    }
)

MINUTES = re.compile("填报用时|填报时间|report_minutes")
"""What such columns hold is how long it takes to fill the table in."""
TRACES = re.compile("简报|信息报送|信息采用|信息篇数|留痕|转发|点赞|打卡|会议次数|发文数|工作群|材料份数|台账份数")


@policy(
    code="hand-uncounted",
    title=Clause("手工填报未计量负担", "reports by hand whose burden nobody measures"),
    clauses=(RELIEF_2019, RELIEF_2024, HEBEI_MACHINE),
)
def reports_by_hand_are_measured(context: Context) -> Iterator[Finding]:
    """指标取自手工填报的表，同一计划就要有计量这张表填报用时的指标：负担看得见，才减得下来。

    Where an indicator rests on a report filled in by hand, the same plan measures how long that takes: a burden that
    is seen can be reduced.
    """
    for plan, _, _, indicator in entered(context):
        tables = [table for table in _by_hand(context, indicator.id) if not _measured(context, plan, table)]
        if tables:
            params = {"plan": plan.id, "rule": indicator.name, "table": tables[0].title}
            yield Finding(plan, indicator.id, indicator.place("value"), params)


def _by_hand(context: Context, id: str) -> list[TableSchema]:
    """The tables behind an indicator that people fill in."""
    names = dict.fromkeys(total.table for total in resting_on(context, [id]))
    return [context.tables[name] for name in names if context.tables[name].by_hand]


def _measured(context: Context, plan: Plan, table: TableSchema) -> bool:
    """Whether an indicator of the plan totals the minutes that the table takes."""
    totals = (total for entry in plan.entries for total in resting_on(context, [entry.indicator]))
    return any(titled(table, column, MINUTES) for total in totals for column in _columns(total, table))


def _columns(total: Aggregate, table: TableSchema) -> list[str]:
    """The columns of a table that a total adds up."""
    if total.table != table.name or total.argument is None:
        return []
    return [node.text for node in walk(total.argument) if isinstance(node, Name)]


@policy(
    code="hand-where-system",
    title=Clause("系统有数仍要填报", "filled in by hand although a system has it"),
    clauses=(RELIEF_2024, HEBEI_MACHINE),
)
def what_a_system_knows_is_not_asked(context: Context) -> Iterator[Finding]:
    """业务系统里已有的数据不再要基层填报：手工表的列与系统表的列同名就会被认出。

    What a business system has is not asked of the grass roots again: a column of a report by hand is recognised by
    bearing the same name as one of a system's table.
    """
    for plan, _, _, indicator in entered(context):
        for total in measured(context, *parts(indicator)):
            table = context.tables[total.table]
            doubled = [found for column in _columns(total, table) for found in _elsewhere(context, table, column)]
            if table.by_hand and doubled:
                column, system = doubled[0]
                params = {"plan": plan.id, "rule": indicator.name, "column": column, "system": system}
                yield Finding(plan, indicator.id, indicator.place("value"), params)


def _elsewhere(context: Context, table: TableSchema, column: str) -> Iterator[tuple[str, str]]:
    """Where systems have a number of the same name: its title, and the title of their table."""
    for other in context.tables.values():
        for title in sorted(titles_of(table, column)):
            found = None if other.by_hand else other.titles.get(title)
            if found is not None and other.columns[found].kind == "number":
                yield title, other.title


@policy(
    code="officers-fill-in",
    title=Clause("干部为考评填数", "officers fill in numbers for their assessment"),
    clauses=(HEBEI_MACHINE, RELIEF_2024),
)
def officers_fill_in_nothing(context: Context) -> Iterator[Finding]:
    """本人指标由业务系统自动取数，干部不为自己的考评填数。

    Indicators of one's own come from business systems; nobody fills in numbers for his own assessment.
    """
    for home, indicator in own(context):
        tables = _by_hand(context, indicator.id)
        if tables:
            params = {"rule": indicator.name, "table": tables[0].title}
            yield Finding(home, indicator.id, indicator.place("value"), params)


@policy(
    code="traces-counted",
    title=Clause("考评留痕", "traces of work counted"),
    clauses=(RELIEF_2019, RELIEF_2024),
)
def traces_are_not_counted(context: Context) -> Iterator[Finding]:
    """不以简报、转发、点赞、打卡、会议次数这类留痕论成绩；看指标名称和所数的表、列。

    Bulletins, clicks, meetings and the like are no achievement; the names of the indicator, and of the tables and
    columns that it counts, are looked at.
    """
    for plan, _, _, indicator in entered(context):
        trace = next(filter(None, map(TRACES.search, _names(context, indicator.id))), None)
        if trace is not None:
            params = {"plan": plan.id, "rule": indicator.name, "trace": trace[0]}
            yield Finding(plan, indicator.id, indicator.place("name"), params)


def _names(context: Context, id: str) -> Iterator[str]:
    indicator = context.book.indicators[id]
    yield indicator.name
    for total in measured(context, *parts(indicator)):
        table = context.tables[total.table]
        yield table.title
        for column in _columns(total, table):
            yield from sorted(titles_of(table, column))


@policy(
    code="pushed-down",
    title=Clause("向下延伸考评基层", "passed down to the grass roots"),
    clauses=(GUANGDONG, RELIEF_2024),
    blocks=True,
)
def what_a_tier_carries_stays_there(context: Context) -> Iterator[Finding]:
    """指标写明由哪几类单位承担（carried_by）的，不再用来考评别的类别。

    An indicator that says who carries it (``carried_by``) is not used to assess other classes.
    """
    for plan, _, entry, indicator in entered(context):
        classes = [name for name in plan.classes if name in entry.only] or plan.classes
        others = [name for name in classes if name not in indicator.carried_by]
        if indicator.carried_by and others:
            params = {
                "plan": plan.id,
                "rule": indicator.name,
                "carried": "、".join(indicator.carried_by),
                "found": "、".join(others),
            }
            yield Finding(plan, indicator.id, entry.place(), params)
