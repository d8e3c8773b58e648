"""Section 1: total, place with its uncertainty, segment, lists, and what changed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from steelyard.bureau.health.basis import About
from steelyard.reports.health.document import Claim, number, period, steps, whole, words
from steelyard.reports.health.wording import claim
from steelyard.reports.sheet import Membership, Words


def standing(of: About) -> Iterator[Claim]:
    sheet, place, at = of.sheet, of.sheet.place, of.at
    yield claim(
        "total",
        period=period(sheet.run.period, at("run/period")),
        unit=words(sheet.name, at("name")),
        **{"class": words(sheet.class_name, at("class_name"))},
        total=number("points", sheet.total, at("total")),
        full=number("points", sheet.full, at("full")),
        size=whole(place.class_size, of.all("total", "count")),
        place=whole(place.place, of.all("total", "place")),
    )
    if place.shared > 1:
        yield claim("shared", others=whole(place.shared - 1, of.all("total", "others_equal")))
    yield from _reach(of)
    for kind, text in (("segment", of.line.segment), ("grade", of.line.grade)):
        if text:
            yield claim(kind, **{kind: words(Words(text), of.whole(kind))})
    for order, member in enumerate(sheet.memberships):
        yield _listed(of, order, member)
    yield from _change(of)
    yield from _last_month(of)


def _reach(of: About) -> Iterator[Claim]:
    place, at = of.sheet.place, of.at
    if place.confidence is None:
        yield claim("reach_unknown")
        return
    yield claim(
        "reach",
        sure=number("chance", place.confidence, at("place/confidence")),
        low=whole(place.low, at("place/low")),
        high=whole(place.high, at("place/high")),
        group=whole(place.group, of.all("tie", "equal")),
    )


def _listed(of: About, order: int, member: Membership) -> Claim:
    name = words(member.name, of.at(f"memberships/{order}/name"))
    if member.state == "unset" or member.probability is None:
        kind = {"unset": "list_unset", "out": "list_unlisted"}.get(member.state, "list_listed")
        return claim(kind, list=name)
    chance = number("chance", member.probability, of.at(f"memberships/{order}/probability"))
    return claim(f"list_{member.state}", list=name, chance=chance)


def _change(of: About) -> Iterator[Claim]:
    sheet, earlier, at = of.sheet, of.sheet.earlier, of.at
    if earlier is None:
        yield claim("no_change")
        return
    yield claim(
        "change",
        before=period(earlier.period, at("earlier/period")),
        moved=number("moved", sheet.total - earlier.total, f"{at('total')} - {at('earlier/total')}"),
        old=number("points", earlier.total, at("earlier/total")),
        total=number("points", sheet.total, at("total")),
    )
    if earlier.place is not None:
        yield claim(
            "change_place",
            steps=steps(earlier.place - sheet.place.place, f"{at('earlier/place')} - {of.all('total', 'place')}"),
            old=whole(earlier.place, at("earlier/place")),
            place=whole(sheet.place.place, of.all("total", "place")),
        )


def _last_month(of: About) -> Iterator[Claim]:
    months, row = of.peers.months, of.peers.by_month[of.code]
    if len(months) < 2 or (now := row[-1]) is None or (then := row[-2]) is None:
        return
    last, before = of.whole(f"months/{months[-1]}"), of.whole(f"months/{months[-2]}")
    place = of.peers.place_in(len(months) - 1, of.code)
    yield claim(
        "last_month",
        month=period(months[-1], "overview#months"),
        total=number("points", now, last),
        before=period(months[-2], "overview#months"),
        versus=number("versus", Fraction(now - then), f"{last} - {before}"),
        place=whole(place or 0, of.all(f"months/{months[-1]}", "place")),
    )
