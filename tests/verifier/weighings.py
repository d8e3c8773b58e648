"""Bundles of small books: from a case file as rule authors write it to sealed bytes, no folder in between."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

import numpy as np

from steelyard.bureau.asking.trying import ENGINES
from steelyard.bureau.runs.results import Leaf as Published
from steelyard.engine.arithmetic.numbers import State, missing
from steelyard.engine.evaluate import Evaluation, Result, evaluate
from steelyard.engine.expressions.schema import schema_of
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.facts import FactTable
from steelyard.engine.periods import Period
from steelyard.engine.planning.listing import Cell, Listing, ordered
from steelyard.engine.proof.bundle import Leaf, Matter, bundle, result_of
from steelyard.engine.proof.canonical import canonical, digest
from steelyard.engine.proof.merkle import Tree, tree
from steelyard.engine.proof.results import total_of
from steelyard.engine.ranking.places import Places
from steelyard.engine.trying.cases import CaseFile
from steelyard.engine.trying.outcomes import Rows as Table
from steelyard.engine.trying.outcomes import try_file
from steelyard.engine.weighing.panel import Panel, Totals

Rows = Callable[[str, Listing], list[list[Cell]]]


@dataclass(frozen=True)
class Weighing:
    """One evaluation of a small book, and the tables that it read."""

    book: RuleBook
    tables: Mapping[str, tuple[FactTable, Table]]
    panel: Panel
    periods: tuple[Period, ...]
    totals: Totals

    @cached_property
    def result(self) -> Result:
        """Of the book's plan, or of its indicators alone."""
        for plan in self.book.plans.values():
            return evaluate(self.book, plan, self.panel, self.totals)
        work = Evaluation(self.book, self.panel, self.totals)
        for id in self.book.indicators:
            work.indicator(id)
        nothing, places = missing(State.EMPTY, self.panel.size), np.zeros(self.panel.size, dtype=np.int64)
        ranked = Places(places, places, places, places)
        return Result(self.panel, None, work.weighed, (), nothing, ranked, {}, places, None, work.scope)  # type: ignore[arg-type]

    @cached_property
    def leaves(self) -> list[Published]:
        return [Published(*key, self._published(*key)) for key in self._keys()]

    @cached_property
    def tree(self) -> Tree:
        return tree([leaf.data() for leaf in self.leaves])

    def _keys(self) -> Iterator[tuple[str, str, str]]:
        totals = [""] if self.book.plans else []
        for period in self.panel.periods:
            for subject in self.panel.subjects:
                if self.panel.assessed[self.panel.at(subject, period)]:
                    yield from ((subject, period, id) for id in [*totals, *sorted(self.result.indicators)])

    def _published(self, subject: str, period: str, id: str) -> dict[str, Any]:
        index, result = self.panel.at(subject, period), self.result
        if id:
            return result_of(result.indicators[id], index)
        return total_of(result, index)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        inputs: dict[str, Any] = {
            "plan": "p",
            "periods": list(self.panel.periods),
            "snapshot": {"batch": 1, "digest": "0" * 64},
            "known_at": None,
            "rules": "1" * 64,
            "version": "0",
        }
        sealed: dict[str, Any] = {"root": self.tree.root, "digest": digest([self.tree.root, len(self.leaves)])}
        counts = {"subjects": 1, "indicators": 1, "scores": len(self.leaves)}
        run = f"p-{self.panel.periods[-1]}-{digest(inputs)[:12]}"
        return {"run": run, "structure": None, **inputs, **counts, **sealed}

    def bundles(self, rows: Rows | None = None) -> Iterator[tuple[Published, dict[str, Any]]]:
        """Every published result with its bundle. ``rows`` may be another reader than plain Python."""
        matter = Matter(
            self.result,
            self.book,
            {name: schema_of(table) for name, (table, _) in self.tables.items()},
            self.periods,
            {code: [code] for code in self.panel.subjects},
            self.manifest,
        )
        for at, leaf in enumerate(self.leaves):
            place = Leaf(leaf.indicator, at, leaf.result)
            index = self.panel.at(leaf.subject, leaf.period)
            yield leaf, bundle(matter, index, place, self.tree, partial(rows or self.rows, leaf.subject))

    def rows(self, subject: str, asked: Listing) -> list[list[Cell]]:
        """The rows of the subject in the listing's days, read in plain Python."""
        table = self.tables[asked.table][1]
        mine = [row for row in table if row[asked.owner] == subject and _within(row[asked.dated], asked)]
        return ordered(asked, [[_exact(row[name]) for name in asked.names] for row in mine])


def _within(when: object, asked: Listing) -> bool:
    return isinstance(when, date) and asked.days.start.isoformat() <= when.isoformat() < asked.days.end.isoformat()


def _exact(cell: Any) -> Cell:
    number = isinstance(cell, int | Decimal) and not isinstance(cell, bool)
    return Fraction(cell) if number else cell


def weighings(file: CaseFile) -> list[Weighing]:
    """The evaluations that trying a case file does."""
    found: list[Weighing] = []

    def engine(
        book: RuleBook, tables: Mapping[str, tuple[FactTable, Table]], panel: Panel, periods: tuple[Period, ...]
    ) -> Totals:
        totals = ENGINES["twin"](book, tables, panel, periods)
        found.append(Weighing(book, tables, panel, periods, totals))
        return totals

    try_file(file, engine)
    return found


def sealed(bundle: Mapping[str, Any]) -> bytes:
    """The bytes of a bundle that somebody changed and sealed again, as a forger would."""
    unsealed = {key: value for key, value in json.loads(json.dumps(bundle)).items() if key != "seal"}
    return canonical({**unsealed, "seal": digest(unsealed)})
