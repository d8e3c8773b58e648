"""A small office for the tests of intake: one table, files written on the spot, and what came of them."""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from steelyard.engine.model.declared import read_facts
from steelyard.engine.model.facts import FactTable
from steelyard.lake.intake import BatchReport, Refusal, intake
from steelyard.lake.intake.cage import Cage
from steelyard.lake.record import Snapshot, snapshot

NOW = datetime(2026, 4, 1, 9, 30)

FILING = """
table: filing
name: 申报
source: 金税三期
columns:
  id: {name: 申报序号, type: text, required: true}
  unit: {name: 主管税务机关代码, aliases: [机关], type: text, required: true}
  due_on: {name: 申报期限, type: date, formats: ["%Y-%m-%d", "%Y年%-m月%-d日"]}
  filed_on: {name: 申报日期, type: date}
  amount: {name: 应征税额, type: "decimal(12,2)", thousands: ","}
  kind: {name: 征收项目, type: text, allowed: [增值税, 企业所得税]}
key: [id]
unit: unit
date: due_on
derive: {late_days: "days(due_on, filed_on)"}
checks:
  - {check: amount >= 0, level: reject, say: 税额不得为负数}
  - {check: filed_on >= due_on - 400, level: warn, say: 申报早于期限四百天以上}
files:
  - {match: "*.csv", format: csv, nulls: ["-"], footer: 合计}
  - {match: "*.gbk", format: csv, encoding: gb18030, header: 2}
  - {match: "*.bar", format: csv, encoding: gb18030, delimiter: "|"}
  - {match: "*.many", format: csv, lines: many}
  - {match: "*.xlsx", format: xlsx, sheet: 明细}
  - {match: "*.parquet", format: parquet}
"""

HEADER = "申报序号,主管税务机关代码,申报期限,申报日期,应征税额,征收项目"


@cache
def shared_cage() -> Cage:
    """One child for all tests of a process: starting one takes longer than most tests."""
    cage = Cage()
    atexit.register(cage.close)
    return cage


def table(text: str = FILING) -> FactTable:
    return read_facts(text, "facts.yaml")[0]


class Office:
    """A record in a folder, and a desk where files arrive."""

    def __init__(self, folder: Path, text: str = FILING) -> None:
        self.folder, self.record = folder, folder / "record"
        self.tables: list[FactTable] = read_facts(text, "facts.yaml")
        folder.mkdir(parents=True, exist_ok=True)

    def file(self, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    def rows(self, name: str, *lines: str) -> Path:
        """A CSV with the usual header."""
        return self.file(name, "\n".join([HEADER, *lines]) + "\n")

    def load(self, *files: Any, at: datetime = NOW, **more: Any) -> list[BatchReport | Refusal]:
        return intake(self.record, self.tables, files, at, **{"cage": shared_cage(), **more})

    def accept(self, *files: Any, at: datetime = NOW, **more: Any) -> BatchReport:
        """Loads one file that must be accepted."""
        (report,) = self.load(*files, at=at, **more)
        assert isinstance(report, BatchReport), list(report.lines("en"))
        return report

    def refuse(self, *files: Any, **more: Any) -> list[str]:
        """Loads one file that must be refused; the codes of the reasons."""
        (refusal,) = self.load(*files, **more)
        assert isinstance(refusal, Refusal), list(refusal.lines("en"))
        assert all(line for language in ("zh", "en") for line in refusal.lines(language))  # type: ignore[arg-type]
        return [problem.code for problem in refusal.problems]

    def findings(self, report: BatchReport) -> list[tuple[int, str, str, str]]:
        """(row, column, code, raw) of every finding of a batch."""
        if report.batch.findings is None:
            return []
        rows = pq.read_table(self.record / report.batch.findings.path).to_pylist()
        return [(row["_row"], row["column"], row["code"], row["raw"]) for row in rows]

    def seen(self, name: str = "filing", **as_of: Any) -> list[dict[str, Any]]:
        """The live rows of a table, as a reader of the snapshot sees them, by key order."""
        return live_rows(snapshot(self.record, **as_of), name)

    def column(self, column: str, name: str = "filing", **as_of: Any) -> list[Any]:
        return [row[column] for row in self.seen(name, **as_of)]


def live_rows(found: Snapshot, name: str) -> list[dict[str, Any]]:
    source = found.sources[name]
    dead: set[tuple[int, int]] = set()
    if source.superseded:
        gone = pq.read_table(source.superseded)
        dead = set(zip(gone["_batch"].to_pylist(), gone["_row"].to_pylist(), strict=True))
    rows = [row for path in source.files for row in pq.read_table(path).to_pylist()]
    live = [row for row in rows if (row["_batch"], row["_row"]) not in dead]
    assert len(live) == source.rows
    return live


def codes(found: Sequence[tuple[int, str, str, str]]) -> list[str]:
    return [code for _, _, code, _ in found]


def parquet(path: Path, **columns: Any) -> Path:
    pq.write_table(pa.table(columns), path)
    return path
