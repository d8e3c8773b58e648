"""A column of exact numbers with a reason where there is none.

A number is ``numerator / denominator`` in integers. Sums, differences and products never lose a digit, a division
is just another pair, and only `Numbers.round` shortens. One column holds one quantity for all subjects and periods,
so an indicator is scored for a province in a few array operations.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from steelyard.engine.arithmetic.rounding import Rounding, rounded
from steelyard.engine.arithmetic.whole import (
    ROOM,
    Ints,
    Whole,
    bound,
    greatest_common,
    minus,
    narrow,
    over,
    plus,
    same,
    times,
    widen,
)

States = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


class State(IntEnum):
    """Why a number is there or not. Higher wins when two meet in one calculation."""

    KNOWN = 0
    EMPTY = 1  # nothing happened: an empty denominator, an average over no rows
    AWAITED = 2  # the data of this subject and period have not arrived
    ABSENT = 3  # the subject did not exist
    OUTSIDE = 4  # the rule does not apply to this subject


_KNOWN = int(State.KNOWN)  # looked up once: a member of an enumeration takes longer than the rest of `fraction`


@dataclass(frozen=True, slots=True)
class Numbers:
    """``numerator`` and ``state`` have shape (n,); ``denominator`` is positive, shape (n,) or one integer for all."""

    numerator: Ints
    denominator: Whole
    state: States

    def __len__(self) -> int:
        return len(self.numerator)

    @property
    def known(self) -> Mask:
        return np.equal(self.state, _KNOWN)

    def fraction(self, index: int) -> Fraction | None:
        """One element as an exact fraction, or None where there is no number."""
        if self.state[index] != _KNOWN:
            return None
        below = self.denominator if isinstance(self.denominator, int) else int(self.denominator[index])
        return Fraction(int(self.numerator[index]), below)

    def fractions(self) -> list[Fraction | None]:
        return [self.fraction(index) for index in range(len(self))]

    # -- arithmetic -----------------------------------------------------------------------------------------------

    def __add__(self, other: Numbers) -> Numbers:
        left, right, below = _common(self, other)
        return _made(plus(left, right), below, _joined(self, other))

    def __sub__(self, other: Numbers) -> Numbers:
        left, right, below = _common(self, other)
        return _made(plus(left, minus(right)), below, _joined(self, other))

    def __mul__(self, other: Numbers) -> Numbers:
        above = times(self.numerator, other.numerator)
        return _made(above, times(self.denominator, other.denominator), _joined(self, other))

    def __truediv__(self, other: Numbers) -> Numbers:
        """Division by zero has one meaning everywhere: `State.EMPTY`, nothing to divide by."""
        zero = other.numerator == 0
        state = np.maximum(_joined(self, other), np.where(zero, np.uint8(State.EMPTY), np.uint8(State.KNOWN)))
        divisor = np.where(zero, 1, other.numerator)
        sign = np.where(divisor < 0, -1, 1)
        above = times(times(self.numerator, other.denominator), sign)
        return _made(above, times(np.abs(divisor), self.denominator), state.astype(np.uint8))

    def __neg__(self) -> Numbers:
        return Numbers(-self.numerator, self.denominator, self.state)

    def __abs__(self) -> Numbers:
        return Numbers(np.abs(self.numerator), self.denominator, self.state)

    def compare(self, other: Numbers) -> Ints:
        """−1, 0 or 1 for less, equal, greater; meaningless where either is not known."""
        left, right = _crossed(self, other)
        return np.where(left < right, -1, np.where(left > right, 1, 0))

    def floor(self) -> Numbers:
        """取整: the greatest whole number not above, also below zero."""
        return Numbers(_array(narrow(over(self.numerator, self.denominator))), 1, self.state)

    def ceil(self) -> Numbers:
        return -((-self).floor())

    def round(self, places: int, rule: Rounding) -> Numbers:
        """To ``places`` decimals (negative: tens, hundreds). The only operation that may change a value."""
        scale = 10 ** abs(places)
        above = times(self.numerator, scale) if places >= 0 else self.numerator
        below = self.denominator if places >= 0 else times(self.denominator, scale)
        if bound(below) >= 2**61 or bound(above) >= 2**61:
            above = widen(above)
        whole = narrow(rounded(above, below, rule))
        if places < 0:
            return Numbers(_array(times(whole, scale)), 1, self.state)
        return Numbers(_array(whole), scale, self.state)

    def where(self, mask: Mask, other: Numbers) -> Numbers:
        """Own elements where ``mask``, the other's elsewhere; each brings its own state."""
        left, right, below = _common(self, other)
        return Numbers(np.where(mask, left, right), below, np.where(mask, self.state, other.state))

    def with_state(self, mask: Mask, state: State) -> Numbers:
        """A copy in which the masked elements carry ``state`` instead of a number."""
        changed = np.where(mask, np.uint8(state), self.state).astype(np.uint8)
        return Numbers(np.where(mask, 0, self.numerator), _cleared(self.denominator, mask), changed)

    def take(self, index: npt.NDArray[np.intp] | Mask) -> Numbers:
        below = self.denominator if isinstance(self.denominator, int) else self.denominator[index]
        return Numbers(self.numerator[index], below, self.state[index])


def numbers(values: Iterable[Fraction | Decimal | int | None]) -> Numbers:
    """A column from scalars; None becomes `State.EMPTY`. For tests, small tables and parameters."""
    exact = [None if value is None else Fraction(value) for value in values]
    state = np.array([State.EMPTY if value is None else State.KNOWN for value in exact], dtype=np.uint8)
    above = np.array([0 if value is None else value.numerator for value in exact], dtype=object)
    below = np.array([1 if value is None else value.denominator for value in exact], dtype=object)
    return Numbers(_array(narrow(above)), narrow(below), state)


def constant(value: Fraction | Decimal | int, count: int) -> Numbers:
    exact = Fraction(value)
    kind: Any = np.int64 if abs(exact.numerator) < 2**62 else object
    above = np.full(count, exact.numerator, dtype=kind)
    return Numbers(above, exact.denominator, np.zeros(count, dtype=np.uint8))


def missing(state: State, count: int) -> Numbers:
    return Numbers(np.zeros(count, dtype=np.int64), 1, np.full(count, state, dtype=np.uint8))


def scaled(values: Ints, places: int) -> Numbers:
    """Whole units of 10**-places, e.g. 分 with ``places=2``."""
    return Numbers(values, 10**places, np.zeros(len(values), dtype=np.uint8))


def _joined(a: Numbers, b: Numbers) -> States:
    return np.maximum(a.state, b.state)


def _common(a: Numbers, b: Numbers) -> tuple[Ints, Ints, Whole]:
    """Both numerators over one denominator."""
    p, q = a.denominator, b.denominator
    if same(p, q):
        return a.numerator, b.numerator, p
    shared = 1 if (isinstance(p, int) and p == 1) or (isinstance(q, int) and q == 1) else greatest_common(p, q)
    left = times(a.numerator, over(q, shared))
    right = times(b.numerator, over(p, shared))
    return _array(left), _array(right), times(p, over(q, shared))


def _crossed(a: Numbers, b: Numbers) -> tuple[Ints, Ints]:
    """Two columns that compare as the numbers do. Nothing is looked for in common where the products are small."""
    p, q = a.denominator, b.denominator
    if max(bound(a.numerator) * bound(q), bound(b.numerator) * bound(p)) >= ROOM or same(p, q):
        left, right, _ = _common(a, b)
        return left, right
    return _array(times(a.numerator, q)), _array(times(b.numerator, p))


def _made(above: Whole, below: Whole, state: States) -> Numbers:
    """Cancels common factors when the pair has outgrown int64, then returns to int64 if it can."""
    above = _array(above)
    if above.dtype == object or (not isinstance(below, int) and below.dtype == object):
        factor = greatest_common(above, below)
        above, below = _array(narrow(over(above, factor))), narrow(over(below, factor))
    return Numbers(above, below, state)


def _cleared(below: Whole, mask: Mask) -> Whole:
    return below if isinstance(below, int) else np.where(mask, 1, below)


def _array(value: Whole) -> Ints:
    """For the type checker: with a column on one side the result is a column."""
    return cast(Ints, value)
