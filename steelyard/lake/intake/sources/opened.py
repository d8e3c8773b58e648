"""The right reader for a feed."""

from __future__ import annotations

from pathlib import Path

from steelyard.engine.problems import NOWHERE, refuse
from steelyard.lake.intake.job import Job
from steelyard.lake.intake.sources.chunks import Source
from steelyard.lake.intake.sources.columnar import ColumnarFile
from steelyard.lake.intake.sources.quoted import QuotedFile
from steelyard.lake.intake.sources.sheet import Sheet
from steelyard.lake.intake.sources.text import TextFile


def opened(path: Path, job: Job) -> Source:
    """Raises `Refused` when the file is not what its feed says, whatever its name ends with."""
    feed, limits = job.read_as, job.limits
    if feed.format == "xlsx":
        if job.size > limits.workbook_bytes:
            raise refuse("file-limit", NOWHERE, what="字节 bytes", found=job.size, limit=limits.workbook_bytes)
        return Sheet(path, feed, limits)
    if feed.format == "parquet":
        return ColumnarFile(path)
    return QuotedFile(path, feed, limits) if feed.lines == "many" else TextFile(path, feed, limits)
