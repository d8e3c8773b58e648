"""Has totals added up, by the engine of an order and from nothing but the tables of a snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from steelyard.bureau.runs.arrows import arrow
from steelyard.bureau.runs.order import Order
from steelyard.engine.expressions.schema import schema_of
from steelyard.engine.model.facts import FactTable
from steelyard.engine.planning.totals import PanelTotals, Wanted, read_totals
from steelyard.engine.problems import CATALOGUE, Problem, Refused
from steelyard.lake.record.snapshot import PREPARED, Snapshot, TableSource
from steelyard.lake.runners.choosing import connect
from steelyard.lake.runners.direct_runner import DirectRunner

if TYPE_CHECKING:
    from steelyard.lake.runners.duckdb_runner import DuckDBRunner
    from steelyard.lake.runners.spark_runner import SparkRunner

CATALOGUE.add(
    {
        "columns-not-recorded": (
            "事实表 {table} 的列 {columns} 是在装载数据之后才声明的，已有各批都没有；请重新装载这些文件",
            "columns {columns} of fact table {table} were declared after its files were loaded; load the files again",
        ),
    }
)


def totals_of(
    facts: Snapshot, tables: Mapping[str, FactTable], several: Sequence[Wanted], order: Order
) -> list[PanelTotals]:
    """Everything that is wanted, with one reading of each table."""
    schemas = {name: schema_of(table) for name, table in tables.items()}
    sparse = {name for name, table in tables.items() if table.sparse}
    read = {aggregate.table for wanted in several for aggregate in wanted.aggregates}
    used = {name: table for name, table in tables.items() if {name, table.name} & read}
    with runner(facts, used, order) as answering:
        return read_totals(several, schemas, answering, sparse)


def runner(facts: Snapshot, tables: Mapping[str, FactTable], order: Order) -> DirectRunner | DuckDBRunner | SparkRunner:
    """Sees the declared tables of the snapshot and nothing else. Raises ``columns-not-recorded``."""
    _recorded(facts, tables)
    seen, prepared = {name: source_of(facts, table) for name, table in tables.items()}, facts.record / PREPARED
    return connect(order.engine, seen, threads=order.threads, memory=order.memory, prepared=prepared)


def _recorded(facts: Snapshot, tables: Mapping[str, FactTable]) -> None:
    """A column that was declared after the files were loaded is unknown in all of them, which nobody must overlook."""
    problems = [
        Problem("columns-not-recorded", table.place(), {"table": name, "columns": "、".join(sorted(lacking))})
        for name, table in tables.items()
        if name in facts.sources and (lacking := {*table.columns, *table.derive} - facts.sources[name].columns.keys())
    ]
    if problems:
        raise Refused(problems)


def source_of(facts: Snapshot, table: FactTable) -> TableSource | pa.Table:
    """A declared table, also one of which nothing has arrived."""
    return facts.sources.get(table.table) or arrow(table, [])
