"""Random draws whose digits are the same on every machine.

Only the raw bits of PCG64 are used (NumPy promises that stream, not its distributions), and only additions,
products, quotients and square roots, which IEEE 754 rounds in one way. No logarithm or exponential: their last
bit differs between processors, and one differing bit would change a file.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_SLOTS = 1 << 16  # a weight is kept to one part in 65,536


class Draws:
    """One stream of draws, named by the seed and a path of words, independent of every other path."""

    def __init__(self, seed: int, *path: str | int) -> None:
        words = [zlib.crc32(part.encode()) if isinstance(part, str) else part for part in path]
        self._bits = np.random.PCG64(np.random.SeedSequence([seed, *words]))

    def share(self, n: int) -> Floats:
        """``n`` numbers in [0, 1), 53 bits each."""
        return (self._raw(n) >> np.uint64(11)).astype(np.float64) * (1.0 / (1 << 53))

    def below(self, n: int, limit: int | Integers) -> Integers:
        """``n`` integers in [0, limit); ``limit`` may differ by row and must be at least 1."""
        return np.floor(self.share(n) * limit).astype(np.int64)

    def chance(self, n: int, probability: float | Floats) -> Flags:
        return self.share(n) < probability

    def bell(self, n: int) -> Floats:
        """``n`` numbers of mean 0 and variance 1, bell-shaped between -3.5 and 3.5 (sum of four uniforms)."""
        raw = self._raw(n)
        parts = sum((raw >> np.uint64(shift)) & np.uint64(0xFFFF) for shift in (0, 16, 32, 48))
        return (np.asarray(parts).astype(np.float64) - 131070.0) / (65536.0 * float(np.sqrt(1.0 / 3.0)))

    def long_tail(self, n: int) -> Floats:
        """``n`` waits or amounts of mean 1 with a heavy right tail (Lomax with shape 4, by square roots only)."""
        return 3.0 * (1.0 / np.sqrt(np.sqrt(1.0 - self.share(n))) - 1.0)

    def choice(self, n: int, weights: Sequence[float] | Floats) -> Integers:
        """``n`` positions of ``weights``, each as often as its weight says."""
        return wheel(weights)[(self._raw(n) >> np.uint64(48)).astype(np.int64)]

    def order(self, n: int) -> list[int]:
        """The positions 0..n-1, shuffled."""
        return [int(position) for position in np.argsort(self.share(n), kind="stable")]

    def _raw(self, n: int) -> npt.NDArray[np.uint64]:
        return np.asarray(self._bits.random_raw(n), dtype=np.uint64)


def wheel(weights: Sequence[float] | Floats) -> Integers:
    """65,536 slots shared out among the weights; a weight of zero gets none."""
    given = np.asarray(weights, dtype=np.float64)
    ends = np.floor(np.cumsum(given) * (_SLOTS / float(np.cumsum(given)[-1])) + 0.5).astype(np.int64)
    ends[-1] = _SLOTS
    return np.repeat(np.arange(len(given), dtype=np.int64), np.diff(ends, prepend=0))
