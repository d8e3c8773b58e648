"""Dividing an exact amount by exact shares so that the parts add up to it, to the last digit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from math import floor
from typing import TypeVar

Amount = TypeVar("Amount", int, Decimal, Fraction)


def share_out(amount: Amount, shares: Sequence[Fraction]) -> list[Amount]:
    """Parts of ``amount`` by shares that add up to 1, in their order.

    Whole numbers stay whole and decimals keep their places: what is left over after cutting goes by largest remainder,
    and among equal remainders to the part that comes first. The parts of −x are minus the parts of x. Fractions are
    divided exactly.
    """
    if isinstance(amount, Fraction):
        return [amount * share for share in shares]
    if isinstance(amount, int):
        return _whole(amount, shares)
    _, digits, exponent = amount.as_tuple()
    places = max(0, -int(exponent))
    unit = Decimal(1).scaleb(-places)
    wide = Context(prec=len(digits) + abs(int(exponent)) + 2)  # room for every digit: nothing is rounded here
    return [wide.multiply(part, unit) for part in _whole(int(wide.scaleb(amount, places)), shares)]


def _whole(amount: int, shares: Sequence[Fraction]) -> list[int]:
    if amount < 0:
        return [-part for part in _whole(-amount, shares)]
    parts = [floor(amount * share) for share in shares]
    remainders = [amount * share - part for share, part in zip(shares, parts, strict=True)]
    neediest = sorted(range(len(shares)), key=lambda index: (-remainders[index], index))
    for index in neediest[: amount - sum(parts)]:
        parts[index] += 1
    return parts
