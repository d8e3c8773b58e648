"""Sections 6 and 7: data that are missing, rates that keep falling, alerts, and losses that come back every month."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from steelyard.bureau.health.basis import About, Row
from steelyard.bureau.health.beside import Records
from steelyard.bureau.health.parts.loop import alerts
from steelyard.reports.health.document import Claim, Slot, number, whole, words
from steelyard.reports.health.wording import claim
from steelyard.reports.sheet import IndicatorRow

LISTED = 8
LAST = 3
"""Months in a row that make a fall, or a problem that comes back."""


def risks(of: About, records: Records) -> Iterator[Claim]:
    yield from _missing(of)
    yield from falling(of)
    yield from alerts(of, records)


def _missing(of: About) -> Iterator[Claim]:
    rows = [row for row in of.sheet.indicators if row.state == "no_data"]
    if not rows:
        yield claim("missing_none")
    for row in rows:
        at = of.at(f"indicators/{row.id}")
        yield claim("missing", name=words(row.name, f"{at}/name"), full=number("points", row.full, f"{at}/full"))


def _monthly(of: About, only: Collection[str] | None) -> list[tuple[IndicatorRow, Row]] | None:
    """Indicators, ``only`` these, with their rates month by month; None where the run kept none."""
    if of.basis.past is None or len(of.basis.past.periods) < 2:
        return None
    rows = (row for row in of.sheet.indicators if only is None or row.id in only)
    pairs = ((row, of.basis.rates(of.code, row.id)) for row in rows)
    return [(row, rates) for row, rates in pairs if rates is not None]


def falling(of: About, only: Collection[str] | None = None) -> Iterator[Claim]:
    """Down in each of the last three months; the largest falls first."""
    monthly = _monthly(of, only)
    if monthly is None:
        yield claim("falling_unknown")
        return
    found = [(row, last) for row, rates in monthly if (last := _fall(rates)) is not None]
    if not found:
        yield claim("falling_none")
    for row, last in sorted(found, key=lambda pair: (pair[1][-1] - pair[1][0], pair[0].id))[:LISTED]:
        at, item = f"rates#units/{of.code}/{row.id}", of.at(f"indicators/{row.id}")
        told = {f"r{n}": number("share", rate, f"{at}/{n - 5}") for n, rate in enumerate(last, start=1)}
        yield claim("falling", name=words(row.name, f"{item}/name"), lost=_lost(of, row), **told)


def _fall(rates: Row) -> list[Fraction] | None:
    last = [rate for rate in rates[-LAST - 1 :] if rate is not None]
    whole_run = len(last) == LAST + 1
    return last if whole_run and all(one > two for one, two in pairwise(last)) else None


def _lost(of: About, row: IndicatorRow) -> Slot:
    at = of.at(f"indicators/{row.id}")
    return number("points", row.lost, f"max({at}/full - {at}/points, 0)")


@dataclass(frozen=True)
class Repeat:
    """``run``: months with losses up to the last one without a break."""

    row: IndicatorRow
    run: int
    months: int
    known: int


def repeats(of: About, only: Collection[str] | None = None) -> Iterator[Claim]:
    monthly = _monthly(of, only)
    if monthly is None:
        yield claim("repeats_unknown")
        return
    found = [one for row, rates in monthly if (one := _repeat(row, rates)).run >= LAST]
    if not found:
        yield claim("repeats_none")
        return
    at = f"rates#units/{of.code}"
    always = sum(1 for one in found if one.months == one.known)
    yield claim(
        "repeats", count=whole(len(found), f"count_of_runs({at})"), always=whole(always, f"count_of_always({at})")
    )
    for one in sorted(found, key=lambda one: (-one.run, -one.row.lost, one.row.id))[:LISTED]:
        own = f"{at}/{one.row.id}"
        yield claim(
            "repeat",
            name=words(one.row.name, of.at(f"indicators/{one.row.id}/name")),
            run=whole(one.run, f"last_run({own} < 1)"),
            months=whole(one.months, f"count({own} < 1)"),
            known=whole(one.known, f"count({own})"),
            lost=_lost(of, one.row),
        )


def _repeat(row: IndicatorRow, rates: Row) -> Repeat:
    known = [rate for rate in rates if rate is not None]
    return Repeat(row, _run(rates), sum(1 for rate in known if rate < 1), len(known))


def _run(rates: Sequence[Fraction | None]) -> int:
    run = 0
    for rate in reversed(rates):
        if rate is None or rate >= 1:
            break
        run += 1
    return run
