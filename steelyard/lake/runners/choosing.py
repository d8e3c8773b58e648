"""Which engine answers, by the word on the command line: our own, DuckDB in this process, or a Spark cluster."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.lake.runners import direct_runner, duckdb_runner, spark_runner
from steelyard.lake.runners.direct_runner import DirectRunner
from steelyard.lake.runners.duckdb_runner import DuckDBRunner, Source
from steelyard.lake.runners.spark_runner import SparkRunner

CATALOGUE.add(
    {
        "engine-unknown": (
            "没有计算引擎“{engine}”；请写 direct、duckdb、spark://local 或 spark://主机:端口",
            "there is no engine '{engine}'; write direct, duckdb, spark://local or spark://HOST:PORT",
        ),
        "engine-memory-unclear": (
            "看不懂内存上限“{memory}”；请写如 512MB、2GB",
            "the memory limit '{memory}' is not clear; write for example 512MB or 2GB",
        ),
    }
)

DIRECT, DUCKDB, LOCAL = "direct", "duckdb", "spark://local"
_CLUSTER = re.compile(r"spark://[^\s:/,]+:\d+(,[^\s:/,]+:\d+)*")
_UNITS = {"K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_MEMORY = re.compile(r"(\d+)\s*([kmgt])(i?b)?", re.IGNORECASE)


def require(engine: str) -> None:
    """Raises ``engine-unknown`` before anything was begun."""
    if engine not in (DIRECT, DUCKDB, LOCAL) and not _CLUSTER.fullmatch(engine):
        raise refuse("engine-unknown", engine=engine)


def connect(
    engine: str,
    sources: Mapping[str, Source],
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
    number, unit = _memory(memory)
    if engine == DIRECT:
        held = number * _UNITS[unit]
        return direct_runner.connect(sources, threads=threads, memory=held, prepared=prepared)
    if engine == DUCKDB:
        return duckdb_runner.connect(sources, threads=threads, memory=f"{number}{unit}B")
    master = f"local[{threads}]" if engine == LOCAL else engine
    return spark_runner.connect(sources, master=master, threads=threads, memory=f"{number}{unit.lower()}")


def _memory(written: str) -> tuple[int, str]:
    """``2GB`` as 2 and ``G``."""
    found = _MEMORY.fullmatch(written.strip())
    if found is None or not int(found[1]):
        raise refuse("engine-memory-unclear", memory=written)
    return int(found[1]), found[2].upper()
