"""Rules told in words, read back, and held against what they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steelyard.bureau.folder import Bureau
from steelyard.engine.model.book import Defaults, RuleBook
from steelyard.engine.model.facts import FactTable
from steelyard.engine.model.item import Indicator
from steelyard.engine.trying.cases import read_cases
from steelyard.engine.understanding.confirming import noun
from steelyard.engine.understanding.draft import Draft
from steelyard.engine.understanding.knowledge import Knowledge, knowledge
from steelyard.engine.understanding.rules import understood
from steelyard.engine.understanding.settled import settled
from steelyard.engine.wording.differences import differences
from steelyard.engine.wording.rules import paragraphs
from steelyard.engine.wording.teller import Teller
from tools.worked import case_table

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Told:
    """One book with everything that its texts may name."""

    known: Knowledge

    @staticmethod
    def of(book: RuleBook, tables: Mapping[str, FactTable]) -> Told:
        assert book.defaults is not None
        return Told(knowledge(book, tables, book.defaults))

    @property
    def defaults(self) -> Defaults:
        return self.known.defaults

    def text(self, rule: Indicator) -> str:
        teller = Teller("zh", self.known.lexicon.vocabulary, self.defaults)
        return "\n".join(paragraphs(teller, rule))

    def read(self, text: str) -> Draft:
        return understood(text, self.known)

    def changes(self, old: Indicator, text: str) -> list[str]:
        """What the text would change in the rule, in words."""
        new = noun(self.read(text))
        return [
            one.line()
            for one in differences(
                settled(old, self.defaults), settled(new, self.defaults), self.known.lexicon.vocabulary
            )
        ]

    def lost(self, rule: Indicator) -> list[str]:
        """What does not come back when a rule is told and read again; nothing where it is the same rule."""
        text = self.text(rule)
        found = self.read(text)
        if found.open:
            return [piece.problem().text() for piece in found.open]
        return [] if settled(noun(found), self.defaults) == settled(rule, self.defaults) else self.changes(rule, text)


def bureau(name: str) -> tuple[Told, Mapping[str, Indicator]]:
    folder = Bureau(ROOT / "examples" / name)
    return Told.of(folder.book(), folder.tables()), folder.book().indicators


def of_cases(folder: str) -> Iterator[tuple[Told, Indicator]]:
    """Every rule of a folder of cases, with the facts that its case declares."""
    files = [(path.name, path.read_text("utf8")) for path in sorted((ROOT / folder).glob("*.yaml"))]
    for file in read_cases(files):
        for book, cases in zip(file.books, file.groups, strict=True):
            told = Told.of(book, {name: case_table(cases, name) for name in cases.facts})
            yield from ((told, rule) for rule in book.indicators.values())


def small(facts: Mapping[str, Mapping[str, Any]], *rules: Indicator, floor: str | None = "0") -> Told:
    """A book of a few rules over tables that nobody gave Chinese names."""
    from steelyard.engine.trying.cases import Cases

    cases = Cases.model_validate({"cases": "x", "expect": "", "facts": facts})
    general = Defaults(book="b", name="书", points_places=2, rounding="half_up", floor=floor)
    book = RuleBook(general, {rule.id: rule for rule in rules})
    return Told.of(book, {name: case_table(cases, name) for name in facts})
