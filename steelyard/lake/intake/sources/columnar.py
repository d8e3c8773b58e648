"""Parquet. Its values go through the same grammar as text, so a cell gets one verdict whichever door it comes by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from steelyard.engine.problems import NOWHERE, Problem, refuse
from steelyard.lake.intake.sources.chunks import Cells, Chunk

ROWS = 122_880


class ColumnarFile:
    """An opened Parquet file; row 1 is its first row."""

    encoding = "utf-8"
    titles = 0

    def __init__(self, path: Path) -> None:
        try:
            self.file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(error) from error
        self.header = list(self.file.schema_arrow.names)

    def remarks(self) -> list[Problem]:
        return []

    def chunks(self, positions: Sequence[int]) -> Iterator[Callable[[], Chunk]]:
        names = [self.header[position] for position in positions]
        row = 1
        try:
            for batch in self.file.iter_batches(ROWS, columns=names):
                yield partial(self._chunk, batch, row, tuple(positions))
                row += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(error) from error
        if row - 1 != self.file.metadata.num_rows:
            raise refuse("rows-unaccounted", NOWHERE, records=self.file.metadata.num_rows, found=row - 1)

    def _chunk(self, batch: Cells, row: int, positions: tuple[int, ...]) -> Chunk:
        cells = {at: self._text(batch.column(self.header[at]), self.header[at]) for at in positions}
        count = batch.num_rows
        return Chunk(count, 0, np.arange(row, row + count), cells)

    def _text(self, values: Cells, name: str) -> Cells:
        """The exact text of exact types; a binary float has none."""
        kind = values.type
        if pa.types.is_dictionary(kind):
            values, kind = values.dictionary_decode(), kind.value_type
        exact = (pa.types.is_string, pa.types.is_large_string, pa.types.is_integer, pa.types.is_date, pa.types.is_null)
        if any(check(kind) for check in exact) or (pa.types.is_decimal(kind) and kind.scale >= 0):
            return values.cast(pa.string())
        if pa.types.is_boolean(kind):
            return pc.if_else(values, "true", "false")
        if pa.types.is_timestamp(kind) and kind.tz is None:
            try:
                return values.cast(pa.timestamp("s")).cast(pa.string())
            except pa.ArrowInvalid:
                pass  # parts of a second: refused below rather than cut off
        raise refuse("file-parquet-type", NOWHERE, column=name, type=str(kind))


def _unreadable(error: Exception) -> Exception:
    return refuse("file-not-parquet", NOWHERE, reason=str(error).splitlines()[0][:200])
