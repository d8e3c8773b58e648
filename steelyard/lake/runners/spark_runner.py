"""Apache Spark by the URL of its master: the same scans over the same files, for what one machine cannot hold.

An optional extra of the package (``steelyard[spark]``); needs Java 17. ANSI mode makes every overflow an error, and
text substitution is off, because Spark would otherwise read ``${…}`` inside a quoted text.
"""

from __future__ import annotations

import logging
import os
import shutil
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from steelyard.engine.planning.runner import Whole
from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.engine.sql.asking import Asking
from steelyard.lake.record.snapshot import TableSource
from steelyard.lake.runners.clock import stopping
from steelyard.lake.runners.columns import exact
from steelyard.lake.runners.views import empty, listed, quoted
from steelyard.lake.scratch import Scratch

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

CATALOGUE.add(
    {
        "engine-spark-missing": (
            "没有安装 Spark（{reason}）；请安装 steelyard[spark] 和 Java 17，或改用 DuckDB",
            "Spark is not installed ({reason}); install steelyard[spark] and Java 17, or use DuckDB",
        ),
        "engine-spark-unreachable": (
            "连不上 Spark 主节点 {master}（{reason}）；请核对主机与端口，或改用 DuckDB",
            "the Spark master {master} cannot be reached ({reason}); check host and port, or use DuckDB",
        ),
    }
)

ENGINE = "Spark"
SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.variable.substitute": "false",
    "spark.sql.groupByOrdinal": "true",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def connect(
    sources: Mapping[str, TableSource | pa.Table],
    *,
    master: str,
    threads: int = 2,
    memory: str = "2g",
    timeout: float = 3600,
    address: str | None = None,
    options: Mapping[str, str] | None = None,
) -> SparkRunner:
    """A runner on the cluster at ``master`` (``spark://host:7077``, ``local[2]``).

    ``threads``: partitions of a shuffle; ``memory``: of each executor and of the driver; ``address``: where executors
    find this process, when it is not the machine's own name; ``options``: further settings of the cluster, which
    cannot undo `SETTINGS`. Raises ``engine-spark-missing``, ``engine-spark-unreachable``.
    """
    _require(master)
    folder = Scratch("spark")
    # By default Spark makes a warehouse in the working folder, and spills to the folder of all that is temporary.
    place = {"spark.sql.warehouse.dir": str(folder.path), "spark.local.dir": str(folder.path)}
    session = _session(master, threads, memory, address or _address(master), {**place, **(options or {})})
    return SparkRunner(session, sources, timeout, memory, folder)


class SparkRunner(Asking):
    """See `connect`. ``scans`` counts the queries that were answered."""

    dialect: Literal["spark"] = "spark"

    def __init__(
        self,
        session: SparkSession,
        sources: Mapping[str, TableSource | pa.Table],
        timeout: float,
        memory: str,
        folder: Scratch,
    ) -> None:
        self._session, self._timeout, self._memory, self._folder = session, timeout, memory, folder
        self.scans = 0
        for name, source in sources.items():
            self.register(name, source)
        self.members([])

    def register(self, name: str, source: TableSource | pa.Table) -> None:
        """Puts a table in place of what had its name."""
        if isinstance(source, pa.Table):
            self._session.createDataFrame(source).createOrReplaceTempView(name)
            return
        if not source.files:
            self._session.sql(empty(source.columns, "spark")).createOrReplaceTempView(name)
            return
        rows = self._session.read.option("mergeSchema", "true").parquet(*map(str, source.files))
        if source.superseded:
            replaced = self._session.read.parquet(str(source.superseded)).select("_batch", "_row")
            rows = rows.join(replaced, ["_batch", "_row"], "left_anti")
        rows.createOrReplaceTempView("_stored")
        view = self._session.sql(f"SELECT {listed(source, 'spark')} FROM {quoted('_stored', 'spark')}")
        view.createOrReplaceTempView(name)

    def answer(self, sql: str) -> Mapping[str, Whole | list[str]]:
        """The columns of one query; see `engine.sql.asking`."""
        self.scans += 1
        with self._guarded():
            return exact(self._session.sql(sql).toArrow(), ENGINE)

    def members(self, pairs: Sequence[tuple[str, str]]) -> None:
        codes, subjects = pa.array([code for code, _ in pairs], pa.string()), [subject for _, subject in pairs]
        self.register("_members", pa.table({"code": codes, "subject": pa.array(subjects, pa.string())}))

    def close(self) -> None:
        self._session.stop()
        self._folder.close()

    def __enter__(self) -> SparkRunner:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Stops after the time limit; errors of the cluster become problems."""
        with stopping(self._timeout, self._session.sparkContext.cancelAllJobs) as late:
            try:
                yield
            except Exception as error:
                if not _of_spark(error):
                    raise
                if late.is_set():
                    raise refuse("engine-timeout", engine=ENGINE, seconds=self._timeout) from error
                raise self._problem(str(error)) from error

    def _problem(self, text: str) -> Exception:
        reason = next((line for line in text.splitlines() if line.strip()), text)
        if any(word in text for word in ("OVERFLOW", "NUMERIC_VALUE_OUT_OF_RANGE", "ARITHMETIC")):
            return refuse("engine-overflow", engine=ENGINE, reason=reason)
        if "OutOfMemory" in text:
            return refuse("engine-memory", engine=ENGINE, memory=self._memory, reason=reason)
        return refuse("engine-failed", engine=ENGINE, reason=reason)


def _of_spark(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] in ("py4j", "pyspark")


def _require(master: str) -> None:
    """Java is there, and somebody listens at the master's address: said at once, not after a minute of trying."""
    java = shutil.which("java", path=os.path.join(os.environ.get("JAVA_HOME", ""), "bin")) or shutil.which("java")
    if java is None:
        raise refuse("engine-spark-missing", reason="java")
    if not master.startswith("spark://"):
        return
    reasons = []
    for place in master.removeprefix("spark://").split(","):
        host, _, port = place.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=10).close()
            return
        except OSError as error:
            reasons.append(f"{place}: {error.strerror or error}")
    raise refuse("engine-spark-unreachable", master=master, reason="; ".join(reasons))


def _address(master: str) -> str | None:
    """A cluster on this machine finds us by the address by which we find it; others by the machine's own name."""
    host = master.removeprefix("spark://").rpartition(":")[0]
    with suppress(OSError):
        if socket.gethostbyname(host).startswith("127."):
            return "127.0.0.1"
    return None


def _session(master: str, threads: int, memory: str, address: str | None, options: Mapping[str, str]) -> SparkSession:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise refuse("engine-spark-missing", reason=str(error)) from error
    settings = {**options, **SETTINGS, "spark.driver.memory": memory, "spark.executor.memory": memory}
    settings["spark.sql.shuffle.partitions"] = str(threads)
    if address or master.startswith("local"):
        settings |= {"spark.driver.host": address or "127.0.0.1", "spark.driver.bindAddress": address or "127.0.0.1"}
    builder = SparkSession.builder.appName("steelyard").master(master)
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:  # pyspark raises its own kinds when there is no Java or no cluster
        raise refuse("engine-spark-missing", reason=str(error).splitlines()[0]) from error
    session.sparkContext.setLogLevel("OFF")  # what goes wrong is told once, as a problem
    logging.getLogger("SQLQueryContextLogger").disabled = True
    return session
