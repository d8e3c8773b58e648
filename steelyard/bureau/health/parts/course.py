"""Section 5: month by month beside the class, what is signal and what is noise, and how far ahead can be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from steelyard.bureau.health.basis import About, mean
from steelyard.bureau.health.beside import Records
from steelyard.bureau.health.parts.loop import forecasts
from steelyard.reports.health.document import Claim, day, number, period, periods, signal, whole
from steelyard.reports.health.wording import claim

FEWEST = 6
"""Months below which a range of its own says nothing."""
NATURAL = Fraction("2.66")
"""Natural limits of an XmR chart: mean moving range by 1.128, three of these (Wheeler 2000)."""
_PERIOD = re.compile(r"(\d{4})(?:Q([1-4])|H([12])|-(\d{2}))?(?:YTD)?\Z")


def course(of: About, records: Records) -> Iterator[Claim]:
    row, months = of.peers.by_month[of.code], of.peers.months
    had = [(at, total) for at, total in enumerate(row) if total is not None]
    if not had:
        yield claim("course_none")
    else:
        signals = {point.period: point.signal for point in of.sheet.history}
        for at, total in had:
            yield _month(of, at, total, signals.get(months[at]))
        yield _ends(of, had)
        yield from _signals(of)
    yield from _ahead(of, records, [total for _, total in had])


def _month(of: About, at: int, total: Fraction, found: str | None) -> Claim:
    month, middle = of.peers.months[at], of.peers.month_means[at]
    own, theirs = of.whole(f"months/{month}"), of.all(f"months/{month}", "mean")
    assert middle is not None  # the unit itself has the month
    return claim(
        "month",
        month=period(month, "overview#months"),
        total=number("points", total, own),
        mean=number("points", middle, theirs),
        gap=number("signed", total - middle, f"{own} - {theirs}"),
        place=whole(of.peers.place_in(at, of.code) or 0, of.all(f"months/{month}", "place")),
        signal=signal(found, of.at(f"history/{month}/signal")),
    )


def _ends(of: About, had: Sequence[tuple[int, Fraction]]) -> Claim:
    """The best and the worst month, the earlier one of equals."""
    best = max(had, key=lambda pair: (pair[1], -pair[0]))
    worst = min(had, key=lambda pair: (pair[1], pair[0]))
    return claim(
        "course",
        count=whole(len(had), f"count({of.whole('months')})"),
        best_month=period(of.peers.months[best[0]], f"month_of_max({of.whole('months')})"),
        best=number("points", best[1], f"max({of.whole('months')})"),
        worst_month=period(of.peers.months[worst[0]], f"month_of_min({of.whole('months')})"),
        worst=number("points", worst[1], f"min({of.whole('months')})"),
    )


def _signals(of: About) -> Iterator[Claim]:
    """Only where the months were enough for limits."""
    charted = [point for point in of.sheet.history if point.lower_limit is not None]
    if not charted:
        return
    marked = [point.period for point in charted if point.signal]
    if not marked:
        yield claim("signals_none")
        return
    at = of.at("history/signal")
    yield claim("signals", count=whole(len(marked), f"count({at})"), months=periods(marked, at))


def _ahead(of: About, records: Records, totals: Sequence[Fraction]) -> Iterator[Claim]:
    """What monitoring forecasts, else the unit's own range; nothing where the period is over."""
    run, end = of.sheet.run, end_of(of.sheet.run.period)
    if run.as_of and end is not None and date.fromisoformat(run.as_of[:10]) > end:
        yield claim("outlook_over", as_of=day(run.as_of[:10], of.at("run/as_of")))
        return
    if len(totals) >= FEWEST and len(totals) == len(of.peers.months):
        middle, reach = mean(totals), NATURAL * _moving(totals)
        at = of.whole("months")
        yield claim(
            "outlook",
            low=number("points", middle - reach, f"mean({at}) - 2.66 moving_range({at})"),
            high=number("points", middle + reach, f"mean({at}) + 2.66 moving_range({at})"),
        )
    yield from forecasts(of, records)


def _moving(totals: Sequence[Fraction]) -> Fraction:
    return mean([abs(later - before) for before, later in pairwise(totals)])


def end_of(text: str) -> date | None:
    """The last day of a period of the calendar year; None for years that begin in another month."""
    found = _PERIOD.match(text)
    if found is None:
        return None
    year, quarter, half, month = (int(part) if part else 0 for part in found.groups())
    last = month or quarter * 3 or half * 6 or 12
    return date(year + last // 12, last % 12 + 1, 1) - timedelta(days=1)
