"""The numbers of a result in the form that sheets want: exact decimals, peers' statistics, totals behind a rate."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from steelyard.bureau.runs.uncertainty import floats
from steelyard.bureau.showing import SHOWN, decimal
from steelyard.engine.arithmetic.numbers import Mask, Numbers
from steelyard.engine.expressions.nodes import Aggregate, Call, Node
from steelyard.engine.weighing.items import Weighed
from steelyard.reports.sheet import NO_WORDS, Measure, PeerStats, Words


def plain(value: float, places: int = SHOWN) -> Decimal:
    return Decimal(str(round(value, places)))


def peer_stats(column: Numbers, members: Mask, higher: bool = True) -> PeerStats | None:
    """Of the members with a number; None when there are none."""
    return stats(floats(column)[members & column.known], higher)


def stats(values: npt.NDArray[np.float64], higher: bool = True) -> PeerStats | None:
    """Of some numbers; None when there are none."""
    if not len(values):
        return None
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    best = values.max() if higher else values.min()
    return PeerStats(plain(values.mean()), plain(middle), plain(best), plain(low), plain(high))


def measure(value: Fraction | None, weighed: Weighed) -> Measure | None:
    """A value with its meaning; money stays a plain number with its unit of measure."""
    if value is None:
        return None
    if weighed.rule.show == "percent":
        return Measure(decimal(value, 6), "ratio")
    return Measure(decimal(value), "plain", Words(weighed.rule.unit) if weighed.rule.unit else NO_WORDS)


def rate(tree: Node | None) -> tuple[Aggregate, Aggregate] | None:
    """Numerator and denominator of a value that is one total over another."""
    match tree:
        case Call(op="round", args=(inner, *_)):
            return rate(inner)
        case Call(op="/", args=(Aggregate() as above, Aggregate() as below)):
            return above, below
        case _:
            return None


def count(column: Numbers | None, index: int) -> Measure | None:
    value = at(column, index)
    return None if value is None else Measure(decimal(value, 2), "plain", places=0 if value.denominator == 1 else 2)


def at(column: object, index: int) -> Fraction | None:
    return column.fraction(index) if isinstance(column, Numbers) else None


def places_within(column: Numbers, members: Mask) -> npt.NDArray[np.int64]:
    """Places of the members by a column, highest first, equal numbers sharing; 0 for everybody else."""
    place = np.zeros(len(column), dtype=np.int64)
    known = np.flatnonzero(members & column.known)
    values = floats(column)[known]
    place[known] = 1 + len(values) - np.searchsorted(np.sort(values), values, side="right")
    return place
