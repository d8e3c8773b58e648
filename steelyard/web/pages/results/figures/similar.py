"""谁与我相近而更好: peers alike in what they cannot choose, ahead in what they can, with the families that make it."""

from __future__ import annotations

from collections.abc import Sequence
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
    names, found = reading.views.overview.attributes, [better[at - 1] for at in most_similar(table, 0, count)]
    asked = contacts(reading, [one.code for one in found])
    return [_alike(reading, line, one, names, asked[one.code]) for one in found]


def better_at(reading: Reading, line: UnitLine, page: IndicatorPage) -> list[tuple[Alike, IndicatorLine]]:
    """The same for one indicator: peers alike who got more points for it, with their line."""
    points = {one.code: one for one in page.lines if one.state == "scored"}
    mine = points.get(line.code)
    if mine is None or not line.attributes or None in line.attributes:
        return []
    better = [
        one for one in reading.views.overview.units
        if one.class_name == line.class_name and None not in one.attributes
        and one.code in points and points[one.code].points > mine.points
    ]  # fmt: skip
    if not better:
        return []
    table = [[float(value or 0) for value in one.attributes] for one in (line, *better)]
    names = reading.views.overview.attributes
    found = [better[at - 1] for at in most_similar(table, 0, min(SHOWN, len(better)))]
    asked = contacts(reading, [one.code for one in found])
    return [(_alike(reading, line, one, names, asked[one.code]), points[one.code]) for one in found]


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
