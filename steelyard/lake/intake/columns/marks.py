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
    mask: Mask = filled.to_numpy(zero_copy_only=False).astype(bool, copy=False)
    return mask


def blanked(cells: Cells, mask: Mask) -> Cells:
    """The cells with null where the mask holds."""
    return pc.if_else(pa.array(mask), pa.scalar(None, cells.type), cells) if mask.any() else cells


def by_value(cells: Cells, look: Callable[[Cells], Mask]) -> Mask:
    """A verdict on each cell, asked once per distinct value where the column is dictionary-coded. Null: no."""
    if not pa.types.is_dictionary(cells.type):
        return look(cells) & ~_nulls(cells)
    verdicts = look(cells.dictionary)
    if not verdicts.any():
        return np.zeros(len(cells), dtype=bool)
    return as_mask(pa.array(verdicts).take(cells.indices))


def mapped(cells: Cells, change: Callable[[Cells], Cells]) -> Cells:
    """A new value for each cell, worked out once per distinct value where the column is dictionary-coded."""
    if not pa.types.is_dictionary(cells.type):
        return change(cells)
    return change(cells.dictionary).take(cells.indices)


def fits(cells: Cells, pattern: str) -> Mask:
    """Which texts fit a pattern wholly. The engine (RE2) takes linear time on any pattern and text."""
    return as_mask(pc.match_substring_regex(cells, rf"\A(?:{pattern})\z"), unknown=True)


def _nulls(cells: Cells) -> Mask:
    return as_mask(cells.is_null()) if cells.null_count else np.zeros(len(cells), dtype=bool)
