"""Which indicators a duty carries: those that a plan for persons links to it, and those that share a clause with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from steelyard.engine.model.basis import Duty, DutyItem
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.item import Indicator
from steelyard.engine.sources.alike import Texts, pieces
from steelyard.engine.sources.sources import Sources, sources_of


@dataclass(frozen=True, slots=True)
class Carried:
    """``item`` is None where plans for persons link the indicator and no item says or cites anything of it.

    ``clauses``: what item and indicator both cite; ``plans``: the plans for persons that link it to the duty.
    """

    indicator: Indicator
    item: DutyItem | None
    clauses: tuple[str, ...]
    plans: tuple[str, ...]


def carried(book: RuleBook, duty: Duty) -> tuple[Carried, ...]:
    """In the order of the book. An indicator stands at one item: of those that share a clause with it, else of all if
    it is linked, the one whose words are most like its name."""
    sources, linked = sources_of(book), _linked(book, duty)
    texts = Texts.of(item.text for item in duty.items)
    found = []
    for indicator in book.indicators.values():
        shared = _shared(sources, duty, indicator)
        plans = linked.get(indicator.id, ())
        if plans or any(shared):
            item = _nearest(shared, texts.likeness(pieces(indicator.name)))
            clauses = () if item is None else shared[item]
            found.append(Carried(indicator, None if item is None else duty.items[item], clauses, plans))
    return tuple(found)


def _nearest(shared: Sequence[tuple[str, ...]], likeness: Sequence[int]) -> int | None:
    """The number of the item; the first of several that are as near."""
    ranked = [(bool(clauses), near, -at) for at, (clauses, near) in enumerate(zip(shared, likeness, strict=True))]
    cites, near, at = max(ranked)
    return -at if cites or near else None


def _linked(book: RuleBook, duty: Duty) -> Mapping[str, tuple[str, ...]]:
    """Indicators that plans for persons link to a duty by its name."""
    found: dict[str, tuple[str, ...]] = {}
    for persons in book.persons.values():
        for link in persons.links:
            if duty.name in link.duties and link.indicator in book.indicators:
                found[link.indicator] = (*found.get(link.indicator, ()), persons.id)
    return found


def _shared(sources: Sources, duty: Duty, indicator: Indicator) -> list[tuple[str, ...]]:
    """For each item the clauses that it cites as the indicator does."""
    own = sources.clauses(indicator.basis)
    spots = (sources.spots(item.basis) for item in duty.items)
    return [tuple(spot.text for spot in of if spot.clause is not None and spot.key in own) for of in spots]
