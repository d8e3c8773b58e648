"""DuckDB in this process, locked: it sees the files of the given tables and nothing else, and cannot be unlocked.

DuckDB does not claim to be a security boundary. Rule text never becomes SQL text (`engine.sql`); these settings are
the second wall (spec R-31): no other file, no network, no extension, no Python variable, fixed threads and memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Literal

import duckdb
import pyarrow as pa

from steelyard.engine.planning.runner import Whole
from steelyard.engine.problems import refuse
from steelyard.engine.sql.asking import Asking
from steelyard.lake.record.snapshot import TableSource
from steelyard.lake.runners.clock import stopping
from steelyard.lake.runners.columns import exact
from steelyard.lake.runners.source import Replaced, Source
from steelyard.lake.runners.views import empty, listed, literal, paths, quoted
from steelyard.lake.scratch import Scratch

ENGINE = "DuckDB"


def connect(
    sources: Mapping[str, Source],
    *,
    threads: int = 2,
    memory: str = "2GB",
    timeout: float = 600,
) -> DuckDBRunner:
    """A runner over these tables. ``timeout``: seconds for one answer. What overflows memory goes to a `Scratch`."""
    return DuckDBRunner(sources, threads, memory, timeout)


class DuckDBRunner(Asking):
    """See `connect`. Closing removes what was spilled; one thread at a time may ask."""

    dialect: Literal["duckdb"] = "duckdb"

    def __init__(
        self,
        sources: Mapping[str, Source],
        threads: int,
        memory: str,
        timeout: float,
    ) -> None:
        self._memory, self._timeout = memory, timeout
        self._spill = Scratch("spill")
        self._connection = duckdb.connect(":memory:", config={"threads": threads, "memory_limit": memory})
        self.scans = 0
        files = [file for source in sources.values() for file in _files(source)]
        for name, source in sources.items():
            self._register(name, source)
        self.members([])
        self._lock(files)

    def answer(self, sql: str) -> Mapping[str, Whole | list[str]]:
        """The columns of one query; see `engine.sql.asking`."""
        self.scans += 1
        with self._guarded():
            return exact(self._connection.sql(sql).to_arrow_table(), ENGINE)

    def members(self, pairs: Sequence[tuple[str, str]]) -> None:
        codes, subjects = pa.array([code for code, _ in pairs], pa.string()), [subject for _, subject in pairs]
        table = pa.table({"code": codes, "subject": pa.array(subjects, pa.string())})
        self._connection.register("_members", table)

    def close(self) -> None:
        self._connection.close()
        self._spill.close()

    def __enter__(self) -> DuckDBRunner:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _register(self, name: str, source: Source) -> None:
        if isinstance(source, pa.Table):
            self._connection.register(name, source)
            return
        self._connection.execute(f"CREATE VIEW {quoted(name, 'duckdb')} AS {_view(source)}")

    def _lock(self, files: Sequence[Path]) -> None:
        """The order matters: paths are allowed before access is shut, and the lock comes last."""
        allowed = ", ".join(literal(str(file)) for file in files)
        for setting in (
            "preserve_insertion_order = false",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "allow_community_extensions = false",
            "python_enable_replacements = false",
            "TimeZone = 'UTC'",
            f"temp_directory = {literal(str(self._spill.path))}",
            f"allowed_paths = [{allowed}]",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            self._connection.execute(f"SET {setting}")

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Stops after the time limit; errors of the engine become problems."""
        try:
            with stopping(self._timeout, self._connection.interrupt):
                yield
        except duckdb.InterruptException as error:
            raise refuse("engine-timeout", engine=ENGINE, seconds=self._timeout) from error
        except duckdb.OutOfMemoryException as error:
            raise refuse("engine-memory", engine=ENGINE, memory=self._memory, reason=_first_line(error)) from error
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            raise refuse("engine-overflow", engine=ENGINE, reason=_first_line(error)) from error
        except duckdb.Error as error:
            raise refuse("engine-failed", engine=ENGINE, reason=_first_line(error)) from error


def _files(source: Source) -> list[Path]:
    if isinstance(source, pa.Table):
        return []
    if isinstance(source, Replaced):
        return [*paths(source.source), *([source.before] if source.before else [])]
    return paths(source)


def _view(source: TableSource | Replaced) -> str:
    stored = source.source if isinstance(source, Replaced) else source
    if not stored.files:
        return empty(stored.columns, "duckdb")
    files = ", ".join(literal(str(file)) for file in stored.files)
    rows = f"read_parquet([{files}], union_by_name = true)"
    if isinstance(source, Replaced):
        rows = _joined(_joined(rows, "SEMI", stored.superseded), "ANTI", source.before)
    else:
        rows = _joined(rows, "ANTI", stored.superseded)
    return f"SELECT {listed(stored, 'duckdb')} FROM {rows}"


def _joined(rows: str, kind: Literal["SEMI", "ANTI"], named: Path | None) -> str:
    """The rows that a file of (_batch, _row) names, or those that it does not; all of them where there is none."""
    if named is None:
        return rows
    return f"(SELECT * FROM {rows} {kind} JOIN read_parquet({literal(str(named))}) AS named USING (_batch, _row))"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
