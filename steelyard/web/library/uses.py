"""Who names a rule: plans, plans for persons, priority tasks, duties, and indicators that read it."""

from __future__ import annotations

from collections.abc import Iterator

from steelyard.engine.model.book import RuleBook
from steelyard.engine.sources.duties import carried
from steelyard.engine.whatif import sources_of


def users(book: RuleBook, code: str) -> tuple[str, ...]:
    """Identifiers of the book, each once, plans first."""
    return tuple(dict.fromkeys(_naming(book, code)))


def _naming(book: RuleBook, code: str) -> Iterator[str]:
    yield from (id for id, plan in book.plans.items() if any(entry.indicator == code for entry in plan.entries))
    for id, persons in book.persons.items():
        named = {persons.plan, *(link.indicator for link in persons.links), *(entry.indicator for entry in persons.own)}
        if code in named:
            yield id
    yield from (id for id, task in book.tasks.items() if code in task.indicators)
    duties = (duty for duty in book.duties.values() if any(one.indicator.id == code for one in carried(book, duty)))
    yield from (duty.id for duty in duties)
    yield from (id for id, sources in sources_of(book).items() if code in sources and id != code)
