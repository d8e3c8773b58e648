"""One sheet of a workbook. What is written is read: no cached results of formulas, no errors, no merged guesses."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from steelyard.engine.model.facts import Feed
from steelyard.engine.problems import NOWHERE, Problem, refuse
from steelyard.lake.intake.limits import Limits
from steelyard.lake.intake.sources.cells import CellReader, coordinates
from steelyard.lake.intake.sources.chunks import Chunk, Spoilt
from steelyard.lake.intake.sources.package import Package
from steelyard.lake.intake.sources.workbook import open_workbook

ROWS = 50_000


class Sheet:
    """An opened sheet; only cells that exist take space, whatever extent the sheet claims."""

    encoding = "utf-8"

    def __init__(self, path: Path, feed: Feed, limits: Limits) -> None:
        package = Package(path, limits)
        self.book = open_workbook(package, feed.sheet)
        self.found = CellReader(self.book, limits)
        package.parse(self.book.member, self.found.start, self.found.end, frozenset({"v", "f", "t"}))
        self.feed, self.limits = feed, limits
        self.titles = feed.header - 1
        self.header = self._read_header()
        self.rows = sorted(row for row in self.found.rows if row > feed.header)

    def _read_header(self) -> list[str]:
        row = self.found.rows.get(self.feed.header, {})
        merged = [area for area in self.found.merged if area.top <= self.feed.header <= area.bottom]
        if merged:
            raise refuse("header-merged", NOWHERE, found=merged[0].text)
        texts = {at: cell.text for at, cell in row.items() if cell.text.strip()}
        if not texts:
            raise refuse("file-empty", NOWHERE, row=self.feed.header)
        width = max(texts) + 1
        if width > self.limits.columns:
            raise refuse("file-limit", NOWHERE, what="列 columns", found=width, limit=self.limits.columns)
        return [texts.get(at, "") for at in range(width)]

    def remarks(self) -> list[Problem]:
        hidden = [row for row in self.found.hidden_rows if row >= self.feed.header]
        columns = [at for at in self.found.hidden_columns if at < len(self.header)]
        places = [
            ("行 rows", [str(row) for row in hidden]),
            ("列 columns", [coordinates(1, at)[:-1] for at in columns]),
            ("工作表 sheet", [self.feed.sheet or ""] if self.book.hidden else []),
        ]
        remarks = [
            Problem("file-hidden", NOWHERE, {"what": what, "count": len(found), "first": found[0]}, "warning")
            for what, found in places
            if found
        ]
        return remarks + self._outside()

    def _outside(self) -> list[Problem]:
        width = len(self.header)
        stray = [(r, at) for r in self.rows for at, cell in self.found.rows[r].items() if at >= width and cell.text]
        if not stray:
            return []
        params = {"count": len(stray), "first": coordinates(*stray[0])}
        return [Problem("file-outside", NOWHERE, params, "warning")]

    def chunks(self, positions: Sequence[int]) -> Iterator[Callable[[], Chunk]]:
        for start in range(0, len(self.rows), ROWS):
            yield partial(self._chunk, self.rows[start : start + ROWS], tuple(positions))

    def _chunk(self, rows: list[int], positions: tuple[int, ...]) -> Chunk:
        cells, kinds = {}, {}
        spoilt: list[Spoilt] = []
        for at in positions:
            column = [self.found.rows[row].get(at) for row in rows]
            cells[at] = pa.array([cell.text if cell else None for cell in column], pa.string())
            kinds[at] = np.array([cell.kind if cell else 0 for cell in column], dtype=np.uint8)
            spoilt += [Spoilt(i, at, cell.spoilt, cell.text) for i, cell in enumerate(column) if cell and cell.spoilt]
        spoilt += self._merged(rows, positions)
        return Chunk(len(rows), 0, np.array(rows, dtype=np.int64), cells, (), spoilt, kinds)

    def _merged(self, rows: list[int], positions: tuple[int, ...]) -> Iterator[Spoilt]:
        """Every cell under a merge: a value stands in one of them and seems to hold for all."""
        for area in self.found.merged:
            for row in range(max(area.top, rows[0]), min(area.bottom, rows[-1]) + 1):
                index = bisect_right(rows, row) - 1
                if rows[index] == row:
                    yield from (Spoilt(index, at, "cell-merged", area.text) for at in positions if area.covers(at))
