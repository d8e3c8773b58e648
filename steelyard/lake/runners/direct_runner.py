"""The engine's own totalling over stored blocks; DuckDB is asked only what it cannot do itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from steelyard.engine.planning.rolling import Answer
from steelyard.engine.planning.scans import Scan
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.totalling.answering import Direct
from steelyard.lake.runners.blocks import StoredBlocks
from steelyard.lake.runners.source import Source

if TYPE_CHECKING:
    from steelyard.lake.runners.duckdb_runner import DuckDBRunner

BYTES_HELD = 64
"""What sorting a row's key with its conditions takes at most."""


def connect(
    sources: Mapping[str, Source], *, threads: int = 2, memory: int = 2 * 10**9, prepared: Path | None = None
) -> DirectRunner:
    """A runner over these tables. ``threads``: so many tables are read at once; ``memory``: bytes.
    ``prepared``: the folder of files made ready for reading, None when none are kept."""
    return DirectRunner(sources, threads, memory, prepared)


class DirectRunner:
    """See `connect`. The database is opened when it is needed first."""

    def __init__(self, sources: Mapping[str, Source], threads: int, memory: int, prepared: Path | None) -> None:
        self._sources, self._threads, self._memory = sources, threads, memory
        self._database: DuckDBRunner | None = None
        held = memory // 2 // threads // BYTES_HELD
        self._pool = ThreadPoolExecutor(threads, "tables")
        self._direct = Direct(StoredBlocks(sources, prepared), self._other, held, self._pool.map)

    def answers(self, asked: Sequence[tuple[Scan, Subjects]]) -> list[Answer]:
        """See `engine.planning.runner.Runner`."""
        return self._direct.answers(asked)

    def close(self) -> None:
        self._pool.shutdown()
        if self._database:
            self._database.close()

    def __enter__(self) -> DirectRunner:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _other(self) -> DuckDBRunner:
        if self._database is None:
            from steelyard.lake.runners import duckdb_runner  # few rules need it, and it takes a second to load

            self._database = duckdb_runner.connect(self._sources, threads=self._threads, memory=f"{self._memory}B")
        return self._database
