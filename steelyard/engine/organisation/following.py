"""Whose rows count for whom when all of history is read in the structure of one day (同口径可比)."""

from __future__ import annotations

from collections.abc import Iterator, Set
from datetime import date, timedelta

from steelyard.engine.organisation.lines import nearest_common
from steelyard.engine.organisation.organisation import Organisation
from steelyard.engine.organisation.restating import View
from steelyard.engine.organisation.succession import Members
from steelyard.engine.problems import CATALOGUE, Problem, Refused

CATALOGUE.add(
    {
        "history-divided": (
            "{unit}（{start} 至 {end}）的数在 {target} 的架构中属于 {units}，逐笔分不开；"
            "请选 {unit} 还没有划分时的架构，或用 steelyard structure 查看",
            "rows of {unit} ({start} to {end}) belong to {units} in the structure of {target} and cannot be told apart "
            "one by one; choose a structure before that division, or look at it with steelyard structure",
        ),
    }
)

_ONE_DAY = timedelta(days=1)


def superiors(
    organisation: Organisation, target: date, start: date, end: date, assessed: Set[str]
) -> dict[str, str | None]:
    """Unit -> the one above, None at the top, such that rows from ``start`` to before ``end`` count as they would in
    the structure of ``target``: a unit of it stands under its parent, an earlier or later one under what it became.

    Rows that are shared among several units count for the nearest unit that holds all of these. Raises `Refused`
    (``history-divided``) where an ``assessed`` unit would miss its part of such rows.
    """
    view = View(organisation, target)
    above: dict[str, str | None] = {}
    problems: list[Problem] = []
    for code in organisation.units:
        reached = _reached(organisation, code, target, start, end) or frozenset([code])
        chains = [(unit, *view.above(unit)) for unit in sorted(reached)]
        together = nearest_common(chains)
        above[code] = next(iter(view.above(code)), None) if together == code else together
        missing = {unit for chain in chains for unit in _below(chain, together)} & assessed
        if missing:
            params = {"unit": code, "units": "、".join(sorted(reached)), "target": target, "start": start}
            problems.append(Problem("history-divided", params={**params, "end": end - _ONE_DAY}))
    if problems:
        raise Refused(problems)
    return above


def _reached(organisation: Organisation, code: str, target: date, start: date, end: date) -> Members:
    """All units that the rows of one unit lead to; none when the unit did not exist in these days."""
    return frozenset(
        unit
        for day in _days(organisation, code, start, end)
        for members in organisation.lineage.trace(code, day, target)
        for unit in members
    )


def _days(organisation: Organisation, code: str, start: date, end: date) -> Iterator[date]:
    """The first day of every stretch in which the unit leads to the same place."""
    for row in organisation.units[code]:
        first, last = max(row.valid_from, start), min(row.end, end) - _ONE_DAY
        if first <= last:
            yield first
            yield from organisation.lineage.dates(first, last)


def _below(chain: tuple[str, ...], together: str | None) -> tuple[str, ...]:
    """The units of a chain that stand under the one that holds everything."""
    return chain if together is None else chain[: chain.index(together)]
