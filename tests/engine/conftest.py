"""One Spark session for all tests of the engine that ask it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from steelyard.lake.runners import spark_runner


@pytest.fixture(scope="session")
def spark(java: str) -> Iterator[spark_runner.SparkRunner]:
    pytest.importorskip("pyspark", reason="pyspark is not installed: Spark is not tested (steelyard[spark])")
    assert java
    quick = {"spark.sql.codegen.wholeStage": "false", "spark.sql.adaptive.enabled": "false"}  # for a handful of rows
    with spark_runner.connect({}, master="local[2]", threads=1, memory="1g", options=quick) as runner:
        yield runner
