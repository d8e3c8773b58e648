"""The common form of all sources: a header, and chunks of cells as text, every record counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from steelyard.engine.problems import Problem

Cells: TypeAlias = Any  # pyarrow ships no types: an Array of string or binary
Rows: TypeAlias = npt.NDArray[np.int64]

TEXT, NUMBER, DATE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that could not be split into cells."""

    row: int
    code: str
    raw: bytes | str


@dataclass(frozen=True, slots=True)
class Spoilt:
    """One cell of a workbook that must not be read: index in the chunk, position, why, what stands there."""

    index: int
    position: int
    code: str
    raw: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """``records`` is counted apart from the parsing: rows + broken + blank must give it.

    ``cells``: by position in the header, text or (in a not yet decoded file) bytes, one per row.
    ``kinds``: by position, what a workbook says a cell is (`TEXT`, `NUMBER`, `DATE`).
    """

    records: int
    blank: int
    rows: Rows
    cells: dict[int, Cells]
    broken: Sequence[Broken] = ()
    spoilt: Sequence[Spoilt] = ()
    kinds: dict[int, npt.NDArray[np.uint8]] = field(default_factory=dict)

    def accounted(self) -> int:
        return len(self.rows) + len(self.broken) + self.blank


class Source(Protocol):
    """An opened file. ``chunks`` yields work that may run on other threads; order is kept by who runs it."""

    @property
    def header(self) -> Sequence[str]: ...
    @property
    def titles(self) -> int: ...
    @property
    def encoding(self) -> str: ...
    def chunks(self, positions: Sequence[int]) -> Iterator[Callable[[], Chunk]]: ...
    def remarks(self) -> list[Problem]: ...
