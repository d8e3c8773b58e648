"""Which indicators a duty carries: those that a plan for persons links to it, and those that share a clause with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from steelyard.engine.model.basis import Duty, DutyItem
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.item import Indicator
from steelyard.engine.sources.sources import Sources, sources_of


@dataclass(frozen=True, slots=True)
class Carried:
    """``item`` is None where no item shares a clause with the indicator and only plans for persons link it.

    ``clauses``: what item and indicator both cite; ``plans``: the plans for persons that link it to the duty.
    """

    indicator: Indicator
    item: DutyItem | None
    clauses: tuple[str, ...]
    plans: tuple[str, ...]


def carried(book: RuleBook, duty: Duty) -> tuple[Carried, ...]:
    """In the order of the book; an indicator stands at the first item that shares a clause with it."""
    sources, linked = sources_of(book), _linked(book, duty)
    found = []
    for indicator in book.indicators.values():
        item, clauses = next(_sharing(sources, duty, indicator), (None, ()))
        plans = linked.get(indicator.id, ())
        if item is not None or plans:
            found.append(Carried(indicator, item, clauses, plans))
    return tuple(found)


def _linked(book: RuleBook, duty: Duty) -> Mapping[str, tuple[str, ...]]:
    """Indicators that plans for persons link to a duty by its name."""
    found: dict[str, tuple[str, ...]] = {}
    for persons in book.persons.values():
        for link in persons.links:
            if duty.name in link.duties and link.indicator in book.indicators:
                found[link.indicator] = (*found.get(link.indicator, ()), persons.id)
    return found


def _sharing(sources: Sources, duty: Duty, indicator: Indicator) -> Iterator[tuple[DutyItem, tuple[str, ...]]]:
    own = sources.clauses(indicator.basis)
    for item in duty.items:
        shared = [spot for spot in sources.spots(item.basis) if spot.clause is not None and spot.key in own]
        if shared:
            yield item, tuple(spot.text for spot in shared)
