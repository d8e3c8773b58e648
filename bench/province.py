"""The province that everything is measured on: made once, loaded once, kept in ``out/bench``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from steelyard.bureau.demo import prepare
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import Ran, run_book, run_books
from steelyard.bureau.subjects.registers import forget
from steelyard.bureau.telling import silent
from steelyard.engine.expressions.schema import TableSchema, schema_of
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.facts import FactTable
from steelyard.engine.periods import Period
from steelyard.engine.planning.cells import Cells
from steelyard.engine.planning.totals import PanelTotals
from steelyard.engine.totalling.answering import columns_of
from steelyard.lake.world import Scale

OUT = Path("out/bench")
RULES = Path(__file__).parents[1] / "examples" / "province"
MONTHS = tuple(f"2026-{month:02}" for month in range(1, 13))
PLANS = ("branches_2026", "cities_2026", "audit_2026")
BRANCHES = PLANS[0]


@dataclass(frozen=True)
class Province:
    """Rules are read once; every plan can be run for every month. ``out``: where parts may write; ``turns``: how often
    a thing is timed, the least time counts."""

    bureau: Bureau
    world: Path
    out: Path
    months: tuple[str, ...] = MONTHS
    turns: int = 3

    @cached_property
    def book(self) -> RuleBook:
        return self.bureau.book()

    @cached_property
    def tables(self) -> Mapping[str, FactTable]:
        return self.bureau.tables()

    @cached_property
    def schemas(self) -> Mapping[str, TableSchema]:
        return {name: schema_of(table) for name, table in self.tables.items()}

    def ran(self, plan: str, bureau: Bureau | None = None, **more: Any) -> Ran:
        """As the first run of a process: the organisation, too, is read from stored files."""
        forget()
        order = Order(**{"plan": plan, "periods": self.months, "uncertainty": False, "history": False, **more})
        return run_book(bureau or self.bureau, order, self.book, self.tables, silent)

    def all_ran(self) -> list[Ran]:
        """Every plan, in one run."""
        forget()
        order = Order(periods=self.months, uncertainty=False, history=False)
        return run_books(self.bureau, order, PLANS, self.book, self.tables, silent)

    @property
    def filings(self) -> list[Path]:
        """The files of filings of the year in order, without those that came late."""
        return sorted(path for path in (self.world / "files").glob("申报明细_2026*.csv") if path.stem.count("_") == 1)

    def copy(self, name: str) -> Bureau:
        """The same record to write into: files are shared, the ledger is not."""
        target = self.out / name / "record"
        shutil.rmtree(target.parent, ignore_errors=True)
        shutil.copytree(self.bureau.record, target, copy_function=_linked, ignore=shutil.ignore_patterns("raw"))
        (target / "raw").mkdir()
        return Bureau(self.bureau.root, target)


def province(scale: Scale = "province", out: Path = OUT) -> Province:
    prepared = prepare(out, RULES, scale, 42, lambda _, said: print(f"  {said}", flush=True))
    return Province(prepared.bureau, prepared.world, out)


def cells(ran: Ran) -> Cells[Period]:
    totals = ran.result.scope.totals
    assert isinstance(totals, PanelTotals)
    return totals.cells


def columns_read(rans: Sequence[Ran]) -> dict[str, list[str]]:
    """For each table the columns that the scans of runs name."""
    scans = [scan for ran in rans for scan in cells(ran).plan.scans]
    tables = sorted({scan.table for scan in scans})
    return {table: columns_of([scan for scan in scans if scan.table == table])[0] for table in tables}


def _linked(source: str, target: str) -> None:
    """Files of facts and what is prepared of them never change."""
    if Path(source).suffix in (".parquet", ".arrow"):
        os.link(source, target)
    else:
        shutil.copy2(source, target)
