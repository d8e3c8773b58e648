"""Exact numbers as decimals that people read. Never for a number that is added up or compared afterwards."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache

SHOWN = 4
"""Decimals of statistics that no rule rounds (peers' means, shares)."""

_ROOM = Context(prec=100)
"""For marks that somebody typed by mistake: the largest product of two numbers that a rule may state."""


def decimal(value: Fraction | None, places: int = SHOWN) -> Decimal:
    """For showing: rounded half up. Published scores have few decimals already and do not change."""
    return Decimal(0) if value is None else _decimal(value.numerator, value.denominator, places)


@lru_cache(maxsize=2**16)
def _decimal(above: int, below: int, places: int) -> Decimal:
    """Most numbers of a run are the same few."""
    exact = Decimal(above) / Decimal(below)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _ROOM).normalize() + Decimal(0)
