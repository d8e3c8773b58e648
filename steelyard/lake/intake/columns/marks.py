"""The form in which a column reports: values, and which rows are wrong and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Cells: TypeAlias = Any  # pyarrow ships no types
Mask: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Mark:
    """Rows where ``mask`` holds are wrong (or, for a repair, changed) for the reason ``code``."""

    code: str
    mask: Mask


@dataclass(frozen=True, slots=True)
class Read:
    """A column as read: null wherever a cell is empty or marked wrong. ``repaired``: cells that were changed."""

    values: Cells
    wrong: tuple[Mark, ...] = ()
    repaired: Mask | None = None


def as_mask(flags: Cells, *, unknown: bool = False) -> Mask:
    """A boolean array as NumPy, nulls as ``unknown``."""
    filled = flags.fill_null(unknown) if flags.null_count else flags
    if isinstance(filled, pa.ChunkedArray):
        filled = filled.combine_chunks()
    bits = filled.buffers()[1]
    if bits is None or not len(filled):
        return np.zeros(len(filled), dtype=bool)
    first, spare = divmod(filled.offset, 8)  # bit by bit in Python's reach costs ten times as much
    some = np.frombuffer(bits, np.uint8)[first : first + (spare + len(filled) + 7) // 8]
    return np.unpackbits(some, bitorder="little")[spare : spare + len(filled)].view(np.bool_)


def blanked(cells: Cells, mask: Mask) -> Cells:
    """The cells with null where the mask holds."""
    return pc.if_else(pa.array(mask), pa.scalar(None, cells.type), cells) if mask.any() else cells


def by_value(cells: Cells, read: Callable[[Cells], Read]) -> Read:
    """A column read once per distinct value where it is dictionary-coded (null is a value like any other)."""
    if not pa.types.is_dictionary(cells.type):
        return read(cells)
    found, at = read(cells.dictionary), cells.indices.to_numpy()
    wrong = tuple(Mark(mark.code, mark.mask[at]) for mark in found.wrong)
    return Read(found.values.take(cells.indices), wrong, None if found.repaired is None else found.repaired[at])


def coded(cells: Cells) -> Cells:
    """The column dictionary-coded, without nulls among the indices."""
    return cells.dictionary_encode(null_encoding="encode")


def fits(cells: Cells, pattern: str) -> Mask:
    """Which texts fit a pattern wholly. The engine (RE2) takes linear time on any pattern and text."""
    return as_mask(pc.match_substring_regex(cells, rf"\A(?:{pattern})\z"), unknown=True)
