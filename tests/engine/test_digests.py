"""The same facts and rules give the same digest, however the machine, the rows or the clock are set."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.engine.digested import of_folder
from tests.engine.test_twins_whole_book import ROWS
from tests.engine.weighed_books import arrow

ROOT = Path(__file__).resolve().parents[2]


def stored(folder: Path, order: int = 1, files: int = 1) -> Path:
    """The rows backwards where ``order`` is −1, spread over as many files."""
    for name, rows in ROWS.items():
        _write(folder / name, arrow(rows[::order], "score" if name == "review" else "amount"), files)
    return folder


def _write(folder: Path, table: pa.Table, files: int) -> None:
    folder.mkdir(parents=True)
    size = -(-len(table) // files)
    for number in range(files):
        pq.write_table(table.slice(number * size, size), folder / f"{number}.parquet")


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> str:
    return of_folder(stored(tmp_path_factory.mktemp("usual")), 1)


@pytest.mark.parametrize("threads", [2, 4])
def test_threads_change_nothing(tmp_path: Path, usual: str, threads: int) -> None:
    assert of_folder(stored(tmp_path), threads) == usual


@pytest.mark.parametrize(("order", "files"), [(-1, 1), (1, 3), (-1, 4)])
def test_neither_the_order_of_rows_nor_their_files_change_anything(
    tmp_path: Path, usual: str, order: int, files: int
) -> None:
    assert of_folder(stored(tmp_path, order, files), 2) == usual


@pytest.mark.parametrize(
    "settings",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "4711", "TZ": "America/Adak", "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1"},
    ],
)
def test_neither_hash_seed_nor_time_zone_nor_locale_change_anything(
    tmp_path: Path, usual: str, settings: dict[str, str]
) -> None:
    command: Sequence[Any] = [sys.executable, "-m", "tests.engine.digested", stored(tmp_path), "2"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **settings, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == usual


def test_one_more_row_changes_it(tmp_path: Path, usual: str) -> None:
    folder = stored(tmp_path)
    more = [{"unit": "a", "on": ROWS["cases"][0]["on"], "kind": "x", "amount": 1}]
    pq.write_table(arrow(more, "amount"), folder / "cases" / "more.parquet")
    assert of_folder(folder, 1) != usual
