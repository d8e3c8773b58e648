"""A basis as people write it, read as citations: which document, which clause of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

UNITS = "编章节条款项目"
"""What a document is divided into, largest first."""
_DIGITS = {**{sign: value for value, sign in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_PART = re.compile(rf"第[(]?([零〇一二两三四五六七八九十百千]+|\d+)[)]?([{UNITS}])(之[一二三四五六七八九十]+)?")
_TITLE = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")
_REMARK = re.compile(r"(?<!第)[(][^()]*[)]")

Step: TypeAlias = tuple[str, int, str]
"""One step down into a document: ``("章", 7, "")``; the last is ``之一``, an article put in later."""


@dataclass(frozen=True, slots=True)
class Key:
    """A clause however it is written: 第七章第1项 and 第七章第一项 are one. ``rest``: what is no number, a heading."""

    steps: tuple[Step, ...]
    rest: str = ""

    def within(self, other: Key) -> bool:
        """Whether it is ``other`` or a part of it."""
        return self == other or (not other.rest and self.steps[: len(other.steps)] == other.steps)


@dataclass(frozen=True, slots=True)
class Citation:
    """``clause`` as it is written, empty for the whole document; ``to``: the last of a row (第九条至第十二条)."""

    title: str
    clause: str = ""
    to: str = ""

    @property
    def text(self) -> str:
        return f"《{self.title}》{self.clause}" + (f"至{self.to}" if self.to else "")


def plain(text: str) -> str:
    """A title or heading as it is compared: without blanks, wide and narrow signs alike."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def key_of(clause: str) -> Key:
    text = plain(clause)
    steps = tuple((unit, _number(number), after or "") for number, unit, after in _PART.findall(text))
    return Key(steps, _PART.sub("", text))


def _number(written: str) -> int:
    """``二十一`` and ``21`` alike."""
    if written.isdigit():
        return int(written)
    total = digit = 0
    for sign in written:
        if sign in _TENS:
            total, digit = total + (digit or 1) * _TENS[sign], 0
        else:
            digit = _DIGITS[sign]
    return total + digit


def citations(basis: str) -> Iterator[Citation]:
    """Every document that a basis names, with each clause: ``《甲》第九条、第十条；《乙》`` are three."""
    found = list(_TITLE.finditer(basis))
    for title, following in zip(found, [*found[1:], None], strict=True) if found else ():
        end = len(basis) if following is None else following.start()
        yield from _of_document(title[1].strip(), _REMARK.sub("", _narrow(basis[title.end() : end])))


def _narrow(text: str) -> str:
    return text.translate({ord("（"): "(", ord("）"): ")"})


def _of_document(title: str, tail: str) -> Iterator[Citation]:
    parts = [part.strip() for part in re.split(r"[；;。、，,\s]|(?<=[条款项目节章])(?:和|及|与|以及)(?=第)", tail)]
    first = ""
    for part in filter(None, (part.strip("和及与") for part in parts)):
        start, _, end = part.partition("至")
        first = _full(first, start)
        yield Citation(title, first, _full(first, end) if end else "")
    if not first:
        yield Citation(title)


def _full(before: str, clause: str) -> str:
    """``第二项`` behind ``第九条第一项`` is 第九条第二项. Articles are counted through the whole document."""
    largest = next((unit for _, unit, _ in _PART.findall(plain(clause))), "条")
    if largest == "条":
        return clause
    steps = list(_PART.finditer(before))
    return "".join(step[0] for step in steps if UNITS.index(step[2]) < UNITS.index(largest)) + clause
