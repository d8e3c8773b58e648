"""Integers and decimals: ASCII digits, no exponent, no plus sign, no leading zero, nothing rounded.

NaN, Inf, underscores, full-width digits and spaces do not fit the pattern, so no engine ever sees them.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from steelyard.engine.model.facts import ColumnType
from steelyard.lake.intake.columns.marks import Cells, Mark, Mask, Read, blanked, fits

MAX_DIGITS = 18


def integers(cells: Cells, thousands: str | None = None) -> Read:
    """int64; at most 18 digits, so that sums of billions of them stay exact."""
    return _numbers(cells, ColumnType(kind="integer", precision=MAX_DIGITS), thousands, pa.int64())


def decimals(cells: Cells, type_: ColumnType, thousands: str | None = None) -> Read:
    """decimal(p,s). More places than s are wrong unless they are zeros; nothing is ever rounded."""
    return _numbers(cells, type_, thousands, pa.decimal128(type_.precision, type_.scale))


def _numbers(cells: Cells, type_: ColumnType, thousands: str | None, target: Cells) -> Read:
    plain = fits(cells, _pattern(type_, thousands))
    if plain.all():
        return Read(_ungrouped(cells, thousands).cast(target))
    padded = fits(cells, _pattern(type_, thousands, zeros=True))
    texts = _ungrouped(blanked(cells, ~padded), thousands)
    marks = () if padded.all() else _reasons(cells, ~padded, type_, thousands)
    return Read(_without_spare_zeros(texts, type_.scale).cast(target), marks)


def _ungrouped(cells: Cells, thousands: str | None) -> Cells:
    return pc.replace_substring(cells, thousands, "") if thousands else cells


def _pattern(type_: ColumnType, thousands: str | None, *, zeros: bool = False) -> str:
    """What a cell must look like; with ``zeros`` it may have more places than declared if they say nothing."""
    whole = type_.precision - type_.scale
    digits = "0" if whole == 0 else rf"0|[1-9][0-9]{{0,{whole - 1}}}"
    if thousands and whole > 3:
        digits += _grouped(re.escape(thousands), whole)
    if type_.kind == "integer":
        return rf"-?(?:{digits})"
    spare = "0*" if zeros else ""
    places = rf"(?:\.[0-9]{{1,{type_.scale}}}{spare})?" if type_.scale else r"(?:\.0+)?" if zeros else ""
    return rf"-?(?:{digits}){places}"


def _grouped(mark: str, whole: int) -> str:
    """Three digits to a group, at most ``whole`` digits: with all groups there, the first one may be shorter."""
    groups = (whole - 1) // 3
    fewer = rf"|[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}}){{1,{groups - 1}}}" if groups > 1 else ""
    return rf"{fewer}|[1-9][0-9]{{0,{whole - 3 * groups - 1}}}(?:{mark}[0-9]{{3}}){{{groups}}}"


def _reasons(cells: Cells, wrong: Mask, type_: ColumnType, thousands: str | None) -> tuple[Mark, ...]:
    """Numbers that are merely too large or too fine are told apart from what is no number at all."""
    generous = ColumnType(kind="decimal", precision=200, scale=100)
    number = fits(cells, _pattern(generous, thousands)) & wrong
    if type_.kind == "integer":
        large = fits(cells, _pattern(ColumnType(kind="integer", precision=200), thousands)) & wrong
        return _present(Mark("cell-not-integer", wrong & ~large), Mark("cell-too-large", large))
    large_pattern = ColumnType(kind="decimal", precision=100 + type_.scale, scale=type_.scale)
    large = fits(cells, _pattern(large_pattern, thousands, zeros=True)) & wrong
    return _present(
        Mark("cell-not-decimal", wrong & ~number),
        Mark("cell-too-large", large),
        Mark("cell-too-fine", number & ~large),
    )


def _present(*marks: Mark) -> tuple[Mark, ...]:
    return tuple(mark for mark in marks if mark.mask.any())


def _without_spare_zeros(texts: Cells, scale: int) -> Cells:
    """``12.3400`` for two places is 12.34."""
    pattern = rf"(\.[0-9]{{{scale}}})0+\z" if scale else r"\.0+\z"
    return pc.replace_substring_regex(texts, pattern, r"\1" if scale else "")
