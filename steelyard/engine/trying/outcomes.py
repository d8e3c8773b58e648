"""Runs cases and compares, digit by digit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias, cast

import numpy as np

from steelyard.engine.arithmetic.compute import Column
from steelyard.engine.arithmetic.numbers import Numbers, State, numbers
from steelyard.engine.arithmetic.truths import Texts
from steelyard.engine.evaluate import Evaluation, Result, evaluate
from steelyard.engine.expressions.wording import figure
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.facts import FactTable
from steelyard.engine.periods import Period, PeriodSystem
from steelyard.engine.trying.cases import CaseFile, Cases, fact_table, rows, subjects
from steelyard.engine.trying.tables import Cell, TextTable, table
from steelyard.engine.weighing.panel import Panel, Totals

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
    return [_try(file, cases, engine) for cases in file.groups]


def _try(file: CaseFile, cases: Cases, engine: Engine) -> Outcome:
    expected = table(cases.expect, cases.place("expect"))
    periods = _periods(cases, expected)
    panel = _panel(cases, periods)
    last = periods[-1].end - timedelta(days=1)
    tables = {name: (fact_table(name, columns), rows(cases, name, last)) for name, columns in cases.facts.items()}
    answer = _answer(file.book, cases, panel, engine(file.book, tables, panel, periods))
    mismatches = tuple(_mismatches(cases, expected, answer))
    examples = {record["example"] for record in expected.records() if record.get("example")}
    wrong = {mismatch.row for mismatch in mismatches}
    return Outcome(file.file, cases.cases, len(examples), len(examples - wrong), mismatches)


def _periods(cases: Cases, expected: TextTable) -> tuple[Period, ...]:
    system = PeriodSystem(1)
    names = dict.fromkeys(str(record["period"]) for record in expected.records() if record.get("period"))
    return tuple(system.parse(name) for name in (names or [cases.period]))


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
class _Answer:
    """Looks up what was calculated for a unit and a period."""

    panel: Panel
    columns: Callable[[str, str], Column | None]
    result: Result | None

    def cell(self, record: Mapping[str, str | None], column: str) -> str:
        index = self.panel.at(str(record["unit"]), record.get("period") or self.panel.periods[0])
        if column.startswith("list:"):
            return "是" if cast(Result, self.result).lists[column[5:]][index] else "否"
        if column == "segment":
            segments = cast(Result, self.result).plan.segments
            return segments[int(cast(Result, self.result).segments[index])].name
        if column == "place":
            return str(int(cast(Result, self.result).places.place[index]))
        return _text(self.columns(record.get("indicator") or "", column), index)


def _text(column: Column | None, index: int) -> str:
    if isinstance(column, Texts):
        return column.word(index) or NONE
    if column is None or column.state[index] != State.KNOWN:  # type: ignore[union-attr]
        return NONE
    return figure(cast(Fraction, cast(Numbers, column).fraction(index)))


def _answer(book: RuleBook, cases: Cases, panel: Panel, totals: Totals) -> _Answer:
    plans = [cases.of] if cases.of in book.plans else ([] if cases.of else list(book.plans))
    if plans:
        result = evaluate(book, book.plans[plans[0]], panel, totals)
        return _Answer(panel, lambda indicator, column: _of_plan(result, indicator, column), result)
    work = Evaluation(book, panel, totals)
    first = cases.of or next(iter(book.indicators))
    return _Answer(panel, lambda indicator, column: work.indicator(indicator or first).column(column), None)


def _of_plan(result: Result, indicator: str, column: str) -> Column | None:
    if indicator:
        return result.indicators[indicator].column(column)
    return result.grade if column == "grade" else result.column(column)


_KEYS = frozenset({"example", "unit", "period", "indicator"})


def _mismatches(cases: Cases, expected: TextTable, answer: _Answer) -> Iterator[Mismatch]:
    for record in expected.records():
        for column in expected.header:
            written = record[column]
            if column in _KEYS or written is None:
                continue
            found = answer.cell(record, column)
            if not _same(written, found):
                row = record.get("example") or str(record["unit"])
                yield Mismatch(cases.cases, row, column, written, found)


def _same(written: str, found: str) -> bool:
    """Numbers compare as numbers (``2`` is ``2.00``), everything else as written."""
    try:
        return Fraction(written) == Fraction(found)
    except ValueError:
        return written == found
