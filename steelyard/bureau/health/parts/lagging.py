"""落后提示 (C94): a label needs two periods below the limit with statistical support; whoever is merely last gets none.

In each half of the months the unit's mean difference from its class has a standard error of its own, from how it varies
from month to month. The limit lies one standard deviation of the class below its mean; below it must lie the upper end
of the one-sided 95 % interval of the unit, in both halves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from steelyard.bureau.health.basis import About, ClassBasis, mean, root, variance
from steelyard.reports.health.document import Claim, Slot, number, period, whole
from steelyard.reports.health.wording import claim

T95: Mapping[int, Fraction] = MappingProxyType(
    {2: Fraction("2.920"), 3: Fraction("2.353"), 4: Fraction("2.132"), 5: Fraction("2.015")}
)
"""Student's t, one-sided 95 %, by degrees of freedom: months of a span less one."""
LAST_QUARTER = Fraction(3, 4)
FEWEST_PEERS = 3


@dataclass(frozen=True)
class Half:
    """One span: mean difference from the class, its upper end, and the limit; first and last month."""

    gap: Fraction
    upper: Fraction
    limit: Fraction
    months: tuple[str, str]

    @property
    def below(self) -> bool:
        return self.upper < self.limit


def lagging(of: About) -> Iterator[Claim]:
    halves = halves_of(of.peers, of.code)
    if halves is None:
        yield claim("laggard_unknown")
        return
    place, size = of.sheet.place.place, of.sheet.place.class_size
    told = {**_told(of, "first", halves[0]), **_told(of, "second", halves[1])}
    if all(half.below for half in halves):
        yield claim("laggard", **told)
    elif place > LAST_QUARTER * size:
        yield claim("laggard_refused", place=whole(place, of.all("total", "place")), **told)
    else:
        yield claim("laggard_no")


def is_laggard(peers: ClassBasis, code: str) -> bool:
    """Whether the label is supported."""
    halves = halves_of(peers, code)
    return halves is not None and all(half.below for half in halves)


def halves_of(peers: ClassBasis, code: str) -> tuple[Half, Half] | None:
    """Both spans; None where months are missing, or the class has nobody to compare with."""
    if peers.spans is None:
        return None
    first, second = (_half(peers, code, order) for order in range(2))
    return None if first is None or second is None else (first, second)


def _half(peers: ClassBasis, code: str, order: int) -> Half | None:
    everybody = peers.span_gaps[order]
    own = everybody.get(code)
    if own is None or len(everybody) < FEWEST_PEERS or len(own) - 1 not in T95:
        return None
    gap, span = mean(own), (peers.spans.first, peers.spans.second)[order]  # type: ignore[union-attr]
    upper = gap + T95[len(own) - 1] * root(variance(own) / len(own))
    return Half(gap, upper, -peers.span_spreads[order], (peers.months[span[0]], peers.months[span[-1]]))


def _told(of: About, name: str, half: Half) -> dict[str, Slot]:
    gaps = f"{of.whole(f'months[{name}]')} - mean(overview#units[{of.peers.name}]/months)"
    return {
        f"{name}_from": period(half.months[0], "overview#months"),
        f"{name}_to": period(half.months[1], "overview#months"),
        name: number("signed", half.gap, f"mean({gaps})"),
        f"{name}_upper": number("signed", half.upper, f"upper95({gaps})"),
        f"{name}_limit": number("signed", half.limit, f"-deviation(overview#units[{of.peers.name}]/months[{name}])"),
    }
