"""Bytes to clean text: strict decoding, no invisible characters, one form of each character, no outer spaces."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steelyard.lake.intake.columns.marks import Cells, Mark, Mask, Read, as_mask, blanked, by_value, mapped

Bytes: TypeAlias = npt.NDArray[np.uint8]
Offsets: TypeAlias = npt.NDArray[np.int32]

# C0 and C1 controls, soft hyphen, zero-width and bidirectional marks, line separators, blank fillers,
# byte order mark, interlinear marks, noncharacters, tags
_INVISIBLE = (
    r"[\x00-\x1f\x7f-\x9f\x{ad}\x{61c}\x{180e}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{feff}"
    r"\x{115f}\x{1160}\x{3164}\x{ffa0}\x{fff9}-\x{fffb}\x{fffe}\x{ffff}\x{e0000}-\x{e0fff}]"
)
_SPACES = r"[\s\x{a0}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}]"
_OUTER = rf"\A{_SPACES}+|{_SPACES}+\z"


def decoded(cells: Cells, encoding: str) -> Read:
    """Text of a bytes column; dictionary-coded unless all of it is plain ASCII, so that rare values are read once."""
    if not pa.types.is_binary(cells.type):
        return Read(cells if _is_ascii(cells) else cells.dictionary_encode())
    if _is_ascii(cells):
        return Read(cells.view(pa.string()))
    coded = cells.dictionary_encode()
    texts = _texts(coded.dictionary.to_pylist(), encoding)
    wrong = np.array([text is None for text in texts], dtype=bool)
    values = pa.DictionaryArray.from_arrays(coded.indices, pa.array([text or "" for text in texts], pa.string()))
    if not wrong.any():
        return Read(values)
    mask = as_mask(pa.array(wrong).take(coded.indices))
    return Read(values, (Mark("cell-encoding", mask),))


def _is_ascii(cells: Cells) -> bool:
    data, _ = _buffers(cells)
    return not len(data) or int(data.max()) < 0x80


def _buffers(cells: Cells) -> tuple[Bytes, Offsets]:
    """The bytes of all cells on end, and where each begins (one more than there are cells)."""
    _, offsets, data = cells.buffers()
    if data is None or not len(cells):
        return np.zeros(0, dtype=np.uint8), np.zeros(len(cells) + 1, dtype=np.int32)
    at = np.frombuffer(offsets, dtype=np.int32)[cells.offset : cells.offset + len(cells) + 1]
    return np.frombuffer(data, dtype=np.uint8)[at[0] : at[-1]], at - at[0]


def _texts(values: list[bytes], encoding: str) -> list[str | None]:
    """All at once where all is well (line breaks do not occur inside cells), else one by one."""
    try:
        texts: list[str | None] = list(b"\n".join(values).decode(encoding).split("\n"))
        if len(texts) == len(values):
            return texts
    except UnicodeDecodeError:
        pass
    return [_text(value, encoding) for value in values]


def _text(value: bytes, encoding: str) -> str | None:
    try:
        return value.decode(encoding)
    except UnicodeDecodeError:
        return None


def cleaned(read: Read, *, nulls: Collection[str], trim: bool, limit: int) -> Read:
    """Null texts become null; what is invisible, denormal, padded or endless is marked."""
    cells, wrong, repaired = read.values, list(read.wrong), None
    outer = by_value(cells, _has_outer_space)
    if trim and outer.any():
        cells = mapped(cells, lambda texts: pc.replace_substring_regex(texts, _OUTER, ""))
        repaired, outer = outer, np.zeros(len(outer), dtype=bool)
    empty = by_value(cells, lambda texts: _among(texts, nulls))
    found = [
        Mark("cell-outer-space", outer & ~empty),
        Mark("cell-control", by_value(cells, _has_invisible)),
        Mark("cell-replaced", by_value(cells, _has_replaced)),
        Mark("cell-not-nfc", by_value(cells, _is_denormal)),
        Mark("cell-too-long", by_value(cells, lambda texts: _longer(texts, limit))),
    ]
    wrong += [mark for mark in found if mark.mask.any()]
    drop = empty.copy()
    for mark in wrong:
        drop |= mark.mask
    kept = None if repaired is None else repaired & ~empty
    return Read(blanked(_plain(cells), drop), tuple(wrong), kept if kept is not None and kept.any() else None)


def _plain(cells: Cells) -> Cells:
    return cells.dictionary.take(cells.indices) if pa.types.is_dictionary(cells.type) else cells


def _among(texts: Cells, nulls: Collection[str]) -> Mask:
    empty = as_mask(pc.equal(pc.binary_length(texts), 0))
    return empty | as_mask(pc.is_in(texts, value_set=pa.array(sorted(nulls), pa.string()))) if nulls else empty


def _has_outer_space(texts: Cells) -> Mask:
    data, offsets = _buffers(texts)
    if not len(data):
        return _none(texts)
    if int(data.max()) >= 0x80:
        return as_mask(pc.match_substring_regex(texts, _OUTER))
    if int(data.min()) > 0x20:
        return _none(texts)
    spaces = data <= 0x20  # plain ASCII: a look at the first and the last byte of each cell is enough
    full = np.flatnonzero(np.diff(offsets))
    mask = _none(texts)
    mask[full] = spaces[offsets[full]] | spaces[offsets[full + 1] - 1]
    return mask


def _has_invisible(texts: Cells) -> Mask:
    data, _ = _buffers(texts)
    if not len(data) or (int(data.min()) >= 0x20 and int(data.max()) < 0x7F):
        return _none(texts)
    return as_mask(pc.match_substring_regex(texts, _INVISIBLE))


def _has_replaced(texts: Cells) -> Mask:
    """What a program writes for bytes that it could not read: two different codes may look the same after it."""
    return _none(texts) if _is_ascii(texts) else as_mask(pc.match_substring(texts, "\ufffd"))


def _is_denormal(texts: Cells) -> Mask:
    if _is_ascii(texts):
        return _none(texts)
    return as_mask(pc.not_equal(pc.utf8_normalize(texts, form="NFC"), texts))


def _longer(texts: Cells, limit: int) -> Mask:
    if not len(texts) or (pc.max(pc.binary_length(texts)).as_py() or 0) <= limit:
        return _none(texts)
    return as_mask(pc.greater(pc.utf8_length(texts), limit))


def _none(texts: Cells) -> Mask:
    return np.zeros(len(texts), dtype=bool)
