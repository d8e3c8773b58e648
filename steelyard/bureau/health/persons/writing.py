"""Health checks of many persons as files, and everybody's accounts beside them, by which they are verified."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from steelyard.bureau.health.basis import Basis
from steelyard.bureau.health.persons.making import PeopleChecks
from steelyard.bureau.health.writing import Order, written
from steelyard.bureau.telling import Progress, silent
from steelyard.bureau.views.reading import views_of
from steelyard.engine.problems import CATALOGUE, Place, refuse
from steelyard.engine.proof.canonical import exact
from steelyard.engine.shape import suggestion
from steelyard.reports.health.document import Document

CATALOGUE.add(
    {
        "health-person": (
            "运行 {run} 里没有人员“{person}”的成绩{suggestion}；请写被考评人员的代码，没有同名的也可以写姓名",
            "run {run} holds no score of '{person}'{suggestion}; name an assessed person by code, or by a name that "
            "nobody else bears",
        ),
    }
)
ACCOUNTS = "accounts.json.gz"


def write_people(order: Order, codes: Sequence[str], progress: Progress = silent) -> list[Path]:
    """As `write_checks`, for persons: one document a person, its forms beside it. Raises `Refused`."""
    checks = PeopleChecks(Basis(views_of(order.run)), order.beside, whole=True)

    def documents() -> Iterator[tuple[str, Document]]:
        for done, code in enumerate(codes, start=1):
            yield code, checks.of(code)
            if done % 1000 == 0:
                progress(f"  已写 {done}/{len(codes)} 份（{code}）", f"  {done}/{len(codes)} written ({code})")

    return written(order, documents(), {ACCOUNTS: accounts(order.run)})


def accounts(run: Path) -> bytes:
    """Every row of the accounts as a run left them, packed; the run's ``persons.json`` holds their digest."""
    tables = {name: pq.read_table(run / f"{name}.parquet", use_threads=False) for name in ("persons", "accounts")}
    content = {
        name: {
            "columns": table.column_names,
            "rows": [[_plain(one) for one in row.values()] for row in table.to_pylist()],
        }
        for name, table in tables.items()
    }
    return gzip.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 6, mtime=0)


def _rows(table: pa.Table) -> list[list[Any]]:
    return [[_plain(one) for one in row.values()] for row in table.to_pylist()]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return exact(Fraction(value))
    return value.isoformat() if isinstance(value, date) else value


def people(run: Path, wanted: Sequence[str]) -> list[str]:
    """Codes of the persons that somebody named by code or name; everybody where none was named. Raises `Refused`."""
    rows = [row for row in views_of(run).persons() if row["total"] is not None]
    if not wanted:
        return [row["person"] for row in rows]
    names: dict[str, list[str]] = {}
    for row in rows:
        for key in (row["person"], row["name"]):
            names.setdefault(key, []).append(row["person"])
    for name in wanted:
        if len(names.get(name, ())) != 1:
            near = suggestion(name, list(names))
            raise refuse("health-person", Place(str(run)), run=run.name, person=name, suggestion=near)
    return list(dict.fromkeys(names[name][0] for name in wanted))
