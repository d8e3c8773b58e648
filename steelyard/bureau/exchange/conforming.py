"""约定的检查: files of somebody's personnel system, tried against the contract one requirement after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from steelyard.bureau.exchange.contract import ACCOUNTS, FILES, REGISTERS, RESULTS, registers
from steelyard.bureau.exchange.writing import KINDS, Row, rows_of, write
from steelyard.bureau.folder import Bureau
from steelyard.bureau.subjects.registers import organisation
from steelyard.engine.given import accept
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import CATALOGUE, Language, Place, Problem, Refused
from steelyard.lake.intake import BatchReport, Refusal, intake
from steelyard.lake.intake.cage import Cage
from steelyard.lake.record.copying import copied
from steelyard.lake.record.ledger import after_last
from steelyard.lake.record.snapshot import snapshot
from steelyard.lake.scratch import Scratch

CATALOGUE.add(
    {
        "exchange-file": (
            "“{file}”不是约定的文件；约定的文件名：{allowed}（.csv 或 .xlsx）",
            "'{file}' is none of the contract's files: {allowed} (.csv or .xlsx)",
        ),
        "exchange-none": (
            "没有给出约定的文件；约定的文件名：{allowed}（.csv 或 .xlsx）",
            "there is none of the contract's files: {allowed} (.csv or .xlsx)",
        ),
        "exchange-twice": (
            "{table} 有 {count} 个文件；每张表一个文件",
            "{table} has {count} files; there is one for each table",
        ),
        "exchange-row": (
            "第 {row} 行“{column}”：{raw}；{why_zh}",
            "row {row}, '{column}': {raw}; {why_en}",
        ),
        "exchange-lost": (
            "{table} 写出后再读回不一样：原有 {before} 行，读回 {after} 行，不同 {differ} 行",
            "{table} comes back otherwise than it was written: {before} rows, {after} read back, {differ} differ",
        ),
    }
)
_CASES: Mapping[str, tuple[str, str]] = {
    "files": ("文件名合约定，每张表一个文件", "files are those of the contract, one for each table"),
    "rows": ("表头齐全，每一行都读得懂", "headings are there, and every row can be read"),
    "register": ("登记册前后一致：机构、岗位、人员都在，份额不超过 1", "registers do not contradict themselves"),
    "again": ("写出再读回，一行不少、一格不差", "written and read again, not a row or a cell is lost"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One requirement. ``rows``: how many were looked at."""

    case: str
    rows: int
    problems: tuple[Problem, ...]

    @property
    def held(self) -> bool:
        return not any(problem.severity == "error" for problem in self.problems)

    def title(self, language: Language) -> str:
        return _CASES[self.case][language == "en"]


def conform(bureau: Bureau, files: Sequence[Path], cage: Cage | None = None) -> tuple[Verdict, ...]:
    """Stops after the first requirement that does not hold: what follows would only say so again.

    Tried on a copy of the bureau's record where it has one, so that files need not repeat what is known.
    ``cage``: one that is already running. Raises `Refused` where the bureau's own declarations do not fit the contract.
    """
    tables = _tables(bureau, files)
    found = [Verdict("files", len(files), tuple(_names(files)))]
    if found[-1].held:
        with Scratch("exchange") as folder, ExitStack() as stack:
            found += _Trial(bureau, tables, files, folder, cage or stack.enter_context(Cage())).verdicts()
    return tuple(found)


def take(
    bureau: Bureau, files: Sequence[Path], known_at: datetime, cage: Cage | None = None
) -> list[BatchReport | Refusal]:
    """Files that keep to the contract come into the record. Raises `Refused` with everything for which they do not."""
    found = conform(bureau, files, cage)
    accept(problem for one in found for problem in one.problems if problem.severity == "error")
    tables = _tables(bureau, files)
    return intake(bureau.record, tables, list(files), known_at, calendar=bureau.calendar(), cage=cage)


def _tables(bureau: Bureau, files: Sequence[Path]) -> list[FactTable]:
    declared = bureau.tables()
    results = [one for one in (RESULTS, ACCOUNTS) if any(file.stem == FILES[one.table] for file in files)]
    return [*registers(declared, [name for name in REGISTERS if name in declared]), *results]


def _names(files: Sequence[Path]) -> Iterator[Problem]:
    if not files:
        yield Problem("exchange-none", params={"allowed": "、".join(FILES.values())})
    known = [f"{stem}.{kind}" for stem in FILES.values() for kind in ("csv", "xlsx")]
    for file in files:
        if not any(fnmatchcase(file.name, name) for name in known):
            yield Problem("exchange-file", Place(file.name), {"file": file.name, "allowed": "、".join(FILES.values())})
    for stem, count in Counter(file.stem for file in files).items():
        if count > 1:
            yield Problem("exchange-twice", params={"table": stem, "count": count})


@dataclass(frozen=True)
class _Trial:
    bureau: Bureau
    tables: list[FactTable]
    files: Sequence[Path]
    folder: Path
    cage: Cage

    def verdicts(self) -> Iterator[Verdict]:
        record = self.folder / "record"
        if (self.bureau.record / "ledger.sqlite").is_file():
            copied(self.bureau.record, record)
        reports = self._taken(record, self.tables, self.files)
        read = sum(one.batch.counts.rows for one in reports if isinstance(one, BatchReport))
        yield (rows := Verdict("rows", read, tuple(_unread(record, reports))))
        if not rows.held:
            return
        yield (register := Verdict("register", read, tuple(_contradictions(record))))
        if register.held:
            yield Verdict("again", read, tuple(self._lost(record)))

    def _taken(self, record: Path, tables: list[FactTable], files: Sequence[Path]) -> list[BatchReport | Refusal]:
        known_at = after_last(record, datetime(2000, 1, 1))
        return intake(record, tables, list(files), known_at, calendar=self.bureau.calendar(), cage=self.cage)

    def _lost(self, record: Path) -> Iterator[Problem]:
        """What the files brought, written by us in both kinds and read into an empty record; nothing is referred to."""
        brought = [
            table.model_copy(update={"references": {}})
            for table in self.tables
            if any(file.stem == FILES[table.table] for file in self.files)
        ]
        before = {table.table: rows_of(snapshot(record), table) for table in brought}
        for kind in KINDS:
            out, empty = self.folder / kind, self.folder / f"record-{kind}"
            out.mkdir()
            self._taken(empty, brought, [write(table, before[table.table], out, kind) for table in brought])
            for table in brought:
                yield from _compared(table, before[table.table], rows_of(snapshot(empty), table))


def _unread(record: Path, reports: Sequence[BatchReport | Refusal]) -> Iterator[Problem]:
    for one in reports:
        yield from one.problems
        if isinstance(one, BatchReport) and one.batch.counts.rejected and one.batch.findings is not None:
            for row in pq.read_table(record / one.batch.findings.path).to_pylist():
                if row["level"] == "reject":
                    yield Problem("exchange-row", Place(one.batch.file, int(row["_row"])), _words(row))


def _words(row: Mapping[str, Any]) -> dict[str, object]:
    code = str(row["code"])
    zh, en = (CATALOGUE.words(code, "zh"), CATALOGUE.words(code, "en")) if code in set(CATALOGUE) else (code, code)
    told = {"row": row["_row"], "column": row["column"] or "", "raw": row["raw"] or ""}
    return {**told, "why_zh": zh, "why_en": en}


def _contradictions(record: Path) -> Iterator[Problem]:
    try:
        yield from organisation(snapshot(record)).warnings
    except Refused as refused:
        yield from refused.problems


def _compared(table: FactTable, before: list[Row], after: list[Row]) -> Iterator[Problem]:
    if before != after:
        differ = sum(one != other for one, other in zip(before, after, strict=False))
        params = {"table": table.name, "before": len(before), "after": len(after), "differ": differ}
        yield Problem("exchange-lost", params=params)
