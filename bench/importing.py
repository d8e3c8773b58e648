"""Import with every check beside the engine's own reader, which checks nothing but types."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from datetime import datetime

import duckdb

from bench.figures import Figure
from bench.province import OUT, Province
from steelyard.lake.intake import intake
from steelyard.lake.intake.cage import Cage


def figures(home: Province) -> Iterator[Figure]:
    """Wall time here: the import works in a child of its own, whose processor time is not ours."""
    month = home.world / "files" / "申报明细_202611.csv"
    plain = OUT / "plain.csv"
    plain.write_text(month.read_text("gb18030"), "utf-8")
    registers = [home.world / "files" / name for name in ("机构_2026年初.csv", "人员.csv")]
    tables, times = list(home.tables.values()), []
    with Cage() as cage:
        for _ in range(3):
            record = OUT / "import" / "record"
            shutil.rmtree(record.parent, ignore_errors=True)
            intake(record, tables, registers, datetime(2027, 1, 1), calendar=home.bureau.calendar(), cage=cage)
            begun = time.perf_counter()
            intake(record, tables, [month], datetime(2027, 1, 2), calendar=home.bureau.calendar(), cage=cage)
            ours = time.perf_counter() - begun
            begun = time.perf_counter()
            duckdb.sql(
                f"CREATE OR REPLACE TABLE read AS SELECT * FROM read_csv('{plain}', header = true, "
                "types = {'申报序号': 'VARCHAR', '主管税务机关代码': 'VARCHAR', '税务人员代码': 'VARCHAR', "
                "'纳税人识别号': 'VARCHAR', '应征税额': 'DECIMAL(18,2)'})"
            )
            times.append(ours / (time.perf_counter() - begun))
    yield Figure("unchecked read_csv / import, by time on the wall", 1 / min(times), 0.5, "least")
