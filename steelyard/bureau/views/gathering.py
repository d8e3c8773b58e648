"""From sheets to the whole at a glance: everybody on one line, every indicator across all units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from steelyard.bureau.runs.running import Ran
from steelyard.bureau.showing import decimal
from steelyard.bureau.views.overview import ClassView, IndicatorLine, IndicatorPage, Loss, Node, Overview, UnitLine
from steelyard.engine.proof.results import total_of
from steelyard.reports.book import ResultBook
from steelyard.reports.sheet import IndicatorRow, UnitSheet

LOSSES = 3
"""The largest losses, which stand on a unit's line."""

Ties = Mapping[tuple[str, str], int]
"""(class, unit) -> number of its group of units that cannot be told apart."""
Verdicts = Mapping[str, tuple[str, float | None]]
"""class -> whether its units can be told apart, and how likely that is chance."""


def overview(ran: Ran, book: ResultBook, ties: Ties, verdicts: Verdicts) -> Overview:
    """``book`` holds the sheets of everybody."""
    ranked = book.ranked()
    months = tuple(dict.fromkeys(point.period for sheet in ranked for point in sheet.history))
    places = _month_places(ranked, months)
    attributes = tuple(ran.result.panel.attributes)
    return Overview(
        run=book.run,
        full=decimal(ran.plan.total.value),
        measured=any(sheet.place.confidence is not None for sheet in ranked),
        classes=tuple(_classes(ranked, verdicts)),
        units=tuple(_line(ran, sheet, ties, attributes, months, places) for sheet in ranked),
        nodes=tuple(_nodes(ran, ranked)),
        months=months,
        attributes=attributes,
        segments=tuple(segment.name for segment in ran.plan.segments),
        grades=tuple(grade.label for grade in ran.plan.grades),
        rules=tuple(book.rules),
    )


def indicator_pages(book: ResultBook) -> Iterator[IndicatorPage]:
    """Every indicator of the plan, in the plan's order."""
    found: dict[str, list[IndicatorLine]] = {rule.id: [] for rule in book.rules}
    for sheet in book.ranked():
        for row in sheet.indicators:
            found[row.id].append(_indicator(sheet, row))
    for rule in book.rules:
        yield IndicatorPage(rule, tuple(found[rule.id]))


def _indicator(sheet: UnitSheet, row: IndicatorRow) -> IndicatorLine:
    return IndicatorLine(
        code=sheet.code,
        class_name=sheet.class_name.zh,
        state=row.state,
        value=row.value,
        target=row.target,
        points=row.points,
        full=row.full,
        place=row.place,
        class_size=row.class_size,
    )


def _classes(ranked: Sequence[UnitSheet], verdicts: Verdicts) -> Iterator[ClassView]:
    for name, sheet in {sheet.class_name.zh: sheet for sheet in ranked}.items():
        verdict, chance = verdicts.get(name, ("unmeasured", None))
        yield ClassView(name, sheet.place.class_size, sheet.peers, verdict, chance)


def _line(
    ran: Ran,
    sheet: UnitSheet,
    ties: Ties,
    attributes: Sequence[str],
    months: Sequence[str],
    places: Mapping[tuple[str, str], int],
) -> UnitLine:
    index = ran.result.panel.at(sheet.code, sheet.run.period)
    told = total_of(ran.result, index)
    totals = {point.period: point.total for point in sheet.history}
    return UnitLine(
        code=sheet.code,
        name=sheet.name,
        class_name=sheet.class_name.zh,
        total=sheet.total,
        place=sheet.place,
        tie=ties[sheet.class_name.zh, sheet.code],
        segment=str(told["segment"] or ""),
        grade=told["grade"] if isinstance(told["grade"], str) else "",
        memberships=sheet.memberships,
        families=sheet.families,
        rankings=sheet.rankings,
        earlier=sheet.earlier,
        months=tuple(totals.get(month) for month in months),
        month_places=tuple(places.get((sheet.code, month)) for month in months),
        machine_share=sheet.machine_share,
        losses=tuple(Loss(loss.indicator, loss.name, loss.points) for loss in sheet.losses[:LOSSES]),
        attributes=tuple(_attribute(ran, name, index) for name in attributes),
    )


def _attribute(ran: Ran, name: str, index: int) -> Decimal | None:
    value = ran.result.panel.attributes[name].fraction(index)
    return None if value is None else decimal(value)


def _month_places(ranked: Sequence[UnitSheet], months: Sequence[str]) -> dict[tuple[str, str], int]:
    """(unit, month) -> the place by that month's total among the class as it is now; equal totals share a place."""
    found: dict[tuple[str, str], int] = {}
    for name in dict.fromkeys(sheet.class_name.zh for sheet in ranked):
        peers = [sheet for sheet in ranked if sheet.class_name.zh == name]
        for month in months:
            totals = {
                sheet.code: point.total
                for sheet in peers
                for point in sheet.history
                if point.period == month and point.total is not None
            }
            ordered = sorted(totals.values(), reverse=True)
            found.update({(code, month): 1 + ordered.index(total) for code, total in totals.items()})
    return found


def _nodes(ran: Ran, ranked: Sequence[UnitSheet]) -> Iterator[Node]:
    """Assessed units and all above them, by code: what is above comes first."""
    wanted: dict[str, None] = {}
    for sheet in ranked:
        code: str | None = sheet.code
        while code and code not in wanted:
            wanted[code] = None
            code = ran.parents.get(code)
    for code in sorted(wanted):
        yield Node(code, ran.names.get(code, code), ran.parents.get(code) or "")
