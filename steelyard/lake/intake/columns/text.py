"""Bytes to clean text: strict decoding, no invisible characters, one form of each character, no outer spaces."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from steelyard.lake.intake.columns.marks import Cells, Mark, Mask, Read, as_mask, blanked, by_value, mapped

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
    data = cells.buffers()[2]
    if data is None:
        return True
    offsets = np.frombuffer(cells.buffers()[1], dtype=np.int32)
    used = np.frombuffer(data, dtype=np.uint8)[offsets[cells.offset] : offsets[cells.offset + len(cells)]]
    return not len(used) or int(used.max()) < 0x80


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
    return as_mask(pc.match_substring_regex(texts, _OUTER)) if _holds(texts, _SPACE_BYTES) else _none(texts)


def _has_invisible(texts: Cells) -> Mask:
    return as_mask(pc.match_substring_regex(texts, _INVISIBLE)) if _holds(texts, _ODD_BYTES) else _none(texts)


def _is_denormal(texts: Cells) -> Mask:
    if _is_ascii(texts):
        return _none(texts)
    return as_mask(pc.not_equal(pc.utf8_normalize(texts, form="NFC"), texts))


def _longer(texts: Cells, limit: int) -> Mask:
    if not len(texts) or (pc.max(pc.binary_length(texts)).as_py() or 0) <= limit:
        return _none(texts)
    return as_mask(pc.greater(pc.utf8_length(texts), limit))


_SPACE_BYTES = np.zeros(256, dtype=bool)
_SPACE_BYTES[[0x20, *range(0x09, 0x0E), 0xC2, 0xE1, 0xE2, 0xE3]] = True
_ODD_BYTES = np.zeros(256, dtype=bool)
_ODD_BYTES[[*range(0x20), 0x7F, 0xC2, 0xD8, 0xE1, 0xE2, 0xE3, 0xEF, 0xF3]] = True


def _holds(texts: Cells, bytes_: Mask) -> bool:
    """Whether any byte that could begin such a character occurs at all; most columns need no closer look."""
    data = texts.buffers()[2]
    return data is not None and bool(bytes_[np.frombuffer(data, dtype=np.uint8)].any())


def _none(texts: Cells) -> Mask:
    return np.zeros(len(texts), dtype=bool)
