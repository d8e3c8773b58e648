"""One rule of a run in words: its text as it was frozen, what people had written, and how it differs in another run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from steelyard.bureau.folder import saying, tables_in
from steelyard.bureau.runs.replaying import frozen_in
from steelyard.engine.expressions.wording import Vocabulary
from steelyard.engine.model.book import Defaults, RuleBook, read_book
from steelyard.engine.model.item import Indicator
from steelyard.engine.problems import Language, Refused, refuse
from steelyard.engine.reading import read
from steelyard.engine.wording.differences import differences
from steelyard.engine.wording.rules import paragraphs
from steelyard.engine.wording.teller import Teller
from steelyard.engine.wording.vocabulary import vocabulary

Texts = tuple[tuple[str, str], ...]
"""Names of files and what stands in them."""


@dataclass(frozen=True)
class Frozen:
    """A rule as one run knows it. ``source``: the lines that people wrote, as they wrote them."""

    indicator: Indicator
    defaults: Defaults
    words: Vocabulary
    source: str

    def text(self, language: Language) -> Sequence[str]:
        """Paragraphs of 细则: the name and the mark, the clauses, and what differs for classes."""
        return paragraphs(Teller(language, self.words, self.defaults), self.indicator)

    def changes(self, older: Frozen, language: Language) -> Sequence[str]:
        """What is not as it was: ``满分：5 → 6``. Nothing where both say the same."""
        return [one.line() for one in differences(older.indicator, self.indicator, self.words, language)]


def frozen_rule(folder: Path, indicator: str) -> Frozen | None:
    """None where the run has no such rule. Runs by the same texts share what was read of them."""
    return _frozen(*_written(folder), indicator)


def rule_among(rules: Texts, facts: Texts, indicator: str) -> Frozen | None:
    """The same of rules that no run knows yet. Raises `Refused` where they cannot be read."""
    return _frozen(rules, facts, indicator)


@lru_cache(maxsize=32)
def _written(folder: Path) -> tuple[Texts, Texts]:
    """Rules and declarations of facts. A run's folder never changes, so what was read of it is kept."""
    written = frozen_in(folder)
    return tuple((name, text) for name, text in written.rules), tuple((name, text) for name, text in written.facts)


@lru_cache(maxsize=64)
def _frozen(rules: Texts, facts: Texts, indicator: str) -> Frozen | None:
    source = next((part for _, text in rules for part in _documents(text) if _of(part, indicator)), None)
    if source is None:
        return None
    book = _book(rules, indicator)
    if book.defaults is None:
        raise refuse("book-missing")
    return Frozen(book.indicators[indicator], book.defaults, vocabulary(book, tables_in(facts)), source.strip())


def _book(rules: Texts, indicator: str) -> RuleBook:
    """All rule files are read only where the few that matter need others."""
    try:
        return read_book(saying(rules, book="", indicator=indicator))
    except Refused:
        return read_book(rules)


def _documents(text: str) -> list[str]:
    return re.split(r"^---(?=\s|$)", text, flags=re.MULTILINE)


def _of(document: str, indicator: str) -> bool:
    """Whether it is the rule, however its name is written."""
    near = saying([("", document)], indicator=indicator)
    trees = [one.tree for name, text in near for one in read(text, name)]
    return any(isinstance(tree, dict) and tree.get("indicator") == indicator for tree in trees)
