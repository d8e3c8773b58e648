"""The province that everything is measured on: made once, loaded once, kept in ``out/bench``."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import sqlglot
from sqlglot import exp

from steelyard.bureau.demo import prepare
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.running import Order, Ran, run_book
from steelyard.engine.periods import Period
from steelyard.engine.planning.cells import Cells
from steelyard.engine.planning.totals import PanelTotals
from steelyard.engine.sql.scans import render
from steelyard.lake.world import Scale

OUT = Path("out/bench")
RULES = Path("examples/province")
MONTHS = tuple(f"2026-{month:02}" for month in range(1, 13))
PLANS = ("branches_2026", "cities_2026", "audit_2026")


@dataclass(frozen=True)
class Province:
    """Rules are read once; every plan can be run for every month."""

    bureau: Bureau
    world: Path

    @cached_property
    def book(self):  # type: ignore[no-untyped-def]
        return self.bureau.book()

    @cached_property
    def tables(self):  # type: ignore[no-untyped-def]
        return self.bureau.tables()

    def ran(self, plan: str, bureau: Bureau | None = None) -> Ran:
        order = Order(plan=plan, periods=MONTHS, uncertainty=False, history=False)
        return run_book(bureau or self.bureau, order, self.book, self.tables, lambda _: None)

    def copy(self, name: str) -> Bureau:
        """The same record to write into: files are shared, the ledger is not."""
        target = OUT / name / "record"
        shutil.rmtree(target.parent, ignore_errors=True)
        shutil.copytree(self.bureau.record, target, copy_function=_linked)
        return Bureau(self.bureau.root, target)


def province(scale: Scale = "province") -> Province:
    prepared = prepare(OUT, RULES, scale, 42, lambda said: print(f"  {said}", flush=True))
    return Province(prepared.bureau, prepared.world)


def cells(ran: Ran) -> Cells[Period]:
    totals = ran.result.scope.totals
    assert isinstance(totals, PanelTotals)
    return totals.cells


def columns_read(ran: Ran) -> dict[str, set[str]]:
    """For each table the columns that the scans of a run name."""
    found: dict[str, set[str]] = {}
    for scan in cells(ran).plan.scans:
        tree = sqlglot.parse_one(render(scan, "duckdb"), dialect="duckdb")
        names = {column.name for column in tree.find_all(exp.Column)}
        found.setdefault(scan.table, set()).update(name for name in names if not name.startswith("_"))
        found[scan.table] -= {"code", "subject"}
    return found


def _linked(source: str, target: str) -> None:
    if Path(source).suffix == ".parquet":
        os.link(source, target)
    else:
        shutil.copy2(source, target)
