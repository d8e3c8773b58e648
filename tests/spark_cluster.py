"""A real Spark cluster for one test session: a master and two workers on loopback, all of it ended afterwards."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

PATIENCE = 90
"""Seconds for each part of the cluster to come up."""
_MASTER = re.compile(r"Starting Spark master at (spark://127\.0\.0\.1:\d+)")
_JOINED = re.compile(r"Registering worker ")
WORKERS = 2


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """The URL of the master. Ports are picked by the system, logs and work stay in ``folder``."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        started.append(_start(folder, "master", "master.Master", "--port", "0"))
        url = _said(folder / "master.log", _MASTER, 1, started)[0]
        for number in range(WORKERS):
            parts = ("--cores", "1", "--memory", "1g", "--work-dir", str(folder / f"work{number}"), url)
            started.append(_start(folder, f"worker{number}", "worker.Worker", *parts))
        _said(folder / "master.log", _JOINED, WORKERS, started)
        yield url
    finally:
        for child in reversed(started):
            _end(child)


def _start(folder: Path, name: str, kind: str, *parts: str) -> subprocess.Popen[bytes]:
    """In a process group of its own, which the executors that a worker starts belong to as well."""
    spec = find_spec("pyspark")
    assert spec
    assert spec.origin
    home = Path(spec.origin).parent
    command = [str(home / "bin/spark-class"), f"org.apache.spark.deploy.{kind}", "--host", "127.0.0.1"]
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_DAEMON_MEMORY": "256m",
    }
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [*command, "--webui-port", "0", *parts],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )


def _said(log: Path, wanted: re.Pattern[str], times: int, started: list[subprocess.Popen[bytes]]) -> list[str]:
    """What the log says, once it has said it often enough."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and all(child.poll() is None for child in started):
        found = wanted.findall(log.read_text("utf-8", "replace"))
        if len(found) >= times:
            return found
        time.sleep(0.1)
    raise AssertionError(f"the Spark cluster did not come up:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def _end(child: subprocess.Popen[bytes]) -> None:
    """Asks the whole group to end, then ends it."""
    for sign, seconds in ((signal.SIGTERM, 10), (signal.SIGKILL, 10)):
        try:
            os.killpg(child.pid, sign)
            child.wait(seconds)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
