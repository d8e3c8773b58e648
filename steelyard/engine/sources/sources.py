"""Citations resolved in the documents of a book, and back: what rests on a document and on each of its clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from steelyard.engine.model.basis import BasisDocument, Clause
from steelyard.engine.model.book import RuleBook
from steelyard.engine.problems import Place
from steelyard.engine.shape import Written
from steelyard.engine.sources.citing import Citation, Key, citations, key_of, plain

Resting = Literal["indicator", "plan", "duty", "task"]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a citation leads: a clause, or a document as a whole."""

    document: BasisDocument
    clause: Clause | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.document.id, "" if self.clause is None else self.clause.clause

    @property
    def text(self) -> str:
        return f"《{self.document.name}》{self.key[1]}"

    @property
    def since(self) -> date:
        own = None if self.clause is None else self.clause.since
        return self.document.since if own is None else max(own, self.document.since)

    @property
    def until(self) -> date | None:
        """The last day of being in force; None while nothing ends it."""
        ends = [self.document.until, None if self.clause is None else self.clause.until]
        return min((end for end in ends if end is not None), default=None)

    def in_force(self, first: date, last: date) -> bool:
        """On any day from ``first`` through ``last``."""
        return self.since <= last and (self.until is None or self.until >= first)


@dataclass(frozen=True, slots=True)
class Resolved:
    """``documents`` of the cited title, maybe an old and a new version; no ``spots``: none of them has the clause."""

    citation: Citation
    documents: tuple[BasisDocument, ...]
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """Who cites: an indicator, a plan, a task, or one ``item`` of a duty."""

    kind: Resting
    id: str
    name: str
    basis: str
    noun: Written = field(compare=False)
    item: str = ""

    @property
    def place(self) -> Place:
        return self.noun.place("basis")


@dataclass(frozen=True)
class Sources:
    """Of one book. Every text is resolved once."""

    book: RuleBook
    _resolved: dict[str, tuple[Resolved, ...]] = field(default_factory=dict)

    def resolve(self, basis: str) -> tuple[Resolved, ...]:
        if basis not in self._resolved:
            self._resolved[basis] = tuple(self._found(citation) for citation in citations(basis))
        return self._resolved[basis]

    def spots(self, basis: str) -> tuple[Spot, ...]:
        """All clauses, and documents cited as a whole, that a basis leads to."""
        return tuple({spot.key: spot for one in self.resolve(basis) for spot in one.spots}.values())

    def clauses(self, basis: str) -> frozenset[tuple[str, str]]:
        """The clauses alone: who cites a whole document shares no clause with anybody."""
        return frozenset(spot.key for spot in self.spots(basis) if spot.clause is not None)

    def resting(self, document: str, clause: str = "") -> Sequence[Use]:
        """Everything that cites a clause, or a document as a whole."""
        return self._resting.get((document, clause), ())

    @cached_property
    def uses(self) -> Sequence[Use]:
        """Everything in the book that has a basis."""
        return tuple(_uses(self.book))

    @cached_property
    def _resting(self) -> Mapping[tuple[str, str], list[Use]]:
        found: dict[tuple[str, str], list[Use]] = {}
        for use in self.uses:
            for spot in self.spots(use.basis):
                found.setdefault(spot.key, []).append(use)
        return found

    @cached_property
    def _by_title(self) -> Mapping[str, tuple[tuple[BasisDocument, Mapping[Key, Clause]], ...]]:
        found: dict[str, tuple[tuple[BasisDocument, Mapping[Key, Clause]], ...]] = {}
        for document in self.book.documents.values():
            keyed = {key_of(clause.clause): clause for clause in document.clauses}
            found[plain(document.name)] = (*found.get(plain(document.name), ()), (document, keyed))
        return found

    def _found(self, citation: Citation) -> Resolved:
        known = self._by_title.get(plain(citation.title), ())
        if not citation.clause:
            spots = [Spot(document) for document, _ in known]
        else:
            spots = [Spot(document, clause) for document, keyed in known for clause in _clauses(keyed, citation)]
        return Resolved(citation, tuple(document for document, _ in known), tuple(spots))


def sources_of(book: RuleBook) -> Sources:
    """Worked out once for a book, whoever asks."""
    if "cited" not in book.worked_out:
        book.worked_out["cited"] = Sources(book)
    found: Sources = book.worked_out["cited"]
    return found


def _clauses(keyed: Mapping[Key, Clause], citation: Citation) -> Sequence[Clause]:
    """The clause itself; else all that it is divided into; else the article that it is a part of."""
    first, last = key_of(citation.clause), key_of(citation.to or citation.clause)
    if citation.to:
        return [
            clause
            for key, clause in keyed.items()
            if first.steps <= key.steps[: len(first.steps)] and _up_to(key, last)
        ]
    if first in keyed:
        return [keyed[first]]
    parts = [clause for key, clause in keyed.items() if key.within(first)]
    return parts or [keyed[above] for above in _above(first) if above in keyed][:1]


def _up_to(key: Key, last: Key) -> bool:
    return key.steps[: len(last.steps)] <= last.steps


def _above(key: Key) -> Iterator[Key]:
    """The articles around a paragraph of them; a chapter does not stand for an item that it does not have."""
    for count in range(len(key.steps) - 1, 0, -1):
        if key.steps[count - 1][0] == "条":
            yield Key(key.steps[:count])


def _uses(book: RuleBook) -> Iterator[Use]:
    for indicator in book.indicators.values():
        yield Use("indicator", indicator.id, indicator.name, indicator.basis, indicator)
    for plan in book.plans.values():
        yield Use("plan", plan.id, plan.name, plan.basis, plan)
        if plan.difficulty is not None:
            yield Use("plan", plan.id, plan.name, plan.difficulty.basis, plan.difficulty)
    for duty in book.duties.values():
        yield from (Use("duty", duty.id, duty.name, item.basis, item, item.item) for item in duty.items)
    for task in book.tasks.values():
        yield Use("task", task.id, task.name, task.basis, task)
