"""``steelyard run --engine``: whoever adds up, the same digits; who cannot be asked is told at once."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from steelyard.bureau.folder import Bureau
from steelyard.cli import main
from steelyard.engine.problems import Refused
from steelyard.lake.runners import choosing
from steelyard.lake.runners.duckdb_runner import DuckDBRunner
from tests.spark_cluster import WORKERS, cluster

SMALL = "spark.sql.codegen.wholeStage false\nspark.sql.adaptive.enabled false\n"
"""For a handful of rows; on the command line Spark reads it from its own folder of settings."""


def refusal(bureau: Bureau, capsys: pytest.CaptureFixture[str], engine: str, *more: str) -> str:
    assert main(["run", str(bureau.root), "--sheets", "none", "--engine", engine, *more]) == 1
    return capsys.readouterr().err


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.parametrize("engine", ["sqlite", "spark", "spark://", "spark://host", "spark://host:port", "local[2]"])
def test_an_engine_that_nobody_knows_is_refused_with_those_that_are(
    bureau: Bureau, capsys: pytest.CaptureFixture[str], engine: str
) -> None:
    said = refusal(bureau, capsys, engine)
    assert "engine-unknown" in said
    assert "spark://local" in said


def test_without_java_spark_is_refused_with_what_to_install(
    bureau: Bureau, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    said = refusal(bureau, capsys, "spark://local")
    assert "engine-spark-missing" in said
    assert "steelyard[spark]" in said


def test_a_master_that_does_not_answer_is_told_at_once(
    bureau: Bureau, capsys: pytest.CaptureFixture[str], java: str
) -> None:
    assert java
    said = refusal(bureau, capsys, f"spark://127.0.0.1:{free_port()}")
    assert "engine-spark-unreachable" in said


def test_memory_is_written_for_spark_as_for_duckdb() -> None:
    written = ("2GB", "512MB", "1 GiB", "3g")
    assert [f"{number}{unit.lower()}" for number, unit in map(choosing._memory, written)] == [
        "2g",
        "512m",
        "1g",
        "3g",
    ]
    with pytest.raises(Refused, match="engine-memory-unclear"):
        choosing.connect("spark://local", {}, threads=1, memory="80%")


@pytest.mark.parametrize("engine", ["direct", "duckdb", "spark://local"])
@pytest.mark.parametrize(
    ("limit", "code"),
    [
        (("--threads", "0"), "engine-threads"),
        (("--threads", "-1"), "engine-threads"),
        (("--threads", "100000"), "engine-threads"),
        (("--memory", "0"), "engine-memory-unclear"),
        (("--memory", "x"), "engine-memory-unclear"),
        (("--memory=-2GB",), "engine-memory-unclear"),
        (("--memory", "9" * 5000 + "GB"), "engine-memory-unclear"),
        (("--memory", "0GB"), "engine-memory-range"),
        (("--memory", "1KB"), "engine-memory-range"),
        (("--memory", "65TB"), "engine-memory-range"),
    ],
)
def test_limits_that_no_engine_can_keep_are_refused_before_anything_begins(
    bureau: Bureau, capsys: pytest.CaptureFixture[str], engine: str, limit: tuple[str, ...], code: str
) -> None:
    before = sorted(bureau.runs.glob("*"))
    assert main(["run", str(bureau.root), "--sheets", "none", "--engine", engine, *limit]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert f"错误 [{code}]" in said
    assert sorted(bureau.runs.glob("*")) == before


def test_all_limits_that_are_wrong_are_told_together(bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = ("--engine", "postgres", "--threads", "0", "--memory", "x")
    assert main(["run", str(bureau.root), *wrong]) == 1
    said = capsys.readouterr().err
    assert [code for code in ("engine-unknown", "engine-threads", "engine-memory-unclear") if code not in said] == []


def test_the_demo_refuses_threads_before_it_writes_a_province(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--out", str(tmp_path / "out"), "--threads", "0"]) == 1
    assert "engine-threads" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_least_memory_allowed_is_enough(bureau: Bureau) -> None:
    for engine in ("direct", "duckdb"):
        assert main(["run", str(bureau.root), "--sheets", "none", "--engine", engine, "--memory", "64MB"]) == 0


def test_duckdb_answers_unless_another_is_named() -> None:
    with choosing.connect("duckdb", {}, threads=1, memory="100MB") as runner:
        assert isinstance(runner, DuckDBRunner)


# -- a real cluster --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spark_folder(tmp_path_factory: pytest.TempPathFactory, java: str) -> Path:
    pytest.importorskip("pyspark", reason="pyspark is not installed: the cluster is not tested (steelyard[spark])")
    assert java
    return tmp_path_factory.mktemp("spark")


@pytest.fixture(scope="module")
def master(spark_folder: Path) -> Iterator[str]:
    with cluster(spark_folder) as url:
        yield url


def on_cluster(bureau: Bureau, master: str, folder: Path) -> dict[str, Any]:
    """The summary of a run in a process of its own, as somebody at a terminal starts it."""
    (folder / "conf").mkdir()
    (folder / "conf/spark-defaults.conf").write_text(SMALL, "utf-8")
    run = ["run", str(bureau.root), "--period", "2026-03", "--sheets", "none", "--memory", "512MB", "--engine", master]
    done = subprocess.run(
        [sys.executable, "-m", "steelyard.cli", "--json", *run],
        env={**os.environ, "SPARK_CONF_DIR": str(folder / "conf")},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.xdist_group("spark")
def test_a_cluster_of_a_master_and_two_workers_gives_the_same_digits(
    bureau: Bureau, master: str, spark_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--json", "run", str(bureau.root), "--period", "2026-03", "--sheets", "none"]) == 0
    alone = json.loads(capsys.readouterr().out)
    tables = {
        name: pq.read_table(bureau.runs / alone["run"] / name) for name in ("scores.parquet", "indicators.parquet")
    }
    together = on_cluster(bureau, master, spark_folder)
    assert together == alone
    for name, table in tables.items():
        assert pq.read_table(bureau.runs / together["run"] / name).equals(table)
    for number in range(WORKERS):  # not this process but both workers were asked
        assert "Asked to launch executor" in (spark_folder / f"worker{number}.log").read_text("utf-8", "replace")
    assert not (spark_folder / "spark-warehouse").exists()
