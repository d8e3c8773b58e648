"""The one thing that the engine asks of the outside: answer this SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Dialect: TypeAlias = Literal["duckdb", "spark"]
Whole: TypeAlias = npt.NDArray[np.int64] | npt.NDArray[np.object_]
"""Exact integers: int64, or Python ints where a number is wider than 63 bits."""


class Runner(Protocol):
    """Answers SQL over the declared tables, and over ``_members(code, subject)`` once `members` was called."""

    @property
    def dialect(self) -> Dialect: ...

    def answer(self, sql: str) -> Mapping[str, Whole | list[str]]:
        """The columns of the result. Numbers come as exact integers without gaps, texts as lists.

        Raises `Refused`: ``engine-overflow``, ``engine-timeout``, ``engine-memory``, ``engine-failed``.
        """

    def members(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Puts these pairs into ``_members``: a row with this code counts for this subject."""
