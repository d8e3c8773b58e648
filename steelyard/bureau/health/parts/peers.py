"""Section 4: the unit beside its class, and what is within its reach."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from steelyard.bureau.health.basis import About, mean, median
from steelyard.bureau.health.parts.alike import alike
from steelyard.bureau.health.parts.lagging import lagging
from steelyard.bureau.health.parts.reaching import next_place, next_tier, progress
from steelyard.reports.health.document import Claim, number, words
from steelyard.reports.health.wording import claim
from steelyard.reports.sheet import FamilyScore


def peers(of: About) -> Iterator[Claim]:
    yield _beside(of)
    yield from _families(of)
    yield from next_place(of)
    yield from next_tier(of)
    yield from progress(of)
    yield from alike(of)
    yield from lagging(of)


def _beside(of: About) -> Claim:
    totals, own, at = list(of.peers.totals.values()), of.peers.totals[of.code], of.at("total")
    best, middle, average = max(totals), median(totals), mean(totals)
    kinds = {"best": best, "mean": average, "median": middle}
    told = {kind: number("points", value, of.all("total", kind)) for kind, value in kinds.items()}
    gaps = {
        f"from_{kind}": number("versus", own - value, f"{at} - {of.all('total', kind)}")
        for kind, value in kinds.items()
    }
    return claim("peers", **told, **gaps)


def _families(of: About) -> Iterator[Claim]:
    """The strongest and the weakest against the peers' mean rate, weighed by the unit's full marks."""
    rated = [(order, family) for order, family in enumerate(of.sheet.families) if family.full]
    if len(rated) < 2:
        return
    ordered = sorted(rated, key=lambda pair: (_ahead(of, pair[1]), pair[0]))
    for kind, (order, family) in (("family_best", ordered[-1]), ("family_worst", ordered[0])):
        at = of.at(f"families/{order}")
        yield claim(
            kind,
            family=words(family.name, f"{at}/name"),
            rate=number("rate", _rate(family), f"{at}/points / {at}/full"),
            mean=number("rate", _mean(of, family), f"mean(overview#units[{of.peers.name}]/families[{family.name.zh}])"),
        )


def _rate(family: FamilyScore) -> Fraction:
    return Fraction(family.points) / Fraction(family.full)


def _ahead(of: About, family: FamilyScore) -> Fraction:
    return (_rate(family) - _mean(of, family)) * Fraction(family.full)


def _mean(of: About, family: FamilyScore) -> Fraction:
    """Of the rates of everybody of the class to whom the family gives full marks."""
    return of.peers.family_mean(family.name.zh)
