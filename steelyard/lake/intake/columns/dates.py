"""Dates and times by declared formats only; a day that does not exist is wrong, never moved to the next month."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from steelyard.lake.intake.columns.marks import Cells, Mark, Mask, Read, as_mask, blanked, fits

DATE_FORMATS = ("%Y-%m-%d",)
DATETIME_FORMATS = ("%Y-%m-%d %H:%M:%S",)
_PARTS = {
    "Y": r"([0-9]{4})", "m": r"([0-9]{2})", "d": r"([0-9]{2})", "H": r"([0-9]{2})", "M": r"([0-9]{2})",
    "S": r"([0-9]{2})", "-m": r"([0-9]{1,2})", "-d": r"([0-9]{1,2})", "-H": r"([0-9]{1,2})",
}  # fmt: skip
_TOKEN = re.compile(r"%(-?[A-Za-z])|(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Form:
    """One format: the pattern that a cell must fit, and how its groups make the ISO form."""

    pattern: str
    iso: str
    loose: bool  # one-digit parts: the ISO form must still be padded


@lru_cache(maxsize=256)
def _form(written: str, timed: bool) -> _Form:
    pattern, groups = "", dict[str, int]()
    for directive, literal in _TOKEN.findall(written):
        if directive:
            groups[directive.lstrip("-")] = len(groups) + 1
        pattern += _PARTS[directive] if directive else re.escape(literal)
    iso = "-".join(rf"\{groups[part]}" for part in "Ymd")
    if timed:
        iso += " " + ":".join(rf"\{groups[part]}" if part in groups else "00" for part in "HMS")
    return _Form(pattern, iso, "%-" in written)


def dates(cells: Cells, formats: Sequence[str]) -> Read:
    """date32. Few distinct days stand in many rows, so each is read once."""
    coded = cells.dictionary_encode()
    read = _moments(coded.dictionary, formats or DATE_FORMATS, pa.date32())
    marks = tuple(Mark(mark.code, as_mask(pa.array(mark.mask).take(coded.indices))) for mark in read.wrong)
    return Read(read.values.take(coded.indices), marks)


def datetimes(cells: Cells, formats: Sequence[str]) -> Read:
    """timestamp[s] without zone; a format without a time means midnight."""
    return _moments(cells, formats or DATETIME_FORMATS, pa.timestamp("s"))


def _moments(cells: Cells, formats: Sequence[str], target: Cells) -> Read:
    """Each format takes the cells that fit it; the rest are wrong."""
    timed = target != pa.date32()
    left = as_mask(cells.is_valid())
    result: Cells = None
    for written in formats:
        form = _form(written, timed)
        hits = fits(cells, form.pattern) & left
        if hits.any():
            texts = blanked(cells, ~hits)
            canonical = written in (*DATE_FORMATS, *DATETIME_FORMATS) and ("%H" in written) == timed
            iso = texts if canonical else _iso(texts, form)
            result = iso if result is None else pc.coalesce(result, iso)
            left &= ~hits
    if result is None:
        result = pa.nulls(len(cells), pa.string())
    values, missing = _calendar(result, target)
    found = [Mark("cell-not-date", left), Mark("cell-no-such-day", missing)]
    return Read(values, tuple(mark for mark in found if mark.mask.any()))


def _iso(texts: Cells, form: _Form) -> Cells:
    iso = pc.replace_substring_regex(texts, rf"\A{form.pattern}\z", form.iso)
    if form.loose:
        for _ in range(2):  # neighbours share a separator: the second pass reaches what the first one stepped over
            iso = pc.replace_substring_regex(iso, r"([- ])([0-9])([-: ]|\z)", r"\10\2\3")
    return iso


def _calendar(iso: Cells, target: Cells) -> tuple[Cells, Mask]:
    """Typed values, and which of them no calendar has."""
    nothing = np.zeros(len(iso), dtype=bool)
    try:
        return iso.cast(target), nothing
    except pa.ArrowInvalid:
        coded = iso.dictionary_encode()
    wrong = np.array([not _exists(text) for text in coded.dictionary.to_pylist()], dtype=bool)
    mask = as_mask(pa.array(wrong).take(coded.indices))
    return blanked(iso, mask).cast(target), mask


def _exists(text: str) -> bool:
    try:
        datetime.fromisoformat(text) if " " in text else date.fromisoformat(text)
    except ValueError:
        return False
    return True
