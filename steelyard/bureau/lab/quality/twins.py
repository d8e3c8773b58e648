"""Two indicators that say the same in every class: one of them is given up, the same one everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from steelyard.analysis.indicators.quality import Reason
from steelyard.analysis.indicators.verdicts import verdict
from steelyard.bureau.lab.quality.cards import OfClass

Found = dict[str, dict[str, OfClass]]


def settled(found: Found) -> Found:
    """Where classes disagree which of two is the weaker, the one goes that adds less to the differences in all."""
    for one, other in _disputed(found):
        loser, winner = sorted((one, other), key=lambda id: (_weight(found, id), id))
        for of in found.values():
            if winner in of and loser in of and "redundant" in of[winner].reasons and of[winner].last.twin == loser:
                of[winner] = _without(of[winner])
                of[loser] = _with(of[loser])
    return found


def _disputed(found: Found) -> Iterator[tuple[str, str]]:
    """Pairs of which one is redundant in some class, and the other in another."""
    pairs = {(id, card.last.twin) for of in found.values() for id, card in of.items() if "redundant" in card.reasons}
    yield from sorted((one, other) for one, other in pairs if one < other and (other, one) in pairs)


def _weight(found: Mapping[str, Mapping[str, OfClass]], id: str) -> float:
    cards = [of[id] for of in found.values() if id in of]
    return sum((card.last.variance_share or 0.0) * card.last.units for card in cards)


def _without(card: OfClass) -> OfClass:
    reasons = tuple(reason for reason in card.reasons if reason != "redundant")
    return replace(card, reasons=reasons, verdict=verdict(reasons, card.faults))


def _with(card: OfClass) -> OfClass:
    others = [reason for reason in card.reasons if reason != "redundant"]
    reasons: tuple[Reason, ...] = (*others, "redundant")
    return replace(card, reasons=reasons, verdict=verdict(reasons, card.faults))
