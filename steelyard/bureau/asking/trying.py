"""Tries spec cases on every engine at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
import pyarrow as pa

from steelyard.bureau.folder import text_of, texts
from steelyard.bureau.runs.arrows import arrow
from steelyard.engine.arithmetic.numbers import Numbers, State, numbers
from steelyard.engine.checking.door import check_book
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.expressions.schema import TableSchema, schema_of
from steelyard.engine.given import accept, given, unlike
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.facts import FactTable
from steelyard.engine.periods import Period
from steelyard.engine.planning.runner import Runner
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.planning.totals import Wanted, not_due, read_totals, window_days
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse
from steelyard.engine.reference import rows as twin
from steelyard.engine.trying.cases import CaseFile, case_table, read_cases
from steelyard.engine.trying.outcomes import Engine, Outcome, Rows, try_file
from steelyard.engine.weighing.needs import needed, plan_trees
from steelyard.engine.weighing.panel import Panel, Totals
from steelyard.lake.runners import direct_runner
from steelyard.lake.runners.duckdb_runner import connect

CATALOGUE.add(
    {
        "cases-none": (
            "{path} 里没有用例（以 cases: 开头的段落），没有什么可试算；请检查路径",
            "there are no cases (documents that begin with cases:) in {path}, nothing to try; check the path",
        ),
    }
)

Tables = Mapping[str, tuple[FactTable, Rows]]
Connect = Callable[[Mapping[str, pa.Table]], AbstractContextManager[Runner]]


@dataclass(frozen=True)
class Trial:
    """All outcomes of a folder, by engine."""

    files: int
    outcomes: Mapping[str, Sequence[Outcome]]

    @property
    def held(self) -> bool:
        return all(not outcome.mismatches for found in self.outcomes.values() for outcome in found)


def try_cases(path: str | PathLike[str], engines: Sequence[str] = ("direct", "duckdb", "twin")) -> Trial:
    """Every case below a folder (or in one file) on every engine. Raises `Refused` where rules fail the check,
    and where there is no case at all."""
    given(path=(path, str, PathLike), engines=(engines, list, tuple))
    accept(problem for name in engines for problem in unlike("engines", name, list(ENGINES)))
    path = Path(path)
    files = read_cases(_files(path))
    if not any(file.groups for file in files):
        raise refuse("cases-none", Place(str(path)), path=path)
    wrong = [problem for file in files for problem in _wrong(file)]
    if wrong:
        raise Refused(wrong)
    return Trial(len(files), {name: list(_outcomes(files, ENGINES[name])) for name in engines})


def _wrong(file: CaseFile) -> Iterator[Problem]:
    """What would stop these rules in a run: examples are tried on rules that can be weighed."""
    for book, cases in zip(file.books, file.groups, strict=True):
        found = check_book(book, {name: case_table(cases, name) for name in cases.facts})
        yield from (problem for problem in found if problem.severity == "error")


def _files(path: Path) -> list[tuple[str, str]]:
    """Names relative to the folder, so that a report reads the same anywhere."""
    if path.is_file():
        shared = path.parent / "book.yaml"
        found = [(path.name, text_of(path))]
        return [*found, ("book.yaml", text_of(shared))] if shared.is_file() else found
    return [(str(Path(name).relative_to(path)), text) for name, text in texts(path)]


def _outcomes(files: Sequence[CaseFile], engine: Engine) -> Iterator[Outcome]:
    for file in files:
        yield from try_file(file, engine)


def _wanted(book: RuleBook) -> tuple[Aggregate, ...]:
    others = [tree for plan in book.plans.values() for tree in plan_trees(plan)]
    return needed(book, book.indicators, others)


def by_runner(connection: Connect) -> Engine:
    """The engine that has a runner add up."""

    def totals(book: RuleBook, tables: Tables, panel: Panel, periods: tuple[Period, ...]) -> Totals:
        schemas = {name: schema_of(table) for name, (table, _) in tables.items()}
        subjects = Subjects.alone(panel.subjects)
        with connection({name: arrow(table, rows) for name, (table, rows) in tables.items()}) as runner:
            return read_totals([Wanted(_wanted(book), periods, subjects)], schemas, runner, tables.keys())[0]

    return totals


def by_twin(_book: RuleBook, tables: Tables, panel: Panel, periods: tuple[Period, ...]) -> Totals:
    """The engine that adds up in plain Python, row by row."""
    return _Twin(tables, {name: schema_of(table) for name, (table, _) in tables.items()}, panel, periods)


@dataclass(frozen=True)
class _Twin:
    tables: Tables
    schemas: Mapping[str, TableSchema]
    panel: Panel
    periods: tuple[Period, ...]

    def column(self, aggregate: Aggregate) -> Numbers:
        found = resolve(aggregate, self.schemas)
        schema, rows = self.schemas[found.table], self.tables[found.table][1]
        values, states = [], []
        for period in self.periods:
            days = window_days(found.window, period)
            late = not_due(found.window, period)
            for subject in self.panel.subjects:
                values.append(None if late else twin.number(found, schema, rows, [subject], days.start, days.end))
                states.append(State.OUTSIDE if late else State.KNOWN)
        column = numbers(values)
        return Numbers(column.numerator, column.denominator, np.maximum(column.state, np.array(states, dtype=np.uint8)))


@contextmanager
def _duckdb(tables: Mapping[str, pa.Table]) -> Iterator[Runner]:
    with connect(tables, threads=1) as runner:
        yield runner


ENGINES: Mapping[str, Engine] = {
    "direct": by_runner(direct_runner.connect),
    "duckdb": by_runner(_duckdb),
    "twin": by_twin,
}
