"""Sections 5, 6, 7 and 10 of a person: what is ahead, what carried indicators do in his unit, what separates nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache

from steelyard.bureau.health.basis import About
from steelyard.bureau.health.beside import Records
from steelyard.bureau.health.parts.course import end_of
from steelyard.bureau.health.parts.loop import alerts, forecasts
from steelyard.bureau.health.parts.risks import falling, repeats
from steelyard.bureau.health.parts.suggestions import NEARLY, Spread
from steelyard.bureau.health.persons.basis import Group, Person
from steelyard.reports.health.document import Claim, day, number, period, whole, words
from steelyard.reports.health.wording import claim
from steelyard.reports.sheet import Words

LISTED = 10


def course(of: Person, records: Records) -> Iterator[Claim]:
    yield claim("p_course")
    yield from _month(of)
    run, end = of.people.basis.overview.run, end_of(of.people.basis.overview.run.period)
    if run.as_of and end is not None and date.fromisoformat(run.as_of[:10]) > end:
        yield claim("outlook_over", as_of=day(run.as_of[:10], "overview#run/as_of"))
    else:
        yield from forecasts(of, records)


def _month(of: Person) -> Iterator[Claim]:
    """How the unit where he stands did in the last month."""
    unit = of.unit
    if unit is None or len(unit.peers.months) < 2:
        return
    months, row = unit.peers.months, unit.peers.by_month[unit.code]
    if row[-1] is None or row[-2] is None:
        return
    last, before = unit.whole(f"months/{months[-1]}"), unit.whole(f"months/{months[-2]}")
    yield claim(
        "p_unit_month",
        unit=words(unit.sheet.name, unit.at("name")),
        month=period(months[-1], "overview#months"),
        total=number("points", row[-1], last),
        before=period(months[-2], "overview#months"),
        versus=number("versus", row[-1] - row[-2], f"{last} - {before}"),
    )


def risks(of: Person, records: Records) -> Iterator[Claim]:
    """``p_missing``: lines of the last post without points."""
    waiting = [one for one in of.last.lines if one.points is None]
    if not waiting:
        yield claim("missing_none")
    for one in waiting:
        at = of.kept(f"{of.last.number}/{one.indicator or 'unit'}")
        yield claim("p_missing", name=words(of.named(one.indicator), f"{at}/name"))
    yield from _of_unit(of, "falling_unknown", falling)
    yield from alerts(of, records)


def problems(of: Person) -> Iterator[Claim]:
    yield from _of_unit(of, "repeats_unknown", repeats)


def _of_unit(of: Person, unknown: str, say: Callable[[About, set[str]], Iterator[Claim]]) -> Iterator[Claim]:
    """What is said of the unit where he stands, of the indicators that he carries there."""
    unit = of.unit
    if unit is None:
        yield claim(unknown)
        return
    yield claim("p_carried", unit=words(unit.sheet.name, unit.at("name")))
    yield from say(unit, {one.indicator for one in of.last.lines if one.indicator})


def suggestions(of: Person) -> Iterator[Claim]:
    """Own indicators that separate nobody among those with the same duty."""
    found = _spreads(of.group)
    same = [one for one in found if one.same]
    nearly = [one for one in found if not one.same and one.share >= NEARLY]
    every = f"accounts#[{of.group.duty}]/0/*"
    yield claim(
        "p_suggest",
        duty=words(Words(of.group.duty), of.at("duty")),
        size=whole(len(of.group.totals), of.all("count")),
        all=whole(len(found), f"count({every})"),
        same=whole(len(same), f"count_same({every})"),
        nearly=whole(len(nearly), f"count_nearly({every})"),
    )
    for kind, one in [*(("p_same", one) for one in same), *(("p_nearly", one) for one in nearly)][:LISTED]:
        at = f"accounts#[{of.group.duty}]/0/{one.id}"
        yield claim(
            kind,
            name=words(of.named(one.id), f"people/{of.words.plan}#indicators/{one.id}"),
            size=whole(one.size, f"count({at})"),
            full=whole(one.full, f"count({at} at full)"),
            share=number("share", one.share, f"count({at} at full) / count({at})"),
        )


@lru_cache(maxsize=64)
def _spreads(group: Group) -> list[Spread]:
    """Of own indicators that at least two were scored on; the same for everybody with the duty."""
    return [
        Spread(id, len(rates), sum(1 for one in rates if one == 1), len(set(rates)) == 1)
        for id, rates in group.rates.items()
        if len(rates) > 1
    ]
