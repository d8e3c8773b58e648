"""What examples may ask for. A misspelt word would compare with nothing, and nothing is what some examples expect."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from steelyard.engine.problems import CATALOGUE, Place, Problem
from steelyard.engine.trying.tables import TextTable

CATALOGUE.add(
    {
        "case-lacks-column": (
            "表头缺少列“{column}”；每一行都要写明是谁",
            "the heading lacks column '{column}'; every row says whom it is about",
        ),
        "case-unknown-word": (
            "列“{column}”里的“{found}”不在本组算例之内；可用：{allowed}",
            "'{found}' in column '{column}' is none of these examples'; there are: {allowed}",
        ),
        "case-unknown-figure": (
            "没有“{column}”可以核对；可以核对：{allowed}",
            "there is no '{column}' to compare with; there are: {allowed}",
        ),
    }
)

Record: TypeAlias = Mapping[str, str | None]
KEYS = frozenset({"example", "person", "unit", "period", "indicator"})
"""Columns that say what a row is about; all others are compared."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One table of expectations. ``whose``: the column that every row must fill.

    ``words``: for a row what may stand in its key columns; ``figures``: what can be compared in a row of such words.
    """

    place: Place
    expected: TextTable
    whose: str
    words: Callable[[Record], Mapping[str, Collection[str]]]
    figures: Callable[[Record], Collection[str]]

    def problems(self) -> list[Problem]:
        """Each wrong word once, however many rows hold it."""
        if self.whose not in self.expected.header:
            return [Problem("case-lacks-column", self.place, {"column": self.whose})]
        found = (problem for record in self.expected.records() for problem in self._of(record))
        return list({problem.text(): problem for problem in found}.values())

    def _of(self, record: Record) -> list[Problem]:
        return list(self._strange_words(record)) or list(self._strange_figures(record))

    def _strange_words(self, record: Record) -> Iterator[Problem]:
        for column, allowed in self.words(record).items():
            word = record.get(column) or ""
            if (word or column == self.whose) and word not in allowed:
                params = {"column": column, "found": word, "allowed": "、".join(allowed) or "—"}
                yield Problem("case-unknown-word", self.place, params)

    def _strange_figures(self, record: Record) -> Iterator[Problem]:
        allowed = list(dict.fromkeys(self.figures(record)))
        for column, word in record.items():
            if word is not None and column not in KEYS and column not in allowed:
                yield Problem("case-unknown-figure", self.place, {"column": column, "allowed": "、".join(allowed)})
