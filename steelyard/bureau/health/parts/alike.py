"""Peers that had the same weakness and overcame it (C87): of like conditions, weak then, strong now, not by luck."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from steelyard.bureau.health.basis import About, known, mean, median, variance
from steelyard.reports.health.document import Claim, measure, number, pairs, words
from steelyard.reports.health.wording import claim
from steelyard.reports.sheet import LostPoints, Words

SHOWN = 3
LOOKED_AT = 5
"""The largest losses, in their order, until one has enough peers to learn from."""
APART = 4
"""The square of how many standard errors both spans must lie apart."""
NAMES: Mapping[str, Words] = MappingProxyType(
    {
        "taxpayers": Words("管户", "taxpayers"),
        "staff": Words("在岗人数", "staff"),
        "area": Words("辖区面积", "area"),
        "revenue": Words("收入规模", "revenue"),
    }
)


@dataclass(frozen=True)
class Halves:
    """A unit's mean rates on one indicator in both spans; ``shown``: the rise is more than its months vary."""

    first: Fraction
    second: Fraction
    shown: bool


def alike(of: About) -> Iterator[Claim]:
    found = [(loss, _solvers(of, loss)) for loss in of.sheet.losses[:LOOKED_AT]]
    enough = [pair for pair in found if len(pair[1]) >= SHOWN] or [pair for pair in found if pair[1]]
    if not enough:
        yield claim("alike_none")
        return
    loss, solvers = enough[0]
    yield from _named(of, loss, _nearest(of, solvers)[:SHOWN])


def _solvers(of: About, loss: LostPoints) -> list[str]:
    """No better in the first span than the unit is in the second, then above the class's median, beyond luck."""
    halves = _halves(of, loss.indicator)
    if of.code not in halves or of.peers.line[of.code].attributes == ():
        return []
    own, middle = halves[of.code].second, median([one.second for one in halves.values()])
    return [
        code
        for code, one in halves.items()
        if code != of.code and one.first <= own and one.second > middle and one.second > own and one.shown
    ]


def _halves(of: About, indicator: str) -> Mapping[str, Halves]:
    """Of everybody of the class with all months on it; kept for the class, since every unit asks."""
    kept = of.peers.halves
    if indicator not in kept:
        kept[indicator] = {code: one for code in of.peers.line if (one := _of(of, code, indicator)) is not None}
    return kept[indicator]


def _of(of: About, code: str, indicator: str) -> Halves | None:
    rates, spans = of.basis.rates(code, indicator), of.peers.spans
    if rates is None or spans is None:
        return None
    first, second = known(rates, spans.first), known(rates, spans.second)
    if first is None or second is None:
        return None
    rise, chance = mean(second) - mean(first), (variance(first) + variance(second)) / len(first)
    return Halves(mean(first), mean(second), rise > 0 and rise**2 > APART * chance)


def _nearest(of: About, codes: Sequence[str]) -> list[str]:
    """By distance over all attributes, each scaled by its range in the class; equal ones by code."""
    columns = list(zip(*(_attributes(of, code) for code in of.peers.line), strict=True))
    ranges = [_range([value for value in column if value is not None]) for column in columns]
    own = _attributes(of, of.code)

    def away(code: str) -> Fraction:
        far = Fraction(0)
        for mine, theirs, size in zip(own, _attributes(of, code), ranges, strict=True):
            if size:
                far += Fraction(1) if mine is None or theirs is None else ((mine - theirs) / size) ** 2
        return far

    return sorted(codes, key=lambda code: (away(code), code))


def _range(values: Sequence[Fraction]) -> Fraction:
    return max(values) - min(values) if values else Fraction(0)


def _attributes(of: About, code: str) -> tuple[Fraction | None, ...]:
    return tuple(None if one is None else Fraction(one) for one in of.peers.line[code].attributes)


def _named(of: About, loss: LostPoints, codes: Sequence[str]) -> Iterator[Claim]:
    halves, at = _halves(of, loss.indicator), f"rates#units/{{}}/{loss.indicator}"
    everybody = f"median(rates#units[{of.peers.name}]/{loss.indicator}[second])"
    yield claim(
        "alike_intro",
        name=words(loss.name, of.at(f"losses/{loss.indicator}/name")),
        own=number("rate", halves[of.code].second, f"mean({at.format(of.code)}[second])"),
        median=number("rate", median([one.second for one in halves.values()]), everybody),
    )
    if of.closed:
        yield from (_unnamed(of, loss.indicator, halves[code]) for code in codes)
        return
    scored = of.peers.indicators.get(loss.indicator, {})
    for code in codes:
        line, found = of.peers.line[code], halves[code]
        yield claim(
            "alike",
            unit=words(line.name, f"overview#units/{code}/name"),
            near=pairs(_near(of, code), f"overview#units/{code}/attributes"),
            first=number("rate", found.first, f"mean({at.format(code)}[first])"),
            second=number("rate", found.second, f"mean({at.format(code)}[second])"),
            value=measure(
                scored[code].value if code in scored else None,
                f"indicators/{loss.indicator}#lines/{code}/value",
            ),
        )


def _unnamed(of: About, indicator: str, found: Halves) -> Claim:
    """How far one came, and nothing by which others would know it."""
    somebody = f"rates#units[{of.peers.name}]/{indicator}"
    return claim(
        "alike_peer",
        first=number("rate", found.first, f"mean({somebody}[first])"),
        second=number("rate", found.second, f"mean({somebody}[second])"),
    )


def _near(of: About, code: str) -> list[tuple[Words, Fraction, Fraction]]:
    columns = zip(of.basis.overview.attributes, _attributes(of, code), _attributes(of, of.code), strict=True)
    return [
        (NAMES.get(name, Words(name)), theirs, ours)
        for name, theirs, ours in columns
        if theirs is not None and ours is not None
    ]
