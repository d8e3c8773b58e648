"""The digest of one book over tables on disk; started as a program of its own under other settings.

``python -m tests.engine.digested FOLDER THREADS``: every ``*.parquet`` below ``FOLDER/<table>`` is part of a table.
"""

from __future__ import annotations

import sys
from pathlib import Path

from steelyard.engine.proof.canonical import digest, exact
from steelyard.lake.record.snapshot import TableSource
from steelyard.lake.runners import direct_runner, duckdb_runner
from tests.engine.test_twins_whole_book import everything
from tests.engine.weighed_books import by_engine, of_engine

COLUMNS = {"unit": "text", "on": "date", "kind": "text"}


def of_folder(folder: Path, threads: int) -> str:
    """Everything that was found about everybody, as one number."""
    sources = {}
    for table in sorted(path.name for path in folder.iterdir()):
        files = tuple(sorted((folder / table).glob("*.parquet")))
        number = "score" if table == "review" else "amount"
        sources[table] = TableSource(files, None, {**COLUMNS, number: "integer"}, 0)
    with duckdb_runner.connect(sources, threads=threads) as runner:
        found = of_engine(by_engine(everything(), runner))
    with direct_runner.connect(sources, threads=threads) as direct:
        assert of_engine(by_engine(everything(), direct)) == found
    return digest([[who, [[key, _plain(value)] for key, value in one.items()]] for who, one in found.items()])


def _plain(value: object) -> str:
    return str(exact(value)) if hasattr(value, "denominator") and not isinstance(value, bool) else repr(value)


if __name__ == "__main__":
    sys.stdout.write(of_folder(Path(sys.argv[1]), int(sys.argv[2])))
