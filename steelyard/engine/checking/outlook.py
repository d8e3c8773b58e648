"""What can be said of a formula before any data: between which bounds it lies, and how it could have no result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from math import ceil, floor
from typing import Literal

from steelyard.engine.expressions.nodes import Node

Why = Literal["division", "rows", "past", "peers", "attribute", "items", "method", "outside"]
Bound = Fraction | None


@dataclass(frozen=True, slots=True)
class Cause:
    """One way to have no result, and the part of the formula that brings it about."""

    why: Why
    part: Node


@dataclass(frozen=True, slots=True)
class Outlook:
    """``low`` and ``high`` are None where there is no bound. ``cause`` is None where there always is a result."""

    low: Bound = None
    high: Bound = None
    cause: Cause | None = None

    def because(self, *causes: Cause | None) -> Outlook:
        """The same bounds; the first cause that there is."""
        return replace(self, cause=next((cause for cause in causes if cause is not None), None))

    @property
    def nonzero(self) -> bool:
        return (self.low is not None and self.low > 0) or (self.high is not None and self.high < 0)

    @property
    def sure(self) -> Outlook:
        return replace(self, cause=None)


ANYTHING = Outlook()


def exactly(value: Fraction) -> Outlook:
    return Outlook(value, value)


def hull(one: Outlook, two: Outlook) -> Outlook:
    """Either of the two."""
    low = None if one.low is None or two.low is None else min(one.low, two.low)
    high = None if one.high is None or two.high is None else max(one.high, two.high)
    return Outlook(low, high, one.cause or two.cause)


def plus(one: Outlook, two: Outlook) -> Outlook:
    low = None if one.low is None or two.low is None else one.low + two.low
    return Outlook(low, None if one.high is None or two.high is None else one.high + two.high)


def negative(one: Outlook) -> Outlook:
    return Outlook(None if one.high is None else -one.high, None if one.low is None else -one.low)


def times(one: Outlook, two: Outlook) -> Outlook:
    bounds = (one.low, one.high, two.low, two.high)
    if all(bound is not None for bound in bounds):
        corners = [a * b for a in (one.low, one.high) for b in (two.low, two.high) if a is not None and b is not None]
        return Outlook(min(corners), max(corners))
    for number, other in ((one, two), (two, one)):
        if number.low is not None and number.low == number.high:
            return _scaled(other, number.low)
    if one.low is not None and two.low is not None and one.low >= 0 and two.low >= 0:
        return Outlook(one.low * two.low)
    return ANYTHING


def _scaled(one: Outlook, factor: Fraction) -> Outlook:
    if factor == 0:
        return exactly(factor)
    low, high = (None if bound is None else bound * factor for bound in (one.low, one.high))
    return Outlook(low, high) if factor > 0 else Outlook(high, low)


def over(one: Outlook, two: Outlook) -> Outlook:
    """A quotient, wherever it exists."""
    if two.low is not None and two.high is not None and two.nonzero:
        return times(one, Outlook(1 / two.high, 1 / two.low))
    if two.low is not None and two.low > 0 and one.low is not None and one.high is not None:
        return times(one, Outlook(Fraction(0), 1 / two.low))
    both = one.low is not None and two.low is not None and one.low >= 0 and two.low >= 0
    return Outlook(Fraction(0)) if both else ANYTHING


def least(parts: Iterable[Outlook]) -> Outlook:
    return reduce(_lesser, parts)


def greatest(parts: Iterable[Outlook]) -> Outlook:
    return negative(least(negative(part) for part in parts))


def _lesser(one: Outlook, two: Outlook) -> Outlook:
    highs = [high for high in (one.high, two.high) if high is not None]
    low = None if one.low is None or two.low is None else min(one.low, two.low)
    return Outlook(low, min(highs, default=None))


def size(one: Outlook) -> Outlook:
    """The absolute value."""
    return greatest([one, negative(one), exactly(Fraction(0))])


def whole(one: Outlook, below: int = 1) -> Outlook:
    """Rounded in whatever way to a multiple of 1 / ``below``."""
    low = None if one.low is None else Fraction(floor(one.low * below), below)
    return Outlook(low, None if one.high is None else Fraction(ceil(one.high * below), below))


WORDS: Mapping[Why, tuple[str, str]] = {
    "division": ("“{part}”可能为零，不能作除数", "'{part}' may be zero and cannot divide"),
    "rows": ("“{part}”在没有符合条件的行时没有结果", "'{part}' of no rows is nothing"),
    "past": ("“{part}”所在的往期可能没有数据或单位尚未成立", "there may be no data for '{part}' in the past"),
    "peers": ("“{part}”所比的同类可能没有可比的单位", "there may be no peers to compare with for '{part}'"),
    "attribute": ("“{part}”可能没有登记", "'{part}' may not be registered"),
    "items": ("各要点可能全都没有结果", "all its items may have no result"),
    "outside": ("“{part}”只对部分单位有", "'{part}' is there for some units only"),
    "method": ("计分方法遇到“{part}”以外的情形时没有结果", "the method gives nothing unless '{part}'"),
}
