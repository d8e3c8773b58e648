"""Arrow columns as exact numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steelyard.engine.totalling.column import Column, Mask
from steelyard.lake.record.types import written_type

DIGITS = 18
"""So many digits always fit into 63 bits."""
LENGTH, SCALE = "length", "scale"
"""Marks of a column of whole numbers: texts of so many digits; decimals with so many places."""


class Numbering:
    """Numbers for texts: equal where the texts are, over all blocks of a reading.

    Texts of digits are their own numbers as long as all have the length of the first: nothing has to be looked up.
    """

    def __init__(self) -> None:
        self._length: int | None = None
        self._others = pa.array([], pa.string())

    def numbers(self, texts: pa.Array) -> npt.NDArray[np.int64]:
        """``texts`` without gaps. Numbers of digits are not negative, all others are."""
        length = digits(texts)
        if length is not None and self.takes(length):
            return _whole(texts.cast(pa.int64()))
        words = texts.dictionary_encode()
        each = self._each(words.dictionary) if len(texts) else np.zeros(1, np.int64)
        return each.take(_whole(words.indices))

    def takes(self, length: int) -> bool:
        """Whether texts of so many digits are their own numbers here."""
        self._length = self._length or length
        return self._length == length

    def _each(self, words: pa.Array) -> npt.NDArray[np.int64]:
        """The number of each word, once none is there twice."""
        own = self._own(words).to_numpy(zero_copy_only=False)
        found = np.empty(len(words), np.int64)
        found[own] = _whole(words.filter(pa.array(own)).cast(pa.int64()))
        found[~own] = -1 - self._place(words.filter(pa.array(~own)))
        return found

    def _own(self, words: pa.Array) -> pa.Array:
        """Which words are their own numbers."""
        few = pc.and_(pc.ascii_is_decimal(words), pc.less_equal(pc.binary_length(words), DIGITS))
        if self._length is None and pc.any(few).as_py():
            self._length = int(pc.binary_length(words.filter(few))[0].as_py())
        return pc.and_(few, pc.equal(pc.binary_length(words), self._length or 0))

    def _place(self, words: pa.Array) -> npt.NDArray[np.int64]:
        """The place of each word among those that are not."""
        new = words.filter(pc.invert(pc.is_in(words, self._others)))
        self._others = pa.concat_arrays([self._others, new])
        return _whole(pc.index_in(words, self._others)).astype(np.int64)


def digits(texts: pa.Array) -> int | None:
    """The length of these texts when all are of one length and nothing but digits, few enough for 63 bits."""
    least, most = (value.as_py() for value in pc.min_max(pc.binary_length(texts)).values())
    if texts.null_count or least is None or least != most or not 0 < least <= DIGITS:
        return None
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    marks = np.frombuffer(texts.buffers()[2], np.uint8)[offsets[0] : offsets[-1]]
    return int(least) if int(marks.min()) >= ord("0") and int(marks.max()) <= ord("9") else None


def column(found: pa.Array, declared: str, numbering: Numbering | None, marks: Mapping[str, str]) -> Column:
    """One Arrow column as numbers. ``declared``: its type in the record, empty when it is that of the column.
    ``marks``: what its numbers stand for, if not for themselves.
    """
    if pa.types.is_null(found.type):
        return Column(np.zeros(len(found), np.int64), np.zeros(len(found), np.bool_), ("",))
    known = None if not found.null_count else _bits(found.buffers()[0], found)
    if LENGTH in marks:
        length = int(marks[LENGTH])
        if numbering is not None and numbering.takes(length):
            return Column(_whole(found), known)
        found = worded(found, length)
    scale = marks.get(SCALE)
    if scale is not None and declared and not declared.endswith(f",{scale})"):
        found, scale = decimals(found, int(scale)), None
    if pa.types.is_dictionary(found.type) or pa.types.is_string(found.type) or pa.types.is_large_string(found.type):
        return _text(found, known, numbering)
    return Column(_whole(_cast(found, declared) if scale is None else found), known)


def _text(found: pa.Array, known: Mask | None, numbering: Numbering | None) -> Column:
    if numbering is not None:
        found = found.cast(pa.string()) if pa.types.is_dictionary(found.type) else found
        return Column(numbering.numbers(pc.fill_null(found, "") if known is not None else found), known)
    if not pa.types.is_dictionary(found.type):
        found = found.dictionary_encode()
    places = _whole(found.indices if known is None else pc.fill_null(found.indices, 0))
    return Column(places, known, tuple(found.dictionary.to_numpy(zero_copy_only=False).tolist()) or ("",))


def _cast(found: pa.Array, declared: str) -> pa.Array:
    """Files of an earlier declaration are read in the type of the latest."""
    if not declared or declared in ("text", "datetime") or (declared == "integer" and pa.types.is_integer(found.type)):
        return found
    wanted = written_type(declared)
    return found if found.type == wanted else found.cast(wanted)


def among(texts: pa.Array, some: Collection[str], marks: Mapping[str, str]) -> Mask:
    """Which texts are one of some; what is unknown is none. No text is spelled out: numbers made of texts are held
    against numbers, places against a list of words. ``marks``: what the numbers stand for."""
    if LENGTH in marks:
        length = int(marks[LENGTH])
        numbers = [int(one) for one in some if len(one) == length and one.isascii() and one.isdigit()]
        held = np.isin(_whole(texts), np.array(numbers, np.int64))
        return held & _bits(texts.buffers()[0], texts) if texts.null_count else held
    wanted = pa.array(sorted(some), pa.string())
    if not pa.types.is_dictionary(texts.type):
        found = pc.is_in(texts, wanted)
    else:
        found = pc.fill_null(pc.is_in(texts.dictionary, wanted).take(texts.indices), False)
    return _bits(found.buffers()[1], found)


def stored(found: pa.Array, declared: str, marks: Mapping[str, str]) -> pa.Array:
    """A column as it is declared again, from what was made ready of it."""
    if LENGTH in marks:
        return worded(found, int(marks[LENGTH]))
    exact = decimals(found, int(marks[SCALE])) if SCALE in marks else found
    return exact.cast(written_type(declared))


def _whole(found: pa.Array) -> npt.NDArray[Any]:
    """Numbers as they count, dates in days, times in microseconds; anything where unknown."""
    if pa.types.is_boolean(found.type):
        return _bits(found.buffers()[1], found)
    if pa.types.is_decimal(found.type):
        return np.frombuffer(found.buffers()[1], np.int64)[2 * found.offset : 2 * (found.offset + len(found)) : 2]
    if pa.types.is_timestamp(found.type):
        found = found.cast(pa.timestamp("us")).view(pa.int64())
    elif pa.types.is_date32(found.type):
        found = found.view(pa.int32())
    numbers = np.frombuffer(found.buffers()[1], found.type.to_pandas_dtype())
    return numbers[found.offset : found.offset + len(found)]


def _bits(buffer: pa.Buffer, found: pa.Array) -> Mask:
    """One bit a row, which Arrow itself takes five times as long to spread."""
    end = found.offset + len(found)
    return np.unpackbits(np.frombuffer(buffer, np.uint8), count=end, bitorder="little")[found.offset :].view(np.bool_)


def worded(numbers: pa.Array, length: int) -> pa.Array:
    """The texts of digits again, where somebody asks for words."""
    return pc.utf8_lpad(numbers.cast(pa.string()), length, "0")


def units(decimals: pa.Array) -> pa.Array:
    """Decimals of at most `DIGITS` digits in units of their last place."""
    return _scaled(decimals, decimals.type.precision, 0).cast(pa.int64())


def decimals(units: pa.Array, scale: int) -> pa.Array:
    """The decimals again, where they are to be read as another type."""
    return _scaled(units.cast(pa.decimal128(19, 0)), 19, scale)


def _scaled(found: pa.Array, precision: int, scale: int) -> pa.Array:
    """The same digits with the point elsewhere."""
    kind = pa.decimal128(precision, scale)
    return pa.Array.from_buffers(kind, len(found), found.buffers(), found.null_count, found.offset)
