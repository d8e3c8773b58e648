"""The one thing that the engine asks of the outside: the numbers of these scans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from steelyard.engine.planning.rolling import Answer
    from steelyard.engine.planning.scans import Scan
    from steelyard.engine.planning.subjects import Subjects

Dialect: TypeAlias = Literal["duckdb", "spark"]
Whole: TypeAlias = npt.NDArray[np.int64] | npt.NDArray[np.object_]
"""Exact integers: int64, or Python ints where a number is wider than 63 bits."""


class Runner(Protocol):
    """Adds up rows of the declared tables."""

    def answers(self, asked: Sequence[tuple[Scan, Subjects]]) -> list[Answer]:
        """The answer to each scan, in order. A monthly scan is answered for every code that its rows name, any other
        for its subjects; codes that nobody asked for may come too.

        Raises `Refused`: ``engine-overflow``, ``engine-timeout``, ``engine-memory``, ``engine-failed``.
        """
