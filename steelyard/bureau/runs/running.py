"""One run: the record as it was known, the rules as they stand, the scores that follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import pyarrow as pa

from steelyard.bureau.folder import Bureau, Written
from steelyard.bureau.runs.arrows import arrow
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.uncertainty import with_squares
from steelyard.bureau.subjects.choosing import Chosen, choose
from steelyard.bureau.subjects.panel import attribute_names
from steelyard.bureau.subjects.registers import UNITS, organisation
from steelyard.bureau.telling import Progress, silent
from steelyard.engine.calendar import Calendar
from steelyard.engine.evaluate import Result, evaluate
from steelyard.engine.expressions.nodes import Aggregate, Node
from steelyard.engine.expressions.schema import schema_of
from steelyard.engine.given import given
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.facts import FactTable
from steelyard.engine.model.plan import Plan
from steelyard.engine.organisation import Organisation
from steelyard.engine.periods import Period, PeriodSystem
from steelyard.engine.planning.collecting import collect
from steelyard.engine.planning.scans import By
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.planning.totals import PanelTotals, read_totals
from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.engine.shape import suggestion
from steelyard.engine.weighing.needs import needed, plan_trees, trees_in
from steelyard.lake.record.snapshot import PREPARED, Snapshot, TableSource, snapshot
from steelyard.lake.runners import duckdb_runner
from steelyard.lake.runners.choosing import connect
from steelyard.lake.runners.direct_runner import DirectRunner
from steelyard.lake.runners.duckdb_runner import DuckDBRunner
from steelyard.lake.runners.spark_runner import SparkRunner

CATALOGUE.add(
    {
        "plan-unknown": (
            "没有计划“{plan}”；现有：{allowed}{suggestion}",
            "there is no plan '{plan}'; there are: {allowed}{suggestion}",
        ),
        "plan-not-named": (
            "规则书里有几个计划，请指明一个：{allowed}",
            "the book has several plans; name one: {allowed}",
        ),
        "columns-not-recorded": (
            "事实表 {table} 的列 {columns} 是在装载数据之后才声明的，已有各批都没有；请重新装载这些文件",
            "columns {columns} of fact table {table} were declared after its files were loaded; load the files again",
        ),
        "nobody-assessed": (
            "计划 {plan} 在 {periods} 没有被考评单位；请检查 classes 与机构登记表中的分类",
            "plan {plan} assesses nobody in {periods}; check its classes and those of the register of units",
        ),
    }
)


@dataclass(frozen=True)
class Ran:
    """A finished evaluation with everything that it rested on. ``written``: the texts of its rules and declarations;
    None where the book is not the bureau's own, but one that is considered or repeated. ``frozen``: those of the run
    that is repeated."""

    bureau: Bureau
    order: Order
    book: RuleBook
    plan: Plan
    tables: Mapping[str, FactTable]
    snapshot: Snapshot
    organisation: Organisation
    periods: tuple[Period, ...]
    result: Result
    names: Mapping[str, str]
    history: Result | None = None
    parents: Mapping[str, str | None] = field(default_factory=dict)
    written: Written | None = None
    frozen: Written | None = None

    @property
    def calendar(self) -> Calendar | None:
        """The working calendar as it stood when the run began; the bureau's own for what is only considered."""
        source = self.written or self.frozen
        return self.bureau.calendar() if source is None else source.days

    @cached_property
    def everybody(self) -> Organisation:
        """The organisation with its posts and persons, read when somebody asks for people."""
        return organisation(self.snapshot)


def run_written(bureau: Bureau, order: Order, written: Written, progress: Progress = silent) -> Ran:
    """Evaluates a plan for its periods, by texts at hand that were checked. Raises `Refused`."""
    given(order=(order, Order), progress=(progress, Callable))
    return replace(run_book(bureau, order, written.book, written.tables, progress), written=written)


def run_book(bureau: Bureau, order: Order, book: RuleBook, tables: Mapping[str, FactTable], progress: Progress) -> Ran:
    """The same with a book at hand, e.g. one that is only being considered."""
    plan = chosen(book, order.plan)
    periods = periods_of(book, plan, order.periods)
    facts = snapshot(bureau.record, as_of_batch=order.as_of_batch, known_at=order.known_at)
    progress(
        f"数据 {len(facts.sources)} 张表，截至第 {facts.batch} 批",
        f"{len(facts.sources)} tables of facts, up to batch {facts.batch}",
    )
    org = organisation(facts, UNITS)
    wanted = needed(book, [entry.indicator for entry in plan.entries], plan_trees(plan))
    wanted = with_squares(wanted) if order.uncertainty else wanted
    before = earlier(periods[-1]) if order.history else ()
    units = choose(org, plan, order.structure, wanted, [*periods, *before])
    work = _Work(book, plan, tables, facts, units, order, wanted)
    progress(
        f"开始汇总 {len(wanted)} 项，计分 {len(plan.entries)} 个指标",
        f"adding up {len(wanted)} totals, weighing {len(plan.entries)} indicators",
    )
    result = work.evaluated(periods)
    if before:
        progress(f"开始回看历史 {len(before)} 个周期", f"looking back at {len(before)} earlier periods")
    history = work.evaluated(before) if before else None
    names = units.names(periods)
    return Ran(bureau, order, book, plan, tables, facts, org, periods, result, names, history, units.parents)


def earlier(period: Period) -> tuple[Period, ...]:
    """The same period a year before, then the months of this one; nothing for a month, which has no parts."""
    return () if period.kind == "month" else (period.last_year, *period.months)


@dataclass(frozen=True)
class _Work:
    """What all evaluations of one run share."""

    book: RuleBook
    plan: Plan
    tables: Mapping[str, FactTable]
    facts: Snapshot
    units: Chosen
    order: Order
    wanted: tuple[Aggregate, ...]

    def evaluated(self, periods: Sequence[Period]) -> Result:
        attributes = attribute_names(_trees(self.book, self.plan))
        panel = self.units.panel(periods, attributes)
        if not panel.subjects:
            said = "、".join(map(str, periods))
            raise refuse("nobody-assessed", self.plan.place(), plan=self.plan.id, periods=said)
        subjects = Subjects.rolled(panel.subjects, self.units.parents)
        totals = totals_of(self.facts, self.tables, self.wanted, periods, subjects, self.order)
        return evaluate(self.book, self.plan, panel, totals)


def chosen(book: RuleBook, name: str | None) -> Plan:
    """The plan of that name, or the only one."""
    allowed = sorted(book.plans)
    if name is None:
        if len(allowed) != 1:
            raise refuse("plan-not-named", allowed="、".join(allowed) or "—")
        return book.plans[allowed[0]]
    if name not in book.plans:
        raise refuse("plan-unknown", plan=name, allowed="、".join(allowed) or "—", suggestion=suggestion(name, allowed))
    return book.plans[name]


def periods_of(book: RuleBook, plan: Plan, written: Sequence[str]) -> tuple[Period, ...]:
    """The periods asked for, by default the plan's year."""
    system = system_of(book)
    return tuple(dict.fromkeys(system.parse(text) for text in (written or [plan.year])))


def system_of(book: RuleBook) -> PeriodSystem:
    """Where the years of a book begin; those that do not begin in January are written FY2026."""
    first = 1 if book.defaults is None else book.defaults.months_start
    return PeriodSystem(first, "" if first == 1 else "FY")


def totals_of(
    facts: Snapshot,
    tables: Mapping[str, FactTable],
    wanted: Sequence[Aggregate],
    periods: Sequence[Period],
    subjects: Subjects,
    order: Order,
    by: By = "unit",
) -> PanelTotals:
    """Has the wanted totals added up by the engine of the order."""
    schemas = {name: schema_of(table) for name, table in tables.items()}
    sparse = {name for name, table in tables.items() if table.sparse}
    read = {aggregate.table for aggregate in wanted}
    used = {name: table for name, table in tables.items() if {name, table.name} & read}
    with runner(facts, used, order) as answering:
        return read_totals(
            wanted, schemas, periods, subjects, lambda scans, whose: collect(scans, answering, whose), sparse, by
        )


def runner(facts: Snapshot, tables: Mapping[str, FactTable], order: Order) -> DirectRunner | DuckDBRunner | SparkRunner:
    """Sees the declared tables of the snapshot and nothing else. Raises ``columns-not-recorded``."""
    prepared = facts.record / PREPARED
    return connect(order.engine, _seen(facts, tables), threads=order.threads, memory=order.memory, prepared=prepared)


def database(facts: Snapshot, tables: Mapping[str, FactTable], order: Order) -> DuckDBRunner:
    """The same for whoever asks for rows instead of totals."""
    return duckdb_runner.connect(_seen(facts, tables), threads=order.threads, memory=order.memory)


def _seen(facts: Snapshot, tables: Mapping[str, FactTable]) -> dict[str, TableSource | pa.Table]:
    _recorded(facts, tables)
    return {name: facts.sources.get(name, nothing(table)) for name, table in tables.items()}


def _recorded(facts: Snapshot, tables: Mapping[str, FactTable]) -> None:
    """A column that was declared after the files were loaded is unknown in all of them, which nobody must overlook."""
    problems = [
        Problem("columns-not-recorded", table.place(), {"table": name, "columns": "、".join(sorted(lacking))})
        for name, table in tables.items()
        if name in facts.sources and (lacking := {*table.columns, *table.derive} - facts.sources[name].columns.keys())
    ]
    if problems:
        raise Refused(problems)


def nothing(table: FactTable) -> pa.Table:
    """A declared table of which nothing has arrived."""
    return arrow(table, [])


def _trees(book: RuleBook, plan: Plan) -> Iterable[Node]:
    yield from plan_trees(plan)
    if book.defaults is not None:
        for trees in trees_in(book).values():
            yield from trees
