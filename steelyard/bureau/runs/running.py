"""One run: the record as it was known, the rules as they stand, the scores that follow."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import cast

from steelyard.bureau.folder import Bureau, Written
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.totals import totals_of
from steelyard.bureau.runs.uncertainty import with_squares
from steelyard.bureau.subjects.choosing import Chosen, choose
from steelyard.bureau.subjects.panel import attribute_names
from steelyard.bureau.subjects.registers import UNITS, organisation
from steelyard.bureau.telling import Progress, silent
from steelyard.engine.calendar import Calendar
from steelyard.engine.evaluate import Result, evaluate
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.expressions.wording import Vocabulary
from steelyard.engine.given import accept, given
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.facts import FactTable
from steelyard.engine.model.plan import Plan
from steelyard.engine.organisation import Organisation
from steelyard.engine.periods import Period, PeriodSystem
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.planning.totals import Wanted
from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.engine.shape import suggestion
from steelyard.engine.weighing.needs import needed, plan_trees, trees_in
from steelyard.engine.weighing.panel import Panel
from steelyard.engine.wording.vocabulary import of_tables
from steelyard.lake.record.snapshot import Snapshot, snapshot

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
        "nothing-recorded": (
            "{record} 里还没有任何数据；请先装载",
            "there are no facts in {record} yet; load files first",
        ),
        "nothing-known": (
            "{until} 以前没有任何数据到达 {record}；请换一个更晚的时点",
            "nothing had come into {record} by {until}; name a later moment",
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
    def vocabulary(self) -> Vocabulary:
        """Names of tables and columns."""
        return of_tables(self.tables)

    @cached_property
    def members(self) -> Mapping[str, Sequence[str]]:
        """For each subject the codes whose rows count for it: its own and those of the units below it."""
        found: dict[str, list[str]] = {code: [] for code in self.result.panel.subjects}
        for code, subject in Subjects.rolled(self.result.panel.subjects, self.parents).members:
            found[str(subject)].append(str(code))
        return found

    @cached_property
    def everybody(self) -> Organisation:
        """The organisation with its posts and persons, read when somebody asks for people."""
        return organisation(self.snapshot)


def run_written(bureau: Bureau, order: Order, written: Written, progress: Progress = silent) -> Ran:
    """Evaluates a plan for its periods, by texts at hand that were checked. Raises `Refused`."""
    given(order=(order, Order), progress=(progress, Callable))
    return run_plans(bureau, order, [order.plan], written, progress)[0]


def run_plans(
    bureau: Bureau, order: Order, plans: Sequence[str | None], written: Written, progress: Progress = silent
) -> list[Ran]:
    """Evaluates several plans, in order, with one reading of the facts. ``plans``: instead of the order's own."""
    rans = run_books(bureau, order, plans, written.book, written.tables, progress)
    return [replace(ran, written=written) for ran in rans]


def run_book(bureau: Bureau, order: Order, book: RuleBook, tables: Mapping[str, FactTable], progress: Progress) -> Ran:
    """Evaluates a plan with a book at hand, e.g. one that is only being considered."""
    return run_books(bureau, order, [order.plan], book, tables, progress)[0]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Without looking for rubbish that refers to itself: what a run makes it keeps, and to walk through all of that
    again and again takes a fifth of its time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@undisturbed()
def run_books(
    bureau: Bureau,
    order: Order,
    names: Sequence[str | None],
    book: RuleBook,
    tables: Mapping[str, FactTable],
    progress: Progress,
) -> list[Ran]:
    """The same for several plans."""
    plans = _chosen(book, names)
    facts = snapshot(bureau.record, as_of_batch=order.as_of_batch, known_at=order.known_at)
    if not facts.batches:
        raise _empty(bureau, order.known_at)
    progress(
        f"数据 {len(facts.sources)} 张表，截至第 {facts.batch} 批",
        f"{len(facts.sources)} tables of facts, up to batch {facts.batch}",
    )
    org = organisation(facts, UNITS)
    works = [_work(replace(order, plan=name), book, plan, org) for name, plan in zip(names, plans, strict=True)]
    totals, indicators = sum(len(work.wanted) for work in works), sum(len(plan.entries) for plan in plans)
    progress(
        f"开始汇总 {totals} 项，计分 {indicators} 个指标",
        f"adding up {totals} totals, weighing {indicators} indicators",
    )
    results = _evaluated(facts, tables, [(work, work.periods) for work in works])
    before = [(work, work.before) for work in works if work.before]
    if before:
        count = sum(len(periods) for _, periods in before)
        progress(f"开始回看历史 {count} 个周期", f"looking back at {count} earlier periods")
    histories = dict(zip((work.plan.id for work, _ in before), _evaluated(facts, tables, before), strict=True))
    return [
        Ran(
            *(bureau, work.order, book, work.plan, tables, facts, org, work.periods, result),
            *(work.units.names(work.periods), histories.get(work.plan.id), work.units.parents),
        )
        for work, result in zip(works, results, strict=True)
    ]


def _empty(bureau: Bureau, known_at: datetime | None) -> Refused:
    if known_at is None:
        return refuse("nothing-recorded", record=bureau.record)
    return refuse("nothing-known", record=bureau.record, until=known_at)


def earlier(period: Period) -> tuple[Period, ...]:
    """The same period a year before, then the months of this one; nothing for a month, which has no parts."""
    return () if period.kind == "month" else (period.last_year, *period.months)


@dataclass(frozen=True)
class _Work:
    """One plan: what it needs of whom. ``before``: the periods of its history."""

    order: Order
    book: RuleBook
    plan: Plan
    periods: tuple[Period, ...]
    before: tuple[Period, ...]
    wanted: tuple[Aggregate, ...]
    units: Chosen

    def panel(self, periods: Sequence[Period]) -> Panel:
        """Raises ``nobody-assessed``."""
        attributes = dict.fromkeys([*_attributes(self.book), *attribute_names(plan_trees(self.plan))])
        panel = self.units.panel(periods, attributes)
        if not panel.subjects:
            said = "、".join(map(str, periods))
            raise refuse("nobody-assessed", self.plan.place(), plan=self.plan.id, periods=said)
        return panel


def _work(order: Order, book: RuleBook, plan: Plan, org: Organisation) -> _Work:
    periods = periods_of(book, plan, order.periods)
    wanted = needed(book, [entry.indicator for entry in plan.entries], plan_trees(plan))
    wanted = with_squares(wanted) if order.uncertainty else wanted
    before = earlier(periods[-1]) if order.history else ()
    units = choose(org, plan, order.structure, wanted, [*periods, *before])
    return _Work(order, book, plan, periods, before, wanted, units)


def _panels(several: Sequence[tuple[_Work, tuple[Period, ...]]]) -> list[Panel]:
    """Raises ``nobody-assessed`` for every plan of which that is true."""
    panels, problems = list[Panel](), list[Problem]()
    for work, periods in several:
        try:
            panels.append(work.panel(periods))
        except Refused as refused:
            problems += refused.problems
    accept(problems)
    return panels


def _evaluated(
    facts: Snapshot, tables: Mapping[str, FactTable], several: Sequence[tuple[_Work, tuple[Period, ...]]]
) -> list[Result]:
    panels = _panels(several)
    wanted = [
        Wanted(work.wanted, periods, Subjects.rolled(panel.subjects, work.units.parents))
        for (work, periods), panel in zip(several, panels, strict=True)
    ]
    totals = totals_of(facts, tables, wanted, several[0][0].order) if several else []
    return [
        evaluate(work.book, work.plan, panel, found)
        for (work, _), panel, found in zip(several, panels, totals, strict=True)
    ]


def _chosen(book: RuleBook, names: Sequence[str | None]) -> list[Plan]:
    """The plans of these names. Raises `Refused` with every name that is none."""
    plans, problems = list[Plan](), list[Problem]()
    for name in names:
        try:
            plans.append(chosen(book, name))
        except Refused as refused:
            problems += refused.problems
    accept(problems)
    return plans


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


def _attributes(book: RuleBook) -> tuple[str, ...]:
    """The attributes that any indicator reads, found once for a book."""
    if "attributes" not in book.worked_out:
        trees = trees_in(book).values() if book.defaults is not None else ()
        book.worked_out["attributes"] = attribute_names(node for several in trees for node in several)
    return cast(tuple[str, ...], book.worked_out["attributes"])
