"""Whole numbers that cannot overflow: int64 arrays while they provably fit, Python integers beyond."""

from __future__ import annotations

from math import gcd
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[Any]
"""int64, or object holding Python integers of any size."""
Whole: TypeAlias = int | Ints

ROOM = 2**62
"""Results stay below this in int64, so that one further addition can never wrap round."""


def bound(value: Whole) -> int:
    """The largest absolute value, as a Python integer."""
    if isinstance(value, int):
        return abs(value)
    if value.size == 0:
        return 0
    return max(int(np.maximum.reduce(value)), -int(np.minimum.reduce(value)))


def spread(value: Whole, count: int) -> Ints:
    """A single number as a column that keeps it once, however long the column is: its stride is 0."""
    if not isinstance(value, int):
        return value
    if abs(value) >= ROOM:
        return np.full(count, value, dtype=object)
    column: Ints = np.ndarray(count, np.int64, np.array([value]), strides=(0,))
    column.flags.writeable = False  # whoever wrote one element would write all of them
    return column


def single(column: Ints) -> Whole:
    """The number that `spread` made a column of, to calculate with it once and not for everybody; else the column."""
    return int(column[0]) if column.strides == (0,) and column.size else column


def picked(column: npt.NDArray[Any], index: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The elements at these places (numbers, or yes and no); what is kept once is kept once again."""
    if column.strides != (0,) or not column.size or column.dtype == object:
        found: npt.NDArray[Any] = column[index]
        return found
    count = int(np.count_nonzero(index)) if index.dtype == np.bool_ else len(index)
    found = np.ndarray(count, column.dtype, column[:1].copy(), strides=(0,))
    found.flags.writeable = False
    return found


def is_wide(value: Whole) -> bool:
    return not isinstance(value, int) and value.dtype == object


def widen(value: Whole) -> Whole:
    return value if isinstance(value, int) or value.dtype == object else value.astype(object)


def narrow(value: Whole) -> Whole:
    """Back to int64 where everything fits, because that is thirty times faster."""
    if isinstance(value, int) or value.dtype != object:
        return value
    return value.astype(np.int64) if bound(value) < ROOM else value


def product(a: int, b: int) -> int:
    """No product is larger, and neither factor, which must fit a machine word as well."""
    return max(a, b, a * b)


def times(a: Whole, b: Whole, most: int = ROOM) -> Whole:
    """``most``: what `product` says of carried sizes; the real ones are looked for only when these leave no room."""
    if isinstance(a, int) and isinstance(b, int):
        return a * b
    if isinstance(b, int):
        a, b = b, a
    if isinstance(a, int) and a == 1:
        return b
    if most >= ROOM and (is_wide(a) or is_wide(b) or product(bound(a), bound(b)) >= ROOM):
        return widen(a) * widen(b)
    return a * b


def plus(a: Whole, b: Whole, most: int = ROOM) -> Whole:
    """``most``: the sum of carried sizes."""
    if isinstance(a, int) and isinstance(b, int):
        return a + b
    if most >= ROOM and (is_wide(a) or is_wide(b) or bound(a) + bound(b) >= ROOM):
        return widen(a) + widen(b)
    return a + b


def minus(a: Whole) -> Whole:
    return -a


def same(a: Whole, b: Whole) -> bool:
    """Whether all elements are equal, which spares looking for what they have in common."""
    if isinstance(a, int) or isinstance(b, int):
        return isinstance(a, int) and isinstance(b, int) and a == b
    return a is b or np.array_equal(a, b)


def greatest_common(a: Whole, b: Whole) -> Whole:
    """Of corresponding elements. ``gcd(0, b)`` is ``b``."""
    if isinstance(a, int) and isinstance(b, int):
        return gcd(a, b)
    a, b = _together(a, b)
    return np.gcd(a, b)


def over(a: Whole, b: Whole) -> Whole:
    """The whole part of a division, downwards; b is positive."""
    if isinstance(a, int) and isinstance(b, int):
        return a // b
    if isinstance(b, int) and b == 1:
        return a
    a, b = _together(a, b)
    return a // b


def _together(a: Whole, b: Whole) -> tuple[Whole, Whole]:
    """A machine word cannot meet a single number beyond its size; then both become Python integers."""
    beyond = any(isinstance(part, int) and abs(part) >= ROOM for part in (a, b))
    return (widen(a), widen(b)) if beyond else (a, b)
