"""Random rule books over random rows: the engine and plain Python agree on everything, to the last digit."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings

from steelyard.lake.runners import direct_runner, duckdb_runner, spark_runner
from tests.engine.random_books import Given, examples
from tests.engine.weighed_books import by_engine, by_twin, differences, of_engine, of_twin, tables

EXAMPLES = int(os.environ.get("STEELYARD_EXAMPLES", "40"))
"""``STEELYARD_EXAMPLES=20000`` in a nightly run."""


@settings(max_examples=EXAMPLES)
@given(examples())
def test_a_book_weighed_by_engines_and_by_hand_gives_the_same_scores_places_and_lists(given: Given) -> None:
    twin = of_twin(given, by_twin(given))
    for connect in (direct_runner.connect, duckdb_runner.connect):
        with connect(tables(given), threads=1) as runner:
            assert differences(of_engine(by_engine(given, runner)), twin) == []


@pytest.mark.xdist_group("spark")
@settings(max_examples=3)
@given(examples())
def test_a_book_weighed_by_spark_gives_the_same(spark: spark_runner.SparkRunner, given: Given) -> None:
    for name, table in tables(given).items():
        spark.register(name, table)
    assert differences(of_engine(by_engine(given, spark)), of_twin(given, by_twin(given))) == []
