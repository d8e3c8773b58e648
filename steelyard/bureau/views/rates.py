"""How far every unit got on every indicator in the periods before: the score rates behind repeats and recoveries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from steelyard.bureau.runs.running import Ran
from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.weighing.items import Weighed

PLACES = 4
_UNIT = Decimal(1).scaleb(-PLACES)

Rates = dict[str, tuple[Decimal | None, ...]]
"""Indicator -> points by full marks in each period; None where there were none to get, or no data."""


@dataclass(frozen=True, slots=True)
class PastRates:
    """``periods``: the same one a year before, then the months; ``units``: code -> rates of indicators that apply."""

    periods: tuple[str, ...]
    units: dict[str, Rates]


def past_rates(ran: Ran) -> PastRates | None:
    """None for a run that did not look back."""
    past = ran.history
    if past is None:
        return None
    columns = {entry.indicator: _column(past.indicators[entry.indicator]) for entry in ran.plan.entries}
    known = {id: column for id, column in columns.items() if column is not None}
    size = len(past.panel.subjects)
    units = {code: dict(_of(known, range(at, past.panel.size, size))) for at, code in enumerate(past.panel.subjects)}
    return PastRates(past.panel.periods, units)


def _column(weighed: Weighed) -> list[Decimal | None] | None:
    """The rate everywhere, four decimals half up; None for what has no full mark."""
    if weighed.points is None or weighed.full is None:
        return None
    rate = (weighed.points / weighed.full).round(PLACES, "half_up")
    return _decimals(rate)


def _decimals(rate: Numbers) -> list[Decimal | None]:
    above = rate.numerator.tolist()
    return [_UNIT * int(n) if known else None for n, known in zip(above, rate.known.tolist(), strict=True)]


def _of(
    columns: Mapping[str, Sequence[Decimal | None]], places: Sequence[int]
) -> Iterator[tuple[str, tuple[Decimal | None, ...]]]:
    """Of one unit, whose places in the panel are given."""
    for id, column in columns.items():
        rates = tuple(column[at] for at in places)
        if any(rate is not None for rate in rates):
            yield id, rates
