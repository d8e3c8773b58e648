"""CSV whose quoted cells may hold line breaks (``lines: many``): slower, one record at a time, strict quotes."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from steelyard.engine.model.facts import Feed
from steelyard.engine.problems import NOWHERE, Problem, refuse
from steelyard.lake.intake.limits import Limits
from steelyard.lake.intake.sources.chunks import Broken, Chunk

RECORDS = 50_000
LONGEST = 1_000  # lines of one record: a stray quote is noticed before it swallows a year


class QuotedFile:
    """An opened CSV file. A record's number is that of its first line."""

    encoding = "utf-8"

    def __init__(self, path: Path, feed: Feed, limits: Limits) -> None:
        self.feed, self.limits = feed, limits
        csv.field_size_limit(limits.record_bytes)
        encoding = "utf-8-sig" if feed.encoding == "utf-8" else feed.encoding
        self.stream = path.open(encoding=encoding, newline="")
        self.reader = csv.reader(self.stream, delimiter=feed.delimiter, strict=True)
        self.titles = feed.header - 1
        records = self._records()
        rows = [next(records, None) for _ in range(feed.header)]
        if rows[-1] is None:
            raise refuse("file-empty", NOWHERE, row=feed.header)
        self.header = rows[-1][1]
        self.rest = records

    def remarks(self) -> list[Problem]:
        return []

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Every record with the number of its first line."""
        before = 0
        try:
            for cells in self.reader:
                if self.reader.line_num - before > LONGEST:
                    raise refuse("file-quotes", NOWHERE, row=before + 1, reason=f"> {LONGEST} 行 lines")
                yield before + 1, cells
                before = self.reader.line_num
        except csv.Error as error:
            raise refuse("file-quotes", NOWHERE, row=before + 1, reason=str(error)) from error
        except UnicodeDecodeError as error:
            raise refuse("file-not-text", NOWHERE, encoding=self.feed.encoding, row=before + 1) from error

    def chunks(self, positions: Sequence[int]) -> Iterator[Callable[[], Chunk]]:
        held: list[tuple[int, list[str]]] = []
        for record in self.rest:
            held.append(record)
            if len(held) == RECORDS:
                yield partial(self._chunk, held, tuple(positions))
                held = []
        if held:
            yield partial(self._chunk, held, tuple(positions))

    def _chunk(self, held: list[tuple[int, list[str]]], positions: tuple[int, ...]) -> Chunk:
        width = len(self.header)
        good = [(row, cells) for row, cells in held if len(cells) == width]
        broken = [Broken(r, "row-ragged", ",".join(cells)) for r, cells in held if cells and len(cells) != width]
        blank = sum(not cells for _, cells in held)
        columns = {at: pa.array([cells[at] for _, cells in good], pa.string()) for at in positions}
        rows = np.array([row for row, _ in good], dtype=np.int64)
        return Chunk(len(held), blank, rows, columns, broken)
