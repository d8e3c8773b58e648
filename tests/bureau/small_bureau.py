"""A bureau small enough to work out by hand: a folder with rules and declarations, files, and a record."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from steelyard.bureau.folder import Bureau
from steelyard.lake.intake import BatchReport, intake
from tests.lake.intake_office import shared_cage

ARRIVED = datetime(2026, 12, 31, 18, 0)

UNITS = """
table: units
name: 机构
source: 登记
columns:
  code: {name: 代码, type: text, required: true}
  name: {name: 名称, type: text, required: true}
  level: {name: 层级, type: text, required: true}
  parent: {name: 上级, type: text}
  class: {name: 类别, type: text}
  valid_from: {name: 启用, type: date}
  valid_to: {name: 停用, type: date}
key: [code]
files: [{match: units.csv, format: csv}]
---
table: successions
name: 沿革
source: 登记
columns:
  from_unit: {name: 原, type: text, required: true}
  to_unit: {name: 新, type: text, required: true}
  on: {name: 日期, type: date, required: true}
  share: {name: 份额, type: "decimal(5,4)"}
key: [from_unit, to_unit, on]
files: [{match: successions.csv, format: csv}]
"""

BOOK = """
book: small
name: 小局
points_places: 2
rounding: half_up
floor: 0
"""


def bureau(folder: Path, facts: str, rules: str, more: dict[str, str] | None = None) -> Bureau:
    """``more``: further files by path, e.g. ``reconcile/a.yaml``."""
    texts = {
        "facts/registers.yaml": UNITS,
        "facts/tables.yaml": facts,
        "rules/book.yaml": BOOK,
        "rules/rules.yaml": rules,
    }
    for name, text in {**texts, **(more or {})}.items():
        path = folder / "office" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Bureau(folder / "office", folder / "kept" / "record")


def load(made: Bureau, files: dict[str, str], at: datetime = ARRIVED) -> None:
    """CSV texts by file name, all of which must be accepted whole."""
    paths = []
    for name, text in files.items():
        path = made.record.parent / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n", "utf-8")
        paths.append(path)
    tables = list(made.tables().values())
    for report in intake(made.record, tables, paths, at, cage=shared_cage(), calendar=made.calendar()):
        assert isinstance(report, BatchReport), [problem.line() for problem in report.problems]
        assert report.batch.counts.rejected == 0, report.batch.reasons
