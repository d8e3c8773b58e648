"""Rejected rows of a batch: why, where, and the lines themselves to be mended and sent again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from steelyard.bureau.folder import Bureau
from steelyard.engine.model.facts import Feed
from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.lake.record.batch import Batch
from steelyard.lake.record.ledger import Ledger
from steelyard.reports.sheet import Words
from steelyard.reports.tables import guarded

CATALOGUE.add(
    {
        "batch-missing": ("档案里没有第 {batch} 批", "the record has no batch {batch}"),
    }
)
SHOWN = 200
"""Rows on the page; the download has all."""


@dataclass(frozen=True)
class Finding:
    """One cell or row. ``level``: reject, warn or repair; ``row`` counts as the file does."""

    row: int
    column: str
    column_name: str
    level: str
    code: str
    words: Words
    text: str


@dataclass(frozen=True)
class BatchPage:
    batch: Batch
    findings: tuple[Finding, ...]
    counted: int
    mendable: bool


def batch_of(bureau: Bureau, number: int) -> Batch:
    """Raises `Refused` (``batch-missing``)."""
    found = Ledger(bureau.record).batches() if (bureau.record / "ledger.sqlite").is_file() else []
    if not 0 < number <= len(found):
        raise refuse("batch-missing", batch=number)
    return found[number - 1]


def page_of(bureau: Bureau, number: int, most: int = SHOWN) -> BatchPage:
    """The batch with its first findings, rejected rows first."""
    batch = batch_of(bureau, number)
    found, counted = findings(bureau, batch, most)
    return BatchPage(batch, tuple(found), counted, lines_of(bureau, batch) is not None)


def findings(bureau: Bureau, batch: Batch, most: int | None = None) -> tuple[list[Finding], int]:
    """Rejected rows first, then by row; and how many findings there are in all."""
    if batch.findings is None:
        return [], 0
    rows = pq.read_table(bureau.record / batch.findings.path)
    order = pc.not_equal(rows.column("level"), "reject")
    rows = rows.append_column("order", order).sort_by([("order", "ascending"), ("_row", "ascending")])
    names = _names(bureau, batch)
    return [_finding(row, names) for row in rows.slice(0, most).to_pylist()], rows.num_rows


def _finding(row: dict[str, object], names: dict[str, str]) -> Finding:
    column, code = str(row["column"] or ""), str(row["code"])
    said = Words(CATALOGUE.words(code, "zh"), CATALOGUE.words(code, "en")) if code in set(CATALOGUE) else Words(code)
    name = "、".join(names.get(one, one) for one in column.split())
    return Finding(int(str(row["_row"])), column, name, str(row["level"]), code, said, str(row["raw"] or ""))


def _names(bureau: Bureau, batch: Batch) -> dict[str, str]:
    table = bureau.tables().get(batch.table)
    return {} if table is None else {id: column.name for id, column in table.columns.items()}


def reasons_csv(bureau: Bureau, batch: Batch) -> bytes:
    """Every rejected cell: row, column, reason in both languages, and what stood there."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("行号", "列", "原因", "原文", "reason"))
    for one in findings(bureau, batch)[0]:
        if one.level == "reject":
            writer.writerow((one.row, *map(guarded, (one.column_name, one.words.zh, one.text, one.words.en))))
    return out.getvalue().encode("utf-8-sig")


def lines_of(bureau: Bureau, batch: Batch) -> Feed | None:
    """The declaration by which lines of the file can be handed back as they are; None for workbooks and the like."""
    table = bureau.tables().get(batch.table)
    feeds: Sequence[Feed] = () if table is None else table.files
    feed = next((feed for feed in feeds if fnmatchcase(batch.file, feed.match)), None)
    return feed if feed is not None and feed.format == "csv" and feed.lines == "one" and feed.unpivot is None else None


def mend(bureau: Bureau, batch: Batch) -> Iterator[bytes]:
    """The heading and the rejected lines, byte by byte as they came: to be mended, saved and sent again.

    Nothing is read into cells here: that is done in the cage only.
    """
    feed = lines_of(bureau, batch)
    if feed is None or batch.findings is None:
        return
    rows = pq.read_table(bureau.record / batch.findings.path, columns=["_row", "level"]).to_pylist()
    wanted = {row["_row"] for row in rows if row["level"] == "reject"} | set(range(1, feed.header + 1))
    yield from _lines(bureau.record / batch.raw.path, wanted)


def _lines(path: Path, wanted: set[int]) -> Iterator[bytes]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if number in wanted:
                yield line.rstrip(b"\r\n") + b"\r\n"
