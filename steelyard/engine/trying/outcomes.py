"""Runs cases and compares, digit by digit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias, cast

import numpy as np

from steelyard.engine.arithmetic.compute import Column
from steelyard.engine.arithmetic.numbers import Numbers, State, numbers
from steelyard.engine.arithmetic.truths import Texts
from steelyard.engine.evaluate import Evaluation, Result, evaluate
from steelyard.engine.expressions.wording import figure
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.facts import FactTable
from steelyard.engine.model.plan import Plan
from steelyard.engine.periods import Period, PeriodSystem
from steelyard.engine.problems import Problem, Refused, refuse
from steelyard.engine.trying.accounts import Accounts, accounts, stage_periods
from steelyard.engine.trying.cases import CaseFile, Cases, case_table, rows, subjects
from steelyard.engine.trying.expecting import KEYS, Asked, Record
from steelyard.engine.trying.tables import Cell, TextTable, table
from steelyard.engine.weighing.items import Weighed
from steelyard.engine.weighing.panel import Panel, Totals
from steelyard.engine.weighing.scope import Scope

Rows: TypeAlias = list[dict[str, Cell]]
Engine: TypeAlias = Callable[[RuleBook, Mapping[str, tuple[FactTable, Rows]], Panel, tuple[Period, ...]], Totals]
"""Who adds up: DuckDB, Spark, or the plain twin."""

NONE = "无"
EVERYBODY = ""


@dataclass(frozen=True, slots=True)
class Mismatch:
    case: str
    row: str
    column: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One group of examples: which examples held, and what did not."""

    file: str
    case: str
    examples: int
    held: int
    mismatches: tuple[Mismatch, ...]


def try_file(file: CaseFile, engine: Engine) -> list[Outcome]:
    """Raises `Refused` with the problems of all groups, among them expectations that name nothing."""
    outcomes, problems = [], list[Problem]()
    for book, cases in zip(file.books, file.groups, strict=True):
        try:
            outcomes.append(_try(file.file, book, cases, engine))
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return outcomes


def _try(file: str, book: RuleBook, cases: Cases, engine: Engine) -> Outcome:
    answer = answered(book, cases, engine)
    asked = [(answer.asked, answer.cell)]
    if cases.expect_persons:
        asked.append((answer.accounts.asked(cases), answer.accounts.cell))
    problems = [problem for one, _ in asked for problem in one.problems()]
    if problems:
        raise Refused(problems)
    mismatches = [found for one, cell in asked for found in _mismatches(cases, one.expected, cell)]
    examples = {record["example"] for one, _ in asked for record in one.expected.records() if record.get("example")}
    wrong = {mismatch.row for mismatch in mismatches}
    return Outcome(file, cases.cases, len(examples), len(examples - wrong), tuple(mismatches))


def _periods(cases: Cases, expected: TextTable) -> tuple[Period, ...]:
    system = PeriodSystem(1)
    names = dict.fromkeys(str(record["period"]) for record in expected.records() if record.get("period"))
    place = cases.place("expect" if names else "period")
    return tuple(system.parse(name, place) for name in (names or [cases.period]))


def _panel(cases: Cases, periods: tuple[Period, ...]) -> Panel:
    written = subjects(cases).records()
    codes = tuple(str(record["unit"]) for record in written)
    class_names = tuple(dict.fromkeys(record.get("class") or EVERYBODY for record in written))
    classes = np.array([class_names.index(record.get("class") or EVERYBODY) for record in written], dtype=np.intp)
    count = len(periods)
    given = dict.fromkeys(key for record in written for key in record if key not in ("unit", "class"))
    attributes = {
        key: numbers([None if (v := record.get(key)) is None else Decimal(v) for record in written] * count)
        for key in given
    }
    return Panel(
        codes,
        tuple(str(period) for period in periods),
        tuple(period.end - timedelta(days=1) for period in periods),
        class_names,
        np.tile(classes, count),
        np.zeros(len(codes) * count, dtype=np.uint8),
        attributes,
    )


@dataclass(frozen=True)
class Answer:
    """What was calculated for a group of examples: a plan's ``result``, or without a plan the indicators of ``work``.

    ``first`` is the indicator that rows mean which name none.
    """

    cases: Cases
    book: RuleBook
    panel: Panel
    first: str
    result: Result | None
    work: Evaluation | None

    @property
    def scope(self) -> Scope:
        return cast(Result, self.result).scope if self.work is None else self.work.scope

    def indicator(self, id: str) -> Weighed:
        return cast(Result, self.result).indicators[id] if self.work is None else self.work.indicator(id)

    @cached_property
    def accounts(self) -> Accounts:
        return accounts(self.cases, self.book, self.result, PeriodSystem(1).parse(self.panel.periods[0]))

    @property
    def asked(self) -> Asked:
        place = self.cases.place("expect")
        return Asked(place, table(self.cases.expect, place), "unit", self._words, self._figures)

    def _words(self, record: Record) -> Mapping[str, Collection[str]]:
        del record  # the same for every row
        known: Collection[str] = self.book.indicators if self.result is None else self.result.indicators
        return {"unit": self.panel.subjects, "indicator": known}

    def _figures(self, record: Record) -> Collection[str]:
        """Steps of the indicator or of the plan, and with a plan what it makes of the total."""
        indicator = record.get("indicator") or ""
        steps = self.indicator(indicator or self.first).steps if indicator or self.result is None else self.result.steps
        names = [step.name for step, _ in steps]
        return names if self.result is None else [*names, *_of_plan(self.result)]

    def index(self, record: Record) -> int:
        return self.panel.at(str(record["unit"]), record.get("period") or self.panel.periods[0])

    def cell(self, record: Record, column: str) -> str:
        index = self.index(record)
        if column.startswith("list:"):
            return "是" if cast(Result, self.result).lists[column[5:]][index] else "否"
        if column == "segment":
            segment = int(cast(Result, self.result).segments[index])
            return NONE if segment < 0 else cast(Result, self.result).plan.segments[segment].name
        if column == "place":
            return str(int(cast(Result, self.result).places.place[index]))
        return text_at(self.column(record.get("indicator") or "", column), index)

    def column(self, indicator: str, name: str) -> Column | None:
        if self.result is None or indicator:
            return self.indicator(indicator or self.first).column(name)
        return self.result.grade if name == "grade" else self.result.column(name)


def _of_plan(result: Result) -> Sequence[str]:
    more = [*(["grade"] if result.grade is not None else []), *(["segment"] if result.plan.segments else [])]
    return ["place", *more, *(f"list:{name}" for name in result.lists)]


def text_at(column: Column | None, index: int) -> str:
    """One cell of a column as a case file writes it; ``无`` where there is nothing."""
    if isinstance(column, Texts):
        return column.word(index) or NONE
    if column is None or column.state[index] != State.KNOWN:  # type: ignore[union-attr]
        return NONE
    return figure(cast(Fraction, cast(Numbers, column).fraction(index)))


def answered(book: RuleBook, cases: Cases, engine: Engine) -> Answer:
    """Everything that the examples ask for, calculated with one engine. Raises `Refused`."""
    plan, first = _plan(book, cases), cases.of or next(iter(book.indicators), "")
    if plan is None and first not in book.indicators:
        allowed = "、".join([*book.plans, *book.indicators]) or "—"
        raise refuse("case-unknown-word", cases.place("of"), column="of", found=first, allowed=allowed)
    periods = _periods(cases, table(cases.expect, cases.place("expect")))
    last = periods[-1].end - timedelta(days=1)
    if cases.holdings:
        periods = tuple(dict.fromkeys((*periods, *stage_periods(cases, book, plan, periods[0]))))
    panel = _panel(cases, periods)
    tables = {name: (case_table(cases, name), rows(cases, name, last)) for name in cases.facts}
    totals = engine(book, tables, panel, periods)
    if plan is not None:
        return Answer(cases, book, panel, first, evaluate(book, plan, panel, totals), None)
    return Answer(cases, book, panel, first, None, Evaluation(book, panel, totals))


def _plan(book: RuleBook, cases: Cases) -> Plan | None:
    """The plan named, or the only one where nothing is named."""
    if cases.of:
        return book.plans.get(cases.of)
    return next(iter(book.plans.values()), None)


Cells: TypeAlias = Callable[[Record, str], str]


def _mismatches(cases: Cases, expected: TextTable, found_for: Cells) -> Iterator[Mismatch]:
    for record in expected.records():
        for column in expected.header:
            written = record[column]
            if column in KEYS or written is None:
                continue
            found = found_for(record, column)
            if not _same(written, found):
                row = record.get("example") or str(record.get("person") or record["unit"])
                yield Mismatch(cases.cases, row, column, written, found)


def _same(written: str, found: str) -> bool:
    """Numbers compare as numbers (``2`` is ``2.00``), everything else as written."""
    try:
        return Fraction(written) == Fraction(found)
    except ValueError:
        return written == found
