"""The lines of a block, told apart without touching each one: which need a closer look, and all but some of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from steelyard.lake.intake.sources.chunks import Rows

BREAK, QUOTE, RETURN, SPACE = 0x0A, 0x22, 0x0D, 0x20


class Lines:
    """A block of whole lines; the last one may lack its break."""

    def __init__(self, block: bytes) -> None:
        self.block = block if block.endswith(b"\n") else block + b"\n"
        self._bytes = np.frombuffer(self.block, np.uint8)
        self._ends: Rows = np.flatnonzero(self._bytes == BREAK)
        self._starts: Rows = np.concatenate(([0], self._ends[:-1] + 1))

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, index: int) -> bytes:
        return self.block[self._starts[index] : self._ends[index]]

    @property
    def longest(self) -> int:
        return int((self._ends - self._starts).max())

    def doubtful(self, delimiter: str, width: int) -> list[int]:
        """Those with another number of cells, with quotes or carriage returns, or that may be blank.

        Any other line is good: so many delimiters, and nothing that could hide one.
        """
        doubtful = self._holds(ord(delimiter)) != width - 1
        for mark in (QUOTE, RETURN):
            doubtful |= self._holds(mark) > 0
        doubtful |= self._bytes[self._starts] <= SPACE
        return [int(index) for index in np.flatnonzero(doubtful)]

    def _holds(self, byte: int) -> Rows:
        """How often each line holds a byte."""
        found = np.flatnonzero(self._bytes == byte)
        return np.diff(np.searchsorted(found, self._ends), prepend=0)

    def without(self, drop: Sequence[int]) -> bytes:
        """All lines but those, which are given in order."""
        parts, at = list[bytes](), 0
        for index in drop:
            parts.append(self.block[at : self._starts[index]])
            at = int(self._ends[index]) + 1
        return b"".join([*parts, self.block[at:]])
