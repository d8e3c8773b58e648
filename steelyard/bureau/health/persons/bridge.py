"""Sections 2 and 3 of a person: what the total consists of, what was lost on the way, and why."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from steelyard.bureau.health.basis import About
from steelyard.bureau.health.parts.losses import kept_of
from steelyard.bureau.health.persons.basis import Line, Person, exact
from steelyard.reports.health.document import Claim, Slot, day, number, whole, words
from steelyard.reports.health.wording import claim
from steelyard.reports.sheet import Words

LISTED, DETAILED, HEAD = 20, 5, 3


def bridge(of: Person) -> Iterator[Claim]:
    carried = Fraction(0)
    for stage in of.account.stages:
        at, points = of.kept(str(stage.number)), sum((exact(one.points) for one in stage.lines), Fraction(0))
        weight = exact(stage.weight)
        carried += points * weight
        yield claim(
            "p_stage",
            unit=words(Words(of.words.units.get(stage.unit, stage.unit)), f"{at}/unit"),
            post=words(Words(of.words.posts.get(stage.post, stage.post)), f"{at}/post"),
            first=day(stage.first_day.isoformat(), f"{at}/first_day"),
            last=day(stage.last_day.isoformat(), f"{at}/last_day"),
            share=number("share", weight, f"{at}/weight"),
            points=number("points", points, f"sum({at}/points)"),
            carried=number("points", points * weight, f"sum({at}/points) * {at}/weight"),
        )
    yield from _own(of)
    own, all_stages = exact(of.head["own"]), f"sum({of.kept('*/points * weight')})"
    yield claim(
        "p_bridge",
        carried=number("points", carried, all_stages),
        own=number("points", own, of.at("own")),
        sum=number("points", carried + own, f"{all_stages} + {of.at('own')}"),
        total=number("points", of.total, of.at("total")),
    )
    yield from _items(of)


def _own(of: Person) -> Iterator[Claim]:
    """How many applied, and what they count for: what had nothing to count is settled by the plan."""
    lines = of.account.own
    if not lines:
        return
    had = [one for one in lines if one.points is not None]
    at = of.kept("0")
    yield claim(
        "p_own",
        all=whole(len(lines), f"count({at})"),
        had=whole(len(had), f"count({at}/points)"),
        points=number("points", sum((exact(one.points) for one in had), Fraction(0)), f"sum({at}/points)"),
        worth=number("points", sum((exact(one.worth) for one in had), Fraction(0)), f"sum({at}[points]/worth)"),
        own=number("points", exact(of.head["own"]), of.at("own")),
    )


def _items(of: Person) -> Iterator[Claim]:
    for one in of.losses[:LISTED]:
        at = of.kept(one.key)
        yield claim("p_item", **_named(of, one), points=number("points", one.points, f"{at}/points"))
    if rest := of.losses[LISTED:]:
        at, together = of.kept("[lost][20:]"), sum((one.lost for one in rest), Fraction(0))
        yield claim("items_rest", count=whole(len(rest), f"count({at})"), lost=number("points", together, f"sum({at})"))


def _named(of: Person, one: Line) -> dict[str, Slot]:
    at = of.kept(one.key)
    far = f"{at}/worth - {at}/points"
    return {
        "name": words(one.name, f"{at}/name"), "from": words(one.source, f"{at}/from"),
        "worth": number("points", one.worth, f"{at}/worth"),
        "lost": number("points", one.lost, f"({far}) * {of.kept(f'{one.stage}/weight')}" if one.stage else far),
    }  # fmt: skip


def losses(of: Person) -> Iterator[Claim]:
    found, at = of.losses, of.kept("[lost]")
    if not found:
        yield claim("losses_none")
        return
    lost = sum((one.lost for one in found), Fraction(0))
    yield claim("p_losses", lost=number("points", lost, f"sum({at})"), count=whole(len(found), f"count({at})"))
    if len(found) > HEAD:
        head, three = sum((one.lost for one in found[:HEAD]), Fraction(0)), f"sum({of.kept('[lost][:3]')})"
        yield claim(
            "losses_head",
            head=whole(HEAD, "3"),
            points=number("points", head, three),
            share=number("share", head / lost, f"{three} / sum({at})"),
        )
    for rank, one in enumerate(found[:DETAILED], start=1):
        yield claim("p_loss", rank=whole(rank, f"place({at})"), **_named(of, one),
                    points=number("points", one.points, f"{of.kept(one.key)}/points"))  # fmt: skip
        yield from _why(of, one)
    if rest := found[DETAILED:]:
        left, behind = sum((one.lost for one in rest), Fraction(0)), of.kept("[lost][5:]")
        yield claim("p_losses_rest", count=whole(len(rest), f"count({behind})"),
                    lost=number("points", left, f"sum({behind})"))  # fmt: skip


def _why(of: Person, one: Line) -> Iterator[Claim]:
    if not one.stage:
        id, source = one.line.indicator, f"accounts#[{of.group.duty}]/{one.key}"
        yield claim(
            "p_loss_own",
            duty=words(Words(of.group.duty), of.at("duty")),
            mean=number("points", of.group.points[id], f"mean({source}/points)"),
            size=whole(len(of.group.own[id]), f"count({source}/points)"),
        )
        return
    at = of.kept(one.key)
    yield claim(
        "p_loss_unit",
        unit=words(one.source, f"{at}/from"),
        got=number("points", exact(one.line.unit_points), f"{at}/unit_points"),
        full=number("points", exact(one.line.unit_full), f"{at}/unit_full"),
    )
    stage = of.account.stages[one.stage - 1]
    if one.line.indicator and stage.unit in of.quoted and stage.frozen == of.head["period"]:
        yield from _quoted(of.people.basis.of(stage.unit), one.line.indicator)


def _quoted(unit: About, indicator: str) -> Iterator[Claim]:
    """What the unit's own sheet says of it: of the whole period, so only for stages that count it whole."""
    found = next((loss for loss in unit.sheet.losses if loss.indicator == indicator), None)
    if found is None:
        return
    at = unit.at(f"losses/{indicator}")
    yield claim("loss_reason", reason=words(found.reason.text, f"{at}/reason"))
    if found.basis.zh:
        yield claim("loss_clause", basis=words(found.basis, f"{at}/basis"))
    if kept_of(found) is not None and found.remedy is not None:
        yield claim("loss_remedy", remedy=words(found.remedy.text, f"{at}/remedy"))
