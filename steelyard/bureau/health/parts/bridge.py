"""Section 2: from full marks down to the total, by family and by indicator, adding up to the last digit."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from steelyard.bureau.health.basis import About
from steelyard.reports.health.document import Claim, number, whole, words
from steelyard.reports.health.wording import claim

LISTED = 20


def bridge(of: About) -> Iterator[Claim]:
    sheet, at = of.sheet, of.at
    for order, family in enumerate(sheet.families):
        name, got = words(family.name, at(f"families/{order}/name")), f"families/{order}/points"
        if not family.full:
            yield claim("extra", family=name, points=number("signed", family.points, at(got)))
            continue
        full = f"families/{order}/full"
        yield claim(
            "family",
            family=name,
            full=number("points", family.full, at(full)),
            points=number("points", family.points, at(got)),
            lost=number("points", family.full - family.points, f"{at(full)} - {at(got)}"),
            rate=number("rate", Fraction(family.points) / Fraction(family.full), f"{at(got)} / {at(full)}"),
        )
    for order, one in enumerate(sheet.adjustments):
        yield claim(
            "adjustment",
            name=words(one.name, at(f"adjustments/{order}/name")),
            points=number("signed", one.points, at(f"adjustments/{order}/points")),
        )
    yield _together(of)
    yield from _items(of)


def _together(of: About) -> Claim:
    with_full = [family for family in of.sheet.families if family.full]
    full = sum((Fraction(family.full) for family in with_full), Fraction(0))
    got = sum((Fraction(family.points) for family in with_full), Fraction(0))
    total = Fraction(of.sheet.total)
    return claim(
        "bridge",
        full=number("points", full, f"sum({of.at('families[full]/full')})"),
        got=number("points", got, f"sum({of.at('families[full]/points')})"),
        lost=number("points", full - got, f"sum({of.at('families[full]/full - points')})"),
        extra=number("signed", total - got, f"{of.at('total')} - sum({of.at('families[full]/points')})"),
        total=number("points", total, of.at("total")),
    )


def _items(of: About) -> Iterator[Claim]:
    """Indicators that lost points, the most first; beyond the first ones their sum."""
    lost = sorted((row for row in of.sheet.indicators if row.lost > 0), key=lambda row: (-row.lost, row.id))
    for row in lost[:LISTED]:
        at, scored = of.at(f"indicators/{row.id}"), of.peers.indicators.get(row.id)
        yield claim(
            "item",
            name=words(row.name, f"{at}/name"),
            full=number("points", row.full, f"{at}/full"),
            points=number("points", row.points, f"{at}/points"),
            lost=number("points", row.lost, f"{at}/full - {at}/points"),
            mean=number(
                "points",
                of.peers.points_mean(row.id) if scored else Fraction(row.points),
                f"mean(indicators/{row.id}#lines[{of.peers.name}]/points)" if scored else f"{at}/points",
            ),
        )
    if rest := lost[LISTED:]:
        at = of.at("indicators[lost][20:]")
        left = sum((Fraction(row.lost) for row in rest), Fraction(0))
        yield claim(
            "items_rest",
            count=whole(len(rest), f"count({at})"),
            lost=number("points", left, f"sum({at}/full - points)"),
        )
