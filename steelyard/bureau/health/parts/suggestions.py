"""Section 10: indicators that separate nobody in the class, as suggestions for the next plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from steelyard.bureau.health.basis import About
from steelyard.reports.health.document import Claim, number, whole, words
from steelyard.reports.health.wording import claim

NEARLY = Fraction(95, 100)
LISTED = 10


@dataclass(frozen=True)
class Spread:
    """One indicator in the class: how many were scored, how many have full marks, whether all have one rate."""

    id: str
    size: int
    full: int
    same: bool

    @property
    def share(self) -> Fraction:
        return Fraction(self.full, self.size)


def suggestions(of: About) -> Iterator[Claim]:
    spreads = _spreads(of)
    same = [one for one in spreads if one.same]
    nearly = [one for one in spreads if not one.same and one.share >= NEARLY]
    everybody = f"indicators/*#lines[{of.peers.name}]"
    yield claim(
        "suggest",
        size=whole(len(of.peers.lines), of.all("total", "count")),
        all=whole(len(spreads), f"count({everybody})"),
        same=whole(len(same), f"count_same({everybody})"),
        nearly=whole(len(nearly), f"count_nearly({everybody})"),
    )
    names = {rule.id: rule.name for rule in of.basis.overview.rules}
    listed = [("same", one) for one in same] + [("nearly", one) for one in nearly]
    for kind, one in listed[:LISTED]:
        at = f"indicators/{one.id}#lines[{of.peers.name}]"
        yield claim(
            kind,
            name=words(names[one.id], f"indicators/{one.id}#rule/name"),
            size=whole(one.size, f"count({at})"),
            full=whole(one.full, f"count({at} at full)"),
            share=number("share", one.share, f"count({at} at full) / count({at})"),
        )


def _spreads(of: About) -> list[Spread]:
    """Of indicators with full marks that at least two of the class were scored on, in the plan's order."""
    if of.peers.spreads is None:
        of.peers.spreads = [one for id in of.peers.indicators if (one := _spread(of, id)) is not None]
    return of.peers.spreads


def _spread(of: About, id: str) -> Spread | None:
    lines = [one for one in of.peers.indicators[id].values() if one.full > 0]
    if len(lines) < 2:
        return None
    rates = {Fraction(one.points) / Fraction(one.full) for one in lines}
    full = sum(1 for one in lines if one.points == one.full)
    return Spread(id, len(lines), full, len(rates) == 1)
