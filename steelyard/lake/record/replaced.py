"""Rows that newer rows replaced, each as one number: its batch and its row in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

WHICH = ("_batch", "_row")
Keys = npt.NDArray[np.int64]


def replaced(path: Path | None) -> Keys:
    """The keys that a file of replaced rows names, in order and each once; none without a file."""
    return np.empty(0, np.int64) if path is None else np.unique(key(pq.read_table(path, columns=list(WHICH))))


def key(rows: pa.Table) -> Keys:
    """Of every row."""
    batch, row = (rows.column(name).to_numpy().astype(np.int64) for name in WHICH)
    found: Keys = (batch << 32) | row
    return found


def between(keys: Keys, first: int, last: int) -> Keys:
    """Those of these batches, both included."""
    found: Keys = keys[np.searchsorted(keys, first << 32) : np.searchsorted(keys, (last + 1) << 32)]
    return found


def standing_rows(files: Iterable[Path], superseded: Path | None) -> Iterator[dict[str, Any]]:
    """Every row of a table that no newer one replaced, with its batch and row."""
    gone = replaced(superseded)
    for path in files:
        rows = pq.read_table(path)
        yield from rows.filter(pa.array(np.isin(key(rows), gone, invert=True))).to_pylist()
