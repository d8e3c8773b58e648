"""Counts, sums, minima and maxima of rows with equal keys, exact whatever the order of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import cast

import numpy as np

from steelyard.engine.expressions.rows import MAX_NUMBER, Atom
from steelyard.engine.expressions.schema import INTEGER_BOUND
from steelyard.engine.planning.rolling import LARGEST, largest
from steelyard.engine.planning.runner import Whole
from steelyard.engine.totalling.column import Ints, Rows

_FOLDS = {"count": np.add, "sum": np.add, "min": np.minimum, "max": np.maximum, "or": np.bitwise_or}
ROOM = 2
"""Up to so many keys a row, counting is faster than sorting."""
FLOAT = 2**53
"""Below this a float holds every whole number."""


def gathered(keys: Ints, columns: Sequence[tuple[str, Whole]], below: int = LARGEST) -> tuple[Ints, Ints, list[Whole]]:
    """Rows with equal keys as one: the keys in order, how many rows each had, and each column folded by its kind.

    ``below``: no key reaches this. Where there are not many more keys than rows, rows are counted instead of sorted.
    """
    if below <= ROOM * len(keys) and all(kind in ("count", "sum") and _weighs(values) for kind, values in columns):
        return _tallied(keys, [values for _, values in columns], below)
    if columns:
        keys, order = ordered(keys)
    else:
        keys = np.sort(keys)
    starts = begins(keys)
    found = [folded(kind, values.take(order), starts) for kind, values in columns]
    return keys[starts], np.diff(starts, append=len(keys)), found


def _weighs(values: Whole) -> bool:
    """Whether every sum of some of them is a whole number that a float holds exactly."""
    return values.dtype != object and largest(values) * len(values) < FLOAT


def _tallied(keys: Ints, columns: Sequence[Whole], below: int) -> tuple[Ints, Ints, list[Whole]]:
    count = counted(keys, below)
    there = np.flatnonzero(count)
    found: list[Whole] = [np.bincount(keys, values, below).take(there).astype(np.int64) for values in columns]
    return there, count.take(there), found


def ordered(keys: Ints) -> tuple[Ints, Rows]:
    """Keys, none below 0, in order, and the row of each: sorted in one number with their rows, where that is wide
    enough, which takes a third of the time."""
    bits = len(keys).bit_length()
    if largest(keys) >= LARGEST >> bits:
        order = np.argsort(keys)
        return keys.take(order), order
    together = (keys << bits) | np.arange(len(keys))
    together.sort()
    return together >> bits, together & ((1 << bits) - 1)


def begins(keys: Ints) -> Rows:
    """Where in a column in order each value stands first."""
    new = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    return np.flatnonzero(new)


def folded(kind: str, values: Whole, starts: Rows) -> Whole:
    """One number for the values from each start to the next; a count is a sum of ones."""
    if _FOLDS[kind] is np.add and values.dtype != object and largest(values) * len(values) > LARGEST:
        values = values.astype(object)
    return cast(Whole, _FOLDS[kind].reduceat(values, starts))


def laid(kind: str, values: Whole, starts: Rows, cells: Rows, size: int) -> Whole:
    """The same in the cells where they belong; a minimum or maximum of nothing is any number."""
    found = folded(kind, values, starts)
    whole = np.full(size, nothing(kind, values), found.dtype)
    whole[cells] = found
    return cast(Whole, whole)


def nothing(kind: str, values: Whole) -> int:
    """What changes no number that it is folded into."""
    top = MAX_NUMBER if values.dtype == object else LARGEST
    return {"min": top, "max": -top}.get(kind, 0)


def counted(cells: Rows, size: int) -> Ints:
    return np.bincount(cells, minlength=size).astype(np.int64, copy=False)


def merged(kind: str, one: Whole, other: Whole) -> Whole:
    """Numbers of the same cells from two blocks put together."""
    if kind == "min":
        return np.minimum(one, other)
    if kind == "max":
        return np.maximum(one, other)
    if object not in (one.dtype, other.dtype) and largest(one) + largest(other) > LARGEST:
        one = one.astype(object)
    return cast(Whole, one + other)


def grown(kind: str, found: Whole, size: int) -> Whole:
    """The same with room for more cells at the end."""
    more = np.full(size - len(found), nothing(kind, found), found.dtype)
    return cast(Whole, np.concatenate([found, more]))


def wide_end(atom: Atom) -> bool:
    """Whether a minimum or maximum may need more than 63 bits: then it has them in every block."""
    return atom.kind in ("min", "max") and atom.argument is not None and atom.argument.bound > INTEGER_BOUND


@dataclass(frozen=True, slots=True)
class Packed:
    """Cell and keys as one number a row, equal where all of them are; sorting the numbers sorts by cell first."""

    numbers: Ints
    span: int
    """So many numbers a cell has."""
    ranges: Sequence[tuple[int, int]] | None
    """The lowest value of each key and how many there are up to the highest; None where keys had to be numbered."""

    def apart(self, numbers: Ints) -> list[Ints]:
        """Cells and keys of some of the numbers, where there are ranges."""
        found = []
        for low, width in reversed(self.ranges or ()):
            above = numbers // width  # a division by one number is many times faster than a remainder
            found.append(numbers - above * width + low)
            numbers = above
        return [numbers, *reversed(found)]


def packed(cells: Rows, keys: Sequence[Ints]) -> Packed:
    top, ranges = int(cells.max(initial=0)) + 1, [_range(key) for key in keys]
    span = prod(width for _, width in ranges)
    if top * span <= LARGEST:
        key = np.zeros(len(cells), np.int64)
        for one, (low, width) in zip(keys, ranges, strict=True):
            key = key * width + (one - low)
        return Packed(cells * np.int64(span) + key, span, ranges)
    key, span = _numbered(keys)
    return Packed(cells * np.int64(span) + key, span, None)


def _range(key: Ints) -> tuple[int, int]:
    low, high = (int(key.min()), int(key.max())) if len(key) else (0, 0)
    return low, high - low + 1


def _numbered(keys: Sequence[Ints]) -> tuple[Ints, int]:
    """Several keys as one number, in order without gaps: never more numbers than rows."""
    found, span = _dense(keys[0])
    for key in keys[1:]:
        part, width = _dense(key)
        found, span = _dense(found * width + part)
    return found, span


def _dense(key: Ints) -> tuple[Ints, int]:
    different, place = np.unique(key, return_inverse=True)
    return place.astype(np.int64), max(len(different), 1)
