"""What a card says of each kind of rule: clauses and what they feed, the three answers of a duty, the indicators of a
priority task, and where the basis of an indicator stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from steelyard.engine.model.basis import BasisDocument, Clause, Duty, Task
from steelyard.engine.model.book import RuleBook
from steelyard.engine.sources.coverage import coverage
from steelyard.engine.sources.sources import Use, sources_of
from steelyard.engine.wording.duties import answers
from steelyard.engine.wording.teller import Teller
from steelyard.engine.wording.works import works_text
from steelyard.web.pages.library.planned import in_words, parts, teller_of


@dataclass(frozen=True)
class Cited:
    """A clause with what rests on it; ``name`` is its anchor. The whole document where there is no clause."""

    name: str
    clause: Clause | None
    uses: Sequence[Use]


def of_document(book: RuleBook, document: BasisDocument) -> dict[str, Any]:
    sources = sources_of(book)
    whole = Cited("whole", None, _once(sources.resting(document.id)))
    clauses = [Cited(one.clause, one, _once(sources.resting(document.id, one.clause))) for one in document.clauses]
    return {"document": document, "clauses": [whole, *clauses] if whole.uses else clauses}


def _once(uses: Sequence[Use]) -> Sequence[Use]:
    """A duty cites a clause in several of its items."""
    return list({(use.kind, use.id): use for use in uses}.values())


def of_duty(book: RuleBook, duty: Duty, teller: Teller) -> dict[str, Any]:
    """干什么、考什么、怎么考, of every item."""
    return {"duty": duty, "answers": answers(teller, book, duty)}


def of_task(book: RuleBook, task: Task) -> dict[str, Any]:
    """Each indicator with the plans of the year in which it stands."""
    row = next(row for row in coverage(book) if row.task.id == task.id)
    names: Mapping[str, Any] = {**book.plans, **book.persons}
    cells = [
        (id, book.indicators[id].name if id in book.indicators else id, [(plan, names[plan].name) for plan in places])
        for id, places in row.cells.items()
    ]
    return {"task": task, "cells": cells, "missing": row.missing}


def of_basis(book: RuleBook, basis: str) -> list[tuple[str, str, str]]:
    """The documents and clauses that a basis leads to: identifier, title, clause."""
    found = sources_of(book).spots(basis)
    return [(spot.document.id, spot.document.name, spot.clause.clause if spot.clause else "") for spot in found]


def told(book: RuleBook, kind: str, code: str, teller: Teller) -> Mapping[str, Any]:
    """By kind; nothing for kinds whose text says it all."""
    if kind == "document" and code in book.documents:
        return of_document(book, book.documents[code])
    if kind == "duty" and code in book.duties:
        return of_duty(book, book.duties[code], teller)
    if kind == "task" and code in book.tasks:
        return of_task(book, book.tasks[code])
    if kind == "plan" and code in book.plans:
        plan = book.plans[code]
        here = teller_of(teller, plan, book)
        return {"works": works_text(teller, plan), "head": in_words(here, plan), "parts": parts(plan, book)}
    if kind == "indicator" and code in book.indicators:
        return {"basis": of_basis(book, book.indicators[code].basis)}
    return {}
