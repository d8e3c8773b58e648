"""Rule texts read back into rules (N16): a draft of each, what is open in it, and what it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from steelyard.engine.expressions.wording import Vocabulary
from steelyard.engine.model.book import Defaults, RuleBook
from steelyard.engine.model.facts import FactTable
from steelyard.engine.model.item import Indicator
from steelyard.engine.problems import CATALOGUE, Language, Refused, refuse
from steelyard.engine.understanding.confirming import noun
from steelyard.engine.understanding.door import drafted
from steelyard.engine.understanding.draft import Draft
from steelyard.engine.understanding.knowledge import knowledge
from steelyard.engine.understanding.rules import rules_in
from steelyard.engine.understanding.settled import settled
from steelyard.engine.wording.differences import Difference, differences

CATALOGUE.add(
    {
        "rule-text-long": (
            "第 {rule} 条有 {count} 字，一条最多 {most} 字；请一条一段，条与条之间空一行",
            "rule {rule} has {count} signs, {most} at most; leave an empty line between rules",
        ),
    }
)
LONGEST = 3_000
"""Signs of one rule: reading it takes their square in time, a minute for 60,000."""


@dataclass(frozen=True)
class Proposed:
    """``text``: what was read. ``old``: the rule of that name, if the book has one; nothing is said of what a draft
    changes in it while the draft is no rule yet."""

    text: str
    draft: Draft
    old: Indicator | None
    defaults: Defaults
    vocabulary: Vocabulary

    def changes(self, language: Language) -> Sequence[Difference]:
        if self.old is None:
            return ()
        try:
            new = noun(self.draft)
        except Refused:  # what it lacks stands among what is open
            return ()
        before, after = settled(self.old, self.defaults), settled(new, self.defaults)
        return tuple(differences(before, after, self.vocabulary, language))

    def yaml(self, language: Language) -> str:
        """The draft as a rule file; what it changes and what is open as comments above it."""
        word = "改动" if language == "zh" else "change"
        said = "".join(f"# {word} {change.line()}\n" for change in self.changes(language))
        return said + self.draft.yaml(language)


def proposals(text: str, book: RuleBook, tables: Mapping[str, FactTable]) -> list[Proposed]:
    """One for each rule of the text. Raises `Refused` (``book-missing``) without the general part of a book, and
    ``rule-text-long``."""
    if book.defaults is None:
        raise refuse("book-missing")
    known = knowledge(book, tables, book.defaults)
    found = []
    for number, part in enumerate(rules_in(text), 1):
        if len(part) > LONGEST:
            raise refuse("rule-text-long", rule=number, count=len(part), most=LONGEST)
        draft = drafted(part, known)
        old = known.of(str(draft.written.get("name")))
        found.append(Proposed(part, draft, old, known.defaults, known.lexicon.vocabulary))
    return found
