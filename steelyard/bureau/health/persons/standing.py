"""Sections 1 and 4 of a person: total, place, change; beside everybody with the same duty."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from fractions import Fraction

from steelyard.bureau.health.beside import Records
from steelyard.bureau.health.persons.basis import Person, exact
from steelyard.reports.health.document import Claim, number, period, steps, whole, words
from steelyard.reports.health.wording import claim
from steelyard.reports.sheet import Words

TEN = 10
"""Points of a unit's total for which is told what they are worth: of one, two decimals would show nothing."""


def standing(of: Person, records: Records) -> Iterator[Claim]:
    place, ties = of.head["place"], of.head["ties"]
    unit = Words(of.words.units.get(of.head["unit"], of.head["unit"]))
    yield claim(
        "p_total",
        period=period(of.head["period"], of.at("period")),
        person=words(Words(of.head["name"]), of.at("name")),
        duty=words(Words(of.group.duty), of.at("duty")),
        unit=words(unit, of.at("unit")),
        total=number("points", of.total, of.at("total")),
        full=number("points", of.words.full, f"people/{of.words.plan}#full"),
        size=whole(len(of.group.totals), of.all("count")),
        place=whole(place, of.all("place")),
    )
    if ties > 1:
        yield claim("p_shared", others=whole(ties - 1, of.all("others_equal")))
    if of.head["grade"]:
        yield claim("grade", grade=words(Words(of.head["grade"]), of.at("grade")))
    yield from _change(of, records)


def _change(of: Person, records: Records) -> Iterator[Claim]:
    """Against an earlier version of his results, where somebody sent one."""
    if records.before is None:
        yield claim("no_change")
        return
    before, at = records.before, of.beside("before")
    yield claim(
        "change",
        before=period(before.period, f"{at}/period"),
        moved=number("moved", of.total - exact(before.total), f"{of.at('total')} - {at}/total"),
        old=number("points", before.total, f"{at}/total"),
        total=number("points", of.total, of.at("total")),
    )
    yield claim(
        "change_place",
        steps=steps(before.place - of.head["place"], f"{at}/place - {of.all('place')}"),
        old=whole(before.place, f"{at}/place"),
        place=whole(of.head["place"], of.all("place")),
    )


def peers(of: Person) -> Iterator[Claim]:
    kinds, ordered = of.group.middles, of.group.ordered
    told = {kind: number("points", value, of.all(kind)) for kind, value in kinds.items()}
    gaps = {
        f"from_{kind}": number("versus", of.total - value, f"{of.at('total')} - {of.all(kind)}")
        for kind, value in kinds.items()
    }
    yield claim("p_peers", **told, **gaps)
    above = bisect_right(ordered, of.total)
    if above < len(ordered):
        far = number("points", ordered[above] - of.total, f"{of.all('next')} - {of.at('total')}")
        yield claim("gap", gap=far)
    else:
        yield claim("p_first")
    yield from _own(of)
    yield from _gains(of)
    yield claim("p_no_label")


def _own(of: Person) -> Iterator[Claim]:
    """The strongest and the weakest own indicator, against the mean rate of those with the same duty."""
    mine = {id: _rate(rates[of.code]) for id, rates in of.group.own.items() if of.code in rates and rates[of.code][1]}
    if len(mine) < 2:
        return
    means = of.group.mean_rates
    ordered = sorted(mine, key=lambda id: (mine[id] - means[id], id))
    for kind, id in (("p_best", ordered[-1]), ("p_worst", ordered[0])):
        at = of.kept(f"0/{id}")
        yield claim(
            kind,
            name=words(of.named(id), f"people/{of.words.plan}#indicators/{id}"),
            rate=number("rate", mine[id], f"{at}/points / {at}/worth"),
            mean=number("rate", means[id], f"mean(accounts#[{of.group.duty}]/0/{id})"),
        )


def _rate(one: tuple[Fraction, Fraction]) -> Fraction:
    return one[0] / one[1]


def _gains(of: Person) -> Iterator[Claim]:
    """What a rise of each unit's total is worth, by its share in the account."""
    for unit, gain in _worths(of).items():
        at = of.kept(f"[{unit}]/unit")
        yield claim(
            "p_gain",
            unit=words(Words(of.words.units.get(unit, unit)), f"people/{of.words.plan}#units/{unit}"),
            ten=whole(TEN, "10"),
            gain=number("points", gain * TEN, f"10 * sum({at}/weight * {at}/worth / {at}/unit_full)"),
        )


def _worths(of: Person) -> Mapping[str, Fraction]:
    found: dict[str, Fraction] = {}
    for stage in of.account.stages:
        for line in stage.lines:
            if not line.indicator and line.worth and exact(line.unit_full):
                gain = exact(stage.weight) * exact(line.worth) / exact(line.unit_full)
                found[stage.unit] = found.get(stage.unit, Fraction(0)) + gain
    return found
