"""A column of exact numbers with a reason where there is none.

A number is ``numerator / denominator`` in integers. Sums, differences and products never lose a digit, a division
is just another pair, and only `Numbers.round` shortens. One column holds one quantity for all subjects and periods,
so an indicator is scored for a province in a few array operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from functools import lru_cache, reduce
from typing import cast

import numpy as np
import numpy.typing as npt

from steelyard.engine.arithmetic.rounding import Rounding, rounded
from steelyard.engine.arithmetic.whole import (
    ROOM,
    Ints,
    Whole,
    bound,
    greatest_common,
    is_wide,
    minus,
    narrow,
    over,
    picked,
    plus,
    product,
    same,
    single,
    spread,
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


Sizes = tuple[int, int]

SMALL = 2**40
"""Up to here nothing is looked for in common: a division by what is shared takes longer than many multiplications, and
there is room for more of these."""

BEYOND = 2**256
"""From here on nothing is cancelled: means of peers over many denominators come back by rounding, or not at all."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """``numerator`` and ``state`` have shape (n,); ``denominator`` is positive, shape (n,) or one integer for all.

    ``most``: no numerator and no denominator is larger; None until somebody asks. Arrays are never written to.
    """

    numerator: Ints
    denominator: Whole
    state: States
    most: Sizes | None = field(default=None, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.numerator)

    @property
    def sizes(self) -> Sizes:
        """Looked for once and then carried along: the search takes longer than a multiplication."""
        if self.most is None:
            object.__setattr__(self, "most", (bound(self.numerator), bound(self.denominator)))
        return cast(Sizes, self.most)

    @property
    def known(self) -> Mask:
        return np.equal(self.state, _KNOWN)

    def fraction(self, index: int) -> Fraction | None:
        """One element as an exact fraction, or None where there is no number."""
        if self.state[index] != _KNOWN:
            return None
        below = self.denominator if isinstance(self.denominator, int) else int(self.denominator[index])
        return _fraction(int(self.numerator[index]), below)

    def fractions(self) -> list[Fraction | None]:
        return [self.fraction(index) for index in range(len(self))]

    # -- arithmetic -----------------------------------------------------------------------------------------------

    def __add__(self, other: Numbers) -> Numbers:
        left, right, below, sizes = _common(self, other)
        return _made(plus(left, right, sizes[0]), below, sizes, _joined(self, other))

    def __sub__(self, other: Numbers) -> Numbers:
        left, right, below, sizes = _common(self, other)
        return _made(plus(left, minus(right), sizes[0]), below, sizes, _joined(self, other))

    def __mul__(self, other: Numbers) -> Numbers:
        (a, p), (b, q) = self.sizes, other.sizes
        sizes = product(a, b), product(p, q)
        above = times(single(self.numerator), single(other.numerator), sizes[0])
        return _made(above, times(self.denominator, other.denominator, sizes[1]), sizes, _joined(self, other))

    def __truediv__(self, other: Numbers) -> Numbers:
        """Division by zero has one meaning everywhere: `State.EMPTY`, nothing to divide by."""
        (a, p), (b, q) = self.sizes, other.sizes
        sizes = product(a, q), product(p, max(b, 1))
        state, divisor, sign = _joined(self, other), single(other.numerator), _sign(other.numerator)
        if not isinstance(divisor, int) or divisor == 0:
            zero = other.numerator == 0
            if zero.any():
                state = np.maximum(state, np.where(zero, np.uint8(State.EMPTY), np.uint8(State.KNOWN)))
                divisor = np.where(zero, 1, other.numerator)
        above = times(times(single(self.numerator), other.denominator, sizes[0]), sign, sizes[0])
        return _made(above, times(cast(Whole, abs(divisor)), self.denominator, sizes[1]), sizes, state)

    def __neg__(self) -> Numbers:
        return Numbers(-self.numerator, self.denominator, self.state, self.most)

    def __abs__(self) -> Numbers:
        return Numbers(np.abs(self.numerator), self.denominator, self.state, self.most)

    def compare(self, other: Numbers) -> Ints:
        """−1, 0 or 1 for less, equal, greater; meaningless where either is not known."""
        left, right = self.beside(other)
        return (left > right).astype(np.int8) - (left < right)

    def beside(self, other: Numbers) -> tuple[Ints, Ints]:
        """Two columns of integers that compare as the numbers do."""
        (a, p), (b, q) = self.sizes, other.sizes
        if same(self.denominator, other.denominator):
            return self.numerator, other.numerator
        left_most, right_most = product(a, q), product(b, p)
        if ROOM <= max(left_most, right_most) < BEYOND:
            left, right, _, _ = _common(self, other)
        else:  # nothing is looked for in common where the products are small, or could not become small
            left = times(self.numerator, other.denominator, left_most)
            right = times(other.numerator, self.denominator, right_most)
        return _array(left), _array(right)

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
        if max(bound(below), bound(above)) >= 2**61:
            above = widen(above)
        whole = narrow(rounded(above, below, rule))
        if places < 0:
            return Numbers(_array(times(whole, scale)), 1, self.state)
        return Numbers(_array(whole), scale, self.state)

    def where(self, mask: Mask, other: Numbers) -> Numbers:
        """Own elements where ``mask``, the other's elsewhere; each brings its own state."""
        p, q = self.denominator, other.denominator
        if same(p, q) or (isinstance(p, int) and isinstance(q, int)):
            left, right, below, sizes = _common(self, other)
            left, right = spread(left, len(self)), spread(right, len(self))
        else:
            left, right, below = self.numerator, other.numerator, np.where(mask, p, q)
            sizes = max(self.sizes[0], other.sizes[0]), max(self.sizes[1], other.sizes[1])
        state = self.state if self.state is other.state else np.where(mask, self.state, other.state)
        return Numbers(np.where(mask, left, right), below, state, sizes)

    def take(self, index: npt.NDArray[np.intp] | Mask) -> Numbers:
        below = self.denominator if isinstance(self.denominator, int) else self.denominator[index]
        return Numbers(picked(self.numerator, index), below, picked(self.state, index))


def numbers(values: Iterable[Fraction | Decimal | int | None]) -> Numbers:
    """A column from scalars; None becomes `State.EMPTY`. For tests, small tables and parameters."""
    listed = list(values)
    exact = {value: (0, 1) if value is None else Fraction(value).as_integer_ratio() for value in set(listed)}
    state = np.array([value is None for value in listed], dtype=np.uint8) * np.uint8(State.EMPTY)
    above = np.array([exact[value][0] for value in listed], dtype=object)
    below = np.array([exact[value][1] for value in listed], dtype=object)
    return Numbers(_array(narrow(above)), narrow(below), state)


def constant(value: Fraction | Decimal | int, count: int) -> Numbers:
    exact = Fraction(value)
    above, below = exact.numerator, exact.denominator
    return Numbers(spread(above, count), below, all_in(State.KNOWN, count), (abs(above), below))


def missing(state: State, count: int) -> Numbers:
    return Numbers(spread(0, count), 1, all_in(state, count), (0, 1))


def all_in(state: State, count: int) -> States:
    """One state for everybody, kept once."""
    states: States = np.ndarray(count, np.uint8, bytes([state]), strides=(0,))
    return states


def worse(a: States, b: States) -> States:
    """The weightier reason of each place."""
    if a is b or _all_known(b):
        return a
    return b if _all_known(a) else np.maximum(a, b)


@lru_cache(maxsize=2**16)
def _fraction(above: int, below: int) -> Fraction:
    """Most numbers of a run are the same few (full marks, nothing, a share), and looking one up is faster than making
    it."""
    return Fraction(above, below)


def _all_known(state: States) -> bool:
    """Whether `all_in` said so; states of any other origin are not searched."""
    return state.strides == (0,) and state.size > 0 and state[0] == _KNOWN


def scaled(values: Ints, places: int) -> Numbers:
    """Whole units of 10**-places, e.g. 分 with ``places=2``."""
    return Numbers(values, 10**places, all_in(State.KNOWN, len(values)))


def joined(parts: Sequence[Numbers]) -> Numbers:
    """One column after the other; one denominator for all stays one."""
    below = [part.denominator for part in parts]
    shared = all(same(one, below[0]) for one in below) and isinstance(below[0], int)
    widths = [len(part) for part in parts]
    return Numbers(
        np.concatenate([part.numerator for part in parts]),
        below[0] if shared else np.concatenate([np.broadcast_to(one, n) for one, n in zip(below, widths, strict=True)]),
        np.concatenate([part.state for part in parts]),
    )


def added(columns: Sequence[Numbers]) -> Numbers:
    """The sum of several. Where all count in the same unit, as points do, no more than numerators is added up."""
    first, *others = columns
    most = sum(one.sizes[0] for one in columns)
    alike = isinstance(first.denominator, int) and all(same(one.denominator, first.denominator) for one in others)
    if not alike or most >= ROOM or any(is_wide(one.numerator) for one in columns):
        return reduce(Numbers.__add__, columns)
    total = first.numerator.copy()
    for one in others:
        total += one.numerator
    return Numbers(total, first.denominator, reduce(worse, (one.state for one in columns)), (most, first.sizes[1]))


def _joined(a: Numbers, b: Numbers) -> States:
    return worse(a.state, b.state)


def _sign(column: Ints) -> Whole:
    """−1 below zero; a single 1 where nothing is."""
    below = single(column) < 0
    if isinstance(below, bool):
        return -1 if below else 1
    return np.where(below, -1, 1) if below.any() else 1


def _common(a: Numbers, b: Numbers) -> tuple[Whole, Whole, Whole, Sizes]:
    """Both numerators over one denominator, and sizes that their sum and the denominator keep to."""
    p, q, left, right = a.denominator, b.denominator, single(a.numerator), single(b.numerator)
    (x, most_p), (y, most_q) = a.sizes, b.sizes
    if same(p, q):
        return left, right, p, (x + y, most_p)
    left_most, right_most, below = product(x, most_q), product(y, most_p), product(most_p, most_q)
    plain = isinstance(p, int) and isinstance(q, int)
    shared = greatest_common(p, q) if plain or max(left_most, right_most, below) >= SMALL else 1
    p_rest, q_rest = over(p, shared), over(q, shared)
    left, right = times(left, q_rest, left_most), times(right, p_rest, right_most)
    return left, right, times(p, q_rest, below), (left_most + right_most, below)


def _made(above: Whole, below: Whole, sizes: Sizes, state: States) -> Numbers:
    """Cancels common factors when the pair has outgrown int64, then returns to int64 if it can."""
    above = spread(above, len(state))
    if max(sizes) < ROOM:
        return Numbers(above, below, state, sizes)
    if max(sizes) < BEYOND and (is_wide(above) or is_wide(below)):
        factor = greatest_common(above, below)
        above, below = _array(narrow(over(above, factor))), narrow(over(below, factor))
        return Numbers(above, below, state)
    return Numbers(above, below, state, sizes if max(sizes) >= BEYOND else None)


def _array(value: Whole) -> Ints:
    """For the type checker: with a column on one side the result is a column."""
    return cast(Ints, value)
