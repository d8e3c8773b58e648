"""Import with every check beside the engine's own reader, which checks nothing but types."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb

from bench.figures import Figure, Spent, spent
from bench.province import Province
from steelyard.lake.intake import BatchReport, intake
from steelyard.lake.intake.cage import Cage

REGISTERS = ("机构_2026年初.csv", "机构.csv", "人员.csv")
TEXTS = ("申报序号", "主管税务机关代码", "税务人员代码", "纳税人识别号")


def figures(home: Province) -> Iterator[Figure]:
    """Time on the wall: the import works in a child of its own. Both have all cores: no thread is held back."""
    month, plain = home.filings[-2], home.out / "plain.csv"
    plain.write_text(month.read_text("gb18030"), "utf-8")
    with Cage() as cage:
        turns = [(_import(home, month, cage), spent(lambda: _unchecked(plain))) for _ in range(home.turns)]
    ours, theirs = (min(one.wall for one in column) for column in zip(*turns, strict=True))
    print(f"  {month.stat().st_size / 2**20:.1f} MB: import {ours:.2f} s, read_csv {theirs:.2f} s on the wall")
    yield Figure("speed of the import / speed of read_csv", theirs / ours, 0.5, "least")


def _import(home: Province, month: Path, cage: Cage) -> Spent:
    """Into a new record: decoded, typed, checked, held against the registers, stored, counted, sealed."""
    record, tables = home.out / "import" / "record", list(home.tables.values())
    shutil.rmtree(record.parent, ignore_errors=True)
    registers = [path for name in REGISTERS if (path := home.world / "files" / name).exists()]
    intake(record, tables, registers, datetime(2027, 1, 1), calendar=home.bureau.calendar(), cage=cage)
    reports: list[object] = []
    took = spent(
        lambda: reports.extend(
            intake(record, tables, [month], datetime(2027, 1, 2), calendar=home.bureau.calendar(), cage=cage)
        )
    )
    (report,) = reports
    assert isinstance(report, BatchReport), "the file was refused"
    assert report.batch.counts.balanced(), "rows in = accepted + rejected"
    return took


def _unchecked(plain: Path) -> None:
    """The same rows as UTF-8, which the reader needs and which is not counted; what it cannot read it leaves out."""
    types = ", ".join(f"'{name}': 'VARCHAR'" for name in TEXTS)
    with duckdb.connect() as connection:
        connection.execute(
            f"CREATE TABLE read AS SELECT * FROM read_csv('{plain}', header = true, ignore_errors = true, "
            f"types = {{{types}, '应征税额': 'DECIMAL(18,2)'}})"
        )
