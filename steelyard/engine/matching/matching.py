"""Every indicator held against every item of every duty: shared words, shared clauses, and what they are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from steelyard.engine.model.basis import Duty, DutyItem
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.item import Indicator
from steelyard.engine.sources.alike import Texts, common, pieces
from steelyard.engine.sources.sources import Sources, Spot, sources_of
from steelyard.engine.wording.rules import paragraphs
from steelyard.engine.wording.teller import Teller

CLAUSE = 150
"""What a clause that both cite is worth, in thousandths; one is enough."""
DOCUMENT = 100
"""What it is worth that an item cites any part of a document that the indicator cites as a whole."""
ENOUGH = 100
"""A match has at least this score."""
BESIDE = (13, 20)
"""And at least this part of the best score of its indicator: what is far behind the best is not proposed."""
WORDS = 4
"""So many shared words are shown."""


@dataclass(frozen=True, slots=True)
class Match:
    """An indicator proposed to a duty, with the item that caused it.

    ``score`` in thousandths: the likeness of its name with the item, a quarter of that with the duty, a quarter of that
    of its sentence with the item, and what shared clauses are worth.
    ``clauses``: what both cite; ``words``: what both say.
    """

    indicator: Indicator
    duty: Duty
    item: DutyItem
    score: int
    clauses: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Matching:
    """Of one book; ``teller`` writes the sentences of its rules."""

    book: RuleBook
    teller: Teller

    def all(self) -> tuple[Match, ...]:
        """The matches of every indicator, in the order of the book."""
        return tuple(match for indicator in self.book.indicators.values() for match in self.matches(indicator))

    def matches(self, indicator: Indicator) -> tuple[Match, ...]:
        """The duties proposed for an indicator, the best first; duties of the same score in their order."""
        sentence = self._sentence(indicator)
        best: dict[str, tuple[int, int]] = {}
        for at, score in enumerate(self._scores(indicator, sentence)):
            duty = self._items[at][0].id
            best[duty] = max(best.get(duty, (0, 1)), (score, -at))
        highest = max((score for score, _ in best.values()), default=0)
        kept = [one for one in best.values() if one[0] >= ENOUGH and one[0] * BESIDE[1] >= highest * BESIDE[0]]
        return tuple(self._match(indicator, sentence, -at, score) for score, at in sorted(kept, reverse=True))

    def _match(self, indicator: Indicator, sentence: str, at: int, score: int) -> Match:
        duty, item = self._items[at]
        clauses = tuple(spot.text for spot in self._shared(indicator, item))
        words = tuple(common(f"{indicator.name}。{sentence}", item.text)[:WORDS])
        return Match(indicator, duty, item, score, clauses, words)

    def _scores(self, indicator: Indicator, sentence: str) -> list[int]:
        """Of every item of every duty."""
        name = pieces(indicator.name)
        of_item, of_duty = self._texts.likeness(name), self._duties.likeness(name)
        of_sentence = self._texts.likeness(pieces(sentence))
        return [
            of_item[at] + (of_duty[self._number[duty.id]] + of_sentence[at]) // 4 + self._cited(indicator, item)
            for at, (duty, item) in enumerate(self._items)
        ]

    def _cited(self, indicator: Indicator, item: DutyItem) -> int:
        return max((CLAUSE if spot.clause else DOCUMENT for spot in self._shared(indicator, item)), default=0)

    def _shared(self, indicator: Indicator, item: DutyItem) -> Sequence[Spot]:
        """Clauses that both cite, and documents that the indicator cites as a whole and the item in part or whole."""
        theirs = self._sources.spots(item.basis)
        keys, documents = {spot.key for spot in theirs}, {spot.document.id for spot in theirs}
        mine = self._sources.spots(indicator.basis)
        return [spot for spot in mine if (spot.document.id in documents if spot.clause is None else spot.key in keys)]

    def _sentence(self, indicator: Indicator) -> str:
        """What the rule says of the score; owner, evidence and basis are not about the work."""
        bare = indicator.model_copy(update={"basis": "", "owner": "", "evidence": ""})
        return "".join(paragraphs(self.teller, bare))

    @cached_property
    def _sources(self) -> Sources:
        return sources_of(self.book)

    @cached_property
    def _items(self) -> Sequence[tuple[Duty, DutyItem]]:
        return [(duty, item) for duty in self.book.duties.values() for item in duty.items]

    @cached_property
    def _number(self) -> dict[str, int]:
        return {id: number for number, id in enumerate(self.book.duties)}

    @cached_property
    def _texts(self) -> Texts:
        return Texts.of(item.text for _, item in self._items)

    @cached_property
    def _duties(self) -> Texts:
        return Texts.of("。".join(item.text for item in duty.items) for duty in self.book.duties.values())
