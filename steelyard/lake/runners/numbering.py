"""Arrow columns as exact numbers."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steelyard.engine.totalling.column import Column, Mask

DIGITS = 18
"""So many digits always fit into 63 bits."""


class Numbering:
    """Numbers for texts: equal where the texts are, over all blocks of a reading.

    Texts of digits are their own numbers as long as all have the length of the first: nothing has to be looked up.
    """

    def __init__(self) -> None:
        self._length: int | None = None
        self._others: dict[str, int] = {}

    def numbers(self, texts: pa.Array) -> npt.NDArray[np.int64]:
        """``texts`` without gaps. Numbers of digits are not negative, all others are."""
        length = digits(texts)
        if length is not None and self.takes(length):
            return _whole(texts.cast(pa.int64()))
        words = texts.dictionary_encode()
        each = np.array([self._number(word) for word in words.dictionary.to_pylist()] or [0], np.int64)
        return cast(npt.NDArray[np.int64], each[_whole(words.indices)])

    def takes(self, length: int) -> bool:
        """Whether texts of so many digits are their own numbers here."""
        self._length = self._length or length
        return self._length == length

    def _number(self, text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) <= DIGITS and self.takes(len(text)):
            return int(text)
        return self._others.setdefault(text, -1 - len(self._others))


def digits(texts: pa.Array) -> int | None:
    """The length of these texts when all are of one length and nothing but digits, few enough for 63 bits."""
    least, most = (value.as_py() for value in pc.min_max(pc.binary_length(texts)).values())
    if texts.null_count or least is None or least != most or not 0 < least <= DIGITS:
        return None
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    marks = np.frombuffer(texts.buffers()[2], np.uint8)[offsets[0] : offsets[-1]]
    return int(least) if int(marks.min()) >= ord("0") and int(marks.max()) <= ord("9") else None


def column(found: pa.Array, declared: str, numbering: Numbering | None, length: int | None = None) -> Column:
    """One Arrow column as numbers. ``declared``: its type in the record, empty when it is that of the column.
    ``length``: of texts of digits that come as their numbers.
    """
    if pa.types.is_null(found.type):
        return Column(np.zeros(len(found), np.int64), np.zeros(len(found), np.bool_), ("",))
    known = None if not found.null_count else found.is_valid().to_numpy(zero_copy_only=False)
    if length is not None:
        if numbering is not None and numbering.takes(length):
            return Column(_whole(found), known)
        found = worded(found, length)
    if pa.types.is_dictionary(found.type) or pa.types.is_string(found.type) or pa.types.is_large_string(found.type):
        return _text(found, known, numbering)
    return Column(_whole(_cast(found, declared)), known)


def _text(found: pa.Array, known: Mask | None, numbering: Numbering | None) -> Column:
    if numbering is not None:
        found = found.cast(pa.string()) if pa.types.is_dictionary(found.type) else found
        return Column(numbering.numbers(pc.fill_null(found, "") if known is not None else found), known)
    if not pa.types.is_dictionary(found.type):
        found = found.dictionary_encode()
    places = _whole(found.indices)
    return Column(places, known, tuple(found.dictionary.to_pylist()) or ("",))


def _cast(found: pa.Array, declared: str) -> pa.Array:
    """Files of an earlier declaration are read in the type of the latest."""
    if declared.startswith("decimal"):
        precision, scale = (int(part) for part in declared[len("decimal(") : -1].split(","))
        wanted = pa.decimal128(precision, scale)
        return found if found.type == wanted else found.cast(wanted)
    wanted = {"integer": pa.int64(), "date": pa.date32(), "boolean": pa.bool_()}.get(declared)
    return found if wanted is None or found.type == wanted else found.cast(wanted)


def _whole(found: pa.Array) -> npt.NDArray[Any]:
    """Numbers as they count, dates in days, times in microseconds; anything where unknown."""
    if pa.types.is_decimal(found.type):
        low = np.frombuffer(found.buffers()[1], np.int64)[::2]
        return low[found.offset : found.offset + len(found)]
    if pa.types.is_boolean(found.type):
        found = pc.fill_null(found, False)
    elif pa.types.is_timestamp(found.type):
        found = found.cast(pa.timestamp("us")).view(pa.int64())
    elif pa.types.is_date32(found.type):
        found = found.view(pa.int32())
    if found.null_count:
        found = pc.fill_null(found, 0)
    return np.asarray(found.to_numpy(zero_copy_only=False))


def worded(numbers: pa.Array, length: int) -> pa.Array:
    """The texts of digits again, where somebody asks for words."""
    return pc.utf8_lpad(numbers.cast(pa.string()), length, "0")
