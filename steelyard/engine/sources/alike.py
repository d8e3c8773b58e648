"""How alike two Chinese texts are, by the pieces of two and three characters that they share; exact, the same anywhere.

A piece counts for how rare it is among all texts (idf), so that 考评 says nothing and 弃号 says much. Everything is
whole numbers: likeness is the cosine of two texts in thousandths.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isqrt

SIZES = (2, 3)
WHOLE = 1000
"""The likeness of a text with itself."""
FINE = 64
"""A rarity is so many steps for each doubling."""
_RUN = re.compile(r"[\u4e00-\u9fff]+")


def pieces(text: str) -> frozenset[str]:
    """All pieces of a text; signs, digits and letters only separate."""
    runs = _RUN.findall(unicodedata.normalize("NFKC", text))
    return frozenset(run[at : at + size] for run in runs for size in SIZES for at in range(len(run) - size + 1))


def common(one: str, other: str) -> list[str]:
    """What both say: the longest runs of Chinese that stand in both, none inside another."""
    found: list[str] = []
    for run in _RUN.findall(one):
        start = 0
        while start < len(run) - 1:
            end = start + 1
            while end <= len(run) and run[start:end] in other:
                end += 1
            found += [run[start : end - 1]] if end - 1 - start >= SIZES[0] else []
            start = max(end - 1, start + 1)
    ranked = sorted(dict.fromkeys(found), key=lambda run: -len(run))
    return [run for at, run in enumerate(ranked) if not any(run in longer for longer in ranked[:at])]


@dataclass(frozen=True)
class Texts:
    """The texts that others are compared with."""

    each: Sequence[frozenset[str]]

    @staticmethod
    def of(texts: Iterable[str]) -> Texts:
        return Texts([pieces(text) for text in texts])

    def likeness(self, found: frozenset[str]) -> list[int]:
        """Of one text with each of ours, in thousandths."""
        own = self._size(found)
        shared = [0] * len(self.each)
        for piece in found:
            for at in self._where.get(piece, ()):
                shared[at] += self.rarity(piece) ** 2
        return [_cosine(one, own, size) for one, size in zip(shared, self._sizes, strict=True)]

    def rarity(self, piece: str) -> int:
        """log2 of how many texts there are for each that has the piece, in steps of 1/64."""
        return self._rarities.get(piece, self._unseen)

    @cached_property
    def _where(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, one in enumerate(self.each):
            for piece in one:
                found.setdefault(piece, []).append(at)
        return found

    @cached_property
    def _rarities(self) -> Mapping[str, int]:
        return {piece: self._rarity(len(texts)) for piece, texts in self._where.items()}

    @cached_property
    def _unseen(self) -> int:
        return self._rarity(0)

    @cached_property
    def _sizes(self) -> list[int]:
        return [self._size(one) for one in self.each]

    def _rarity(self, texts: int) -> int:
        """Half a text is added, so that a piece of none is rare and no piece is impossible."""
        doubled: int = (2 * len(self.each) + 2) ** FINE // (2 * texts + 1) ** FINE
        return doubled.bit_length() - 1

    def _size(self, found: frozenset[str]) -> int:
        return sum(self.rarity(piece) ** 2 for piece in found)


def _cosine(shared: int, one: int, other: int) -> int:
    return isqrt(WHOLE**2 * shared**2 // (one * other)) if one and other else 0
