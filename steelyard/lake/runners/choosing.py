"""Which engine answers, by the word on the command line: our own, DuckDB in this process, or a Spark cluster."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from steelyard.engine.problems import CATALOGUE, Problem, Refused
from steelyard.lake.runners import direct_runner
from steelyard.lake.runners.direct_runner import DirectRunner
from steelyard.lake.runners.source import Source

if TYPE_CHECKING:
    from steelyard.lake.runners.duckdb_runner import DuckDBRunner
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
        "engine-memory-range": (
            "内存上限 {memory} 不在 64MB 与 64TB 之间；请写如 512MB、2GB",
            "the memory limit {memory} is not between 64MB and 64TB; write for example 512MB or 2GB",
        ),
        "engine-threads": (
            "处理器核数 {threads} 不在 1 与 1024 之间",
            "{threads} processor cores are not between 1 and 1024",
        ),
    }
)

DIRECT, DUCKDB, LOCAL = "direct", "duckdb", "spark://local"
_CLUSTER = re.compile(r"spark://[^\s:/,]+:\d+(,[^\s:/,]+:\d+)*")
_UNITS = {"K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_MEMORY = re.compile(r"([0-9]{1,12})\s*([kmgt])(i?b)?", re.IGNORECASE)
_LEAST, _MOST = 64 * _UNITS["M"], 64 * _UNITS["T"]
_CORES = 1024


def require(engine: str, threads: int, memory: str) -> None:
    """Raises ``engine-unknown``, ``engine-threads``, ``engine-memory-unclear`` and ``engine-memory-range``, all that
    apply, before anything was begun."""
    problems = []
    if engine not in (DIRECT, DUCKDB, LOCAL) and not _CLUSTER.fullmatch(engine):
        problems.append(Problem("engine-unknown", params={"engine": engine}))
    if not 1 <= threads <= _CORES:
        problems.append(Problem("engine-threads", params={"threads": threads}))
    found = _MEMORY.fullmatch(memory.strip())
    if found is None:
        problems.append(Problem("engine-memory-unclear", params={"memory": memory}))
    elif not _LEAST <= int(found[1]) * _UNITS[found[2].upper()] <= _MOST:
        problems.append(Problem("engine-memory-range", params={"memory": memory}))
    if problems:
        raise Refused(problems)


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
    ready for reading; None: nowhere. Raises what `require` does, ``engine-spark-missing``,
    ``engine-spark-unreachable``.
    """
    require(engine, threads, memory)
    number, unit = _memory(memory)
    if engine == DIRECT:
        held = number * _UNITS[unit]
        return direct_runner.connect(sources, threads=threads, memory=held, prepared=prepared)
    from steelyard.lake.runners import duckdb_runner, spark_runner  # whoever wants neither need not wait for them

    if engine == DUCKDB:
        return duckdb_runner.connect(sources, threads=threads, memory=f"{number}{unit}B")
    master = f"local[{threads}]" if engine == LOCAL else engine
    return spark_runner.connect(sources, master=master, threads=threads, memory=f"{number}{unit.lower()}")


def _memory(written: str) -> tuple[int, str]:
    """``2GB`` as 2 and ``G``."""
    number, unit = _MEMORY.fullmatch(written.strip()).groups()[:2]  # type: ignore[union-attr]  # `require` saw it
    return int(number), unit.upper()
