"""Bytes to clean text: strict decoding, no invisible characters, one form of each character, no outer spaces."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steelyard.lake.intake.columns.marks import Cells, Mark, Mask, Read, as_mask, blanked, coded

Bytes: TypeAlias = npt.NDArray[np.uint8]
Offsets: TypeAlias = npt.NDArray[np.int32]

SAMPLE = 1_000

# C0 and C1 controls, soft hyphen, zero-width and bidirectional marks, line separators, blank fillers,
# byte order mark, interlinear marks, noncharacters, tags
_INVISIBLE = (
    r"[\x00-\x1f\x7f-\x9f\x{ad}\x{61c}\x{180e}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{feff}"
    r"\x{115f}\x{1160}\x{3164}\x{ffa0}\x{fff9}-\x{fffb}\x{fffe}\x{ffff}\x{e0000}-\x{e0fff}]"
)
_BUT_LINES = _INVISIBLE.replace(r"\x00-\x1f", r"\x00-\x08\x0b-\x1f")  # of texts in lines: tab and line feed are theirs
_SPACES = r"[\s\x{a0}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}]"
_OUTER = rf"\A{_SPACES}+|{_SPACES}+\z"


def sparing(cells: Cells) -> Cells:
    """Dictionary-coded where values repeat, judged by the first, or are more than plain ASCII: each is read once."""
    first = cells.slice(0, SAMPLE)
    return coded(cells) if pc.count_distinct(first).as_py() * 4 <= len(first) or not _is_ascii(cells) else cells


def decoded(cells: Cells, encoding: str) -> Read:
    """Text of cells that are bytes or text already."""
    if not pa.types.is_binary(cells.type) or _is_ascii(cells):
        return Read(cells.view(pa.string()))
    texts = _texts(cells.to_pylist(), encoding)
    wrong = np.array([text is None for text in texts], dtype=bool)
    values = pa.array([text or "" for text in texts], pa.string())
    return Read(values, (Mark("cell-encoding", wrong),) if wrong.any() else ())


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


def cleaned(read: Read, *, nulls: Collection[str], trim: bool, limit: int, lines: bool = False) -> Read:
    """Null texts become null; what is invisible, denormal, padded or endless is marked. ``lines``: may have several."""
    texts, repaired = read.values, None
    outer = _has_outer_space(texts)
    if trim and outer.any():
        texts = pc.replace_substring_regex(texts, _OUTER, "")
        repaired, outer = outer, _none(texts)
    empty = _among(texts, nulls)
    wrong = [*read.wrong, *_faults(texts, outer & ~empty, limit, lines)]
    drop = empty.copy()
    for mark in wrong:
        drop |= mark.mask
    kept = None if repaired is None else repaired & ~empty
    return Read(blanked(texts, drop), tuple(wrong), kept if kept is not None and kept.any() else None)


def _faults(texts: Cells, outer: Mask, limit: int, lines: bool) -> list[Mark]:
    """Asked of all bytes first: most columns hold nothing that any of the patterns could find."""
    data, offsets = _buffers(texts)
    least, most = (int(data.min()), int(data.max())) if len(data) else (0x20, 0x20)
    found = [Mark("cell-outer-space", outer)]
    if least < 0x20 or most >= 0x7F:
        found.append(
            Mark("cell-control", as_mask(pc.match_substring_regex(texts, _BUT_LINES if lines else _INVISIBLE)))
        )
    if most >= 0x80:
        # what a program writes for bytes that it could not read: two different codes may look the same after it
        found.append(Mark("cell-replaced", as_mask(pc.match_substring(texts, "\ufffd"))))
        found.append(Mark("cell-not-nfc", as_mask(pc.not_equal(pc.utf8_normalize(texts, form="NFC"), texts))))
    if len(texts) and int(np.diff(offsets).max()) > limit:
        found.append(Mark("cell-too-long", as_mask(pc.greater(pc.utf8_length(texts), limit))))
    return [mark for mark in found if mark.mask.any()]


def _among(texts: Cells, nulls: Collection[str]) -> Mask:
    _, offsets = _buffers(texts)
    empty: Mask = np.diff(offsets) == 0
    return empty | as_mask(pc.is_in(texts, value_set=pa.array(sorted(nulls), pa.string()))) if nulls else empty


def _has_outer_space(texts: Cells) -> Mask:
    data, offsets = _buffers(texts)
    if not len(data) or (int(data.min()) > 0x20 and int(data.max()) < 0x80):
        return _none(texts)
    if int(data.max()) >= 0x80:
        return as_mask(pc.match_substring_regex(texts, _OUTER))
    full = np.flatnonzero(np.diff(offsets))
    mask = _none(texts)  # plain ASCII: a look at the first and the last byte of each cell is enough
    mask[full] = (data[offsets[full]] <= 0x20) | (data[offsets[full + 1] - 1] <= 0x20)
    return mask


def _none(texts: Cells) -> Mask:
    return np.zeros(len(texts), dtype=bool)
