"""规则 as a workbook and back: one row a rule, with its text whole, so that a round trip loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

from steelyard.bureau.folder import tables_of
from steelyard.engine.problems import CATALOGUE, Language, Place, Problem, Refused, refuse
from steelyard.lake.intake import BatchReport, Refusal, intake
from steelyard.lake.record import snapshot
from steelyard.reports.sheet import Words
from steelyard.reports.tables import unguarded
from steelyard.web.library.texts import whole

CATALOGUE.add(
    {
        "rules-none": (
            "“{file}”里没有一行规则；请用导出的工作簿，在“规则原文”一列里修改",
            "'{file}' has no row of rules; use an exported workbook and change its column of rule texts",
        ),
        "rules-rows": (
            "有 {count} 行读不进来（第 {rows} 行）：{why}；什么也没有保存，请改正后再传",
            "{count} rows cannot be read ({rows}): {why}; nothing was kept, mend them and send the file again",
        ),
    }
)
PART = 30_000
"""A cell of a workbook holds 32,767 signs; longer texts go on in the next column."""
PARTS = 8
SHOWN = 5
"""Rows that a refusal names."""
INSTEAD = {
    "cell-outer-space": Words("单元格里的文字首尾有空格或空行，请删去",
                              "the text of a cell begins or ends with blanks or empty lines, take them off"),
}  # fmt: skip
DECLARED = (
    """
table: rules
name: 规则
source: 规则库
columns:
  kind: {name: 种类, type: text, required: true}
  code: {name: 编号, type: text, required: true}
  latest: {name: 最新版, type: integer}
  text_1: {name: 规则原文, type: text, required: true, lines: true}
"""
    + "".join(f"  text_{at}: {{name: 规则原文（续{at - 1}）, type: text, lines: true}}\n" for at in range(2, PARTS + 1))
    + "key: [kind, code]\nfiles: [{match: '*.xlsx', format: xlsx, sheet: 规则}]\n"
)


@dataclass(frozen=True)
class Row:
    """``latest``: the version that the workbook was made from, 0 for a new rule."""

    kind: str
    code: str
    latest: int
    text: str


def parts(text: str) -> list[str]:
    """A text in cells, none of which begins or ends with a blank; the columns that it does not need are empty."""
    found, rest = list[str](), text.strip("\n")
    while len(rest) > PART:
        at = next(at for at in range(PART, 0, -1) if not (rest[at - 1].isspace() or rest[at].isspace()))
        found, rest = [*found, rest[:at]], rest[at:]
    return [*found, rest, *[""] * (PARTS - len(found) - 1)]


def rows_of(file: Path, now: datetime) -> list[Row]:
    """The rows of an exported workbook, read where it can do no harm. Raises `Refused` with all that is wrong."""
    with TemporaryDirectory() as folder:
        tables = list(tables_of([("rules", DECLARED)]).values())
        (report,) = intake(Path(folder), tables, [str(file)], now.replace(tzinfo=None))
        if wrong := list(_wrong(report, Path(folder))):
            raise Refused(wrong)
        files = snapshot(Path(folder)).sources["rules"].files
        found = [row for one in files for row in pq.read_table(one).to_pylist()]
    if not found:
        raise refuse("rules-none", Place(file.name), file=file.name)
    return [_row(one) for one in found]


def _row(found: dict[str, object]) -> Row:
    text = "".join(unguarded(str(found[f"text_{at}"] or "")) for at in range(1, PARTS + 1))
    return Row(str(found["kind"]), str(found["code"]), int(str(found["latest"] or 0)), whole(text))


def _wrong(report: BatchReport | Refusal, record: Path) -> Iterator[Problem]:
    """A refused file with its reasons; of rejected rows which, and for what reason."""
    if isinstance(report, Refusal):
        yield from report.problems
        return
    batch, place = report.batch, Place(report.batch.file)
    if batch.findings is None:
        return
    found = pq.read_table(record / batch.findings.path, columns=["_row", "code"]).to_pylist()
    for code, count in batch.reasons.items():
        rows = list(dict.fromkeys(str(one["_row"]) for one in found if one["code"] == code))
        more = "…" if len(rows) > SHOWN else ""
        told = {"count": count, "rows": "、".join(rows[:SHOWN]) + more, "why": Said(code)}
        yield Problem("rules-rows", place, told)


@dataclass(frozen=True, slots=True)
class Said:
    """What a problem is about, in both languages: as it is told of files, but for what only declarations could mend."""

    code: str

    def of(self, language: Language) -> str:
        return INSTEAD[self.code].of(language) if self.code in INSTEAD else CATALOGUE.words(self.code, language)
