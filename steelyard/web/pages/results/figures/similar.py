"""谁与我相近而更好: peers alike in what they cannot choose, ahead in what they can, with the families that make it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from steelyard.analysis.peers import most_similar
from steelyard.bureau.views.overview import UnitLine
from steelyard.reports.sheet import Words
from steelyard.web.cycles.results import Reading, Seen

NAMES = {
    "taxpayers": Words("管户", "taxpayers"), "staff": Words("在岗人数", "staff"), "area": Words("辖区面积", "area"),
    "revenue": Words("收入规模", "revenue"),
}  # fmt: skip
SHOWN = 3


@dataclass(frozen=True)
class Alike:
    """``near``: what, and theirs as a ratio to one's own; ``ahead``: families in which they lead, in points."""

    seen: Seen
    lead: Decimal
    near: tuple[tuple[Words, Decimal], ...]
    ahead: tuple[tuple[Words, Decimal], ...]


def alike_and_better(reading: Reading, line: UnitLine) -> list[Alike]:
    """Of its own class; nobody where attributes are not known or nobody is better."""
    if not line.attributes or None in line.attributes:
        return []
    better = [
        one for one in reading.views.overview.units
        if one.class_name == line.class_name and one.total > line.total and None not in one.attributes
    ]  # fmt: skip
    count = min(SHOWN, len(better))
    if not count:
        return []
    table = [[float(value or 0) for value in one.attributes] for one in (line, *better)]
    names = reading.views.overview.attributes
    return [_alike(reading, line, better[at - 1], names) for at in most_similar(table, 0, count)]


def _alike(reading: Reading, line: UnitLine, other: UnitLine, names: Sequence[str]) -> Alike:
    pairs = zip(names, line.attributes, other.attributes, strict=True)
    near = tuple((NAMES.get(name, Words(name)), theirs / own) for name, own, theirs in pairs if own and theirs)
    own_rates = {family.name: family for family in line.families}
    gaps = [
        (family.name, (family.rate - mine.rate) * mine.full)
        for family in other.families
        if (mine := own_rates.get(family.name)) is not None and family.rate is not None and mine.rate is not None
    ]
    ahead = sorted((gap for gap in gaps if gap[1] > 0), key=lambda gap: -gap[1])[:2]
    return Alike(reading.seen(other), other.total - line.total, near, tuple(ahead))
