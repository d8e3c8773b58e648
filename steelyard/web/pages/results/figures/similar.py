"""谁与我相近而更好: peers alike in what they cannot choose, ahead in what they can, with the families that make it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from steelyard.analysis.peers import most_similar
from steelyard.bureau.views.overview import IndicatorLine, IndicatorPage, UnitLine
from steelyard.reports.sheet import Words
from steelyard.web.cycles.results import Reading, Seen
from steelyard.web.people.models import Grant, GrantState, Person
from steelyard.web.people.roles import Role

NAMES = {
    "taxpayers": Words("管户", "taxpayers"), "staff": Words("在岗人数", "staff"), "area": Words("辖区面积", "area"),
    "revenue": Words("收入规模", "revenue"),
}  # fmt: skip
SHOWN = 3
OFFICE = Words("请经绩效办联系", "through the performance office")


@dataclass(frozen=True)
class Alike:
    """``near``: what, and theirs as a ratio to one's own; ``ahead``: families in which they lead, in points;
    ``contact``: whom to ask there."""

    seen: Seen
    lead: Decimal
    near: tuple[tuple[Words, Decimal], ...]
    ahead: tuple[tuple[Words, Decimal], ...]
    contact: Words


def alike_and_better(reading: Reading, line: UnitLine) -> list[Alike]:
    """Of its own class; nobody where attributes are not known or nobody is better."""
    return [one for one, _ in _nearest(reading, line, lambda other: other.total > line.total)]


def better_at(reading: Reading, line: UnitLine, page: IndicatorPage) -> list[tuple[Alike, IndicatorLine]]:
    """The same for one indicator: peers alike who got more points for it, with their line."""
    points = {one.code: one for one in page.lines if one.state == "scored"}
    if (mine := points.get(line.code)) is None:
        return []
    better = {code for code, one in points.items() if one.points > mine.points}
    return [(one, points[at.code]) for one, at in _nearest(reading, line, lambda other: other.code in better)]


def _nearest(reading: Reading, line: UnitLine, better: Callable[[UnitLine], bool]) -> Iterator[tuple[Alike, UnitLine]]:
    """Of the better ones in its class the few that are most alike, by attributes that are known of all."""
    overview = reading.views.overview
    peers = [one for one in overview.units if one.class_name == line.class_name and better(one)]
    rows = [(one, known) for one in (line, *peers) if (known := _known(one))]
    if len(rows) < 2 or rows[0][0] is not line:
        return
    near = most_similar([known for _, known in rows], 0, min(SHOWN, len(rows) - 1))
    found = [rows[at][0] for at in near]
    asked = contacts(reading, [one.code for one in found])
    yield from ((_alike(reading, line, one, overview.attributes, asked[one.code]), one) for one in found)


def _known(line: UnitLine) -> list[float]:
    """Its attributes; nothing where one of them is not known."""
    known = [float(one) for one in line.attributes if one is not None]
    return known if len(known) == len(line.attributes) else []


def contacts(reading: Reading, codes: Sequence[str]) -> dict[str, Words]:
    """The post to ask: the unit's own liaison, else a post of it; of a unit that may not be named, through the office.
    At most two queries."""
    named = [code for code in codes if reading.names(code)]
    found = dict.fromkeys(codes, OFFICE)
    posts = Person.objects.filter(unit__in=named).exclude(post="").order_by("-code").values_list("unit", "post")
    found |= {unit: Words(post) for unit, post in posts if unit}
    liaisons = Grant.objects.filter(role=Role.UNIT, state=GrantState.CONFIRMED, unit__in=named).select_related(
        "account"
    )
    return found | {
        one.unit_id: Words(one.account.name) for one in liaisons if one.unit_id and one.holds(reading.asker.today)
    }


def _alike(reading: Reading, line: UnitLine, other: UnitLine, names: Sequence[str], contact: Words) -> Alike:
    pairs = zip(names, line.attributes, other.attributes, strict=True)
    near = tuple((NAMES.get(name, Words(name)), theirs / own) for name, own, theirs in pairs if own and theirs)
    own_rates = {family.name: family for family in line.families}
    gaps = [
        (family.name, (family.rate - mine.rate) * mine.full)
        for family in other.families
        if (mine := own_rates.get(family.name)) is not None and family.rate is not None and mine.rate is not None
    ]
    ahead = sorted((gap for gap in gaps if gap[1] > 0), key=lambda gap: -gap[1])[:2]
    return Alike(reading.seen(other), other.total - line.total, near, tuple(ahead), contact)
