"""Where a runner finds the rows of a table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa

from steelyard.lake.record.snapshot import TableSource


@dataclass(frozen=True, slots=True)
class Replaced:
    """The rows of ``source.files`` that newer rows replaced: those that ``source.superseded`` names and
    ``before``, the same file of an earlier snapshot, does not."""

    source: TableSource
    before: Path | None


Source: TypeAlias = TableSource | Replaced | pa.Table
