"""Which engine answers, by the word on the command line: our own, DuckDB in this process, or a Spark cluster."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.lake.record.snapshot import TableSource
from steelyard.lake.runners import direct_runner, duckdb_runner, spark_runner
from steelyard.lake.runners.direct_runner import DirectRunner
from steelyard.lake.runners.duckdb_runner import DuckDBRunner
from steelyard.lake.runners.spark_runner import SparkRunner

CATALOGUE.add(
    {
        "engine-unknown": (
            "没有计算引擎“{engine}”；请写 direct、duckdb、spark://local 或 spark://主机:端口",
            "there is no engine '{engine}'; write direct, duckdb, spark://local or spark://HOST:PORT",
        ),
        "engine-memory-unclear": (
            "看不懂内存上限“{memory}”；Spark 请写如 512MB、2GB",
            "the memory limit '{memory}' is not clear; for Spark write for example 512MB or 2GB",
        ),
    }
)

DIRECT, DUCKDB, LOCAL = "direct", "duckdb", "spark://local"
_CLUSTER = re.compile(r"spark://[^\s:/,]+:\d+(,[^\s:/,]+:\d+)*")
_MEMORY = re.compile(r"(\d+)\s*([kmgt])(i?b)?", re.IGNORECASE)


def require(engine: str) -> None:
    """Raises ``engine-unknown`` before anything was begun."""
    if engine not in (DIRECT, DUCKDB, LOCAL) and not _CLUSTER.fullmatch(engine):
        raise refuse("engine-unknown", engine=engine)


def connect(
    engine: str,
    sources: Mapping[str, TableSource | pa.Table],
    *,
    threads: int,
    memory: str,
    prepared: Path | None = None,
) -> DirectRunner | DuckDBRunner | SparkRunner:
    """A runner over these tables. ``engine``: ``direct``, ``duckdb``, ``spark://local``, or the URL of a Spark master.

    ``memory``: of this process, on a cluster of each executor. ``prepared``: where the direct engine keeps files made
    ready for reading; None: nowhere. Raises ``engine-unknown``,
    ``engine-memory-unclear``, ``engine-spark-missing``, ``engine-spark-unreachable``.
    """
    require(engine)
    if engine == DIRECT:
        return direct_runner.connect(sources, threads=threads, memory=memory, prepared=prepared)
    if engine == DUCKDB:
        return duckdb_runner.connect(sources, threads=threads, memory=memory)
    master = f"local[{threads}]" if engine == LOCAL else engine
    return spark_runner.connect(sources, master=master, threads=threads, memory=_spark_memory(memory))


def _spark_memory(written: str) -> str:
    """``2GB`` as Spark writes it: ``2g``."""
    found = _MEMORY.fullmatch(written.strip())
    if found is None:
        raise refuse("engine-memory-unclear", memory=written)
    return found[1] + found[2].lower()
