"""Counts, sums, minima and maxima of rows by cell, exact whatever the order of the rows."""

from __future__ import annotations

from typing import cast

import numpy as np

from steelyard.engine.expressions.rows import MAX_NUMBER
from steelyard.engine.planning.rolling import LARGEST, largest
from steelyard.engine.planning.runner import Whole
from steelyard.engine.totalling.column import Ints, Rows

MANTISSA = 53
"""A binary float holds every integer of so many bits: sums that stay below are exact."""


def fold(kind: str, cells: Rows, values: Whole | None, size: int) -> Whole:
    """One number a cell: a count without ``values``; a minimum or maximum of nothing is any number."""
    if values is None:
        return counted(cells, size)
    if kind == "sum":
        return summed(cells, values, size)
    top = _top(values)
    found = cast(Whole, np.full(size, top if kind == "min" else -top, values.dtype))
    (np.minimum if kind == "min" else np.maximum).at(found, cells, values)
    return found


def _top(values: Whole) -> int:
    """More than any number of this kind can be, or as much."""
    return MAX_NUMBER if values.dtype == object else LARGEST


def counted(cells: Rows, size: int) -> Ints:
    return np.bincount(cells, minlength=size).astype(np.int64, copy=False)


def summed(cells: Rows, values: Whole, size: int) -> Whole:
    """Sums of integers. What is too large for a float is added in pieces of its digits."""
    if not len(cells):
        return np.zeros(size, np.int64)
    if values.dtype == object:
        found = np.zeros(size, object)
        np.add.at(found, cells, values)
        return found
    top, room = largest(values), MANTISSA - len(cells).bit_length()
    if top.bit_length() <= room:
        return np.bincount(cells, weights=values, minlength=size).astype(np.int64)
    low = np.bincount(cells, weights=values & ((1 << room) - 1), minlength=size).astype(np.int64)
    high = summed(cells, values >> room, size)
    wide = top * len(cells) > LARGEST
    return cast(Whole, (high.astype(object) if wide else high) * (1 << room) + low)


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
    top = _top(found)
    nothing = {"min": top, "max": -top}.get(kind, 0)
    return cast(Whole, np.concatenate([found, np.full(size - len(found), nothing, found.dtype)]))


def packed(cells: Rows, keys: list[Ints]) -> tuple[Ints, int]:
    """Cell and keys as one number a row, equal where all of them are; and how many numbers a cell has.

    Sorting the numbers sorts by cell first.
    """
    key, span = _numbered(keys)
    top = int(cells.max(initial=0)) + 1
    if top * span > LARGEST:
        key, span = _dense(key)
    return cells * np.int64(span) + key, span


def _numbered(keys: list[Ints]) -> tuple[Ints, int]:
    """Several keys as one number from 0 to below the span."""
    found, span = _from_zero(keys[0])
    for key in keys[1:]:
        part, width = _from_zero(key)
        if span * width > LARGEST:
            (found, span), (part, width) = _dense(found), _dense(part)
        found, span = found * width + part, span * width
    return found, span


def _from_zero(key: Ints) -> tuple[Ints, int]:
    low, high = (int(key.min()), int(key.max())) if len(key) else (0, 0)
    return (key - low, high - low + 1) if high - low < LARGEST else _dense(key)


def _dense(key: Ints) -> tuple[Ints, int]:
    """Numbered in order without gaps: never more numbers than rows."""
    different, place = np.unique(key, return_inverse=True)
    return place.astype(np.int64), max(len(different), 1)
