"""One declared column: text cells in, typed values and reasons out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from steelyard.engine.model.facts import Column
from steelyard.lake.intake.columns.dates import DATE_FORMATS, DATETIME_FORMATS, dates, datetimes
from steelyard.lake.intake.columns.marks import Cells, Mark, Mask, Read, as_mask, blanked, by_value
from steelyard.lake.intake.columns.numbers import decimals, integers
from steelyard.lake.intake.columns.text import cleaned, decoded, sparing


def read_column(
    cells: Cells,
    column: Column,
    *,
    encoding: str,
    nulls: Sequence[str],
    typed_cells: bool,
    limit: int,
    codes: Cells | None = None,
) -> Read:
    """The column's values; null where empty or wrong. ``typed_cells``: a workbook writes its dates in ISO form.

    ``codes``: of the register that values must be in, matched exactly.
    """

    def read(values: Cells) -> Read:
        text = cleaned(decoded(values, encoding), nulls=nulls, trim=column.trim, limit=limit, lines=column.lines)
        typed = _typed(rewritten(text.values, column), column, typed_cells)
        wrong = [*text.wrong, *typed.wrong, *_refused(text, typed.values, column)]
        if codes is not None:
            wrong.append(Mark("cell-unknown-code", _unknown(typed.values, codes)))
        return Read(typed.values, tuple(mark for mark in wrong if mark.mask.any()), text.repaired)

    return by_value(sparing(cells), read)


def _refused(text: Read, values: Cells, column: Column) -> Iterator[Mark]:
    if column.required:
        missing = as_mask(text.values.is_null())
        for mark in text.wrong:  # a cell that holds something wrong is not empty
            missing &= ~mark.mask
        yield Mark("cell-missing", missing)
    if column.allowed:
        yield Mark("cell-not-allowed", _outside(values, column))


def rewritten(cells: Cells, column: Column) -> Cells:
    """Texts as the declared patterns read them, the first that fits (RE2: linear in any case)."""
    if not column.rewrite:
        return cells
    done = pa.array([False] * len(cells), pa.bool_())
    for rewrite in column.rewrite:
        whole = rf"\A(?:{rewrite.pattern})\z"
        fits = pc.and_(pc.fill_null(pc.match_substring_regex(cells, whole), False), pc.invert(done))
        cells = pc.if_else(fits, pc.replace_substring_regex(cells, whole, rewrite.into), cells)
        done = pc.or_(done, fits)
    return cells


def _typed(cells: Cells, column: Column, typed_cells: bool) -> Read:
    match column.type.kind:
        case "text":
            return Read(cells)
        case "integer":
            return integers(cells, column.thousands)
        case "decimal":
            return decimals(cells, column.type, column.thousands)
        case "date":
            return dates(cells, _formats(column, DATE_FORMATS) if typed_cells else column.formats)
        case "datetime":
            both = (*DATETIME_FORMATS, *DATE_FORMATS)
            return datetimes(cells, _formats(column, both) if typed_cells else column.formats)
        case "boolean":
            return _booleans(cells, column)


def _formats(column: Column, iso: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*column.formats, *iso)))


def _booleans(cells: Cells, column: Column) -> Read:
    yes = as_mask(pc.is_in(cells, value_set=pa.array(column.true, pa.string())))
    no = as_mask(pc.is_in(cells, value_set=pa.array(column.false, pa.string())))
    strange = as_mask(cells.is_valid()) & ~yes & ~no
    wrong = (Mark("cell-not-boolean", strange),) if strange.any() else ()
    return Read(blanked(pa.array(yes), ~yes & ~no), wrong)


def _outside(values: Cells, column: Column) -> Mask:
    """Allowed values are compared as typed values: ``1.0`` is the declared ``1``."""
    allowed = pa.array(column.allowed, pa.string()).cast(values.type)
    return as_mask(values.is_valid()) & ~as_mask(pc.is_in(values, value_set=allowed))


def _unknown(values: Cells, codes: Cells) -> Mask:
    known = as_mask(pc.is_in(values, value_set=codes)) if len(codes) else np.zeros(len(values), dtype=bool)
    return as_mask(values.is_valid()) & ~known
